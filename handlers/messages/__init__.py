"""Facts become words: each message of the outbox, in the language of whoever gets it."""

from typing import assert_never

from bot.ports.messenger import (
    AccessAsked,
    AccessDecided,
    AlertRaised,
    Message,
    Outcome,
    Progress,
    Receipt,
    Requote,
    Standing,
    WalletMoved,
)
from bot.texts import Voice
from handlers.messages import admin, orders, wallet
from handlers.messages.common import support
from handlers.rendered import Rendered


def render(message: Message, voice: Voice, *, support_contact: str | None) -> Rendered:
    """Find the words and buttons of a message; the same message gives the same bytes."""
    match message:
        case Progress() | Receipt() | Outcome() | Requote():
            return orders.render(message, voice)
        case AccessAsked() | AlertRaised():
            return admin.render(message, voice)
        case AccessDecided(approved=approved):
            contact = support(voice, support_contact)
            text = "access-approved" if approved else "access-declined"
            return Rendered(html=voice.say(text, support=contact))
        case WalletMoved():
            return wallet.moved(message, voice)
        case Standing(suspended=suspended):
            text = "standing-suspended" if suspended else "standing-reinstated"
            return Rendered(html=voice.say(text))
        case _:
            assert_never(message)
