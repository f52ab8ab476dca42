"""A card provider in memory: honest books, and trouble when a test asks for it."""

import asyncio
from collections import deque
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from bot.domain.catalog import Account, Environment, ListedCategory, ListedType
from bot.domain.money import Money
from bot.errors import DomainError, ProviderBusy, ProviderError, ProviderUnauthorized
from bot.ports.provider import (
    Accepted,
    BudgetState,
    Capabilities,
    Credentials,
    Exchange,
    Line,
    NotSent,
    OrderPage,
    Placement,
    Priority,
    ProviderOrder,
    ProviderProfile,
    ProviderTransaction,
    RefusalKind,
    Refused,
    TransactionPage,
    Unknown,
)
from bot.ports.world import Clock
from tests.fakes.provider_account import (
    CURRENCY,
    Declined,
    MemoryAccount,
    MemoryOrder,
)

PAGE_SIZE = 100

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
"""Where the stretches begin that movements are told by."""

LISTS = Capabilities(
    finds_by_reference=False, lists_recent=True, longest_answer=timedelta(seconds=120)
)
FINDS = Capabilities(
    finds_by_reference=True,
    lists_recent=False,
    longest_answer=timedelta(seconds=120),
    movement_grain=timedelta(days=1),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """The answer to a placing tells nothing; the order exists or not."""

    committed: bool
    reason: str = "ReadTimeout"
    alarming: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsent:
    """The placing never leaves."""

    reason: str = "ConnectError"
    retry_after: timedelta = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Held:
    """The placing is on its way from `begun` until `gate` is set, then answered honestly."""

    gate: asyncio.Event = field(default_factory=asyncio.Event)
    begun: asyncio.Event = field(default_factory=asyncio.Event)


Scripted = Lost | Declined | Unsent | Held


class MemoryProvider(MemoryAccount):
    """The port over the account; every call that leaves is written to `calls`.

    `answers` is what becomes of the next placings, `failures` what the next reads raise.
    `busy_for` turns every call away, as does a rejected key.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        account: Account | None = None,
        capabilities: Capabilities = LISTS,
        currency: str = CURRENCY,
        balance: Money | None = None,
        first_number: int = 1,
    ) -> None:
        opening = balance or Money.of(250_000, currency)
        super().__init__(clock, balance=opening, first_number=first_number)
        self._account = account or Account(provider="memory", environment=Environment.SANDBOX)
        self._capabilities = capabilities
        self.answers: deque[Scripted] = deque()
        self.failures: deque[ProviderError] = deque()
        self.calls: list[str] = []
        self.easy = True
        self.key_rejected = False
        self.busy_for: timedelta | None = None
        self.profile = ProviderProfile(account=self._account, enabled=True, may_order=True)
        self._frozen = False

    # The port.

    @property
    def account(self) -> Account:
        return self._account

    @property
    def title(self) -> str:
        return self._account.provider.title()

    @property
    def credentials(self) -> Credentials:
        name = self._account.provider.upper()
        return Credentials(key=f"{name}_API_KEY", environment=f"{name}_ENVIRONMENT")

    @property
    def currency(self) -> str:
        return self._currency

    @property
    def capabilities(self) -> Capabilities:
        return self._capabilities

    @property
    def key_hash(self) -> str:
        return "hash of the key"

    def budget(self) -> BudgetState:
        halted = None if self.busy_for is None else self._clock.now() + self.busy_for
        left = 0 if self._frozen or halted else 60
        easy = self.easy and left > 0
        return BudgetState(left=left, easy=easy, frozen=self._frozen, halted_until=halted)

    def stop_waiting(self) -> None:
        """Nobody waits here: who may not call is told so at once."""

    def freeze(self) -> None:
        self._frozen = True

    def thaw(self) -> None:
        self._frozen = False

    async def validate(self) -> ProviderProfile:
        self._read("validate")
        return self.profile

    async def catalog(self) -> tuple[ListedCategory, ...]:
        self._read("catalog")
        return self.categories

    async def types(
        self, product_key: str, *, priority: Priority = Priority.CHECKING
    ) -> tuple[ListedType, ...]:
        self._read("types")
        return self.stock.get(product_key, ())

    async def balance(self, *, priority: Priority = Priority.CHECKING) -> Money:
        self._read("balance")
        return self.held_balance

    async def place(self, line: Line, *, reference: str) -> Placement:
        started_at = self._clock.now()
        if self._frozen:
            return self._not_sent(Unsent(reason="frozen"), started_at)
        if self.busy_for is not None:
            return self._not_sent(Unsent(reason="429", retry_after=self.busy_for), started_at)
        self.calls.append("place")
        if self.key_rejected:
            self._frozen = True
            rejected = Declined(kind=RefusalKind.UNAUTHORIZED, code="BAD_KEY", freezes=True)
            return self._refused(rejected, started_at)
        return await self._answer(line, reference, started_at)

    async def order(
        self, provider_order_id: str, *, priority: Priority = Priority.TRACKING
    ) -> ProviderOrder | None:
        self._read("order")
        found = (self._whole(each) for each in self.placed if each.id == provider_order_id)
        order = next(found, None)
        return order and replace(order, reference=None)  # only a list and a look-up tell it

    async def find_by_reference(self, reference: str) -> ProviderOrder | None:
        if not self._capabilities.finds_by_reference:
            raise DomainError("this provider takes no reference")
        self._read("find_by_reference")
        found = self._placed_as(reference)
        return None if found is None else self._whole(found)

    async def orders(
        self, since: datetime, until: datetime, *, page: int = 1, priority: Priority
    ) -> OrderPage:
        self._read("orders")
        now = self.now()
        found = [
            each.view() if self._capabilities.lists_recent else each.as_listed()
            for each in reversed(self.placed)
            if since <= each.placed_at <= until and each.listed_at <= now
        ]
        return OrderPage(
            orders=tuple(found[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]),
            page=page,
            pages=-(-len(found) // PAGE_SIZE),
            total=len(found),
            read_at=self._clock.now(),
            provider_ahead=self.ahead,
        )

    async def transactions(
        self, since: datetime, until: datetime, *, page: int = 1, priority: Priority
    ) -> TransactionPage:
        self._read("transactions")
        told = [self._dated(each) for each in reversed(self.moved)]
        found = [each for each in told if since <= each.at <= until]
        shown = tuple(found[(page - 1) * PAGE_SIZE : page * PAGE_SIZE])
        complete = page * PAGE_SIZE >= len(found)
        return TransactionPage(transactions=shown, page=page, complete=complete)

    async def close(self) -> None:
        self.calls.append("close")

    # How it answers.

    def _placed_as(self, reference: str) -> MemoryOrder | None:
        return next((each for each in self.placed if each.reference == reference), None)

    def _whole(self, order: MemoryOrder) -> ProviderOrder:
        known = self._capabilities.finds_by_reference
        return order.view(reference=order.reference if known else None)

    def _dated(self, movement: ProviderTransaction) -> ProviderTransaction:
        grain = self._capabilities.movement_grain
        return (
            replace(movement, at=movement.at - (movement.at - EPOCH) % grain) if grain else movement
        )

    def _read(self, call: str) -> None:
        if self._frozen:
            raise ProviderUnauthorized(call)
        if self.busy_for is not None:
            raise ProviderBusy(call, retry_after_seconds=self.busy_for.total_seconds())
        self.calls.append(call)
        if self.key_rejected:
            self._frozen = True
            raise ProviderUnauthorized(call)
        if self.failures:
            raise self.failures.popleft()

    async def _answer(self, line: Line, reference: str, started_at: datetime) -> Placement:
        scripted = self.answers.popleft() if self.answers else None
        match scripted:
            case Unsent():
                return self._not_sent(scripted, started_at)
            case Declined():
                return self._refused(scripted, started_at)
            case Lost():
                if scripted.committed:
                    self._honest(line, reference, started_at)
                return self._lost(scripted, started_at)
            case Held():
                scripted.begun.set()
                await scripted.gate.wait()
            case None:
                pass
        return self._honest(line, reference, started_at)

    def _honest(self, line: Line, reference: str, started_at: datetime) -> Placement:
        if self._capabilities.finds_by_reference and self._placed_as(reference):
            exchange = self._exchange(started_at, 409)  # it says so, and not which one has it
            return Unknown(reason="duplicate reference", exchange=exchange)
        declined = self.objection(line)
        if declined is not None:
            return self._refused(declined, started_at)
        order = self.take(line, reference=reference)
        exchange = self._exchange(started_at, 200)
        return Accepted(provider_order_id=order.id, exchange=exchange)

    def _lost(self, lost: Lost, started_at: datetime) -> Unknown:
        exchange = self._exchange(started_at, None)
        return Unknown(reason=lost.reason, exchange=exchange, alarming=lost.alarming)

    def _not_sent(self, unsent: Unsent, started_at: datetime) -> NotSent:
        return NotSent(
            reason=unsent.reason,
            retry_after=unsent.retry_after,
            exchange=self._exchange(started_at, None),
        )

    def _refused(self, declined: Declined, started_at: datetime) -> Refused:
        return Refused(
            kind=declined.kind,
            code=declined.code,
            message=declined.message,
            freezes=declined.freezes,
            exchange=self._exchange(started_at, 403),
        )

    def _exchange(self, started_at: datetime, http_status: int | None) -> Exchange:
        return Exchange(
            started_at=started_at,
            ended_at=self._clock.now(),
            provider_ahead=None if http_status is None else self.ahead,
            http_status=http_status,
            request_id=None,
            request=b"an order",
            answer=b"" if http_status is None else b"an answer",
        )
