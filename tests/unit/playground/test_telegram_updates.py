import asyncio
from datetime import timedelta

import pytest
from telegram import Bot, CallbackQuery, InlineKeyboardButton, Update
from telegram import InlineKeyboardMarkup as Markup
from telegram.error import BadRequest, Conflict, InvalidToken
from telegram.ext import Application, CallbackQueryHandler, CommandHandler, ContextTypes

from bot.playground.telegram import Telegram
from bot.playground.telegram.people import Person
from bot.playground.telegram.screen import NotSeen

Context = ContextTypes.DEFAULT_TYPE
BUY = Markup([[InlineKeyboardButton("Buy 2", callback_data="confirm:17")]])


def press_in(updates: tuple[Update, ...]) -> CallbackQuery:
    query = updates[-1].callback_query
    assert query is not None
    return query


async def test_an_update_comes_until_it_is_confirmed(bot: Bot, karim: Person) -> None:
    """Updates come again until a higher offset confirms them, in order, within the limit."""
    await karim.send("one")
    await karim.send("two")

    first = await bot.get_updates(limit=2)
    again = await bot.get_updates(offset=first[1].update_id)
    rest = await bot.get_updates(offset=again[-1].update_id + 1)

    assert [update.message.text for update in first if update.message] == ["/start", "one"]
    assert [update.message.text for update in again if update.message] == ["one", "two"]
    assert rest == ()


async def test_a_negative_offset_keeps_the_newest(bot: Bot, karim: Person) -> None:
    """A negative offset forgets all but the newest updates."""
    await karim.send("one")
    await karim.send("two")

    (update,) = await bot.get_updates(offset=-1)

    assert update.message is not None
    assert update.message.text == "two"
    assert len(await bot.get_updates()) == 1


async def test_a_long_poll_ends_with_the_update(double: Telegram, bot: Bot, karim: Person) -> None:
    """A waiting poll is answered as soon as something happens."""
    (start,) = await bot.get_updates()
    poll = asyncio.create_task(bot.get_updates(offset=start.update_id + 1, timeout=30))
    await double.listening()

    await karim.send("now")
    (update,) = await asyncio.wait_for(poll, 5)

    assert update.message is not None
    assert update.message.text == "now"
    assert await bot.get_updates(offset=update.update_id + 1, timeout=1) == ()


async def test_one_reader_at_a_time(double: Telegram, bot: Bot) -> None:
    """A second reader ends the first one's poll with 409."""
    async with Bot(double.token, base_url=f"{double.url}/bot") as second:
        first_poll = asyncio.create_task(bot.get_updates(timeout=30))
        await double.listening()
        second_poll = asyncio.create_task(second.get_updates(timeout=30))

        with pytest.raises(Conflict, match="terminated by other getUpdates request"):
            await asyncio.wait_for(first_poll, 5)
        await double.person(1, "A").send("for the second")
        assert len(await asyncio.wait_for(second_poll, 5)) == 1


async def test_a_killed_reader_listens_no_more(double: Telegram) -> None:
    """A bot that hangs up in the middle of its poll does not pass for one that listens."""
    bot = Bot(double.token, base_url=f"{double.url}/bot")
    async with bot:
        poll = asyncio.create_task(bot.get_updates(timeout=30))
        await double.listening()
        poll.cancel()
        await asyncio.wait({poll})
        await double.world.changes.until(lambda: not double.world.updates.polled, timeout_seconds=5)

    with pytest.raises(TimeoutError):
        await double.listening(timeout_seconds=0.01)


async def test_only_wanted_updates_come(bot: Bot, karim: Person) -> None:
    """The list of allowed updates is remembered and holds for what happens afterwards."""
    await bot.get_updates(offset=-1, allowed_updates=["my_chat_member"])
    await karim.send("unheard")
    await bot.get_updates(offset=-1)
    karim.block()

    updates = await bot.get_updates()

    assert [update.my_chat_member is not None for update in updates] == [False, True]


async def test_blocking_is_told(bot: Bot, karim: Person) -> None:
    """Blocking and unblocking come as changes of the bot's own membership."""
    karim.block()
    karim.unblock()

    *_, blocked, unblocked = await bot.get_updates()

    assert blocked.my_chat_member is not None
    assert unblocked.my_chat_member is not None
    assert blocked.my_chat_member.new_chat_member.status == "kicked"
    assert unblocked.my_chat_member.new_chat_member.status == "member"
    assert unblocked.my_chat_member.from_user.id == karim.id


