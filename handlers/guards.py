"""Before every handler: who wrote, where, and whether they may. Checked anew at each update.

Only private chats are served. A role is checked here and again by the services; what a menu
showed is never proof of anything.
"""

from enum import Enum, auto
from functools import wraps

from telegram import CallbackQuery, Message, Update, User
from telegram.constants import ChatType

from bot.domain.agents import PersonId
from bot.errors import Refusal
from handlers.context import Callback, Context
from handlers.replying import answer, refuse

LONGEST_NAME = 64


class Who(Enum):
    """Who a handler is for. What only admins may do is guarded in `handlers/admin`."""

    ANYONE = auto()
    MEMBERS = auto()


def guarded(handler: Callback, who: Who, *, keeps_question: bool = False) -> Callback:
    """Let `handler` be called for `who` in private chats only.

    It finds `context.who` and `context.voice` set. What a typed message would have meant is
    forgotten, unless it `keeps_question`. A `Refusal` is said to the person; a press is answered
    once, whatever happens.
    """

    @wraps(handler)
    async def guard(update: Update, context: Context) -> None:
        if not await _met(update, context):
            return
        try:
            _check(context, who)
            if context.who.expected and not keeps_question:
                await context.counter.asking.forget(context.who.person.id)
            await handler(update, context)
        except Refusal as refusal:
            await refuse(update, context, refusal)
        finally:
            await answer(update, context)

    return guard


async def _met(update: Update, context: Context) -> bool:
    """Recognise who wrote; False outside of private chats."""
    person = update.effective_user
    if person is None or not is_own_chat(update):
        return False
    people = context.counter.people
    context.who = await people.meet(
        PersonId(person.id), name_of(person), person.username, pressed=pressed_message(update)
    )
    context.voice = context.speech.voice_of(context.who.person, person.language_code)
    return True


def is_own_chat(update: Update) -> bool:
    """Tell whether an update came from a person's own private chat, whose id is the person's.

    Cards are never shown in a chat of anybody else (Bot API, Chat).
    """
    person, chat = update.effective_user, update.effective_chat
    if person is None or chat is None:
        return False
    return chat.type == ChatType.PRIVATE and chat.id == person.id


def name_of(person: User) -> str:
    """Give a person's name in one line; one without any (the library has none then) is a number."""
    return " ".join((person.full_name or "").split())[:LONGEST_NAME] or str(person.id)


def _check(context: Context, who: Who) -> None:
    if who is Who.MEMBERS:
        _ = context.agent  # refuses who has none


def pressed_message(update: Update) -> int | None:
    """The id of the message whose button was pressed."""
    query: CallbackQuery | None = update.callback_query
    return query.message.message_id if query and isinstance(query.message, Message) else None
