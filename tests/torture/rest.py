"""Coming to rest: in calm weather, within a few starts, nothing is open, owed or unexplained."""

import asyncio
from contextlib import suppress

from bot.commands.opening import looking_into
from bot.domain.alerts import AlertKind
from bot.domain.orders import OPEN
from bot.services import marks
from tests.e2e.shop import Shop
from tests.torture.lives import Lives
from tests.torture.passing import passes
from tests.torture.people import Admin
from tests.torture.witness import ask

LEFT_TO_A_PERSON = frozenset(
    {
        AlertKind.ORDER_UNKNOWN,
        AlertKind.ORDER_AMBIGUOUS,
        AlertKind.FOREIGN_ORDER,
        AlertKind.COUNT_MISMATCH,
        AlertKind.RESTORED,
    }
)

ROUNDS = (20.0,) * 8 + (200.0,) * 4
"""Within these rounds of so many calm seconds everything rests, or something never will.

What moved at a busy account fills more pages than a minute has calls, and who is started anew
begins at the first: the last rounds are long enough to come to the end.
"""


async def come_to_rest(stand: Shop, lives: Lives, admin: Admin) -> list[str]:
    """Wait, in calm weather, until nothing is open; a start sweeps, so the bot starts anew.

    Gives what never came to rest.
    """
    for seconds in ROUNDS:
        await lives.stop()
        await lives.serve()
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while await restless(stand):
                    await admin.look()
                    await passes(0.5)
                return []
    return [f"never at rest: {what}" for what in await restless(stand)]


async def restless(stand: Shop) -> list[str]:
    """Name what is open, owed or left to a person, and each provider's order not explained."""
    async with looking_into(stand.database) as work:
        found = [f"order {one.id}, {one.state}" for one in await work.orders.list_in(*OPEN)]
        if await work.outbox.next_due_at():
            found.append("a message is owed")
        asked = [one for one in await work.alerts.list_open() if one.kind in LEFT_TO_A_PERSON]
        found += [f"alert {one.kind} about {one.subject}" for one in asked]
        if await work.marks.find(marks.RESTORED):
            found.append("restore mode")
    explained = {
        row[0]
        for question in (
            "SELECT provider_order_id FROM orders",
            "SELECT provider_order_id FROM unowned_order",
        )
        for row in ask(stand.database, question)
    }
    strange = [one for one in stand.sold if one.is_open or one.id not in explained]
    return found + [f"provider order {one.id}" for one in strange]
