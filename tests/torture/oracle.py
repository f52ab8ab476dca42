"""What must hold when everything has come to rest, by the providers' records and the chats'.

The bot's books are only asked who owns what, and then held against those records.
"""

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal

from bot.commands.opening import claimed_store
from bot.domain.ledger import wallet_of
from bot.domain.orders import OPEN, Order, OrderState
from bot.domain.shelf import UnownedOrder, UnownedState
from bot.ports.store import Work
from bot.settings import PLUM
from tests.e2e.shop import CURRENCY, Shop, ever_shown
from tests.findings import Findings
from tests.torture.witness import Witness


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """What the bot has written down."""

    orders: tuple[Order, ...]
    unowned: tuple[UnownedOrder, ...]
    unknown: int
    adopted: int

    def owners(self) -> dict[str, int]:
        """Give the person whose sale each provider order is, by its id."""
        bought = [(one.provider_order_id, one.person_id) for one in self.orders]
        people = {one.id: one.person_id for one in self.orders}
        sold = [(o.provider_order_id, people[o.taken_by]) for o in self.unowned if o.taken_by]
        return {its_id: person for its_id, person in (*bought, *sold) if its_id}


async def read_books(stand: Shop) -> Books:
    """Read everything, of a bot that has stopped."""
    async with claimed_store(stand.database) as store, store.read() as work:
        rows = await work.journal.list_after(0, limit=10_000_000)
        actions = Counter(row.event.action for row in rows)
        return Books(
            orders=await work.orders.list_in(*OrderState),
            unowned=await work.shelf.list_in(*UnownedState),
            unknown=actions["order.unknown"],
            adopted=actions["order.handling"],
        )


async def examine(stand: Shop, witness: Witness, books: Books, *, paid_in: Decimal) -> Findings:
    """Hold everything against everything."""
    found = Findings(doubled=witness.doubled(), other=list(witness.unjournalled))
    quotes = Counter(order.quote_id for order in books.orders)
    found.doubled += [f"quote {quote_id} x {n}" for quote_id, n in quotes.items() if n > 1]
    found.held += [f"order {one.id} is {one.state}" for one in books.orders if one.state in OPEN]
    found.other += strangers(stand, witness, books)
    _examine_cards(stand, witness, books, found)
    async with claimed_store(stand.database) as store, store.read() as work:
        await _examine_wallets(work, books, found, paid_in=paid_in)
    await examine_books(stand, found)
    return found


async def examine_books(stand: Shop, found: Findings) -> None:
    """Hold the books against the providers' balances, and against themselves."""
    _, held = await stand.books()
    for side in stand.sides:
        ours, _ = await stand.books(side)
        if ours != side.balance():
            name = side.account.provider
            found.other.append(f"our books of {name} say {ours}, itself {side.balance()}")
    if held:
        found.held.append(f"{held} in all")
    found.other += [f"{one.call}: {one.fault}" for one in stand.plum.violations]
    verified = await stand.command("verify")
    if verified.code:
        found.other.append(f"verify: {verified.text}")


def strangers(stand: Shop, witness: Witness, books: Books) -> list[str]:
    """Name the orders whose provider order another one placed, where a reference tells whose it is.

    Where none does, the cards of a bucket are alike, and any of them may be an order's own.
    """
    plum = {one.account for one in stand.sides if one.account.provider == PLUM}
    return [
        f"order {one.id} owns {one.provider_order_id}, which it did not place"
        for one in books.orders
        if one.account in plum
        and one.provider_order_id in witness.placed
        and witness.placed[one.provider_order_id] != one.reference
    ]


def _examine_cards(stand: Shop, witness: Witness, books: Books, found: Findings) -> None:
    ours = {one.reference for one in books.orders}
    owners = books.owners()
    explained = owners.keys() | {one.provider_order_id for one in books.unowned}
    put_by = {one.provider_order_id for one in books.unowned if one.state is UnownedState.SHELF}
    everyone = {person.id: ever_shown(person) for person in stand.agents}
    sold = stand.sold
    codes = {code for one in sold for code in one.codes}
    shown = Counter(code for of in everyone.values() for code in of & codes)
    found.other += [f"{code} was shown to two" for code, n in shown.items() if n > 1]
    bought: dict[int, set[str]] = {person.id: set() for person in stand.agents}
    for order in sold:
        if order.id not in explained:
            found.orphaned.append(f"{order.id} is in no book")
        elif order.id in owners:
            bought[owners[order.id]] |= set(order.codes)
        elif order.id not in put_by and witness.placed.get(order.id) in ours and order.codes:
            found.orphaned.append(f"{order.id} is ours, and nobody's")
    for person in stand.agents:
        mine = stand.cards(person)
        found.lost += [f"{code} of {person.id}" for code in sorted(bought[person.id] - mine)]
        charged = sum(one.cards for one in books.orders if one.person_id == person.id)
        if charged != len(bought[person.id]):
            found.other.append(f"{person.id} paid for {charged} of {len(bought[person.id])} cards")
        if extra := everyone[person.id] & codes - bought[person.id]:
            found.other.append(f"{person.id} was shown {len(extra)} cards that it did not buy")


async def _examine_wallets(work: Work, books: Books, found: Findings, *, paid_in: Decimal) -> None:
    for agent in await work.people.list_agents():
        wallet = await work.ledger.wallet(agent.id)
        mine = [order for order in books.orders if order.agent_id == agent.id]
        charged = sum((order.charged.amount for order in mine), Decimal(0))
        summed = -(await work.ledger.balance(wallet_of(agent.id), CURRENCY)).amount
        if not wallet.balance.amount == summed == paid_in - charged:
            found.other.append(f"the wallet of {agent.id} has {wallet.balance}, charged {charged}")
