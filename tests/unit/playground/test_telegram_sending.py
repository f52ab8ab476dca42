import pytest
from telegram import (
    Bot,
    CopyTextButton,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    ReplyParameters,
)
from telegram.error import BadRequest, Forbidden

from bot.playground.telegram import Telegram
from bot.playground.telegram.people import Person

CODE = "AB12-CD<3&é😀"
ESCAPED = "AB12-CD&lt;3&amp;é😀"


def rows(*labels: str) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(label, callback_data=f"pick:{label}")] for label in labels]
    )


async def test_a_message_arrives(bot: Bot, karim: Person) -> None:
    """What the bot sends stands in the chat, and the answer describes it."""
    sent = await bot.send_message(karim.id, "Bonjour", reply_markup=rows("A", "B"))

    seen = await karim.sees("Bonjour")
    assert (sent.message_id, sent.text, sent.chat.id) == (seen.id, "Bonjour", karim.id)
    assert sent.from_user is not None
    assert sent.from_user.is_bot
    assert sent.reply_markup == rows("A", "B")
    assert [button.data for button in seen.buttons] == ["pick:A", "pick:B"]
    assert (sent.date, karim.last) == (seen.sent_at, seen)


async def test_a_code_is_exact(bot: Bot, karim: Person) -> None:
    """A code entity holds exactly the code, whatever characters stand before it."""
    sent = await bot.send_message(karim.id, f"🎁 <code>{ESCAPED}</code>.", parse_mode="HTML")

    assert list(sent.parse_entities(["code"]).values()) == [CODE]
    assert karim.last.codes == (CODE,)


async def test_strangers_cannot_be_written_to(double: Telegram, bot: Bot) -> None:
    """A person who never wrote cannot be written to, and one who does not exist is not found."""
    stranger = double.person(5005, "Samia")

    with pytest.raises(Forbidden, match="can't initiate conversation"):
        await bot.send_message(stranger.id, "Hello")
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.send_message(999, "Hello")
    assert (await bot.get_chat(stranger.id)).first_name == "Samia"


async def test_an_edit_replaces(bot: Bot, karim: Person) -> None:
    """An edit keeps the message's place, replaces text and keyboard, and remembers what was."""
    sent = await bot.send_message(karim.id, "Ordering", reply_markup=rows("Cancel"))
    await bot.send_message(karim.id, "Later")

    edited = await bot.edit_message_text("Done", karim.id, sent.message_id)

    assert not isinstance(edited, bool)
    assert edited.edit_date is not None
    first, second = karim.messages[-2:]
    assert (first.text, first.keyboard, second.text) == ("Done", (), "Later")
    assert [before.text for before in first.earlier] == ["Ordering"]


async def test_an_edit_must_change_something(bot: Bot, karim: Person) -> None:
    """The same text and keyboard again are refused as not modified."""
    text = f"<code>{ESCAPED}</code>"
    sent = await bot.send_message(karim.id, text, parse_mode="HTML", reply_markup=rows("A"))

    with pytest.raises(BadRequest, match="Message is not modified: specified new message"):
        await bot.edit_message_text(
            text, karim.id, sent.message_id, parse_mode="HTML", reply_markup=rows("A")
        )
    with pytest.raises(BadRequest, match="Message is not modified"):
        await bot.edit_message_reply_markup(karim.id, sent.message_id, reply_markup=rows("A"))
    await bot.edit_message_reply_markup(karim.id, sent.message_id)
    assert karim.last.keyboard == ()


async def test_only_own_messages_can_be_edited(bot: Bot, karim: Person) -> None:
    """A missing message and a person's message cannot be edited."""
    theirs = karim.last

    with pytest.raises(BadRequest, match="Message to edit not found"):
        await bot.edit_message_text("x", karim.id, 12345)
    with pytest.raises(BadRequest, match="Message can't be edited"):
        await bot.edit_message_text("x", karim.id, theirs.id)
    with pytest.raises(BadRequest, match="Message identifier is not specified"):
        await bot.edit_message_text("x", karim.id, 0)


async def test_a_deleted_message_is_gone(bot: Bot, karim: Person) -> None:
    """A deleted message leaves the screen, stays in the record, and cannot be edited."""
    one, two, three = [await bot.send_message(karim.id, text) for text in ("1", "2", "3")]

    await bot.delete_message(karim.id, one.message_id)
    await bot.delete_messages(karim.id, [two.message_id, three.message_id, 777])

    assert [message.text for message in karim.messages] == ["/start"]
    assert [message.text for message in karim.chat.everything] == ["/start", "1", "2", "3"]
    with pytest.raises(BadRequest, match="Message to delete not found"):
        await bot.delete_message(karim.id, one.message_id)
    with pytest.raises(BadRequest, match="Message to edit not found"):
        await bot.edit_message_text("x", karim.id, one.message_id)


async def test_texts_have_bounds(bot: Bot, karim: Person) -> None:
    """A text has 1 to 4096 UTF-16 units after parsing and trimming."""
    await bot.send_message(karim.id, "<b>" + "x" * 4096 + "</b>\n\n", parse_mode="HTML")

    with pytest.raises(BadRequest, match="Message is too long"):
        await bot.send_message(karim.id, "😀" * 2049)
    with pytest.raises(BadRequest, match="Message text is empty"):
        await bot.send_message(karim.id, " \n ")


