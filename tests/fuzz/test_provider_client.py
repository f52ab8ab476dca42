"""The provider's client against a server that says anything at all, over real HTTP."""

import asyncio
import traceback
import tracemalloc
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import assert_never

import pytest

from bot.domain.catalog import Environment
from bot.playground.oneclickdz import Call
from bot.ports.provider import (
    Accepted,
    Line,
    NotSent,
    Placement,
    Priority,
    Refused,
    Unknown,
)
from bot.providers.oneclickdz import OneClickDZProvider
from tests.fuzz.asking import LIMITS, Outcome, Recording, WallClock, hold, outcome_of
from tests.fuzz.reading import texts, understood
from tests.fuzz.recorded import KEY, NOON, record
from tests.fuzz.wire import Answer, Server

LINE = Line(product_key="68fc0a2b1c9d440000000001", type_key="68fc0a2b1c9d440000000002", quantity=2)
FARTHEST = timedelta(days=1)

LARGEST_GROWTH = 100 * 2**20
"""Two megabytes may be unpacked into many small things, but not without end."""


ASKING: dict[Call, Callable[[OneClickDZProvider], Awaitable[object]]] = {
    Call.VALIDATE: lambda client: client.validate(),
    Call.BALANCE: lambda client: client.balance(),
    Call.TRANSACTIONS: lambda client: client.transactions(
        NOON, NOON + timedelta(hours=1), priority=Priority.SWEEPING
    ),
    Call.CATALOG: lambda client: client.catalog(),
    Call.CHECK_PRODUCT: lambda client: client.types(LINE.product_key),
    Call.PLACE_ORDER: lambda client: client.place(LINE, reference="r"),
    Call.CHECK_ORDER: lambda client: client.order("68fc0a2b1c9d440000a1b2c3"),
    Call.LIST: lambda client: client.orders(
        NOON, NOON + timedelta(hours=1), priority=Priority.TRACKING
    ),
}


@pytest.fixture(scope="module")
def recording() -> Recording[Call]:
    """Record what the provider says when all is well, and when it says no."""
    return asyncio.run(record())


async def ask(server: Server, name: str, call: Call, answer: Answer) -> Outcome:
    """Make one call that is answered so, with a client of its own."""
    client = OneClickDZProvider(
        address=server.case(name, answer),
        key=KEY,
        environment=Environment.SANDBOX,
        clock=WallClock(),
        read_timeouts=LIMITS,
        place_timeouts=LIMITS,
    )
    try:
        return await outcome_of(ASKING[call](client), name, answer)
    finally:
        await client.close()


@pytest.mark.parametrize("call", list(Call))
async def test_no_answer_does_more_than_it_may(
    server: Server, recording: Recording[Call], call: Call
) -> None:
    """Whatever comes back, a call ends in a value or an error of the port, and tells no secret."""

    def holds(outcome: Outcome, answer: Answer, arrived: bool) -> None:  # noqa: FBT001 # as called
        check(outcome, answer, recording, arrived=arrived)

    await hold(
        lambda name, answer: ask(server, name, call, answer),
        holds,
        recording.answers[call],
        server=server,
        what=call,
        many=400 if call is Call.PLACE_ORDER else 100,
    )


def check(outcome: Outcome, answer: Answer, recording: Recording[Call], *, arrived: bool) -> None:
    """Hold an outcome against what was answered."""
    assert KEY not in repr(outcome.value).casefold()
    told = "".join(traceback.format_exception(outcome.error)) + repr(outcome.error)
    assert not [
        secret for secret in (KEY, *recording.codes) if secret.casefold() in told.casefold()
    ]
    for text in texts(outcome.value):
        assert isinstance(text.encode(), bytes)  # a lone surrogate could be written nowhere
    if isinstance(outcome.value, Accepted | Refused | NotSent | Unknown):
        check_placement(outcome.value, answer, arrived=arrived)


def check_placement(placement: Placement, answer: Answer, *, arrived: bool) -> None:
    """Only what the provider itself said about an order that reached it is said of it."""
    said = understood(answer.body)
    match placement:
        case Accepted():
            assert arrived
            assert 200 <= answer.status < 300
            assert said["success"] is True
            assert placement.provider_order_id == said["data"]["orderId"].strip()  # type: ignore[index]
        case Refused():
            assert arrived
            assert 400 <= answer.status < 500
            assert is_refusal(said)
        case NotSent():
            assert timedelta(0) <= placement.retry_after <= FARTHEST
            assert not arrived or (answer.status >= 400 and is_refusal(said))
        case Unknown(reason=reason):
            assert arrived or "Timeout" in reason  # given up on a machine that is busy
        case _:
            assert_never(placement)


def is_refusal(said: dict[str, object]) -> bool:
    """Tell whether an answer is the provider's own no: it says so, and names no order."""
    data = said.get("data")
    return said.get("success") is False and not (isinstance(data, dict) and data.get("orderId"))


@pytest.mark.parametrize("call", [Call.PLACE_ORDER, Call.LIST])
async def test_no_answer_fills_the_memory(
    server: Server, largest: dict[str, Answer], call: Call
) -> None:
    """However much comes back, packed or not, it is given up before it fills the memory."""
    for name, answer in largest.items():
        tracemalloc.start()
        try:
            outcome = await ask(server, name, call, answer)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert isinstance(outcome.value, Unknown) or outcome.error is not None, name
        assert peak < LARGEST_GROWTH, name
