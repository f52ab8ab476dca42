"""What every messenger promises to the deliveries, and how Telegram's answers are read."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
from starlette.responses import Response

from bot.domain.agents import AgentId, Language, Person, PersonId, Wallet
from bot.domain.cards import Card
from bot.playground.telegram.answers import Refused, bad_request, forbidden
from bot.playground.telegram.faults import Aim
from bot.ports.messenger import (
    Answer,
    Gone,
    Later,
    Malformed,
    NumberedCard,
    Receipt,
    Sent,
    Standing,
    Unclear,
    Unreachable,
    WalletMoved,
)
from handlers.requests import LONGEST_DESCRIPTION
from tests.contract.messenger_benches import Bench, MemoryBench, TelegramBench, telegram_bench
from tests.unit.samples import ORDER, dinars

AMINA = Person(id=PersonId(7), name="Amina", username=None, language=Language.ENGLISH)
CARD = Card(code="ABCD-1234-EFGH")
RECEIPT = Receipt(
    order=replace(ORDER, quantity=1, cards=1),
    cards=(NumberedCard(number=1, card=CARD),),
    copy=False,
    is_last=False,
    wallet=Wallet(agent_id=AgentId(3), balance=dinars(0), held=dinars(0), credit_limit=dinars(0)),
)
PAGES = (
    "<html>refused</html>",
    f'{{"ok":true,"result":{{"text":"{CARD.code}',
    f'{{"ok":false,"description":"{CARD.code}',
    '{"error":"not Telegram"}',
    "[]",
)
NEWS, OTHER = Standing(suspended=True), Standing(suspended=False)


@pytest.fixture(params=["telegram", "memory"])
async def bench(request: pytest.FixtureRequest) -> AsyncIterator[Bench]:
    """Open a chat with Amina."""
    if request.param == "memory":
        yield MemoryBench(AMINA)
        return
    async with telegram_bench(AMINA) as opened:
        yield opened


@pytest.fixture
async def telegram() -> AsyncIterator[TelegramBench]:
    """Open a chat with Amina over Telegram."""
    async with telegram_bench(AMINA) as opened:
        yield opened


async def sent(bench: Bench) -> int:
    answer = await bench.messenger.send(bench.to, NEWS)
    assert isinstance(answer, Sent)
    return answer.message_id


async def test_each_message_sent_is_new(bench: Bench) -> None:
    """Sending twice makes two messages, each with its own number."""
    assert await sent(bench) != await sent(bench)
    assert bench.shown() == 2


async def test_editing_replaces(bench: Bench) -> None:
    """An edit stands in the place of the earlier message."""
    message_id = await sent(bench)
    edited = await bench.messenger.edit(bench.to, message_id, OTHER)
    assert edited == Sent(message_id=message_id)
    assert bench.shown() == 1


async def test_editing_again_changes_nothing(bench: Bench) -> None:
    """The same edit, repeated, is as good as the first."""
    message_id = await sent(bench)
    for _ in range(2):
        assert await bench.messenger.edit(bench.to, message_id, OTHER) == Sent(
            message_id=message_id
        )
    assert bench.shown() == 1


async def test_a_message_that_is_not_there_is_gone(bench: Bench) -> None:
    """What cannot be edited is told apart from what went wrong."""
    assert await bench.messenger.edit(bench.to, 404, NEWS) == Gone()


async def test_a_person_who_blocked_the_bot_is_unreachable(bench: Bench) -> None:
    """Nothing arrives, and nothing may be tried again until they write."""
    message_id = await sent(bench)
    bench.block()
    assert isinstance(await bench.messenger.send(bench.to, NEWS), Unreachable)
    assert isinstance(await bench.messenger.edit(bench.to, message_id, NEWS), Unreachable)
    assert bench.shown() == 1


@pytest.mark.parametrize("arrived", [True, False])
async def test_a_lost_answer_is_unclear(bench: Bench, *, arrived: bool) -> None:
    """Nobody knows whether it arrived, and that is what is said."""
    bench.lose_next(arrived=arrived)
    assert await bench.messenger.send(bench.to, NEWS) == Unclear()
    assert bench.shown() == int(arrived)


@pytest.mark.parametrize("arrived", [True, False])
async def test_a_lost_answer_to_an_edit_is_unclear(bench: Bench, *, arrived: bool) -> None:
    """Of an edit too nobody knows; repeating it is harmless."""
    message_id = await sent(bench)
    bench.lose_next(arrived=arrived)
    assert await bench.messenger.edit(bench.to, message_id, OTHER) == Unclear()
    assert await bench.messenger.edit(bench.to, message_id, OTHER) == Sent(message_id=message_id)


# --- What Telegram answers ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("refusal", "answer"),
    [
        (forbidden("user is deactivated"), Unreachable),
        (forbidden("bot can't initiate conversation with a user"), Unreachable),
        (bad_request("chat not found"), Unreachable),
        (bad_request("PEER_ID_INVALID"), Unreachable),
        (bad_request("can't parse entities: unclosed tag"), Malformed),
        (bad_request("message is too long"), Malformed),
        (bad_request("BUTTON_DATA_INVALID"), Malformed),
        (Refused("Conflict: terminated by other getUpdates request", status=409), Malformed),
        (Refused("Internal Server Error", status=500), Unclear),
        (Refused("Bad Gateway", status=502), Unclear),
    ],
)
async def test_refusals_are_told_apart(
    telegram: TelegramBench, refusal: Refused, answer: type[Answer]
) -> None:
    """Only what Telegram surely refused is refused; what a broken server says proves nothing."""
    telegram.double.faults.refuse(Aim(), refusal)
    assert isinstance(await telegram.messenger.send(AMINA, NEWS), answer)


async def test_a_page_of_a_proxy_is_unclear(telegram: TelegramBench) -> None:
    """HTML from a proxy is no answer of Telegram's."""
    telegram.double.faults.broken(Aim())
    assert await telegram.messenger.send(AMINA, NEWS) == Unclear()


