"""The messenger over Telegram: finds the words, sends them, and says what became of them.

What Telegram answers is told apart by whether the message can have arrived: only what was surely
never sent may be sent again without a mark.
"""

from collections.abc import Awaitable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import httpx
from telegram import Bot
from telegram import Message as TelegramMessage
from telegram.constants import ParseMode
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter, TelegramError

from bot.domain.agents import Person
from bot.log import hiding
from bot.ports.messenger import (
    Answer,
    Gone,
    Later,
    Malformed,
    Message,
    Sent,
    Unclear,
    Unreachable,
)
from handlers.messages import render
from handlers.messages.orders import secrets
from handlers.pacing import wait_of
from handlers.rendered import Rendered
from handlers.replying import NO_PREVIEW, is_not_editable, is_not_modified
from handlers.speech import Speech

NEVER_SENT: Final = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
"""What httpx raises before the first byte of a request has left."""

AFTER_A_FAULT = timedelta(seconds=2)
"""How long to wait after a request that never left."""

NOBODY_THERE = ("chat not found", "user not found", "peer_id_invalid", "chat_id_invalid")
"""What Telegram says, as a 400, of a person that it does not know, or not any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TelegramMessenger:
    """Says facts to persons in their private chats."""

    bot: Bot
    speech: Speech

    async def send(self, to: Person, message: Message) -> Answer:
        rendered = self._render(to, message)
        sending = self.bot.send_message(
            to.id,
            rendered.html,
            parse_mode=ParseMode.HTML,
            reply_markup=rendered.keyboard,
            link_preview_options=NO_PREVIEW,
            protect_content=self.speech.protect_cards and rendered.has_cards,
        )
        with hiding(*secrets(message)):
            return await _answer(sending, message_id=0)

    async def edit(self, to: Person, message_id: int, message: Message) -> Answer:
        rendered = self._render(to, message)
        editing = self.bot.edit_message_text(
            rendered.html,
            chat_id=to.id,
            message_id=message_id,
            parse_mode=ParseMode.HTML,
            reply_markup=rendered.keyboard,
            link_preview_options=NO_PREVIEW,
        )
        with hiding(*secrets(message)):
            return await _answer(editing, message_id=message_id)

    def _render(self, to: Person, message: Message) -> Rendered:
        voice = self.speech.voice_of(to)
        return render(message, voice, support_contact=self.speech.support_contact)


async def _answer(call: Awaitable[TelegramMessage | bool], *, message_id: int) -> Answer:
    """Make the call and tell what it came to; `message_id` is the one that is edited."""
    try:
        sent = await call
    except BadRequest as error:
        return _refused(error, message_id)
    except Forbidden as error:
        return Unreachable(reason=error.message)
    except RetryAfter as error:
        return Later(after=wait_of(error))
    except NetworkError as error:
        never_sent = isinstance(error.__cause__, NEVER_SENT)
        return Later(after=AFTER_A_FAULT) if never_sent else Unclear()
    except TelegramError as error:
        # Telegram answered, and it was no: an unknown kind of no is still a no.
        return Malformed(reason=error.message)
    return Sent(message_id=sent.message_id if isinstance(sent, TelegramMessage) else message_id)


def _refused(error: BadRequest, message_id: int) -> Answer:
    if is_not_modified(error):
        return Sent(message_id=message_id)
    if is_not_editable(error):
        return Gone()
    if error.message.lower().startswith(NOBODY_THERE):
        return Unreachable(reason=error.message)
    return Malformed(reason=error.message)
