from datetime import timedelta

import pytest
from telegram import Update

from bot.domain.agents import Language, PersonId
from bot.playground.telegram.people import Person
from bot.texts import LANGUAGES
from handlers.menus import ADMIN_COMMANDS, AGENT_COMMANDS, set_up
from handlers.speech import Speech
from tests.conversation.stage import ADMIN, SUPPORT, Stage
from tests.fakes.provider_account import dinars


@pytest.fixture
def stranger(stage: Stage) -> Person:
    """Bring in somebody who has never written."""
    return stage.telegram.person(99, "Nadia", "fr-FR", "nadia_dz")


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_stranger_is_let_in(stage: Stage, stranger: Person, language: str) -> None:
    """A stranger chooses a language once, asks with one button, and is told the decision."""
    voice = stage.voice(language)
    karim = stage.telegram.person(ADMIN, "Karim", "en")
    await stage.says(karim, "/help")
    asked = await stage.says(stranger, "/start")
    assert [one.label for one in asked.buttons] == ["English", "Français", "العربية"]
    offer = await stage.taps(stranger, f"language:{language}", on=asked)
    assert offer.id == asked.id
    assert [one.data for one in offer.buttons] == ["access:"]
    waiting = await stage.taps(stranger, "access:", on=offer)
    assert waiting.text == voice.label("access-asked")
    await stage.deliver()
    await stage.told(karim, "approve:")
    await stage.deliver()
    told = await stranger.sees("/wallet")
    assert told.id > waiting.id
    assert "Nadia" in (await stage.says(stranger, "/start")).text


async def test_access_is_asked_once(stage: Stage, stranger: Person) -> None:
    """Asking again, by any button or command, adds nothing."""
    karim = stage.telegram.person(ADMIN, "Karim", "en")
    await stage.says(karim, "/help")
    await stage.says(stranger, "/start")
    offer = await stage.taps(stranger, "language:en")
    await stage.taps(stranger, "access:", on=offer)
    await (await stranger.tap_raw("access:", offer)).answered()
    again = await stage.says(stranger, "/start")
    assert again.text.startswith("Your request is with")
    assert again.buttons == ()
    await stage.deliver()
    assert len([one for one in karim.messages if one.find_button("approve:")]) == 1


async def test_a_declined_stranger_is_told_whom_to_ask(stage: Stage, stranger: Person) -> None:
    """A refusal names the support contact, and access can be asked for again."""
    await stage.says(stranger, "/start")
    await stage.taps(stranger, "language:en")
    await stage.taps(stranger, "access:")
    async with stage.store.read() as work:
        request = await work.people.find_open_request(PersonId(stranger.id))
    assert request is not None
    await stage.works.counter.people.decide(request.id, ADMIN, approve=False)
    await stage.deliver()
    assert SUPPORT in (await stranger.sees("declined")).text
    assert (await stage.says(stranger, "/start")).find_button("access:") is not None


async def test_a_command_is_answered_before_the_language(stage: Stage, stranger: Person) -> None:
    """A stranger's /buy is answered, in the app's language, with the way in."""
    told = await stage.says(stranger, "/buy")
    assert told.text.startswith("Ce bot est réservé aux boutiques")
    assert [one.data for one in told.buttons] == ["access:"]
    assert "demande" in (await stage.taps(stranger, "access:", on=told)).text
    assert (await stage.says(stranger, "/buy")).buttons == ()


async def test_a_member_who_asks_for_access_is_greeted(stage: Stage, amina: Person) -> None:
    """An old access button does nothing to who is in already."""
    menu = await stage.says(amina, "/buy")
    await (await amina.tap_raw("access:", menu)).answered()
    await amina.sees("Chez Amina")


async def test_the_language_can_be_changed(stage: Stage, amina: Person) -> None:
    """After /language everything is said in the new one, the menu of commands too."""
    await stage.says(amina, "/language")
    changed = await stage.taps(amina, "language:ar")
    assert changed.text == stage.voice("ar").label("language-changed")
    shop = (await stage.says(amina, "/wallet")).text
    assert "رصيدك" in shop
    await stage.app.update_queue.join()
    assert amina.menu[0] == ("buy", stage.voice("ar").label("command-buy"))