@pytest.mark.parametrize("status", [200, 204, 400, 401, 403, 404, 409, 413, 429, 502, 504])
@pytest.mark.parametrize("page", PAGES)
async def test_only_telegram_refuses(telegram: TelegramBench, status: int, page: str) -> None:
    """What is not Telegram's own answer proves nothing, whatever its status says."""

    async def answer() -> Response:
        return Response(page, status_code=status)

    telegram.double.faults.add(Aim(), answer)
    assert await telegram.messenger.send(AMINA, NEWS) == Unclear()


async def test_a_refusal_that_repeats_a_code_is_masked(telegram: TelegramBench) -> None:
    """Why a message was refused is told to the admins: it holds no code, whoever wrote it."""
    telegram.double.faults.refuse(Aim(), bad_request(f"can't parse {CARD.code} at byte 7"))
    answer = await telegram.messenger.send(AMINA, RECEIPT)
    assert answer == Malformed(reason="Can't parse ••• at byte 7")


async def test_a_long_refusal_is_cut(telegram: TelegramBench) -> None:
    """A refusal without end fills no chat of an admin's, nor does it end in half a code."""
    telegram.double.faults.refuse(Aim(), bad_request("so " * 60 + CARD.code * 99))
    answer = await telegram.messenger.send(AMINA, RECEIPT)
    assert isinstance(answer, Malformed)
    assert len(answer.reason) < LONGEST_DESCRIPTION
    assert CARD.code[:4].lower() not in answer.reason.lower()


async def test_a_message_too_old_to_edit_is_gone(telegram: TelegramBench) -> None:
    """A message that Telegram lets nobody change any more needs a new one."""
    message_id = await sent(telegram)
    telegram.double.faults.refuse(Aim(), bad_request("message can't be edited"))
    assert await telegram.messenger.edit(AMINA, message_id, OTHER) == Gone()


async def test_a_flood_limit_says_when(telegram: TelegramBench) -> None:
    """Telegram's 429 is "later", with its own time; until then the chat is left alone."""
    telegram.double.faults.flood(Aim(), retry_after_seconds=7)
    assert await telegram.messenger.send(AMINA, NEWS) == Later(after=timedelta(seconds=7))
    since = telegram.double.mark()
    assert isinstance(await telegram.messenger.send(AMINA, NEWS), Later)
    assert telegram.double.count(since).total() == 0


async def test_what_was_never_sent_is_later(telegram: TelegramBench) -> None:
    """Without a connection nothing was sent, so trying again needs no mark."""
    await telegram.hang_up()
    answer = await telegram.messenger.send(AMINA, NEWS)
    assert isinstance(answer, Later)


async def test_no_preview_and_no_protection_but_for_cards(telegram: TelegramBench) -> None:
    """Links make no pictures, and only cards are ever protected."""
    wallet = Wallet(
        agent_id=AgentId(1), balance=dinars(500), held=dinars(0), credit_limit=dinars(0)
    )
    await telegram.messenger.send(AMINA, WalletMoved(amount=dinars(500), wallet=wallet))
    assert not telegram.person.last.link_preview
    assert not telegram.person.last.protected
