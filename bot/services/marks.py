"""The small named facts of the store, each with its meaning in one place."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.catalog import Account
from bot.domain.instants import from_ms, in_ms, to_ms
from bot.domain.movements import Opening
from bot.domain.orders import OrderId
from bot.ports.store import Work

PAUSED = "paused"
RESTORED = "restored"
"""Since when selling is stopped because the database is (or seems to be) an old copy."""

BACKED_UP = "backed-up"
"""The newest event of the copy that was restored: what came after is not in it."""

RESTORE_READ = "restore-read"
"""When the provider's orders since the copy were read, so that they can be decided on."""

DOUBTED = "doubted"
"""The provider orders on the shelf of the copy that was restored: they may be sold since."""

COPIES = "copies"
"""The orders that were open in a copy that was restored: their cards may have been shown since."""

UNCHECKED = "unchecked-since"
"""The newest event of the process before; the provider was not asked yet what came after it."""

DATE_STEP = timedelta(seconds=1)
"""An HTTP Date knows no less."""

EPOCH = "epoch"
INDEX_KEY = "index-key"
KEYS_IN_USE = "keys-in-use"
DEFAULT_MARGIN = "default-margin-bp"
PREFERRED = "preferred-provider"
"""The provider that sells what several have, by name."""

TOKENS = "provider-tokens"
"""The tokens that providers renew, sealed, by account."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frozen:
    """A provider account that may not be called: which key, since when, why."""

    key_hash: str
    since: datetime
    reason: str


def account_mark(what: str, account: Account) -> str:
    """Name a mark about one provider account."""
    return f"{what}:{account.name}"


async def find_instant(work: Work, name: str) -> datetime | None:
    """Read a mark that holds an instant."""
    value = await work.marks.find(name)
    return None if value is None else from_ms(int(value))


async def set_instant(work: Work, name: str, at: datetime | None) -> None:
    """Write a mark that holds an instant, or take it away."""
    await work.marks.set(name, None if at is None else str(to_ms(at)))


async def find_copies(work: Work) -> frozenset[OrderId]:
    """Name the orders whose cards come as a copy, because a lost process may have shown them."""
    value = await work.marks.find(COPIES) or ""
    return frozenset(OrderId(int(one)) for one in value.split())


async def find_frozen(work: Work, account: Account) -> Frozen | None:
    """Tell whether an account is frozen."""
    value = await work.marks.find(account_mark("frozen", account))
    if value is None:
        return None
    key_hash, since, reason = json.loads(value)
    return Frozen(key_hash=key_hash, since=from_ms(since), reason=reason)


async def set_frozen(work: Work, account: Account, frozen: Frozen | None) -> None:
    """Freeze an account, or thaw it."""
    name = account_mark("frozen", account)
    if frozen is None:
        await work.marks.set(name, None)
    else:
        value = json.dumps([frozen.key_hash, to_ms(frozen.since), frozen.reason])
        await work.marks.set(name, value)


async def find_ahead(work: Work, account: Account) -> timedelta:
    """How far the provider's clock was last seen ahead of ours."""
    value = await work.marks.find(account_mark("ahead-ms", account))
    return timedelta(milliseconds=int(value or 0))


async def learn_ahead(
    work: Work, account: Account, ahead: timedelta | None, *, at: datetime
) -> bool:
    """Keep how far the provider's clock is ahead of ours; True when one of them was set."""
    if ahead is None or not await is_set_otherwise(work, account, ahead):
        return False
    value = str(in_ms(ahead))
    await work.marks.set(account_mark("ahead-ms", account), value)
    await set_instant(work, account_mark("clock-set", account), at)
    return True


async def is_set_otherwise(work: Work, account: Account, ahead: timedelta | None) -> bool:
    """Tell whether a clock was set since `ahead` was last learned; None tells nothing."""
    return ahead is not None and abs(ahead - await find_ahead(work, account)) > DATE_STEP


async def find_clock_set(work: Work, account: Account) -> datetime | None:
    """When it was last learned that our clock or the provider's had been set."""
    return await find_instant(work, account_mark("clock-set", account))


async def find_opening(work: Work, account: Account) -> Opening | None:
    """What is in the opening balance of our books; None until they are opened."""
    newest = await find_instant(work, account_mark("books-opened", account))
    known = await work.marks.find(account_mark("books-opened-with", account))
    if newest is None:
        return None
    if known is None:  # opened when only what came after the newest movement was booked
        return Opening(newest=newest + timedelta(milliseconds=1), orders_until=newest)
    movements, orders, until_ms = json.loads(known)
    return Opening(
        newest=newest,
        movements=frozenset(movements),
        orders=frozenset(orders),
        orders_until=from_ms(until_ms),
    )


async def set_opening(work: Work, account: Account, opening: Opening) -> None:
    """Note that the books of an account were opened, and with what."""
    await set_instant(work, account_mark("books-opened", account), opening.newest)
    until_ms = to_ms(opening.orders_until)
    known = [sorted(opening.movements), sorted(opening.orders), until_ms]
    await work.marks.set(account_mark("books-opened-with", account), json.dumps(known))


async def default_margin_bp(work: Work, otherwise: int) -> int:
    """The margin for agents without one of their own."""
    value = await work.marks.find(DEFAULT_MARGIN)
    return otherwise if value is None else int(value)