async def test_a_press_is_answered_once(bot: Bot, karim: Person) -> None:
    """A press is answered once; a second answer is refused as too old."""
    await bot.send_message(karim.id, "Sure?", reply_markup=BUY)
    press = await karim.tap("confirm:")
    query = press_in(await bot.get_updates())

    await query.answer("Bought", show_alert=True)

    assert query.data == "confirm:17"
    (answer,) = await press.answered()
    assert (answer.text, answer.alert, karim.answers) == ("Bought", True, (answer,))
    with pytest.raises(BadRequest, match="Query is too old and response timeout expired"):
        await query.answer()
    with pytest.raises(BadRequest, match="query id is invalid"):
        await bot.answer_callback_query("4711")


async def test_an_old_press_cannot_be_answered() -> None:
    """A press that waited too long cannot be answered any more."""
    double = Telegram(query_lifetime=timedelta(0))
    karim = double.person(1, "Karim")
    await karim.start()
    async with double.serve(), Bot(double.token, base_url=f"{double.url}/bot") as bot:
        await bot.send_message(karim.id, "Sure?", reply_markup=BUY)
        await karim.tap("Buy 2")
        with pytest.raises(BadRequest, match="Query is too old"):
            await press_in(await bot.get_updates()).answer()


async def test_an_answer_has_a_bound(bot: Bot, karim: Person) -> None:
    """An answer has at most 200 characters and leads to the bot alone; a refused one is mended."""
    await bot.send_message(karim.id, "Sure?", reply_markup=BUY)
    await karim.tap("Buy")
    query = press_in(await bot.get_updates())

    with pytest.raises(BadRequest, match="Message_too_long"):
        await query.answer("x" * 201)
    with pytest.raises(BadRequest, match="Url_invalid"):
        await query.answer(url="https://example.com")
    await query.answer("x" * 200, url="https://t.me/wakil_bot?start=here")
    assert karim.answers[0].url == "https://t.me/wakil_bot?start=here"


async def test_a_repeated_press_is_several_updates(bot: Bot, karim: Person) -> None:
    """A press that the app repeats is as many updates with as many queries."""
    await bot.send_message(karim.id, "Sure?", reply_markup=BUY)
    await karim.tap("confirm:", times=4)

    queries = [update.callback_query for update in (await bot.get_updates())[1:]]

    assert len({query.id for query in queries if query}) == 4


async def test_an_old_button_still_presses(bot: Bot, karim: Person) -> None:
    """A telephone that shows an old version can press its button; the bot sees the new one."""
    await bot.send_message(karim.id, "Sure?", reply_markup=BUY)
    old = karim.last
    await bot.edit_message_text("Bought", karim.id, old.id)

    await karim.tap("confirm:", on=old)
    query = press_in(await bot.get_updates())

    assert query.message is not None
    assert query.message.is_accessible
    with pytest.raises(NotSeen, match="confirm"):
        await karim.tap("confirm:")


async def test_a_press_may_be_forged(bot: Bot, karim: Person) -> None:
    """Any data can come for any message, and for one that is gone."""
    sent = await bot.send_message(karim.id, "Sure?", reply_markup=BUY)
    shown = karim.last
    await bot.delete_message(karim.id, sent.message_id)

    await karim.tap_raw("confirm:1; DROP TABLE orders", shown)
    query = press_in(await bot.get_updates())

    assert query.data == "confirm:1; DROP TABLE orders"
    assert query.message is not None
    assert not query.message.is_accessible


async def test_a_wrong_token_opens_nothing(double: Telegram) -> None:
    """A wrong token is unauthorised, a malformed one is not found."""
    for token in (double.token[:-1] + "x", "nonsense"):
        with pytest.raises(InvalidToken):
            async with Bot(token, base_url=f"{double.url}/bot"):
                pass


async def test_a_real_application_converses(double: Telegram, karim: Person) -> None:
    """An application of the real library polls, answers a command and a press, and stops clean."""

    async def start(update: Update, context: Context) -> None:
        assert update.effective_chat is not None
        await update.effective_chat.send_message("Sure?", reply_markup=BUY)

    async def confirm(update: Update, context: Context) -> None:
        assert update.callback_query is not None
        await update.callback_query.answer()
        await update.callback_query.edit_message_text("Bought")

    application = Application.builder().token(double.token).base_url(f"{double.url}/bot").build()
    application.add_handlers([CommandHandler("start", start), CallbackQueryHandler(confirm)])
    async with application:
        assert application.updater is not None
        await application.updater.start_polling()
        await application.start()
        await karim.sees("Sure?")
        mark = double.mark()
        press = await karim.tap("Buy", times=1)
        await karim.sees("Bought", since=mark)
        await press.answered()
        await double.drained()
        await application.updater.stop()
        await application.stop()

    assert double.count(mark) == {"answerCallbackQuery": 1, "editMessageText": 1}
