"""The demo's reckoning: the providers' own records beside our books and what the agents saw."""

from dataclasses import dataclass
from decimal import Decimal

from bot.commands.opening import claimed_store
from bot.domain.catalog import Account, Environment
from bot.domain.ledger import provider_account
from bot.domain.orders import Order
from bot.playground.demo import Stage
from bot.playground.telegram import Person
from bot.ports.store import Work

LINE = "{:<9} {:<26} {:>17} {:>5} {:>10}   {:>5} {:<17} {:>5} {:>10} {:>5}"
HEAD = LINE.format(
    *("provider:", "order", "status", "cards", "charged"),
    *("ours:", "state", "cards", "cost", "shown"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The record as text, and whether everything agrees to the centime and to the card."""

    text: str
    agreed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Theirs:
    """An order in a provider's own record; `codes` are those of its cards."""

    id: str
    status: str
    codes: frozenset[str]
    charged: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """A provider account: its own record, in its own currency."""

    title: str
    account: Account
    currency: str
    balance: Decimal
    orders: tuple[Theirs, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A provider order and ours; `shown` counts its cards that its own buyer alone has seen."""

    theirs: Theirs
    ours: Order | None
    shown: int

    @property
    def agrees(self) -> bool:
        """Tell whether both sides say the same, and every card was shown."""
        cards = len(self.theirs.codes)
        if self.ours is None or self.ours.cost is None:
            return False
        same_money = self.ours.cost.amount == self.theirs.charged
        return same_money and self.ours.cards == cards == self.shown

    def line(self) -> str:
        """Write both sides beside each other."""
        theirs, ours = self.theirs, self.ours
        return LINE.format(
            "",
            theirs.id,
            theirs.status,
            len(theirs.codes),
            f"{theirs.charged:.2f}",
            ours.id if ours else "none",
            ours.state if ours else "",
            ours.cards if ours else 0,
            f"{ours.cost.amount:.2f}" if ours and ours.cost else "",
            self.shown,
        )


async def compare(shop: Stage) -> Report:
    """Read every record, once the bot has stopped."""
    async with claimed_store(shop.database) as store, store.read() as work:
        reports = [await _compare(work, shop, side) for side in _sides(shop)]
        held = await _held(work)
    agreed = all(one.agreed for one in reports) and not held
    lines = [
        *(one.text for one in reports),
        f"Still held              {held:>12.2f}",
        "",
        "All sides agree, to the centime and to the card." if agreed else "The sides DO NOT agree.",
    ]
    return Report(text="\n".join(lines), agreed=agreed)


def _sides(shop: Stage) -> tuple[Side, Side]:
    first, second = shop.provider, shop.plum
    return (
        Side(
            title="OneClickDZ",
            account=Account(provider="oneclickdz", environment=Environment.SANDBOX),
            currency="DZD",
            balance=first.balance,
            orders=tuple(
                Theirs(
                    id=one.id,
                    status=one.status,
                    codes=frozenset(card.value for card in one.cards or ()),
                    charged=one.charged,
                )
                for one in first.orders
            ),
        ),
        Side(
            title="Xoxoday Plum",
            account=Account(provider="plum", environment=Environment.SANDBOX),
            currency="USD",
            balance=second.balance,
            orders=tuple(
                Theirs(
                    id=str(one.id),
                    status=one.delivery_status,
                    codes=frozenset(card.code for card in one.vouchers or ()),
                    charged=one.charged,
                )
                for one in second.orders
            ),
        ),
    )


async def _compare(work: Work, shop: Stage, side: Side) -> Report:
    pairs = [await _pair(work, shop, side.account, theirs) for theirs in side.orders]
    books = (await work.ledger.balance(provider_account(side.account), side.currency)).amount
    lines = [
        f"{side.title} ({side.currency})",
        HEAD,
        *(pair.line() for pair in pairs),
        "",
        f"The provider's balance  {side.balance:>12.2f}",
        f"Our books say           {books:>12.2f}",
        "",
    ]
    agreed = all(pair.agrees for pair in pairs) and books == side.balance
    return Report(text="\n".join(lines), agreed=agreed)


async def _pair(work: Work, shop: Stage, account: Account, theirs: Theirs) -> Pair:
    ours = await work.orders.find_by_provider_order(account, theirs.id)
    people = (shop.karim, shop.amine, shop.sara)
    buyers = [person for person in people if ours and person.id == ours.person_id]
    seen = set().union(*(_codes(person) for person in buyers))
    leaked = set().union(*(_codes(person) for person in people if person not in buyers))
    return Pair(theirs=theirs, ours=ours, shown=len(theirs.codes & seen - leaked))


def _codes(person: Person) -> set[str]:
    return {code for message in person.messages for code in message.codes}


async def _held(work: Work) -> Decimal:
    agents = await work.people.list_agents()
    wallets = [await work.ledger.wallet(agent.id) for agent in agents]
    return sum((wallet.held.amount for wallet in wallets), Decimal(0))
