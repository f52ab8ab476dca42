"""The second provider's client against a server that says anything at all, over real HTTP."""

import asyncio
import traceback
import tracemalloc
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import assert_never

import pytest

from bot.playground.plum import Call
from bot.ports.provider import (
    Accepted,
    Line,
    NotSent,
    Placement,
    Priority,
    Refused,
    Unknown,
)
from bot.providers.plum import PlumProvider
from tests.fakes.tokens import MemoryKeep
from tests.fuzz.asking import LIMITS, Outcome, Recording, WallClock, hold, outcome_of
from tests.fuzz.reading import texts, understood
from tests.fuzz.recorded import NOON
from tests.fuzz.recorded_plum import KEY, SECRETS, record
from tests.fuzz.wire import Answer, Server, honest

LINE = Line(product_key="28543", type_key="5", quantity=1)
HOUR = timedelta(hours=1)

LARGEST_GROWTH = 150 * 2**20
"""Six megabytes may be unpacked into many small things, but not without end."""

BALANCE = b'{"data":{"getBalance":{"status":1,"data":{"value":5000,"currency":"USD"}}}}'


ASKING: dict[Call, Callable[[PlumProvider], Awaitable[object]]] = {
    Call.VALIDATE: lambda client: client.validate(),
    Call.REFRESH: lambda client: client.balance(),
    Call.GET_BALANCE: lambda client: client.balance(),
    Call.GET_VOUCHERS: lambda client: client.types(LINE.product_key),
    Call.PLACE_ORDER: lambda client: client.place(LINE, reference="r"),
    Call.GET_ORDER_DETAILS: lambda client: client.order("6474256"),
    Call.GET_ORDER_HISTORY: lambda client: client.orders(
        NOON, NOON + HOUR, priority=Priority.TRACKING
    ),
    Call.PAYMENT_HISTORY: lambda client: client.transactions(
        NOON, NOON + HOUR, priority=Priority.SWEEPING
    ),
}


@pytest.fixture(scope="module")
def recording() -> Recording[Call]:
    """Record what the provider says when all is well, and when it says no."""
    return asyncio.run(record())


async def ask(server: Server, name: str, call: Call, answer: Answer) -> Outcome:
    """Make one call that is answered so, with a client of its own that knows its currency."""
    client = PlumProvider(
        address=server.case(name, honest(200, BALANCE)),
        key=replace(KEY, access_token="") if call is Call.REFRESH else KEY,
        keep=MemoryKeep(),
        clock=WallClock(),
        read_timeouts=LIMITS,
        place_timeouts=LIMITS,
    )

    async def asked() -> object:
        if call is not Call.REFRESH:
            await client.balance()
        server.arrived.discard(name)
        server.case(name, answer)
        return await ASKING[call](client)

    try:
        return await outcome_of(asked(), name, answer)
    finally:
        await client.close()


@pytest.mark.parametrize("call", list(ASKING))
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
        what=f"plum-{call}",
        many=400 if call is Call.PLACE_ORDER else 80,
    )


def check(outcome: Outcome, answer: Answer, recording: Recording[Call], *, arrived: bool) -> None:
    """Hold an outcome against what was answered."""
    told = "".join(traceback.format_exception(outcome.error)) + repr(outcome.error)
    shown = (told + repr(outcome.value)).casefold()
    secrets = (*SECRETS, *filter(None, recording.codes))
    assert [secret for secret in secrets if secret.casefold() in shown] == []
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
            result = said["data"]["placeOrder"]  # type: ignore[index] # or it was not accepted
            assert result["status"] in (1, "1")
            assert placement.provider_order_id == str(result["data"]["orderId"]).strip()
        case Refused():
            assert arrived
            assert 400 <= answer.status < 500
            assert said.keys() & {"error", "errorId", "error_message_id", "data"}
        case NotSent():
            assert timedelta(0) <= placement.retry_after <= HOUR
            told = (b"request_limit_exceeded", b"auth.token_error", b"invalid_token")
            assert not arrived or any(each in answer.body for each in told)
        case Unknown():
            pass  # on a machine that is busy it may be given up before it arrives
        case _:
            assert_never(placement)


@pytest.mark.parametrize("call", [Call.PLACE_ORDER, Call.GET_VOUCHERS])
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
        assert peak < LARGEST_GROWTH, (name, peak)