async def test_options_are_kept(bot: Bot, karim: Person) -> None:
    """Protection, silence, previews and the answered message are what the bot asked for."""
    sent = await bot.send_message(
        karim.id,
        "Card",
        protect_content=True,
        disable_notification=True,
        link_preview_options=LinkPreviewOptions(is_disabled=True),
        reply_parameters=ReplyParameters(karim.last.id),
    )

    seen = karim.last
    assert (seen.protected, seen.silent, seen.link_preview) == (True, True, False)
    assert sent.has_protected_content
    assert sent.reply_to_message is not None
    assert sent.reply_to_message.text == "/start"
    with pytest.raises(BadRequest, match="Message to be replied not found"):
        await bot.send_message(karim.id, "x", reply_parameters=ReplyParameters(999))
    await bot.send_message(
        karim.id, "y", reply_parameters=ReplyParameters(999, allow_sending_without_reply=True)
    )
    assert karim.last.reply_to is None


@pytest.mark.parametrize(
    ("button", "refusal"),
    [
        (InlineKeyboardButton("x", callback_data="ع" * 33), "Button_data_invalid"),
        (InlineKeyboardButton("x", callback_data=""), "Button_data_invalid"),
        (InlineKeyboardButton("x", url="not an address"), "Wrong http url"),
        (
            InlineKeyboardButton("x", copy_text=CopyTextButton("c" * 257)),
            "Button_copy_text_invalid",
        ),
        (InlineKeyboardButton("x"), "Text buttons are unallowed in the inline keyboard"),
        (InlineKeyboardButton("", callback_data="x"), "Can't find field"),
        (InlineKeyboardButton("x", callback_data="x", url="t.me/y"), "Button_type_invalid"),
    ],
)
async def test_a_bad_button_is_refused(
    bot: Bot, karim: Person, button: InlineKeyboardButton, refusal: str
) -> None:
    """A button does one thing within Telegram's bounds, or the message is refused."""
    with pytest.raises(BadRequest) as refused:
        await bot.send_message(karim.id, "x", reply_markup=InlineKeyboardMarkup([[button]]))

    assert refusal.lower() in refused.value.message.lower()
    assert karim.last.text == "/start"


async def test_keyboards_have_bounds(bot: Bot, karim: Person) -> None:
    """A row holds eight buttons and a keyboard a hundred."""
    button = InlineKeyboardButton("x", callback_data="x" * 64)
    full = InlineKeyboardMarkup([[button] * 8] * 12)

    await bot.send_message(karim.id, "x", reply_markup=full)

    for too_much in ([[button] * 9], [[button] * 8] * 13):
        with pytest.raises(BadRequest, match="Reply markup is too long"):
            await bot.send_message(karim.id, "x", reply_markup=InlineKeyboardMarkup(too_much))


async def test_a_copy_button_copies_exactly(bot: Bot, karim: Person) -> None:
    """A copy button puts exactly its text into the clipboard, and the bot learns nothing."""
    keyboard = [[InlineKeyboardButton("📋 1", copy_text=CopyTextButton(CODE), style="success")]]
    sent = await bot.send_message(karim.id, "Card", reply_markup=InlineKeyboardMarkup(keyboard))

    assert karim.copy("📋") == CODE
    assert sent.reply_markup is not None
    assert sent.reply_markup.inline_keyboard[0][0].copy_text == CopyTextButton(CODE)
    with pytest.raises(ValueError, match="sends no press"):
        await karim.tap("📋")


async def test_a_document_arrives_whole(bot: Bot, karim: Person) -> None:
    """A file arrives byte for byte, can be downloaded again, and sent again by its id."""
    content = b"SQLite\r\n--\x00\xff\r\n" * 50

    sent = await bot.send_document(
        karim.id, content, caption="<b>Audit</b>", parse_mode="HTML", filename="audit.sqlite"
    )
    assert sent.document is not None
    downloaded = await (await bot.get_file(sent.document.file_id)).download_as_bytearray()
    await bot.send_document(karim.id, sent.document.file_id)

    first, second = karim.messages[-2:]
    assert first.document is not None
    assert (first.document.name, first.document.content) == ("audit.sqlite", content)
    assert (first.text, first.spans("bold")) == ("Audit", ("Audit",))
    assert (bytes(downloaded), second.document) == (content, first.document)


async def test_a_document_has_bounds(bot: Bot, karim: Person) -> None:
    """An empty file, an unknown file and a long caption are refused; a caption can be edited."""
    sent = await bot.send_document(karim.id, b"x", caption="A", filename="a.txt")

    await bot.edit_message_caption(karim.id, sent.message_id, caption="B")
    assert karim.last.text == "B"
    with pytest.raises(BadRequest, match="caption is too long"):
        await bot.send_document(karim.id, b"x", caption="x" * 1025)
    with pytest.raises(BadRequest, match="File must be non-empty"):
        await bot.send_document(karim.id, b"")
    with pytest.raises(BadRequest, match="Wrong file identifier"):
        await bot.send_document(karim.id, "no-such-file")
    with pytest.raises(BadRequest, match="There is no text in the message to edit"):
        await bot.edit_message_text("x", karim.id, sent.message_id)


async def test_links_and_languages_are_told(bot: Bot, karim: Person) -> None:
    """A link's address and the language of a block of code come back with the message."""
    sent = await bot.send_message(
        karim.id,
        '<a href="t.me/wakil_bot">x</a><pre><code class="language-sql">y</code></pre>',
        parse_mode="HTML",
        reply_markup=InlineKeyboardMarkup.from_button(
            InlineKeyboardButton("Join", url="https://t.me/wakil_bot?start=i")
        ),
    )

    assert [(entity.url, entity.language) for entity in sent.entities] == [
        ("http://t.me/wakil_bot", None),
        (None, "sql"),
    ]
    assert sent.reply_markup is not None
    assert sent.reply_markup.inline_keyboard[0][0].url == karim.button("Join")[1].url
