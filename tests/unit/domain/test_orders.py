from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest

from bot.domain.agents import AgentId
from bot.domain.money import Money
from bot.domain.orders import FINAL, NEXT, OPEN, Order, OrderState, Reason
from bot.domain.rates import Rate
from bot.errors import DomainError
from tests.fakes.world import NOON
from tests.unit.samples import ACCOUNT, CURRENCY, ORDER, QUOTE, dinars, order_in

S = OrderState
STEPS = set(
    [(S.CONFIRMED, to) for to in (S.SENDING, S.WITHDRAWN, S.FULFILLED, S.UNKNOWN)]
    + [(S.SENDING, to) for to in (S.CONFIRMED, S.HANDLING, S.REFUSED, S.UNKNOWN, S.WITHDRAWN)]
    + [(S.UNKNOWN, to) for to in (S.HANDLING, S.REFUSED)]
    + [(S.HANDLING, to) for to in (S.FULFILLED, S.PARTIALLY_FILLED, S.REFUNDED)]
)
"""The life of an order, as docs/design.md draws it."""


@pytest.mark.parametrize(("state", "to"), list(product(S, S)), ids=str)
def test_an_order_takes_only_the_steps_of_its_life(state: OrderState, to: OrderState) -> None:
    """Every other step is a bug, staying where it is included; above all, nothing is sent twice."""
    order = order_in(state)
    if (state, to) in STEPS:
        assert order.to(to).state is to
    else:
        with pytest.raises(DomainError, match=f"order 17 cannot go from {state} to {to}"):
            order.to(to)


def test_every_state_has_its_steps() -> None:
    """The table leaves no state out; final states lead nowhere, and all others lead to an end."""
    assert set(NEXT) == set(OrderState) == FINAL | OPEN
    assert not FINAL & OPEN
    assert {state for state in OrderState if not NEXT[state]} == FINAL
    reached = set(FINAL)
    for _ in OrderState:
        reached |= {state for state in OPEN if NEXT[state] & reached}
    assert reached == set(OrderState)


def test_what_may_have_been_sent_is_never_confirmed_again() -> None:
    """From unknown and from handling no way leads back to where orders are sent from."""
    ahead = {S.UNKNOWN}
    for _ in OrderState:
        ahead |= {to for state in ahead for to in NEXT[state]}
    assert not ahead & {S.CONFIRMED, S.SENDING}


def test_a_step_carries_its_facts() -> None:
    """What is learnt in a step is written with it, and nothing else changes."""
    withdrawn = ORDER.to(S.WITHDRAWN, reason=Reason.CANCELLED, final_at=NOON)
    assert withdrawn == replace(ORDER, state=S.WITHDRAWN, reason=Reason.CANCELLED, final_at=NOON)


@pytest.mark.parametrize("state", S)
def test_money_comes_back_only_at_the_end(state: OrderState) -> None:
    """While an order is open its price stays held; then what was not charged goes back."""
    order = replace(ORDER, state=state, cards=1)
    assert order.total == dinars(2900)
    assert order.charged == dinars(1450)
    assert order.is_final == (state in FINAL)
    assert order.given_back == (dinars(1450) if state in FINAL else Money.zero(CURRENCY))


def test_a_quote_holds_for_ten_minutes() -> None:
    """In the very second of its end a quote is over; its price is per card."""
    assert QUOTE.total == dinars(2900)
    assert not QUOTE.is_expired(QUOTE.expires_at - timedelta(milliseconds=1))
    assert QUOTE.is_expired(QUOTE.expires_at)


@pytest.mark.parametrize(
    "other",
    [
        replace(ORDER, quantity=1),
        replace(ORDER, type_key="psn-20"),
        replace(ORDER, product_key="steam"),
        replace(ORDER, account=replace(ACCOUNT, provider="other")),
    ],
)
def test_a_bucket_is_what_makes_cards_alike(other: Order) -> None:
    """Orders of two agents share a bucket; another type, quantity or account is another one."""
    assert ORDER.bucket == replace(ORDER, agent_id=AgentId(9), unit_price=dinars(9)).bucket
    assert ORDER.bucket != other.bucket


def test_a_cost_is_told_in_what_the_agent_pays_in() -> None:
    """A cost abroad is converted by the rate of the quote; one at home is what it is."""
    rate = Rate(source="USD", target=CURRENCY, millionths=250_000_000)
    five = Money.of(5, "USD")
    assert replace(ORDER, unit_cost=five, rate=rate).in_price_currency(five) == dinars(1250)
    assert ORDER.in_price_currency(dinars(5)) == dinars(5)
    assert ORDER.in_price_currency(five) is None
