"""How the bot and its provider accounts stand: `/provider`, `/health`, thawing."""

from dataclasses import dataclass
from datetime import datetime

import structlog

from bot.domain.agents import PersonId
from bot.domain.alerts import AlertKind
from bot.domain.catalog import Account
from bot.domain.ledger import provider_account
from bot.domain.money import Money, total
from bot.domain.orders import OPEN, Order, OrderId, OrderState
from bot.errors import ProviderError, ProviderUnauthorized
from bot.ports.provider import BudgetState, Provider, Providers
from bot.ports.store import Store
from bot.ports.world import Clock
from bot.services import audit, gates, marks
from bot.services.alerts import alert_admins, settle_alerts
from bot.services.bells import Bells
from bot.services.funds import Funds
from bot.services.restoring import check_again
from bot.services.terms import Terms

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderStatus:
    """One account: `balance` as the provider says (None when it cannot be read), `books` as ours.

    `in_flight` is what open orders will have cost once they settle.
    """

    account: Account
    balance: Money | None
    books: Money
    in_flight: Money
    frozen: marks.Frozen | None
    budget: BudgetState
    catalog_read_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """The state of the shop in numbers."""

    paused_since: datetime | None
    restored_since: datetime | None
    rival_seen: bool
    open_orders: dict[OrderState, int]
    unknown: tuple[OrderId, ...]
    oldest_unknown_at: datetime | None
    parked: int
    alerts: int
    journal_rows: int
    epoch: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Overseeing:
    """Looks after the provider accounts."""

    store: Store
    providers: Providers
    funds: Funds
    rivals: gates.Rivals
    clock: Clock
    bells: Bells
    terms: Terms
    epoch: int

    async def providers_status(self) -> tuple[ProviderStatus, ...]:
        """Tell how each account stands; the balance is read now where it can be."""
        return tuple([await self._status(one) for one in self.providers.values()])

    async def thaw(self, name: str, admin_id: PersonId) -> bool:
        """Try a frozen account again; False when its key is still rejected (frozen again)."""
        provider = self.providers.get(name)
        if provider is None:
            return False
        async with self.store.begin() as work:
            await check_again(work, provider.account)
        thawed = await self._thaw(provider, admin_id)
        self.bells.restoring.ring()
        return thawed

    async def _thaw(self, provider: Provider, admin_id: PersonId) -> bool:
        provider.thaw()
        try:
            profile = await provider.validate()
        except ProviderUnauthorized as error:
            await gates.freeze_now(self.store, self.clock, self.terms, provider, reason=str(error))
            return False
        except ProviderError:
            return False
        if not (profile.enabled and profile.may_order and profile.account == provider.account):
            provider.freeze()
            return False
        async with self.store.begin() as work:
            at = self.clock.now()
            subject = f"provider:{provider.account.provider}"
            await marks.set_frozen(work, provider.account, None)
            actor = audit.admin(admin_id)
            await audit.note(work, "provider.thawed", subject, at=at, actor=actor)
            await settle_alerts(work, subject, admin_id, "thaw", at=at)
        self.bells.placing.ring()
        self.bells.tracking.ring()
        self.bells.delivery.ring()
        return True

    async def health(self) -> Health:
        """Count what is open, parked and unsettled."""
        async with self.store.read() as work:
            open_ = await work.orders.list_in(*OPEN)
            unknown = [order for order in open_ if order.state is OrderState.UNKNOWN]
            last = await work.journal.last()
            return Health(
                paused_since=await marks.find_instant(work, marks.PAUSED),
                restored_since=await marks.find_instant(work, marks.RESTORED),
                rival_seen=self.rivals.present(self.clock.now()),
                open_orders={s: sum(o.state is s for o in open_) for s in sorted(OPEN)},
                unknown=tuple(order.id for order in unknown),
                oldest_unknown_at=min((o.confirmed_at for o in unknown), default=None),
                parked=len(await work.outbox.list_parked()),
                alerts=len(await work.alerts.list_open()),
                journal_rows=last.seq if last else 0,
                epoch=self.epoch,
            )

    async def tell_rival(self) -> None:
        """Tell the admins that another process reads this bot's updates, while it lasts once."""
        async with self.store.begin() as work:
            at = self.clock.now()
            await alert_admins(work, self.terms, AlertKind.TWO_BOTS, "telegram", at=at)
        self.bells.delivery.ring()

    async def _status(self, provider: Provider) -> ProviderStatus:
        balance = await self._balance(provider)
        account = provider.account
        currency = provider.currency if balance is None else balance.currency
        async with self.store.read() as work:
            frozen = await marks.find_frozen(work, account)
            sent = (OrderState.SENDING, OrderState.UNKNOWN, OrderState.HANDLING)
            open_ = [o for o in await work.orders.list_in(*sent) if o.account == account]
            return ProviderStatus(
                account=account,
                balance=balance,
                books=await work.ledger.balance(provider_account(account), currency),
                in_flight=_in_flight(open_, currency),
                frozen=frozen,
                budget=provider.budget(),
                catalog_read_at=await work.catalog.read_at(account),
            )

    async def _balance(self, provider: Provider) -> Money | None:
        try:
            return (await self.funds.read(provider)).balance
        except ProviderError as error:
            log.warning("balance not read", error=str(error))
            return None


def _in_flight(open_: list[Order], currency: str) -> Money:
    """Add up what orders will still take; they know their currency before the account does."""
    left = [
        order.unit_cost * order.quantity - (order.cost or Money.zero(order.unit_cost.currency))
        for order in open_
    ]
    return total(left, left[0].currency if left else currency)
