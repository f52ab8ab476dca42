"""The demo's reckoning: the provider's own record beside our books and what the agents saw."""

from dataclasses import dataclass
from decimal import Decimal

from bot.commands.opening import claimed_store
from bot.domain.catalog import Account, Environment
from bot.domain.ledger import provider_account
from bot.domain.orders import Order as OurOrder
from bot.playground.demo import Stage
from bot.playground.oneclickdz import Order
from bot.playground.telegram import Person
from bot.ports.store import Work

ACCOUNT = Account(provider="oneclickdz", environment=Environment.SANDBOX)
CURRENCY = "DZD"
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
class Pair:
    """A provider order and ours; `shown` counts its cards that its own buyer alone has seen."""

    theirs: Order
    ours: OurOrder | None
    shown: int

    @property
    def agrees(self) -> bool:
        """Tell whether both sides say the same, and every card was shown."""
        cards = len(self.theirs.cards or ())
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
            len(theirs.cards or ()),
            f"{theirs.charged:.2f}",
            ours.id if ours else "none",
            ours.state if ours else "",
            ours.cards if ours else 0,
            f"{ours.cost.amount:.2f}" if ours and ours.cost else "",
            self.shown,
        )


async def compare(shop: Stage) -> Report:
    """Read both records, once the bot has stopped."""
    async with claimed_store(shop.database) as store, store.read() as work:
        pairs = [await _pair(work, shop, theirs) for theirs in shop.provider.orders]
        books = (await work.ledger.balance(provider_account(ACCOUNT), CURRENCY)).amount
        held = await _held(work)
    return _report(shop, pairs, books=books, held=held)


def _report(shop: Stage, pairs: list[Pair], *, books: Decimal, held: Decimal) -> Report:
    balance = shop.provider.balance
    agreed = all(pair.agrees for pair in pairs) and books == balance and not held
    lines = [
        HEAD,
        *(pair.line() for pair in pairs),
        "",
        f"The provider's balance  {balance:>12.2f}",
        f"Our books say           {books:>12.2f}",
        f"Still held              {held:>12.2f}",
        "",
        "Both sides agree, to the centime and to the card."
        if agreed
        else "The two sides DO NOT agree.",
    ]
    return Report(text="\n".join(lines), agreed=agreed)


async def _pair(work: Work, shop: Stage, theirs: Order) -> Pair:
    ours = await work.orders.find_by_provider_order(ACCOUNT, theirs.id)
    buyers = [p for p in (shop.karim, shop.amine, shop.sara) if ours and p.id == ours.person_id]
    others = [p for p in (shop.karim, shop.amine, shop.sara) if p not in buyers]
    codes = {card.value for card in theirs.cards or ()}
    seen = set().union(*(_codes(person) for person in buyers))
    leaked = set().union(*(_codes(person) for person in others))
    return Pair(theirs=theirs, ours=ours, shown=len(codes & seen - leaked))


def _codes(person: Person) -> set[str]:
    return {code for message in person.messages for code in message.codes}


async def _held(work: Work) -> Decimal:
    agents = await work.people.list_agents()
    wallets = [await work.ledger.wallet(agent.id) for agent in agents]
    return sum((wallet.held.amount for wallet in wallets), Decimal(0))
