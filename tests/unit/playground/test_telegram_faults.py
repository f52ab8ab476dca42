import asyncio
from datetime import timedelta

import httpx
import pytest
from starlette.responses import PlainTextResponse
from telegram import Bot
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter, TimedOut

from bot.playground.telegram import Telegram
from bot.playground.telegram.answers import bad_request
from bot.playground.telegram.faults import AFTER, BEFORE, Aim
from bot.playground.telegram.people import Person
from bot.providers.http import tls
from handlers.pacing import wait_of

SENDING = Aim(method="sendMessage")


async def test_an_answer_can_be_lost(double: Telegram, bot: Bot, karim: Person) -> None:
    """A connection cut after the effect leaves the message and an error that proves nothing."""
    fault = double.faults.cut(SENDING, moment=AFTER)

    with pytest.raises(NetworkError):
        await bot.send_message(karim.id, "Card")
    await bot.send_message(karim.id, "Next")

    assert [message.text for message in karim.messages] == ["/start", "Card", "Next"]
    assert fault.hits == 1


async def test_a_request_can_be_lost(double: Telegram, bot: Bot, karim: Person) -> None:
    """A connection cut before the effect leaves nothing, until the fault is removed."""
    fault = double.faults.cut(SENDING, moment=BEFORE, times=None)

    for _ in range(3):
        with pytest.raises(NetworkError):
            await bot.send_message(karim.id, "Card")
    fault.remove()
    await bot.send_message(karim.id, "Next")

    assert [message.text for message in karim.messages] == ["/start", "Next"]
    assert double.count() == {"getMe": 1, "sendMessage": 4}


async def test_updates_survive_a_lost_answer(double: Telegram, bot: Bot, karim: Person) -> None:
    """Updates whose answer was lost come again."""
    double.faults.cut(Aim(method="getUpdates"))

    with pytest.raises(NetworkError):
        await bot.get_updates()

    assert len(await bot.get_updates()) == 1


@pytest.mark.filterwarnings("ignore:.*retry_after.*timedelta")  # of the library, about itself
async def test_a_flood_names_its_end(double: Telegram, bot: Bot, karim: Person) -> None:
    """429 says when to come back, and nothing took effect."""
    double.faults.flood(SENDING, retry_after_seconds=7)

    with pytest.raises(RetryAfter) as refused:
        await bot.send_message(karim.id, "Card")

    assert wait_of(refused.value) == timedelta(seconds=7)
    assert karim.last.text == "/start"


@pytest.mark.parametrize("status", [500, 502])
async def test_a_server_can_be_broken(
    double: Telegram, bot: Bot, karim: Person, status: int
) -> None:
    """A page of HTML with a server's error is a network error to the bot."""
    double.faults.broken(SENDING, status=status, moment=AFTER)

    with pytest.raises(NetworkError):
        await bot.send_message(karim.id, "Card")

    assert karim.last.text == "Card"


async def test_a_block_is_refused(double: Telegram, bot: Bot, karim: Person) -> None:
    """A person who blocked the bot or left Telegram gets nothing, until the block is lifted."""
    karim.block()
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await bot.send_message(karim.id, "x")
    with pytest.raises(ValueError, match="cannot write"):
        await karim.send("x")
    karim.unblock()
    await bot.send_message(karim.id, "y")
    double.faults.blocked(SENDING)
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await bot.send_message(karim.id, "z")
    karim.deactivate()
    with pytest.raises(Forbidden, match="user is deactivated"):
        await bot.send_message(karim.id, "z")
    assert karim.last.text == "y"


async def test_a_gate_holds(double: Telegram, bot: Bot, karim: Person) -> None:
    """A gate holds the effect, or the answer alone, until it is opened."""
    before = double.faults.hold(SENDING, moment=BEFORE)
    sending = asyncio.create_task(bot.send_message(karim.id, "Card"))
    await before.reached()
    held = karim.last.text
    after = double.faults.hold(SENDING, moment=AFTER)
    before.open()
    first = await sending

    second = asyncio.create_task(bot.send_message(karim.id, "Receipt"))
    await after.reached()
    arrived = karim.last.text
    waiting = not second.done()
    after.open()

    assert (held, first.text, arrived, waiting) == ("/start", "Card", "Receipt", True)
    assert (await second).text == "Receipt"


async def test_a_delay_can_outlast_patience(double: Telegram, bot: Bot, karim: Person) -> None:
    """An answer that comes later than the bot waits is a time-out, though the message is there."""
    double.faults.delay(SENDING, 30, moment=AFTER)

    with pytest.raises(TimedOut):
        await bot.send_message(karim.id, "Card", read_timeout=0.05)

    assert karim.last.text == "Card"


async def test_an_aim_is_exact(double: Telegram, bot: Bot, karim: Person) -> None:
    """A fault strikes only its method, its chat and the parameters it asks for."""
    samia = double.person(4002, "Samia")
    await samia.start()
    double.faults.refuse(
        Aim(method="sendMessage", chat_id=samia.id, when=lambda sent: "2" in sent["text"]),
        bad_request("out of luck"),
        times=None,
    )

    await bot.send_message(samia.id, "1")
    await bot.send_message(karim.id, "2")
    with pytest.raises(BadRequest, match="Out of luck"):
        await bot.send_message(samia.id, "2")
    double.faults.clear()
    await bot.send_message(samia.id, "2")

    assert [message.text for message in samia.messages] == ["/start", "1", "2"]


async def test_a_fault_of_your_own(double: Telegram, bot: Bot, karim: Person) -> None:
    """Any answer can be given in place of the true one; polls are spared unless they are named."""

    async def nonsense() -> PlainTextResponse:
        return PlainTextResponse("{not json")

    double.faults.add(Aim(), nonsense, times=None)

    assert len(await bot.get_updates()) == 1
    async with httpx.AsyncClient(verify=tls()) as client:
        answer = await client.get(f"{double.url}/bot{double.token}/getMe")
    assert answer.text == "{not json"


async def test_leaving_does_not_wait(double: Telegram, bot: Bot, karim: Person) -> None:
    """A double that closes cuts the requests that still wait."""
    other = Telegram()
    async with other.serve() as url, httpx.AsyncClient(verify=tls()) as client:
        gate = other.faults.hold(Aim(method="getMe"))
        waiting = asyncio.create_task(client.get(f"{url}/bot{other.token}/getMe"))
        await gate.reached()

    with pytest.raises(httpx.TransportError):
        await asyncio.wait_for(waiting, 5)


async def test_a_caller_that_dies_in_its_request_is_no_fault(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Half a request from a bot that was killed is nobody's error."""
    other = Telegram()
    head = f"POST /bot{other.token}/getMe HTTP/1.1\r\nHost: double\r\nContent-Length: 9\r\n\r\nhalf"
    async with other.serve() as url, httpx.AsyncClient(verify=tls()) as client:
        parts = httpx.URL(url)
        _, writer = await asyncio.open_connection(parts.host, parts.port)
        writer.write(head.encode())
        await writer.drain()
        await client.get(f"{url}/bot{other.token}/getMe")  # by now the half is being read
        writer.transport.abort()
        await client.get(f"{url}/bot{other.token}/getMe")  # and by now its end was seen

    assert [record.getMessage() for record in caplog.records if record.name != "httpx"] == []