async def test_a_language_not_spoken_is_an_old_button(stage: Stage, amina: Person) -> None:
    """Forged languages change nothing."""
    asked = await stage.says(amina, "/language")
    assert "no longer valid" in await stage.forged(amina, "language:xx", asked)
    assert "Your balance" in (await stage.says(amina, "/wallet")).text


async def test_help_names_the_contact(stage: Stage, amina: Person) -> None:
    """Help says how it works and whom to ask; admins read their commands too."""
    text = (await stage.says(amina, "/help")).text
    assert SUPPORT in text
    assert "/topup" not in text
    karim = stage.telegram.person(ADMIN, "Karim", "en")
    assert "/topup" in (await stage.says(karim, "/help")).text


async def test_an_admin_is_greeted_as_one(stage: Stage) -> None:
    """An admin who chose a language reads where the admin commands are."""
    karim = stage.telegram.person(ADMIN, "Karim", "en")
    await stage.says(karim, "/start")
    assert "You are an admin here" in (await stage.taps(karim, "language:en")).text


async def test_cancel_leaves_the_question(stage: Stage, amina: Person) -> None:
    """After /cancel a number means nothing; without a question there is nothing to cancel."""
    await stage.to_quantity(amina)
    assert (await stage.says(amina, "/cancel")).text.startswith("Cancelled")
    assert "did not understand" in (await stage.says(amina, "2")).text
    assert (await stage.says(amina, "/cancel")).text.startswith("There is nothing")


async def test_what_nobody_understands_is_answered(stage: Stage, amina: Person) -> None:
    """Unknown commands and chatter are answered with what can be done."""
    assert "do not know this command" in (await stage.says(amina, "/frobnicate")).text
    assert "did not understand" in (await stage.says(amina, "hello")).text


async def test_chatter_of_a_stranger_shows_the_way_in(stage: Stage, stranger: Person) -> None:
    """Whoever just writes is told for whom this is; an admin without a shop, what to send."""
    assert (await stage.says(stranger, "bonjour")).find_button("access:") is not None
    karim = stage.telegram.person(ADMIN, "Karim", "en")
    assert "did not understand" in (await stage.says(karim, "hello")).text


async def test_a_picture_is_answered(stage: Stage, amina: Person) -> None:
    """A sticker is not a quantity, and the question stays open."""
    await stage.to_quantity(amina)
    sticker = {"file_id": "a", "file_unique_id": "a", "width": 1, "height": 1}
    kind = {"is_animated": False, "is_video": False, "type": "regular"}
    who = {"id": amina.id, "first_name": "Amina", "is_bot": False}
    message = {
        "message_id": 900,
        "date": 1,
        "chat": {"id": amina.id, "type": "private"},
        "from": who,
        "sticker": sticker | kind,
    }
    since = stage.telegram.mark()
    update = Update.de_json({"update_id": 5, "message": message}, stage.app.bot)
    await stage.app.update_queue.put(update)
    await amina.sees("did not understand", since=since)
    assert (await stage.says(amina, "2")).find_button("confirm:") is not None


async def test_groups_get_a_link_and_nothing_else(stage: Stage, amina: Person) -> None:
    """In a group a command is answered with one line; no balance, no menu, whoever asks."""
    group = stage.telegram.group(-5, "Shops of Oran", [amina])
    for text in ("/wallet", "/start@wakil_bot", "/topup Chez Amina 500"):
        since = stage.telegram.mark()
        await amina.send(text, to=group)
        told = await group.sees("private chat", since=since)
        assert told.buttons == ()
        assert told.entities[-1].url == "https://t.me/wakil_bot"
    assert [one.by_bot for one in amina.messages].count(True) == 0


