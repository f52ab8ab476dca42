"""What every handler is given: the counter, the person who wrote, the person's language."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from telegram import Update
from telegram.ext import Application, CallbackContext, ExtBot

from bot.domain.agents import Agent
from bot.domain.refusals import RefusalReason
from bot.errors import Refusal
from bot.ports.exporter import Exporter
from bot.services.counter import Counter
from bot.services.people import Acquaintance
from bot.texts import Voice
from handlers.speech import Speech

Notes: TypeAlias = dict[Any, Any]
"""python-telegram-bot's own memory; it is lost at a restart, so nothing that matters is in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """What the Telegram edge works with.

    `exporter` writes the copy for the auditor that an admin asks for. `on_conflict` is called at
    each sign of another bot on the token, after `counter.rivals` was told.
    """

    counter: Counter
    speech: Speech
    exporter: Exporter
    on_conflict: Callable[[], None]


EDGE = "edge"
"""Where an Application keeps its `Edge`."""


class Context(CallbackContext["ExtBot[None]", Notes, Notes, Notes]):
    """The context of one update; `who` is set by the guard that stands before every handler."""

    who: Acquaintance
    voice: Voice
    answered: bool = False

    @property
    def edge(self) -> Edge:
        """What the Telegram edge works with."""
        edge: Edge = self.bot_data[EDGE]
        return edge

    @property
    def speech(self) -> Speech:
        """How people are spoken to."""
        return self.edge.speech

    @property
    def counter(self) -> Counter:
        """Every use-case."""
        return self.edge.counter

    @property
    def agent(self) -> Agent:
        """The agent that the person acts for; `Refusal` for who acts for none, or a suspended one.

        The services check the same again, in the transaction that matters.
        """
        if self.who.agent is None:
            raise Refusal(RefusalReason.NOT_A_MEMBER)
        if self.who.agent.suspended_at is not None:
            raise Refusal(RefusalReason.SUSPENDED)
        return self.who.agent

    @property
    def found(self) -> tuple[str, ...]:
        """The arguments of the pressed button, as its shape in `callbacks` reads them."""
        return tuple(text or "" for text in self.matches[0].groups()) if self.matches else ()

    def number(self, place: int = 0) -> int:
        """Read an argument of the pressed button as a number; its shape let only digits pass."""
        return int(self.found[place])


App: TypeAlias = Application["ExtBot[None]", Context, Notes, Notes, Notes, Any]
Callback: TypeAlias = Callable[[Update, Context], Any]
