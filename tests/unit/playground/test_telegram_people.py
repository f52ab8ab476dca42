import asyncio

import pytest
from telegram import Bot, InlineKeyboardButton
from telegram import InlineKeyboardMarkup as Markup

from bot.playground.telegram import Telegram
from bot.playground.telegram.people import Person
from bot.playground.telegram.rendering import columns, reads_right_to_left, render
from bot.playground.telegram.screen import NotSeen

BUY = Markup(
    [
        [
            InlineKeyboardButton("Buy 2", callback_data="confirm:2"),
            InlineKeyboardButton("Buy 20", callback_data="confirm:20"),
        ],
        [InlineKeyboardButton("Back", callback_data="back:confirm")],
    ]
)


async def test_a_person_waits_for_what_comes(bot: Bot, karim: Person) -> None:
    """Whoever waits is woken by the message, also by one that fits only after an edit."""
    waiting = asyncio.create_task(karim.sees(lambda message: message.codes))
    sent = await bot.send_message(karim.id, "Ordering")
    done_early = waiting.done()
    await bot.edit_message_text("<code>AB12</code>", karim.id, sent.message_id, parse_mode="HTML")

    assert ((await waiting).codes, done_early) == (("AB12",), False)
    assert await karim.wait(lambda chat: len(chat.messages) == 2)


async def test_waiting_ends_with_the_chat(bot: Bot, karim: Person) -> None:
    """When time is out, the error shows what the chat looked like instead."""
    await bot.send_message(karim.id, "Sold out", reply_markup=BUY)

    with pytest.raises(NotSeen, match=r"'Sold in'(?s:.*)Sold out(?s:.*)\[ Buy 2 \]"):
        await karim.sees("Sold in", timeout_seconds=0.01)
    with pytest.raises(NotSeen, match="what was waited for"):
        await karim.wait(lambda chat: chat.button("Nothing"), timeout_seconds=0.01)


async def test_a_mark_hides_what_was_before(double: Telegram, bot: Bot, karim: Person) -> None:
    """Only what was sent or changed after a mark is seen since that mark."""
    sent = await bot.send_message(karim.id, "Balance 10")
    mark = double.mark()
    with pytest.raises(NotSeen):
        await karim.sees("Balance", since=mark, timeout_seconds=0.01)

    await bot.edit_message_text("Balance 20", karim.id, sent.message_id)

    assert (await karim.sees("Balance", since=mark)).text == "Balance 20"
    assert double.count(mark) == {"editMessageText": 1}
    assert double.count(until=mark) == {"getMe": 1, "sendMessage": 1}
    assert [call.params["text"] for call in double.calls[1:]] == ["Balance 10", "Balance 20"]


async def test_an_empty_chat_has_no_last_message(double: Telegram) -> None:
    """A chat in which nobody wrote shows nothing."""
    with pytest.raises(NotSeen, match="a message was not seen in Samia's chat"):
        _ = double.person(1, "Samia").last


async def test_buttons_are_found_by_data_then_label(bot: Bot, karim: Person) -> None:
    """A whole match wins over a beginning, a beginning over a part of a label."""
    await bot.send_message(karim.id, "Sure?", reply_markup=BUY)
    await bot.send_message(karim.id, "Later")

    found = [karim.button(what)[1].data for what in ("confirm:20", "Buy 2", "back:", "uy", "ack")]

    assert found == ["confirm:20", "confirm:2", "back:confirm", "confirm:2", "back:confirm"]
    assert karim.now(karim.last) == karim.last


async def test_a_link_starts_the_bot(karim: Person) -> None:
    """An invite link sends /start with its payload; a link to elsewhere does not."""
    said = await karim.open("https://t.me/wakil_bot?start=invite-1")

    assert (said.text, said.spans("bot_command")) == ("/start invite-1", ("/start",))
    with pytest.raises(ValueError, match="does not lead to this bot"):
        await karim.open("https://t.me/other_bot?start=x")