async def test_a_button_in_a_group_is_deaf(stage: Stage, amina: Person) -> None:
    """Data forged for a message in a group reaches no handler."""
    group = stage.telegram.group(-5, "Shops of Oran", [amina])
    await amina.send("/wallet", to=group)
    told = await group.sees("private chat")
    await amina.tap_raw("category:1", told)
    await stage.telegram.drained()
    await stage.app.update_queue.join()
    assert len([one for one in group.messages if one.by_bot]) == 1


async def test_a_suspended_shop_is_stopped_at_once(stage: Stage, amina: Person) -> None:
    """A stolen phone buys nothing and sees nothing, by command, button or typed number."""
    receipt = await stage.buys(amina)
    confirm = await stage.to_confirm(amina)
    await stage.to_quantity(amina)
    member = stage.works.counter.people
    who = await member.meet(PersonId(amina.id), "Amina", None)
    assert who.agent is not None
    await member.suspend(who.agent.id, ADMIN, suspended=True)
    stage.clock.advance(timedelta(seconds=1))
    await stage.deliver()
    assert "suspended" in (await amina.sees("Your shop is suspended")).text
    for text in ("/buy", "/orders", "/wallet", "2"):
        assert "Your shop is suspended" in (await stage.says(amina, text)).text
    for data in ("confirm:" + confirm.buttons[0].data.split(":")[1], "reveal:1", "order:1"):
        assert "suspended" in await stage.forged(amina, data, receipt)
    assert len(await stage.orders()) == 1
    await member.suspend(who.agent.id, ADMIN, suspended=False)
    await stage.deliver()
    await amina.sees("can buy again")
    assert "What are you buying" in (await stage.says(amina, "/buy")).text


async def test_who_blocks_the_bot_gets_the_cards_on_return(stage: Stage, amina: Person) -> None:
    """Cards for somebody who blocked the bot are kept, and sent when they come back."""
    message = await stage.to_confirm(amina)
    await stage.told(amina, "confirm:", on=message)
    await amina.sees("Confirmed")
    amina.block()
    await stage.telegram.drained()
    await stage.app.update_queue.join()
    async with stage.store.read() as work:
        person = await work.people.find_person(PersonId(amina.id))
    assert person is not None
    assert person.unreachable_at is not None
    await stage.work()
    assert not any(one.codes for one in amina.messages)
    amina.unblock()
    await stage.telegram.drained()
    await stage.app.update_queue.join()
    await stage.deliver()
    receipt = await amina.sees(lambda one: one.codes)
    assert list(receipt.codes[::2]) == stage.paid_codes
    assert (await stage.wallet(amina)).balance == dinars(7100)


async def test_menus_speak_every_language(stage: Stage, amina: Person) -> None:
    """Each language has its menu and descriptions; admins find their commands, groups none."""
    karim = stage.telegram.person(ADMIN, "Karim", "fr")
    await stage.says(karim, "/help")
    speech = Speech(
        translator=stage.translator,
        default_language=Language.FRENCH,
        support_contact=None,
        protect_cards=False,
    )
    await set_up(stage.app.bot, speech, (ADMIN, PersonId(404)))
    for language in (*LANGUAGES, "de"):
        voice = stage.voice(language if language in LANGUAGES else "fr")
        somebody = stage.telegram.person(500 + ord(language[0]), "Somebody", language)
        assert [name for name, _ in somebody.menu] == list(AGENT_COMMANDS)
        assert dict(somebody.menu)["buy"] == voice.label("command-buy")
        described = stage.telegram.world.profile.text_in("description", language=language)
        assert described == voice.label("bot-description")
    assert [name for name, _ in karim.menu] == [*AGENT_COMMANDS, *ADMIN_COMMANDS]
    assert dict(karim.menu)["topup"] == stage.voice("fr").label("command-topup")
    since = stage.telegram.mark()
    await set_up(stage.app.bot, speech, (ADMIN,))
    assert not any(name.startswith("set") for name in stage.telegram.count(since))
