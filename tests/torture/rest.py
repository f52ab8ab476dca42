"""Coming to rest: in calm weather, within a few starts, nothing is open, owed or unexplained."""

import asyncio
from contextlib import suppress

from bot.commands.opening import looking_into
from bot.domain.alerts import AlertKind
from bot.domain.orders import OPEN
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

ROUNDS = 20
ROUND = 20.0
"""Within so many rounds of so many calm seconds everything rests, or something never will."""


async def come_to_rest(stand: Shop, lives: Lives, admin: Admin) -> bool:
    """Wait, in calm weather, until nothing is open; a start sweeps, so the bot starts anew."""
    for _ in range(ROUNDS):
        await lives.stop()
        await lives.serve()
        with suppress(TimeoutError):
            async with asyncio.timeout(ROUND):
                while not await rests(stand):
                    await admin.look()
                    await passes(0.5)
                return True
        admin.is_patient = False
    return False


async def rests(stand: Shop) -> bool:
    """Tell whether nothing is open, owed, or left to a person, and every order is explained."""
    async with looking_into(stand.database) as work:
        if await work.orders.list_in(*OPEN) or await work.outbox.next_due_at():
            return False
        if any(alert.kind in LEFT_TO_A_PERSON for alert in await work.alerts.list_open()):
            return False
    explained = {
        row[0]
        for question in (
            "SELECT provider_order_id FROM orders",
            "SELECT provider_order_id FROM unowned_order",
        )
        for row in ask(stand.database, question)
    }
    return all(one.id in explained and not one.is_open for one in stand.sold)