async def test_a_group_keeps_to_itself(double: Telegram, bot: Bot, karim: Person) -> None:
    """In a group the bot hears only commands and mentions meant for it, and members' presses."""
    samia = double.person(4002, "Samia")
    group = double.group(-77, "Shops", [karim, samia])
    for text in ("hello", "/buy", "/buy@other_bot", "/buy@wakil_bot", "hey @wakil_bot"):
        await samia.send(text, to=group)
    await bot.send_message(group.id, "Sure?", reply_markup=BUY)
    await samia.tap("confirm:2", to=group)

    joined, *heard, pressed = (await bot.get_updates())[1:]

    assert joined.my_chat_member is not None
    assert joined.my_chat_member.new_chat_member.status == "member"
    assert [update.message.text for update in heard if update.message] == [
        "/buy",
        "/buy@wakil_bot",
        "hey @wakil_bot",
    ]
    assert all(update.effective_chat and update.effective_chat.type == "group" for update in heard)
    assert pressed.callback_query is not None
    assert pressed.callback_query.from_user.id == samia.id
    with pytest.raises(ValueError, match="Omar is not in Shops"):
        await double.person(3, "Omar").send("x", to=group)
    with pytest.raises(ValueError, match="copies nothing"):
        karim.copy("confirm:2", on=group.last)
    with pytest.raises(ValueError, match="exists already"):
        double.person(3, "Omar again")


async def test_a_transcript_reads_like_a_chat(double: Telegram, bot: Bot, karim: Person) -> None:
    """The transcript shows who did what, buttons in brackets, Arabic at the right margin."""
    await bot.send_message(karim.id, "Sure?\nReally?", reply_markup=BUY, protect_content=True)
    await karim.tap("confirm:20", times=2)
    press = await karim.tap("back:")
    await bot.answer_callback_query(press.queries[0].id, "Back")
    arabic = "تم الشراء: \u20682\u2069 بطاقات"
    await bot.edit_message_text(arabic, karim.id, karim.last.id)
    double.note("kill -9")
    await bot.send_document(karim.id, b"123", filename="audit.sqlite")
    await bot.delete_message(karim.id, karim.last.id)
    karim.block()
    karim.unblock()

    lines = render(double.transcript, width=40).splitlines()

    assert lines[0] == "── Karim ".ljust(40, "─")
    assert [line[9:] for line in lines[1:] if line] == [
        "Karim: /start",
        "Wakil (message 2, protected)",
        "│ Sure?",
        "│ Really?",
        "  [ Buy 2 ] [ Buy 20 ]",
        "  [ Back ]",
        "Karim taps [ Buy 20 ] ×2",
        "Karim taps [ Back ]",
        "Karim is shown: Back",
        "Wakil (message 2, changed, protected)",
        f"│ {' ' * (29 - columns(arabic))}\u2067{arabic}\u2069",
        "── kill -9",
        "Wakil (message 3)",
        "│ 📄 audit.sqlite (3 bytes)",
        "Wakil (message 3, deleted)",
        "Karim blocks the bot",
        "Karim unblocks the bot",
    ]
    assert double.transcript.of(999)[0].text == "kill -9"
    moments = [event.at for event in double.transcript]
    assert moments == sorted(moments)


def test_width_is_counted_as_shown() -> None:
    """Invisible characters take no column, wide ones two; direction is the first letter's."""
    assert [columns(text) for text in ("ab", "\u2068a\u2069", "é", "e\u0301", "😀")] == [
        2,
        1,
        1,
        1,
        2,
    ]
    assert [reads_right_to_left(text) for text in ("12 شراء", "PSN شراء", "12")] == [
        True,
        False,
        False,
    ]


async def test_long_lines_are_wrapped_between_words(double: Telegram, karim: Person) -> None:
    """A line longer than the screen goes on in the next, under itself, and no word is cut."""
    await karim.send("one two three four antidisestablishmentarianism five")

    said = render(double.transcript, width=31).splitlines()[-4:]

    assert [line[9:] for line in said] == [
        "Karim: one two three",
        "       four",
        "       antidisestablishmentarianism",
        "       five",
    ]
