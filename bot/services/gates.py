"""What stops selling, and freezing an account whose key was rejected."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.domain.alerts import AlertKind
from bot.domain.catalog import Account
from bot.domain.money import Money
from bot.domain.orders import Reason
from bot.errors import TURNED_AWAY
from bot.ports.provider import Provider
from bot.ports.store import Store, Work
from bot.ports.world import Clock
from bot.services import audit, marks
from bot.services.alerts import alert_admins, alert_is_over
from bot.services.terms import Terms

ALONE_AFTER = timedelta(minutes=1)
"""Placing stops until Telegram has not told of another bot on the token for this long."""


A_DAY = timedelta(days=1)


@dataclass(slots=True, kw_only=True)
class Rivals:
    """When Telegram last said that another process reads this bot's updates (409)."""

    seen_at: datetime | None = field(default=None)

    def present(self, now: datetime) -> bool:
        """Tell whether another bot may be running on this token."""
        return self.seen_at is not None and timedelta() <= now - self.seen_at < ALONE_AFTER


async def closed(work: Work, account: Account) -> Reason | None:
    """Why nothing can be sold from `account` now; None while it can."""
    if await work.marks.find(marks.PAUSED) or await work.marks.find(marks.RESTORED):
        return Reason.PAUSED
    if await marks.find_frozen(work, account):
        return Reason.FROZEN
    return None


async def freeze(
    work: Work, terms: Terms, provider: Provider, reason: str, *, at: datetime
) -> None:
    """Stop every call to an account whose key, address or access was rejected; tell the admins."""
    provider.freeze()
    subject = f"provider:{provider.account.provider}"
    frozen = marks.Frozen(key_hash=provider.key_hash, since=at, reason=reason)
    await marks.set_frozen(work, provider.account, frozen)
    await audit.note(work, "provider.frozen", subject, at=at, reason=reason)
    await alert_admins(
        work,
        terms,
        AlertKind.PROVIDER_FROZEN,
        subject,
        at=at,
        reason=reason,
        settings=provider.credentials.key,
    )


async def freeze_now(
    store: Store, clock: Clock, terms: Terms, provider: Provider, *, reason: str
) -> None:
    """Freeze an account in a transaction of its own: a call was just answered by a rejection."""
    async with store.begin() as work:
        await freeze(work, terms, provider, reason, at=clock.now())


async def record_stop(store: Store, clock: Clock, terms: Terms, provider: Provider) -> bool:
    """Freeze on record an account whose client has stopped: who asked it could tell nobody.

    Tells whether that was news.
    """
    async with store.read() as work:
        if await marks.find_frozen(work, provider.account):
            return False
    await freeze_now(store, clock, terms, provider, reason=TURNED_AWAY)
    return True


async def watch_balance(
    work: Work, terms: Terms, account: Account, *, left: Money, at: datetime
) -> None:
    """Warn the admins while the provider account covers less than a day's sales from it did."""
    subject = f"provider:{account.provider}"
    day = await work.orders.spent(account, at - A_DAY, at, currency=left.currency)
    if left >= day:
        low = (AlertKind.PROVIDER_BALANCE_LOW, AlertKind.PROVIDER_BALANCE_SOON)
        await alert_is_over(work, subject, *low, at=at)
        return
    await alert_admins(
        work,
        terms,
        AlertKind.PROVIDER_BALANCE_SOON,
        subject,
        at=at,
        left_minor=left.minor,
        day_minor=day.minor,
        currency=left.currency,
    )


async def tell_balance_low(
    work: Work, terms: Terms, account: Account, *, needed: Money, at: datetime
) -> None:
    """Tell the admins that the provider account cannot pay for an order."""
    await alert_admins(
        work,
        terms,
        AlertKind.PROVIDER_BALANCE_LOW,
        f"provider:{account.provider}",
        at=at,
        needed_minor=needed.minor,
        currency=needed.currency,
    )
