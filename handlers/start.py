"""`/start` and the door: the language, asking for access, help, leaving a question."""

from telegram import ChatMember, Update
from telegram.ext import ChatMemberHandler

from bot.domain.agents import Language, PersonId
from bot.texts import LANGUAGES, rows
from handlers import menus
from handlers.callbacks import Verb
from handlers.context import Context
from handlers.guards import Who, is_own_chat, name_of
from handlers.keyboards import column, keyboard, press
from handlers.messages.common import support
from handlers.rendered import Rendered
from handlers.replying import answer, say, show
from handlers.routes import Routes, button, command


async def start(update: Update, context: Context) -> None:
    """Greet; who has not chosen a language is asked for it first."""
    if context.who.person.language is None:
        await say(update, context, _language_question(context))
    else:
        await say(update, context, _greeting(context))


async def ask_language(update: Update, context: Context) -> None:
    """Ask for the language again."""
    await say(update, context, _language_question(context))


async def choose_language(update: Update, context: Context) -> None:
    """Speak the chosen language from now on; a newcomer is greeted in it."""
    (chosen,) = context.found
    if chosen not in LANGUAGES:
        await answer(update, context, context.voice.label("toast-old-button"), alert=True)
        return
    is_new = context.who.person.language is None
    person = await context.counter.people.speak(context.who.person.id, Language(chosen))
    context.voice = context.speech.voice_of(person)
    changed = Rendered(html=context.voice.say("language-changed"))
    await show(update, context, _greeting(context) if is_new else changed)
    await menus.speak(context.bot, person, context.voice, is_admin=context.who.is_admin)


async def ask_access(update: Update, context: Context) -> None:
    """Ask the admins to let a person in; asking again changes nothing."""
    if context.who.agent is not None:
        await show(update, context, _greeting(context))
        return
    await context.counter.people.ask_access(context.who.person.id)
    await show(update, context, Rendered(html=context.voice.say("access-asked")))


async def help_(update: Update, context: Context) -> None:
    """Say how it works, and whom to ask."""
    contact = support(context.voice, context.speech.support_contact)
    text: list[str] = [context.voice.say("help", support=contact)]
    if context.who.is_admin:
        text += ["", context.voice.say("help-admin")]
    await say(update, context, Rendered(html=rows(text)))


async def cancel(update: Update, context: Context) -> None:
    """Leave an unanswered question; an order is cancelled by its own button only."""
    if context.who.expected:
        await context.counter.asking.forget(context.who.person.id)
    text = "cancelled" if context.who.expected else "nothing-to-cancel"
    await say(update, context, Rendered(html=context.voice.say(text)))


async def blocked(update: Update, context: Context) -> None:
    """Note who blocked the bot; whoever comes back is met again, and gets what waited."""
    change, person = update.my_chat_member, update.effective_user
    if change is None or person is None or not is_own_chat(update):
        return
    person_id = PersonId(person.id)
    if change.new_chat_member.status == ChatMember.BANNED:
        await context.counter.people.lose(person_id)
    else:
        await context.counter.people.meet(person_id, name_of(person), person.username)


def stranger(context: Context) -> Rendered:
    """Offer to ask for access, or say that the request is being looked at."""
    if context.who.asked:
        return Rendered(html=context.voice.say("access-asked"))
    ask = press(context.voice.label("button-access"), Verb.ACCESS)
    return Rendered(html=context.voice.say("access-offer"), keyboard=keyboard(context.voice, [ask]))


def _greeting(context: Context) -> Rendered:
    voice, who = context.voice, context.who
    if who.agent is None and not who.is_admin:
        return stranger(context)
    lines = [voice.say("welcome", shop=who.agent.name)] if who.agent else []
    if who.is_admin:
        lines.append(voice.say("welcome-admin"))
    return Rendered(html=rows(lines))


def _language_question(context: Context) -> Rendered:
    voices = [context.speech.translator.voice(language) for language in LANGUAGES]
    buttons = [press(one.label("language-name"), Verb.LANGUAGE, one.language) for one in voices]
    # Nobody's own language is known yet: each is asked in itself, and no row is mirrored.
    return Rendered(
        html=rows([one.say("language-question") for one in voices]),
        keyboard=keyboard(context.voice, *column(buttons)),
    )


HANDLERS: Routes = (
    command("start", start, Who.ANYONE),
    command("language", ask_language, Who.ANYONE),
    command("help", help_, Who.ANYONE),
    command("cancel", cancel, Who.ANYONE, asks=True),
    button(Verb.LANGUAGE, choose_language, Who.ANYONE),
    button(Verb.ACCESS, ask_access, Who.ANYONE),
    ChatMemberHandler(blocked, ChatMemberHandler.MY_CHAT_MEMBER),
)
