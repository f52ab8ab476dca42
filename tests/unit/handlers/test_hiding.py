import asyncio
import logging
from collections.abc import Callable, Coroutine
from dataclasses import replace
from io import StringIO
from typing import Any
from zoneinfo import ZoneInfo

from telegram.error import NetworkError

from bot.domain.agents import AgentId, Language, Person, PersonId, Wallet
from bot.domain.cards import Card
from bot.domain.phones import spaced
from bot.domain.secret import Secret
from bot.log import handler
from bot.ports.messenger import NumberedCard, Receipt, Requote, Unclear
from bot.texts import Translator
from handlers.app import make_bot
from handlers.messages.orders import secrets
from handlers.messenger import TelegramMessenger
from handlers.pacing import Pacing
from handlers.speech import Speech
from tests.unit.samples import ORDER, QUOTE, dinars

CODE, PIN, SERIAL = "ABCD-1234-EFGH", "4711-0815", "SN-00017-9"
PHONE = "+213550123456"
AMINA = Person(id=PersonId(7), name="Amina", username=None, language=Language.ENGLISH)
RECEIPT = Receipt(
    order=replace(ORDER, quantity=1, cards=1),
    cards=(NumberedCard(number=1, card=Card(code=CODE, pin=PIN, serial=SERIAL)),),
    copy=False,
    is_last=False,
    wallet=Wallet(agent_id=AgentId(3), balance=dinars(0), held=dinars(0), credit_limit=dinars(0)),
)


class Talkative(Pacing):
    """A library that logs every message which it is asked to send, and sends none."""

    def __init__(self, logger: logging.Logger) -> None:
        super().__init__()
        self._logger = logger

    async def process_request(  # the base class's signature
        self,
        callback: Callable[..., Coroutine[Any, Any, Any]],
        args: Any,  # noqa: ANN401
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: None,
    ) -> bool:
        self._logger.warning("%s %s", endpoint, data)
        raise NetworkError("cut")


def test_cards_are_hidden_while_they_are_sent() -> None:
    """No library can log a code, a PIN or a serial while a receipt is on its way."""
    stream = StringIO()
    logger = logging.Logger("talkative")  # noqa: LOG001 - out of the tree
    logger.addHandler(handler(stream, log_format="json"))

    async def send() -> None:
        speech = Speech(
            translator=Translator(ZoneInfo("Africa/Algiers"), strict=True),
            default_language=Language.ENGLISH,
            support_contact=None,
            protect_cards=False,
        )
        bot = make_bot(Secret("42:ZYXW"), api_url="http://127.0.0.1:9", pacing=Talkative(logger))
        messenger = TelegramMessenger(bot=bot, speech=speech)
        assert await messenger.send(AMINA, RECEIPT) == Unclear()
        assert await messenger.edit(AMINA, 5, RECEIPT) == Unclear()

    asyncio.run(send())
    written = stream.getvalue()
    assert ("sendMessage" in written, "editMessageText" in written) == (True, True)
    assert CODE not in written
    assert PIN not in written
    assert SERIAL not in written
    assert secrets(RECEIPT) == (CODE, PIN, SERIAL)


def test_a_phone_is_hidden_while_it_is_offered_for() -> None:
    """A new offer says whom it is for, in the chat and in no log."""
    offer = Requote(order=ORDER, quote=QUOTE, phone=PHONE)
    assert secrets(offer) == (PHONE, spaced(PHONE))
    assert secrets(replace(offer, phone=None)) == ()
    assert PHONE not in repr(offer)
