"""What must hold when the world has come to rest, told by the provider's and the chats' records.

The bot's own books are only asked who bought what, and then held against those records.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from bot.domain.alerts import AlertKind
from bot.domain.cards import order_owner, shelf_owner
from bot.domain.ledger import provider_account, wallet_of
from bot.domain.money import total
from bot.domain.orders import OPEN, Order, OrderId, OrderState
from bot.domain.shelf import UnownedOrder, UnownedState
from bot.ports.store import Work
from bot.services.audit import BOT
from tests.fakes.provider_account import CURRENCY, MemoryOrder, dinars
from tests.findings import Findings
from tests.simulation.engine import Engine
from tests.simulation.told import untold

AGAIN = "#"
"""Stands before the number of a try, in the reference of a bot that makes one for each."""


def doubled(placed: Iterable[MemoryOrder]) -> list[str]:
    """Name the confirmations that became more than one order at the provider."""
    counted = Counter(one.reference.partition(AGAIN)[0] for one in placed if one.reference)
    return [f"{reference} x {n}" for reference, n in counted.items() if n > 1]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Books:
    """What the bot has written down."""

    orders: tuple[Order, ...]
    unowned: tuple[UnownedOrder, ...]
    cards: dict[OrderId, list[str]] = field(repr=False)
    shelf: set[str] = field(repr=False)


async def examine(engine: Engine) -> Findings:
    """Hold everything against everything."""
    async with engine.store.read() as work:
        books = await _read(work, engine)
        found = Findings(doubled=doubled(engine.placed))
        found.doubled += _confirmed_twice(books)
        _examine_cards(engine, books, found)
        await _examine_money(work, engine, books, found)
        found.other += _not_its_own(engine, books)
        found.other += untold(engine.messenger, books.orders)
        found.other += await _wrongly_refused(work, engine, books)
        found.held += await _left_to_nobody(work)
    return found


def _not_its_own(engine: Engine, books: _Books) -> list[str]:
    """Name the orders that have another's provider order, where a reference proves whose it is."""
    found = {one.account for one in engine.providers if one.finds}
    references = {one.id: one.reference for one in engine.placed}
    return [
        f"order {order.id} has the provider order of {references.get(order.provider_order_id)}"
        for order in books.orders
        if order.account in found
        and order.provider_order_id is not None
        and references.get(order.provider_order_id) != order.reference
    ]


async def _left_to_nobody(work: Work) -> list[str]:
    """Name the doubts about orders that the admins were told of, and that nothing has ended."""
    return [
        f"{alert.kind} about {alert.subject}"
        for alert in await work.alerts.list_open()
        if alert.kind in (AlertKind.ORDER_UNKNOWN, AlertKind.ORDER_AMBIGUOUS)
    ]


async def _wrongly_refused(work: Work, engine: Engine, books: _Books) -> list[str]:
    """Name the orders that the bot called refused although the provider had taken them.

    One whose like took its provider order was not wronged: cards of a bucket are alike. Where
    orders are found by reference nothing is alike, and `_not_its_own` names the taker as well.
    """
    owned = {order.provider_order_id for order in books.orders}
    taken = {one.reference for one in engine.placed if one.id not in owned}
    wronged = []
    for order in books.orders:
        if order.state is OrderState.REFUSED and order.reference in taken:
            (refused,) = [
                row.event
                for row in await work.journal.list_of(f"order:{order.id}")
                if row.event.action == "order.refused"
            ]
            wronged += [f"order {order.id} was called refused"] if refused.actor == BOT else []
    return wronged


async def _read(work: Work, engine: Engine) -> _Books:
    orders = await work.orders.list_in(*OrderState)
    unowned = await work.shelf.list_in(*UnownedState)
    on_shelf = [one for one in unowned if one.state is UnownedState.SHELF]
    shelf = [
        engine.keeper.open(card).code
        for one in on_shelf
        for card in await work.cards.list(shelf_owner(one.account.provider, one.provider_order_id))
    ]
    cards = {
        order.id: [engine.keeper.open(c).code for c in await work.cards.list(order_owner(order.id))]
        for order in orders
    }
    return _Books(orders=orders, unowned=unowned, cards=cards, shelf=set(shelf))


def _confirmed_twice(books: _Books) -> list[str]:
    counted = Counter(order.quote_id for order in books.orders)
    return [f"quote {quote_id} x {n}" for quote_id, n in counted.items() if n > 1]


def _examine_cards(engine: Engine, books: _Books, found: Findings) -> None:
    ours = [one for one in engine.placed if one.reference]
    paid = {card.code for one in ours for card in one.cards or ()}
    standing = {person: engine.messenger.standing(person) for person in engine.agents}
    everywhere = Counter(code for codes in standing.values() for code in codes)
    found.lost += sorted(paid - everywhere.keys() - books.shelf)
    found.other += [f"{code} was shown to two" for code, n in _seen(engine).items() if n > 1]
    explained = {one.provider_order_id for one in books.orders}
    explained |= {one.provider_order_id for one in books.unowned}
    found.orphaned += [one.id for one in engine.placed if one.id not in explained]
    for person, codes in standing.items():
        mine = [order for order in books.orders if order.person_id == person]
        bought = {code for order in mine for code in books.cards[order.id][: order.cards]}
        if bought != codes:
            found.other.append(f"{person} bought {len(bought)} cards, and can read {len(codes)}")
        if len(bought) != sum(order.cards for order in mine):
            found.other.append(f"{person} was charged for other cards than were kept")


def _seen(engine: Engine) -> Counter[str]:
    return Counter(code for codes in engine.messenger.seen.values() for code in codes)


async def _examine_money(work: Work, engine: Engine, books: _Books, found: Findings) -> None:
    found.held += [f"order {one.id} is {one.state}" for one in books.orders if one.state in OPEN]
    for agent_id, paid in engine.paid.items():
        wallet = await work.ledger.wallet(agent_id)
        if wallet.held:
            found.held.append(f"{wallet.held} of agent {agent_id}")
        mine = [order.charged for order in books.orders if order.agent_id == agent_id]
        left = dinars(sum(paid.values())) - total(mine, CURRENCY)
        summed = -await work.ledger.balance(wallet_of(agent_id), CURRENCY)
        if not wallet.balance == summed == left:
            found.other.append(f"the wallet of agent {agent_id} has {wallet.balance}, not {left}")
    for provider in engine.providers:
        account = provider_account(provider.account)
        ours, theirs = await work.ledger.balance(account, CURRENCY), provider.held_balance
        if ours != theirs:
            found.other.append(f"our books have {ours} at {account}, it has {theirs}")


async def overdrawn(work: Work, engine: Engine) -> list[str]:
    """Name the wallets that were ever below their limit, by their entries one after the other."""
    limit = dinars(engine.means.limit)
    fell = []
    for agent_id in engine.paid:
        account = wallet_of(agent_id)
        left = lowest = dinars(0)
        for posted in reversed(await work.ledger.list_entries(account, limit=1_000_000)):
            moved = [line.amount for line in posted.entry.postings if line.account == account]
            left = left - total(moved, CURRENCY)
            lowest = min(lowest, left)
        fell += [f"agent {agent_id} had {lowest}"] if lowest < -limit else []
    return fell
