import pytest
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    BotCommandScopeDefault,
)
from telegram.error import BadRequest

from bot.playground.telegram import Telegram
from bot.playground.telegram.people import Person

BUY = BotCommand("buy", "Buy cards")
ACHETER = BotCommand("buy", "Acheter")
HEALTH = BotCommand("health", "Health")


async def test_the_bot_knows_itself(double: Telegram, bot: Bot) -> None:
    """The bot's id is the number in its token."""
    assert (bot.id, bot.username, bot.first_name) == (700000001, "wakil_bot", "Wakil")
    assert (await bot.get_my_name()).name == "Wakil"


async def test_menus_are_kept_apart(bot: Bot, karim: Person) -> None:
    """Each scope and language has its own menu, and a person sees the most particular one."""
    private = BotCommandScopeAllPrivateChats()
    await bot.set_my_commands([BUY], scope=private)
    await bot.set_my_commands([ACHETER], scope=private, language_code="fr")
    assert karim.menu == (("buy", "Acheter"),)
    await bot.set_my_commands([HEALTH, BUY], scope=BotCommandScopeChat(karim.id))

    assert await bot.get_my_commands(private) == (BUY,)
    assert await bot.get_my_commands(private, "fr") == (ACHETER,)
    assert await bot.get_my_commands() == ()
    assert [name for name, _ in karim.menu] == ["health", "buy"]
    await bot.delete_my_commands(BotCommandScopeChat(karim.id))
    assert [description for _, description in karim.menu] == ["Acheter"]


async def test_the_default_menu_is_for_the_rest(double: Telegram, bot: Bot) -> None:
    """A person for whom no narrower menu was set sees the default one, or none."""
    stranger = double.person(5005, "Samia", "ar")
    assert stranger.menu == ()
    await bot.set_my_commands([BUY], scope=BotCommandScopeDefault())

    assert list(stranger.menu) == [("buy", "Buy cards")]


async def test_a_menu_needs_a_chat(double: Telegram, bot: Bot) -> None:
    """A menu for one chat is refused while its person has never written."""
    stranger = double.person(5005, "Samia")

    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.set_my_commands([BUY], scope=BotCommandScopeChat(stranger.id))


@pytest.mark.parametrize(
    "commands",
    [
        [("Buy", "capital")],
        [("a" * 33, "long")],
        [("buy", "")],
        [("buy", "x" * 257)],
        [("buy", "many")] * 101,
    ],
)
async def test_commands_have_bounds(bot: Bot, commands: list[tuple[str, str]]) -> None:
    """Commands are small letters, digits and underscores; descriptions are not empty or long."""
    with pytest.raises(BadRequest):
        await bot.set_my_commands(commands)
    with pytest.raises(BadRequest, match="Invalid language code"):
        await bot.set_my_commands([BUY], language_code="french")


async def test_descriptions_are_kept_per_language(bot: Bot) -> None:
    """Descriptions fall back to the one without a language, and have bounds."""
    await bot.set_my_description("Sells cards")
    await bot.set_my_description("Vend des cartes", language_code="fr")
    await bot.set_my_short_description("Cards")
    await bot.set_my_name("Wakil Alger", language_code="fr")

    assert (await bot.get_my_description("fr")).description == "Vend des cartes"
    assert (await bot.get_my_description("ar")).description == "Sells cards"
    assert (await bot.get_my_short_description()).short_description == "Cards"
    assert (await bot.get_my_name("fr")).name == "Wakil Alger"
    with pytest.raises(BadRequest, match="too long"):
        await bot.set_my_description("x" * 513)


async def test_the_bot_can_look_round(bot: Bot, karim: Person) -> None:
    """Chats are described, actions leave no trace, and there is no webhook."""
    chat = await bot.get_chat(karim.id)
    assert (chat.first_name, chat.username, chat.type) == ("Karim", "karim_dz", "private")
    assert await bot.send_chat_action(karim.id, "typing")
    with pytest.raises(BadRequest, match="Wrong parameter action"):
        await bot.send_chat_action(karim.id, "dancing")
    with pytest.raises(BadRequest, match="Invalid file_id"):
        await bot.get_file("nothing")
    assert (await bot.get_webhook_info()).pending_update_count == 1
    assert await bot.delete_webhook(drop_pending_updates=True)
    assert (await bot.get_webhook_info()).url == ""
    assert await bot.get_updates() == ()
