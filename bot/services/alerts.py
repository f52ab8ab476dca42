"""Telling the admins: each thing once, settled by the first who acts."""

from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.agents import PersonId
from bot.domain.alerts import Alert, AlertId, AlertKind
from bot.domain.audit import Detail, Event
from bot.domain.outbox import DeliveryKind
from bot.ports.messenger import AlertRaised
from bot.ports.store import Store, Work
from bot.ports.world import Clock
from bot.services import audit
from bot.services.bells import Bells
from bot.services.composing import alert_raised
from bot.services.owing import owe
from bot.services.terms import Terms

OVER = "over"
"""The action of an alert that settled by itself."""


async def alert_admins(
    work: Work, terms: Terms, kind: AlertKind, subject: str, *, at: datetime, **facts: Detail
) -> Alert | None:
    """Tell every admin about `subject`, unless they have been told and nobody has acted yet."""
    for known in await work.alerts.list_open():
        if known.kind is kind and known.subject == subject:
            return None
    key = f"{subject}:{at.isoformat()}"
    return await alert_once(work, terms, kind, subject, key=key, at=at, **facts)


async def alert_once(
    work: Work,
    terms: Terms,
    kind: AlertKind,
    subject: str,
    *,
    key: str,
    at: datetime,
    **facts: Detail,
) -> Alert | None:
    """Tell every admin, unless this `key` of this kind was ever told."""
    alert = await work.alerts.add(f"{kind}:{key}", kind, subject, facts=facts, at=at)
    if alert is None:
        return None
    details = {**facts, "kind": str(kind)}
    event = Event(at=at, actor=audit.BOT, action="alert.raised", subject=subject, details=details)
    await work.journal.append(event)
    for admin_id in terms.admin_ids:
        await owe(
            work,
            DeliveryKind.ALERT,
            admin_id,
            f"alert:{alert.id}:{admin_id}",
            at=at,
            facts={"alert": alert.id},
        )
    return alert


async def acted(
    work: Work, alert: Alert, admin_id: PersonId | None, action: str, *, at: datetime
) -> Alert | None:
    """Record who settled an alert, and show it in every admin's copy; None when it was settled.

    Without an admin it settled by itself: what it was about is over.
    """
    if alert.acted_at is not None:
        return None
    settled = replace(alert, acted_at=at, acted_by=admin_id, action=action)
    await work.alerts.save(settled)
    actor = audit.BOT if admin_id is None else audit.admin(admin_id)
    await audit.note(work, "alert.acted", alert.subject, at=at, actor=actor, action=action)
    for told in await work.outbox.list_by_fact(DeliveryKind.ALERT, "alert", alert.id):
        await owe(
            work,
            DeliveryKind.ALERT,
            told.person_id,
            f"alert:{alert.id}:{told.person_id}:acted",
            at=at,
            facts={"alert": alert.id, "delivery": told.id},
        )
    return settled


async def settle_alerts(
    work: Work, subject: str, admin_id: PersonId, action: str, *, at: datetime
) -> None:
    """Settle every open alert about `subject`: a command did what their buttons would do."""
    for alert in await work.alerts.list_open():
        if alert.subject == subject:
            await acted(work, alert, admin_id, action, at=at)


async def alert_is_over(work: Work, subject: str, *kinds: AlertKind, at: datetime) -> None:
    """Settle the open alerts of these kinds about `subject`: nothing is left to be done."""
    for alert in await work.alerts.list_open():
        if alert.subject == subject and alert.kind in kinds:
            await acted(work, alert, None, OVER, at=at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Alerts:
    """What the admins can do about an alert itself."""

    store: Store
    clock: Clock
    bells: Bells

    async def find(self, alert_id: AlertId) -> AlertRaised | None:
        """Show an alert as it stands, with who acted on it."""
        async with self.store.read() as work:
            alert = await work.alerts.find(alert_id)
            return None if alert is None else await alert_raised(work, alert)

    async def dismiss(self, alert_id: AlertId, admin_id: PersonId) -> Alert | None:
        """Settle an alert that needs nothing more; gives back the alert as it stands after.

        The first admin wins: a second one gets the alert with the first one's name.
        """
        async with self.store.begin() as work:
            alert = await work.alerts.find(alert_id)
            if alert is None:
                return None
            settled = await acted(work, alert, admin_id, "seen", at=self.clock.now())
        self.bells.delivery.ring()
        return settled or alert
