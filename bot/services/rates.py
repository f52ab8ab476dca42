"""The rates of the providers' currencies: kept as marks, set by the admins, and watched over."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain import pricing
from bot.domain.agents import PersonId
from bot.domain.alerts import AlertKind
from bot.domain.instants import from_ms, to_ms
from bot.domain.money import Money
from bot.domain.rates import Rate
from bot.domain.refusals import RefusalReason
from bot.errors import Refusal
from bot.ports.provider import Providers
from bot.ports.store import Store, Work
from bot.ports.world import Clock
from bot.services import audit, marks
from bot.services.alerts import alert_once, settle_alerts
from bot.services.bells import Bells
from bot.services.terms import Terms

RATE_STALE_AFTER = timedelta(days=7)
"""A rate that nobody has set for so long is asked about, once."""

EXAMPLE_COST = 10
"""Whole units: the card by which an admin sees what a rate comes to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptRate:
    """A rate, and when an admin set it."""

    rate: Rate
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RateLine:
    """A currency that a provider is paid in and the shop is not; `kept` is None without a rate."""

    currency: str
    kept: KeptRate | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RateChange:
    """What a rate was and is; `example_price` is what a card of `example_cost` sells at now.

    By the margin for agents without one of their own, `margin_bp`.
    """

    before: KeptRate | None
    now: KeptRate
    example_cost: Money
    example_price: Money
    margin_bp: int


async def find_rate(work: Work, source: str, target: str) -> KeptRate | None:
    """Find what a unit of `source` is worth in `target`; None before an admin has said so."""
    value = await work.marks.find(_mark(source, target))
    if value is None:
        return None
    millionths, since = json.loads(value)
    rate = Rate(source=source, target=target, millionths=millionths)
    return KeptRate(rate=rate, since=from_ms(since))


async def set_rate(work: Work, kept: KeptRate, admin_id: PersonId) -> None:
    """Keep a rate from now on, journal who set it, and settle the alerts that asked for it."""
    rate, at = kept.rate, kept.since
    value = json.dumps([rate.millionths, to_ms(at)], separators=(",", ":"))
    await work.marks.set(_mark(rate.source, rate.target), value)
    await audit.note(
        work,
        "rate.set",
        _subject(rate.source),
        at=at,
        actor=audit.admin(admin_id),
        currency=rate.target,
        millionths=rate.millionths,
    )
    await settle_alerts(work, _subject(rate.source), admin_id, "rate", at=at)


async def watch_rates(work: Work, terms: Terms, currencies: Iterable[str], *, at: datetime) -> None:
    """Tell the admins, once, of a currency of costs that has no rate, or an old one."""
    for source in sorted(set(currencies) - {terms.currency}):
        kept = await find_rate(work, source, terms.currency)
        if kept is None:
            await _tell_missing(work, terms, source, at=at)
        elif at - kept.since >= RATE_STALE_AFTER:
            await _tell_stale(work, terms, kept, at=at)


async def _tell_missing(work: Work, terms: Terms, source: str, *, at: datetime) -> None:
    key = _mark(source, terms.currency)
    kind, subject = AlertKind.RATE_MISSING, _subject(source)
    await alert_once(work, terms, kind, subject, key=key, at=at, currency=source)


async def _tell_stale(work: Work, terms: Terms, kept: KeptRate, *, at: datetime) -> None:
    rate, since = kept.rate, to_ms(kept.since)
    await alert_once(
        work,
        terms,
        AlertKind.RATE_STALE,
        _subject(rate.source),
        key=f"{_mark(rate.source, rate.target)}:{since}",
        at=at,
        currency=rate.source,
        target=rate.target,
        millionths=rate.millionths,
        since_ms=since,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """What admins see of the rates, and set."""

    store: Store
    providers: Providers
    clock: Clock
    bells: Bells
    terms: Terms

    async def list(self) -> tuple[RateLine, ...]:
        """List every currency that a provider is paid in and the shop is not."""
        async with self.store.read() as work:
            return tuple(
                [
                    RateLine(
                        currency=currency,
                        kept=await find_rate(work, currency, self.terms.currency),
                    )
                    for currency in self._foreign()
                ]
            )

    async def set(self, currency: str, millionths: int, admin_id: PersonId) -> RateChange:
        """Say what one unit of a provider's currency is worth from now on.

        `Refusal` for the shop's own currency, and for one that no provider is paid in, nor was:
        one that is away may not have told yet. Setting the same again says that it is still right.
        """
        if currency == self.terms.currency:
            raise Refusal(RefusalReason.OWN_CURRENCY, {"currency": currency})
        rate = Rate(source=currency, target=self.terms.currency, millionths=millionths)
        kept = KeptRate(rate=rate, since=self.clock.now())
        async with self.store.begin() as work:
            before = await find_rate(work, currency, self.terms.currency)
            if before is None and currency not in self._foreign():
                raise Refusal(RefusalReason.CURRENCY_UNKNOWN, {"currency": currency})
            await set_rate(work, kept, admin_id)
            margin_bp = await marks.default_margin_bp(work, self.terms.default_margin_bp)
        self.bells.delivery.ring()
        return self._change(before, kept, margin_bp)

    def _foreign(self) -> tuple[str, ...]:
        paid_in = {provider.currency for provider in self.providers.values()}
        return tuple(sorted(paid_in - {self.terms.currency}))

    def _change(self, before: KeptRate | None, now: KeptRate, margin_bp: int) -> RateChange:
        cost = Money.of(EXAMPLE_COST, now.rate.source)
        step = self.terms.price_step
        return RateChange(
            before=before,
            now=now,
            example_cost=cost,
            example_price=pricing.price(cost, margin_bp=margin_bp, step=step, rate=now.rate),
            margin_bp=margin_bp,
        )


def _mark(source: str, target: str) -> str:
    return f"rate:{source}:{target}"


def _subject(source: str) -> str:
    return f"rate:{source}"
