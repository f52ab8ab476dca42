"""Mutants that only a provider which finds orders by our reference can show."""

from tests.mutants.mutant import Change, Mutant, simulation

REFERENCES = (
    Mutant(
        name="absence believed before the horizon, since nobody has the reference",
        changes=(
            Change(
                file="bot/services/settling.py",
                before="enough = settings.least if by_reference",
                after="enough = settings.least / 12 if by_reference",
            ),
        ),
        seen_by=simulation("1-6", providers="finds"),
        says="was called refused",
    ),
    Mutant(
        name="nothing is ever asked for by its reference",
        changes=(
            Change(
                file="bot/services/settling.py",
                before="await one_by_one(self._looks.longest_ago(unknown), look)",
                after="self._looks.longest_ago(unknown)",
            ),
        ),
        seen_by=simulation("1-6", sales=30, providers="finds"),
        says="is unknown",
    ),
    Mutant(
        name="any order of the bucket is adopted, whatever its reference",
        changes=(
            Change(
                file="bot/services/settling.py",
                before="        found = await provider.find_by_reference(order.reference)\n",
                after="""\
        found = await provider.find_by_reference(order.reference)
        window = (await self._windows(provider, [order]))[order.id]
        listing = await read_list(provider, window, priority=Priority.SETTLING, clock=self.clock)
        alike = [one for one in listing.orders if one.bucket_at(order.account) == order.bucket]
        async with self.store.read() as work:
            owned = await owned_among(work, order, alike)
        found = next((one for one in alike if one.provider_order_id not in owned), found)
""",
            ),
        ),
        seen_by=simulation("1-6", providers="finds"),
        says="has the provider order of",
    ),
    Mutant(
        name="a reference made anew on retry",
        changes=(
            Change(
                file="bot/services/placing.py",
                before="""\
        placement: Placement = await provider.place(line, reference=sending.reference)
""",
                after="""\
        placement: Placement = await provider.place(line, reference=sending.reference)
        if type(placement).__name__ == "Unknown":
            placement = await provider.place(line, reference=f"{sending.reference}#2")
""",
            ),
        ),
        seen_by=simulation("1-6", providers="finds"),
        says="doubled:",
    ),
    Mutant(
        name="a reference that was taken counts as refused",
        changes=(
            Change(
                file="bot/services/answering.py",
                before="""\
            case Unknown(reason=reason):
                await make_unknown(work, order, reason, placement.exchange, at=at)
""",
                after="""\
            case Unknown(reason="duplicate reference"):
                ended = order.to(OrderState.REFUSED, reason=Reason.REFUSED, final_at=at)
                await owe_outcome(work, await end_unpaid(work, ended, at=at), at=at)
            case Unknown(reason=reason):
                await make_unknown(work, order, reason, placement.exchange, at=at)
""",
            ),
            Change(
                file="bot/services/answering.py",
                before="from bot.services.requoting import Requoting\n",
                after="""\
from bot.services.owing import owe_outcome
from bot.services.requoting import Requoting
""",
            ),
        ),
        seen_by=simulation("1-6", providers="finds"),
        says="was called refused",
    ),
    Mutant(
        name="the whole day of the opening counts as opened with",
        changes=(
            Change(
                file="bot/domain/movements.py",
                before="return at < self.newest or",
                after="return at <= self.newest or",
            ),
        ),
        seen_by=simulation("1-6", providers="finds"),
        says="our books have",
    ),
    Mutant(
        name="movements told by the day are read back an hour",
        changes=(
            Change(
                file="bot/services/movements.py",
                before="start = min(read_at, now) - OVERLAP - grain",
                after="start = min(read_at, now) - OVERLAP",
            ),
        ),
        seen_by=simulation("1-6", providers="finds"),
        says="our books have",
    ),
)
