"""The small values: wallets, freshness, instants, the shelf, reasons, alerts."""

import re
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import movements
from bot.domain.agents import AgentId, Wallet
from bot.domain.alerts import Alert, AlertId, AlertKind
from bot.domain.catalog import CardType, CardTypeId, ProductId
from bot.domain.instants import from_ms, to_ms, whole_ms
from bot.domain.money import Money
from bot.domain.movements import ORDER_KINDS
from bot.domain.orders import Reason
from bot.domain.refusals import RefusalReason
from bot.domain.shelf import UnownedOrder, UnownedState
from tests.fakes.world import NOON
from tests.unit.samples import ACCOUNT, CURRENCY, ORDER, dinars

LIMITS = st.none() | st.integers(0, 10**9).map(lambda minor: Money(minor=minor, currency=CURRENCY))


def wallet(balance: Money, limit: Money | None) -> Wallet:
    return Wallet(agent_id=AgentId(3), balance=balance, held=dinars(0), credit_limit=limit)


@given(st.integers(-(10**9), 10**9), LIMITS, st.integers(0, 10**9))
def test_what_is_missing_would_just_suffice(balance: int, limit: Money | None, price: int) -> None:
    """With what is missing the price can be paid, and with a centime less it cannot."""
    free = Money(minor=balance, currency=CURRENCY)
    asked = Money(minor=price, currency=CURRENCY)
    missing = wallet(free, limit).missing(asked)
    topped = wallet(free + missing, limit)
    assert missing.minor >= 0
    assert topped.spendable is None or topped.spendable >= asked
    assert not missing or topped.spendable == asked


def test_credit_is_spent_before_money_is_missing() -> None:
    """A shop that may owe 1 000 DA buys for 1 000 DA more than it has; without limit, for all."""
    assert wallet(dinars(500), dinars(1000)).missing(dinars(1500)) == dinars(0)
    assert wallet(dinars(500), dinars(1000)).missing(dinars(1600)) == dinars(100)
    assert wallet(dinars(-900), dinars(1000)).spendable == dinars(100)
    assert wallet(dinars(-900), None).spendable is None
    assert wallet(dinars(-900), None).missing(dinars(10**6)) == dinars(0)


def test_a_price_is_fresh_up_to_its_age() -> None:
    """A reading of fifteen seconds ago is young enough for fifteen seconds, and no longer."""
    card_type = CardType(
        id=CardTypeId(5),
        product_id=ProductId(2),
        key="psn-10",
        name="PSN 10 USD",
        cost=dinars(1380),
        stock=3,
        read_at=NOON,
    )
    age = timedelta(seconds=15)
    assert card_type.is_fresh(NOON + age, age)
    assert not card_type.is_fresh(NOON + age + timedelta(milliseconds=1), age)


@given(st.datetimes(timezones=st.just(UTC)))
def test_instants_are_kept_to_the_millisecond(instant: datetime) -> None:
    """What is stored is what was meant: whole milliseconds come back, the rest is cut off."""
    kept = whole_ms(instant)
    assert from_ms(to_ms(kept)) == kept
    assert timedelta() <= instant - kept < timedelta(milliseconds=1)
    assert kept.tzinfo is UTC


def test_an_instant_is_the_same_in_every_zone() -> None:
    """One o'clock in Algiers is noon in UTC."""
    algiers = NOON.astimezone(timezone(timedelta(hours=1)))
    assert to_ms(algiers) == to_ms(NOON)


def test_a_naive_time_is_no_instant() -> None:
    """A time without a zone is refused rather than guessed."""
    with pytest.raises(TypeError):
        to_ms(NOON.replace(tzinfo=None))


def test_the_shelf_sells_to_its_own_bucket() -> None:
    """The cards of a provider order can fill an order of the same product, type and quantity."""
    unowned = UnownedOrder(
        account=ACCOUNT,
        provider_order_id="68fc",
        product_key=ORDER.product_key,
        type_key=ORDER.type_key,
        quantity=ORDER.quantity,
        state=UnownedState.SHELF,
        status="FULFILLED",
        amount=dinars(2760),
        cards=2,
        created_at=NOON,
        seen_at=NOON,
    )
    assert unowned.bucket == ORDER.bucket


@pytest.mark.parametrize("words", [RefusalReason, AlertKind, Reason], ids=lambda e: e.__name__)
def test_every_reason_can_name_a_text(words: type[StrEnum]) -> None:
    """A reason is the id of its sentence, so it is spelt as text ids are."""
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", word) for word in words)


def test_an_alert_waits_until_somebody_acts() -> None:
    """A new alert has been settled by nobody."""
    alert = Alert(
        id=AlertId(1),
        key="provider-frozen:provider:memory",
        kind=AlertKind.PROVIDER_FROZEN,
        subject="provider:memory",
        raised_at=NOON,
    )
    assert (alert.acted_at, alert.acted_by, alert.action) == (None, None, None)


def test_what_orders_move_is_told_from_what_people_move() -> None:
    """Only what an order took or gave back is booked from the order itself."""
    assert {movements.ORDER, "REFUND-ORDER"} <= ORDER_KINDS
    assert "DEPOSIT" not in ORDER_KINDS
