import asyncio
import logging
import re
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.agents import PersonId
from bot.domain.secret import Secret
from bot.errors import SettingsError
from bot.playground.telegram import Telegram
from bot.playground.telegram.answers import Json, bad_request, conflict
from bot.playground.telegram.faults import AFTER, BEFORE, Aim
from bot.playground.telegram.people import Person
from bot.playground.telegram.wire import account_json, message_json
from bot.providers.http import tls
from handlers.app import build, make_bot
from handlers.polling import polling
from tests.conversation.stage import Stage
from tests.fakes.provider_account import dinars

POLL = Aim(method="getUpdates")


async def test_what_was_said_while_the_bot_was_away_is_served(stage: Stage, amina: Person) -> None:
    """Updates that wait for the bot at its start are answered, not dropped."""
    await stage.stop()
    said = await amina.send("/buy")
    await stage.start()
    assert (await amina.sees(lambda one: one.id > said.id)).find_button("category:") is not None


async def test_what_was_read_is_served_before_the_end(stage: Stage, amina: Person) -> None:
    """A stop waits for every update that was read, and confirms it."""
    gate = stage.telegram.faults.hold(Aim(method="sendMessage"), times=1)
    await amina.send("/wallet")
    await amina.send("/buy")
    await gate.reached()
    await stage.telegram.drained()
    stopping = asyncio.create_task(stage.stop())
    gate.open()
    await stopping
    assert [one.by_bot for one in amina.messages] == [False, False, True, True]
    assert stage.telegram.pending_updates == 0


async def test_one_person_is_served_in_order(stage: Stage, amina: Person) -> None:
    """What a person does is served in the order in which they did it."""
    await amina.send("/buy")
    await amina.send("/wallet")
    await amina.send("/help")
    await amina.sees("How it works")
    said = [one.text.split()[0] for one in amina.messages if one.by_bot]
    assert said == ["What", "Your", "How"]


async def test_a_flood_delays_nobody_else(stage: Stage, amina: Person) -> None:
    """While somebody's 64 presses wait for their turn, another is answered."""
    menu = await stage.says(amina, "/buy")
    bilal = await stage.member(8, "Bilal")
    gate = stage.telegram.faults.hold(Aim(method="editMessageText", chat_id=amina.id))
    flood = await amina.tap("category:", on=menu, times=64)
    await gate.reached()
    assert "Your balance" in (await stage.says(bilal, "/wallet")).text
    assert len(flood.answers) == 1
    gate.open()
    assert len(await flood.answered()) == 64


async def test_a_rejected_token_stops_the_start(stage: Stage) -> None:
    """A wrong token is one sentence that names the setting, and never shows the token."""
    token = "700000002:AAE-another-token-that-opens-nothing"
    bot = make_bot(Secret(token), api_url=stage.telegram.url, tls=tls())
    edge = stage.app.bot_data["edge"]
    with pytest.raises(SettingsError, match=r"^TELEGRAM_BOT_TOKEN was rejected") as refused:
        async with polling(build(bot, edge), edge, asyncio.Event()):
            pass
    assert token not in str(refused.value)
    assert refused.value.__cause__ is None


async def test_a_network_that_is_down_is_waited_for(stage: Stage) -> None:
    """Without Telegram the bot waits, and a stop ends the waiting."""
    double = Telegram()
    async with double.serve() as gone:
        pass
    stopping = asyncio.Event()
    bot = make_bot(Secret(double.token), api_url=gone, tls=tls())
    edge = stage.app.bot_data["edge"]
    asyncio.get_running_loop().call_later(0.2, stopping.set)
    async with polling(build(bot, edge), edge, stopping) as listening:
        assert not listening


@pytest.mark.parametrize("method", ["getMe", "deleteWebhook"])
async def test_a_flood_limit_at_the_start_is_waited_for(stage: Stage, method: str) -> None:
    """A bot that Telegram tells to come back later comes back; it does not give up its start."""
    await stage.stop()
    flood = stage.telegram.faults.flood(Aim(method=method), retry_after_seconds=60, times=None)
    stopping = asyncio.Event()
    bot = make_bot(Secret(stage.telegram.token), api_url=stage.telegram.url, tls=tls())
    edge = stage.app.bot_data["edge"]

    async def stops() -> None:
        await flood.struck.wait()
        stopping.set()

    asking = asyncio.create_task(stops())
    async with polling(build(bot, edge), edge, stopping) as listening:
        assert not listening
    await asking


async def test_another_bot_on_the_token_is_noticed(stage: Stage, amina: Person) -> None:
    """Telegram's 409 stops placing for a minute and is passed on; serving goes on after it."""
    fault = stage.telegram.faults.refuse(POLL, conflict())
    await amina.send("/wallet")
    await fault.struck.wait()
    await amina.sees("Your balance")
    assert stage.conflicts == 1
    assert stage.works.counter.rivals.present(stage.clock.now())


async def test_updates_come_again_after_a_broken_poll(stage: Stage, amina: Person) -> None:
    """A proxy's page instead of updates loses none."""
    fault = stage.telegram.faults.broken(POLL)
    await amina.send("/wallet")
    await fault.struck.wait()
    assert "Your balance" in (await amina.sees("Your balance")).text
    assert stage.conflicts == 0


