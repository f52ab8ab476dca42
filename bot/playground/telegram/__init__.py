"""A Bot API double: one strict server on the loopback, and the people who talk to its bot.

    telegram = Telegram()
    async with telegram.serve() as url:          # TELEGRAM_API_URL; the token is telegram.token
        karim = telegram.person(4001, "Karim", "fr")
        telegram.faults.cut(Aim(method="editMessageText", chat_id=karim.id), moment=AFTER)
        await karim.send("/buy")
        await karim.sees("Catégorie")
        mark = telegram.mark()
        await karim.tap("category:", times=4)
        cards = await karim.sees(lambda message: message.codes, since=mark)
        print(render(telegram.transcript), telegram.count(since=mark))

It does what the Bot API does, in its words and with its refusals, for one bot with long polling,
inline keyboards, HTML and documents.  What it does not know it refuses.
"""

from bot.playground.telegram.double import TOKEN, Telegram
from bot.playground.telegram.faults import AFTER, BEFORE, Aim, Fault, Gate
from bot.playground.telegram.model import Message
from bot.playground.telegram.pacing import Pace
from bot.playground.telegram.people import Group, Person
from bot.playground.telegram.rendering import render
from bot.playground.telegram.screen import NotSeen

__all__ = [
    "AFTER",
    "BEFORE",
    "TOKEN",
    "Aim",
    "Fault",
    "Gate",
    "Group",
    "Message",
    "NotSeen",
    "Pace",
    "Person",
    "Telegram",
    "render",
]
