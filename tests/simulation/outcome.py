"""What came of a run: what was found, and the figures that it is reported by."""

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from bot.domain.audit import Event
from bot.domain.orders import OrderState, Reason
from bot.services.audit import admin
from tests.engine import ADMIN
from tests.findings import Findings
from tests.simulation.oracle import examine, overdrawn
from tests.simulation.tally import Met, Tally
from tests.simulation.world import SimulatedWorld

DECISIONS = frozenset({"order.handling", "order.refused"})
"""How the fate of an unknown order stands in the journal."""

RESTORE_MODE = frozenset({"restore.entered", "selling.resumed"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a seed. `digest` is a hash of all that the world has recorded.

    `decided` counts the orders that a person decided on, `restored` those that he decided on in
    restore mode, which are not among them.
    """

    seed: int
    findings: Findings
    tally: Tally = field(default_factory=Tally)
    orders: int = 0
    placed: int = 0
    cards: int = 0
    unknown: int = 0
    adopted: int = 0
    shelved: int = 0
    decided: int = 0
    restored: int = 0
    digest: str = ""
    codes: frozenset[str] = field(default=frozenset(), repr=False)


async def outcome_of(seed: int, world: SimulatedWorld) -> Outcome:
    """Examine a world that has come to rest, and take its figures."""
    findings = await examine(world.engine)
    findings.other += world.tally.faults
    async with world.engine.store.read() as work:
        findings.other += await overdrawn(work, world.engine)
        orders = await work.orders.list_in(*OrderState)
        rows = await work.journal.list_after(0, limit=1_000_000)
    actions = [row.event.action for row in rows]
    reasons = [row.event.details.get("reason") for row in rows]
    world.tally.met[Met.SOLD_OUT] += reasons.count(Reason.OUT_OF_STOCK)
    world.tally.met[Met.POOR] += reasons.count(Reason.PROVIDER_BALANCE)
    decided = _decided(row.event for row in rows)
    seen = {person: sorted(codes) for person, codes in world.messenger.seen.items()}
    moved = [repr(one.moved) for one in world.providers]
    record = [rows[-1].hash.hex(), *moved, repr(sorted(seen.items()))]
    ours = [one for one in world.engine.placed if one.reference]
    return Outcome(
        seed=seed,
        orders=len(orders),
        placed=len(ours),
        cards=sum(len(one.cards or ()) for one in ours),
        codes=frozenset(card.code for one in ours for card in one.cards or ()),
        unknown=actions.count("order.unknown"),
        adopted=sum(
            row.event.action == "order.handling" and "request_id" not in row.event.details
            for row in rows
        ),
        shelved=actions.count("shelf.stocked"),
        decided=decided[False],
        restored=decided[True],
        digest=hashlib.sha256("\n".join(record).encode()).hexdigest(),
        tally=world.tally,
        findings=findings,
    )


def _decided(events: Iterable[Event]) -> Counter[bool]:
    """Count the orders that a person decided on, apart by whether it was in restore mode."""
    decided: Counter[bool] = Counter()
    is_restored = False
    for event in events:
        if event.action in RESTORE_MODE:
            is_restored = event.action == "restore.entered"
        decided[is_restored] += event.action in DECISIONS and event.actor == admin(ADMIN)
    return decided
