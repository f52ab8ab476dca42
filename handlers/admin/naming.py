"""Finding the agent that an admin names, where the words can be read in more than one way."""

from collections.abc import Sequence
from typing import TypeVar

from telegram import Update

from bot.domain.agents import Agent
from bot.domain.money import Money
from bot.domain.refusals import RefusalReason
from bot.errors import Refusal
from bot.texts import rows
from handlers.context import Context
from handlers.rendered import Rendered
from handlers.replying import say

T = TypeVar("T")


async def named(context: Context, readings: Sequence[tuple[str, T]]) -> list[tuple[Agent, T]]:
    """Give the readings whose agent exists; `Refusal` when none does."""
    found: list[tuple[Agent, T]] = []
    refusals: list[Refusal] = []
    for text, rest in readings:
        try:
            found.append((await context.counter.desk.find_agent(text), rest))
        except Refusal as refusal:
            refusals.append(refusal)
    if not found:
        raise _most_telling(refusals)
    return found


async def ask_again(
    update: Update, context: Context, readings: Sequence[tuple[Agent, Money | None]]
) -> None:
    """Say that nothing was done, because it could be meant in several ways."""
    voice = context.voice
    nothing = voice.say("admin-no-limit")
    lines = [
        voice.say("admin-reading", shop=agent.name, amount=nothing if amount is None else amount)
        for agent, amount in readings
    ]
    await say(update, context, Rendered(html=voice.say("admin-two-readings", rows=rows(lines))))


def _most_telling(refusals: Sequence[Refusal]) -> Refusal:
    """Several agents fitting tells more than none."""
    ambiguous = [one for one in refusals if one.reason == RefusalReason.AGENT_AMBIGUOUS]
    return (*ambiguous, *refusals)[0]