async def test_an_update_that_cannot_be_read_holds_up_nobody(
    stage: Stage,
    amina: Person,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """One malformed update is passed over; its text, which may hold a card, is in no log."""
    stage.telegram.world.updates.put("message", {"message_id": 1, "text": "AAAA-BBBB-CCCC"})
    assert "Your balance" in (await stage.says(amina, "/wallet")).text
    written = caplog.text + capsys.readouterr().out
    assert "update passed over" in written
    assert "AAAA-BBBB-CCCC" not in written


async def test_cards_are_shown_in_nobody_elses_chat(stage: Stage, amina: Person) -> None:
    """A press that claims to be a member's, in another person's chat, is served to neither."""
    await stage.buys(amina)
    zoe = stage.telegram.person(9, "Zoe", "fr")
    menu = await stage.says(zoe, "/start")
    query: Json = {
        "id": "1",
        "from": account_json(amina.account),
        "message": message_json(menu, zoe.chat),
        "chat_instance": "9",
        "data": "reveal:1",
    }
    stage.telegram.world.updates.put("callback_query", query)
    await stage.telegram.drained()
    await stage.app.update_queue.join()
    assert not any(one.codes for one in zoe.messages)


async def test_a_press_without_data_presses_nothing(stage: Stage, amina: Person) -> None:
    """A press that carries no data is answered as an old button, not as the first of all."""
    menu = await stage.says(amina, "/buy")
    assert "no longer" in await stage.forged(amina, "", menu)


async def test_a_person_without_a_name_is_served(stage: Stage) -> None:
    """Who has no name that can be shown is called by the number."""
    nobody = stage.telegram.person(9, "", "en")
    assert "language" in (await stage.says(nobody, "/start")).text
    assert (await stage.works.counter.people.meet(PersonId(9), "9", None)).person.name == "9"


async def test_a_menu_that_cannot_be_edited_comes_anew(stage: Stage, amina: Person) -> None:
    """A press on a message that Telegram knows no number of is answered below."""
    menu = await stage.says(amina, "/buy")
    mark = stage.telegram.mark()
    gone = replace(menu, id=0)
    await amina.tap_raw(menu.buttons[0].data, gone)
    assert (await amina.sees(lambda one: one.find_button("product:"), since=mark)).id > menu.id


async def test_a_fault_is_told_with_its_number(
    stage: Stage,
    amina: Person,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """What nobody foresaw is logged under a number that the member can name; no data is shown."""
    types = await stage.to_quantity(amina)
    stage.provider.stock = {"psn": None}  # type: ignore[dict-item] # no honest provider does that
    stage.clock.advance(timedelta(minutes=6))
    told = await stage.says(amina, "2")
    number = re.search("[0-9a-f]{8}", told.text)
    assert number is not None
    assert "Something went wrong" in told.text
    assert number[0] in caplog.text + capsys.readouterr().out
    pressed = await amina.tap("back:types", on=types)
    await pressed.answered()
    await amina.sees(lambda one: "went wrong" in one.text and one.id > told.id)


async def test_a_broken_store_is_told_too(stage: Stage, amina: Person) -> None:
    """When nobody can even be recognised, the app's own language has to do."""
    await stage.app.update_queue.join()
    await stage.store.close()
    stage.store.path.write_bytes(b"not a database any more" * 100)
    assert "Something went wrong" in (await stage.says(amina, "/wallet")).text


@pytest.mark.parametrize(
    ("method", "said"),
    [
        (
            "answerCallbackQuery",
            "query is too old and response timeout expired or query id is invalid",
        ),
        ("editMessageText", "message is not modified: exactly the same"),
        ("editMessageText", "message can't be edited"),
    ],
)
async def test_stale_presses_are_no_faults(
    stage: Stage, amina: Person, method: str, said: str, caplog: pytest.LogCaptureFixture
) -> None:
    """A press that Telegram has given up on still does its work, and nothing is complained of."""
    menu = await stage.says(amina, "/buy")
    fault = stage.telegram.faults.refuse(Aim(method=method), bad_request(said))
    await amina.tap("category:", on=menu)
    await fault.struck.wait()
    await stage.telegram.drained()
    await stage.app.update_queue.join()
    assert not any(record.levelno >= logging.ERROR for record in caplog.records)
    assert "went wrong" not in amina.last.text
    assert amina.last.text != menu.text or "not modified" in said


@pytest.mark.parametrize("strike", ["cut", "blocked"])
async def test_an_answer_that_does_not_get_through_is_no_fault(
    stage: Stage, amina: Person, strike: str
) -> None:
    """When the chat could not be reached nobody is told of a fault, and the chat goes on after."""
    aim, faults = Aim(method="sendMessage"), stage.telegram.faults
    fault = faults.cut(aim, moment=AFTER) if strike == "cut" else faults.blocked(aim)
    await amina.send("/buy")
    await fault.struck.wait()
    assert "Your balance" in (await stage.says(amina, "/wallet")).text
    assert not any("went wrong" in one.text for one in amina.messages)


async def test_a_flood_limit_is_its_chats_own(stage: Stage, amina: Person) -> None:
    """A chat that Telegram halted is not written to, and everybody else is served."""
    bilal = await stage.member(8, "Bilal")
    fault = stage.telegram.faults.flood(
        Aim(method="sendMessage", chat_id=amina.id), retry_after_seconds=60
    )
    await amina.send("/buy")
    await fault.struck.wait()
    since = stage.telegram.mark()
    await amina.send("/wallet")
    assert "Your balance" in (await stage.says(bilal, "/wallet")).text
    await stage.telegram.drained()
    await stage.app.update_queue.join()
    assert stage.telegram.count(since) == {"sendMessage": 1}


async def test_a_lost_answer_to_a_press_orders_all_the_same(stage: Stage, amina: Person) -> None:
    """A confirm whose pop-up was lost is an order like any other."""
    message = await stage.to_confirm(amina)
    stage.telegram.faults.cut(Aim(method="answerCallbackQuery"), moment=BEFORE)
    await amina.tap("confirm:", on=message)
    await stage.telegram.drained()
    await stage.app.update_queue.join()
    await stage.work()
    assert (await amina.sees(lambda one: one.codes)).id == message.id
    assert (await stage.wallet(amina)).balance == dinars(7100)
