"""What goes wrong in a handler and was foreseen by nobody: logged with a number, told with it."""

import secrets

import structlog
from telegram import Update, User
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter

from bot.domain.agents import PersonId
from bot.errors import BotError
from bot.texts import Voice
from handlers.context import Context, Edge
from handlers.guards import is_own_chat, name_of
from handlers.rendered import Rendered
from handlers.replying import is_not_modified, is_too_late, say

log = structlog.get_logger(__name__)


async def last_resort(update: object, context: Context) -> None:
    """Log an error that no handler expected, and tell the person how to ask about it."""
    error = context.error
    if isinstance(error, BadRequest) and (is_not_modified(error) or is_too_late(error)):
        return
    if isinstance(error, Forbidden | RetryAfter) or _is_network(error):
        # Nothing reaches them now. What is owed to them is in the outbox, and comes.
        log.warning("answer not sent", error=type(error).__name__, reason=str(error))
        return
    error_id = secrets.token_hex(4)
    log.error("handler failed", error_id=error_id, exc_info=error)
    writer = update.effective_user if isinstance(update, Update) else None
    if isinstance(update, Update) and writer and is_own_chat(update):
        voice = await _voice(context.edge, writer)
        await say(update, context, Rendered(html=voice.say("error-unexpected", error_id=error_id)))


def _is_network(error: Exception | None) -> bool:
    return isinstance(error, NetworkError) and not isinstance(error, BadRequest)


async def _voice(edge: Edge, writer: User) -> Voice:
    person_id, name = PersonId(writer.id), name_of(writer)
    try:
        known = await edge.counter.people.meet(person_id, name, writer.username)
    except BotError:  # the store itself may be what failed
        return edge.speech.voice_of(None, writer.language_code)
    return edge.speech.voice_of(known.person, writer.language_code)
