"""The laws of the books; tests/stateful/test_books.py walks orders through them."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import ledger
from bot.domain.catalog import Account, Environment
from bot.domain.ledger import (
    ADJUSTMENTS,
    CASH,
    COST_OF_CARDS,
    SALES,
    Entry,
    LedgerAccount,
    Posting,
    balance,
    held_of,
    provider_account,
    stock_of,
    unexplained_at,
    wallet_of,
)
from bot.domain.money import Money
from bot.errors import DomainError
from tests.fakes.world import NOON
from tests.unit.samples import ACCOUNT, CURRENCY, ORDER, dinars, posted

AGENT = ORDER.agent_id
ADMIN = "admin:1"


def moves(entry: Entry) -> dict[str, int]:
    """Tell an entry in whole dinars, debits positive."""
    return {str(p.account): p.amount.minor // 100 for p in entry.postings}


# --- What an entry is -----------------------------------------------------------------------------


@given(st.lists(st.integers(-1000, 1000), max_size=4))
def test_an_entry_balances_or_cannot_be_built(amounts: list[int]) -> None:
    """Debits and credits sum to zero, and no line moves nothing."""
    postings = tuple(
        Posting(account=LedgerAccount(f"a{n}"), amount=Money(minor=minor, currency=CURRENCY))
        for n, minor in enumerate(amounts)
    )
    sound = bool(amounts) and sum(amounts) == 0 and all(amounts)
    if sound:
        assert Entry(key="k", at=NOON, actor=ADMIN, postings=postings).postings == postings
    else:
        with pytest.raises(DomainError, match="entry k"):
            Entry(key="k", at=NOON, actor=ADMIN, postings=postings)


@pytest.mark.parametrize("amounts", [[], [100], [100, -50], [100, -100, 0]])
def test_an_entry_that_does_not_balance_cannot_be_built(amounts: list[int]) -> None:
    """Nothing at all, a sum that is not zero, and a line that moves nothing are no entry."""
    postings = tuple(
        Posting(account=LedgerAccount(f"a{n}"), amount=Money(minor=minor, currency=CURRENCY))
        for n, minor in enumerate(amounts)
    )
    with pytest.raises(DomainError, match="entry k"):
        Entry(key="k", at=NOON, actor=ADMIN, postings=postings)


def test_an_entry_is_of_one_currency() -> None:
    """A hundred dinars are not balanced by a hundred euros."""
    postings = (
        ledger.debit(CASH, dinars(100)),
        ledger.credit(wallet_of(AGENT), Money.of(100, "EUR")),
    )
    with pytest.raises(DomainError, match="mixes currencies"):
        Entry(key="k", at=NOON, actor=ADMIN, postings=postings)


def test_an_account_is_not_summed_over_currencies() -> None:
    """Recomputing a balance refuses what cannot be added."""
    posting = ledger.debit(CASH, Money.of(100, "EUR"))
    with pytest.raises(DomainError, match="do not add up"):
        balance([posting], CASH, CURRENCY)


# --- What each entry moves ------------------------------------------------------------------------


def test_a_hold_moves_the_whole_price_and_is_guarded() -> None:
    """Confirming reserves what the order will cost at most, if the wallet covers it."""
    entry = ledger.hold(ORDER, at=NOON)
    assert moves(entry) == {"wallet:3": 2900, "held:3": -2900}
    assert (entry.key, entry.actor, entry.order_id) == ("order:17:hold", "member:7", 17)
    assert entry.guarded


@given(quantity=st.integers(1, 50), unit=st.integers(1, 10**7), data=st.data())
def test_a_hold_is_what_is_captured_and_released(
    quantity: int, unit: int, data: st.DataObject
) -> None:
    """However the cards trickle in, capture and release together undo the hold exactly."""
    order = replace(ORDER, quantity=quantity, unit_price=Money(minor=unit, currency=CURRENCY))
    entries = [ledger.hold(order, at=NOON)]
    while order.cards < quantity and data.draw(st.booleans()):
        cards = data.draw(st.integers(1, quantity - order.cards))
        entries.append(ledger.capture(order, cards=cards, at=NOON))
        order = replace(order, cards=order.cards + cards)
    if left := quantity - order.cards:
        entries.append(ledger.release(order, cards=left, at=NOON))
    assert posted(entries, held_of(AGENT)) == 0
    assert -posted(entries, SALES) == posted(entries, wallet_of(AGENT)) == order.charged.minor
    assert len({entry.key for entry in entries}) == len(entries)
    assert not any(entry.guarded for entry in entries[1:])


def test_each_booking_of_an_order_has_its_own_key() -> None:
    """A card that comes later is another capture, a cost corrected later another cost."""
    later = replace(ORDER, cards=1, version=2)
    assert ledger.capture(ORDER, cards=1, at=NOON).key == "order:17:capture:1"
    assert ledger.capture(later, cards=1, at=NOON).key == "order:17:capture:2"
    source = provider_account(ACCOUNT)
    first = ledger.cost(ORDER, dinars(1380), source=source, at=NOON)
    second = ledger.cost(later, dinars(-5), source=source, at=NOON)
    assert (first.key, second.key) == ("order:17:cost:1", "order:17:cost:2")
    assert moves(first) == {str(COST_OF_CARDS): 1380, "provider:memory:sandbox": -1380}
    assert moves(second) == {str(COST_OF_CARDS): -5, "provider:memory:sandbox": 5}


@pytest.mark.parametrize(
    ("make", "key", "moved"),
    [
        (
            lambda: ledger.top_up(
                AGENT, dinars(100), key="topup:5:9", at=NOON, actor=ADMIN, memo="cash"
            ),
            "topup:5:9",
            {str(CASH): 100, "wallet:3": -100},
        ),
        (
            lambda: ledger.adjust(
                AGENT, dinars(-100), key="adjust:5:9", at=NOON, actor=ADMIN, memo="cash"
            ),
            "adjust:5:9",
            {str(ADJUSTMENTS): -100, "wallet:3": 100},
        ),
    ],
)
def test_an_admin_moves_a_wallet(
    make: Callable[[], Entry], key: str, moved: dict[str, int]
) -> None:
    """Cash raises what is owed to the agent; a correction goes either way, without cash."""
    entry = make()
    assert (entry.key, entry.actor, entry.memo) == (key, ADMIN, "cash")
    assert moves(entry) == moved


def test_the_provider_account_is_explained() -> None:
    """Deposits, foreign orders and the shelf each have their place in the books."""
    deposit = ledger.provider_movement(ACCOUNT, dinars(500), key="t1", at=NOON)
    taken = ledger.unowned(ACCOUNT, "68fc", dinars(300), at=NOON)
    shelved = ledger.shelve(ACCOUNT, "68fc", dinars(300), at=NOON)
    assert [entry.key for entry in (deposit, taken, shelved)] == [
        "provider:memory:sandbox:t1",
        "unowned:memory:sandbox:68fc",
        "shelf:memory:sandbox:68fc",
    ]
    books = [deposit, taken, shelved]
    assert posted(books, provider_account(ACCOUNT)) == 20_000
    assert posted(books, unexplained_at(ACCOUNT)) == 0
    assert posted(books, stock_of(ACCOUNT)) == 30_000
    assert posted(books, CASH) == -50_000


def test_accounts_of_two_environments_are_two() -> None:
    """Sandbox money never pays for production cards."""
    live = Account(provider=ACCOUNT.provider, environment=Environment.PRODUCTION)
    for name in (provider_account, stock_of, unexplained_at):
        assert name(ACCOUNT) != name(live)


@given(st.integers(-(10**9), 10**9).filter(bool))
def test_undoing_twice_is_doing(minor: int) -> None:
    """An undo turns every line round; undone itself, it is the first entry again."""
    amount = Money(minor=minor, currency=CURRENCY)
    entry = ledger.adjust(AGENT, amount, key="adjust:5:9", at=NOON, actor=ADMIN, memo="slip")
    undone = ledger.undo(entry, at=NOON, actor="admin:2")
    assert (undone.key, undone.actor, undone.memo) == ("undo:adjust:5:9", "admin:2", "slip")
    assert posted([entry, undone], wallet_of(AGENT)) == 0
    assert ledger.undo(undone, at=NOON, actor=ADMIN).postings == entry.postings
