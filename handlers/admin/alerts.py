"""The buttons of what admins are told: let somebody in, act on an alert; the first tap wins."""

from collections.abc import Awaitable, Callable

from telegram import Update

from bot.domain.agents import PersonId, RequestId
from bot.domain.alerts import AlertId, AlertKind
from bot.domain.orders import OrderId
from bot.domain.refusals import RefusalReason
from bot.errors import Refusal
from bot.ports.messenger import AlertRaised
from handlers.admin.order_file import order_file
from handlers.admin.routing import button
from handlers.admin.selling import thaw
from handlers.callbacks import Verb
from handlers.context import Context
from handlers.messages.admin import (
    ACTIONS,
    ADOPT,
    LOOK,
    RESUME,
    SEEN,
    SETTLE,
    SHELVE,
    THAW,
    candidates_of,
    name_of,
    subject_of,
)
from handlers.rendered import Rendered
from handlers.replying import answer, say
from handlers.routes import Routes

_OVER = frozenset({RefusalReason.NOT_POSSIBLE_NOW, RefusalReason.PROVIDER_ORDER_UNKNOWN})
"""Refusals that say that what the alert was about has passed."""


async def approve(update: Update, context: Context) -> None:
    """Let somebody in."""
    await _decide(update, context, approve=True)


async def decline(update: Update, context: Context) -> None:
    """Do not let somebody in."""
    await _decide(update, context, approve=False)


async def act(update: Update, context: Context) -> None:
    """Do what an alert's button says; every admin's copy then tells who did."""
    alert_id, what = AlertId(context.number()), context.found[1]
    raised = await context.counter.alerts.find(alert_id)
    if raised is None:
        raise Refusal(RefusalReason.NOTHING_THERE)
    if what == LOOK:
        await _look(update, context, raised)
    elif raised.alert.acted_at is not None:
        await _too_late(update, context, raised)
    else:
        await _act(update, context, raised)


async def _decide(update: Update, context: Context, *, approve: bool) -> None:
    request_id, admin_id = RequestId(context.number()), context.who.person.id
    decision = await context.counter.people.decide(request_id, admin_id, approve=approve)
    voice, word = context.voice, str(decision.request.state)
    if decision.mine:
        await answer(update, context, voice.label("toast-access", decision=word))
        return
    admin = name_of(decision.decided_by)
    text = voice.label("toast-access-before", decision=word, admin=admin)
    await answer(update, context, text, alert=True)


async def _look(update: Update, context: Context, raised: AlertRaised) -> None:
    if raised.order is None:
        raise Refusal(RefusalReason.NOTHING_THERE)
    await answer(update, context)
    file = await context.counter.orders.file(raised.order.id)
    await say(update, context, Rendered(html=order_file(file, context.voice)))


async def _too_late(update: Update, context: Context, raised: AlertRaised) -> None:
    admin = name_of(raised.acted_by)
    text = context.voice.label("toast-acted-before", admin=admin)
    await answer(update, context, text, alert=True)


async def _act(update: Update, context: Context, raised: AlertRaised) -> None:
    what, voice = context.found[1], context.voice
    if what not in ACTIONS[raised.alert.kind]:
        raise Refusal(RefusalReason.NOTHING_THERE)
    if what == THAW:
        await _thaw(update, context, subject_of(raised.alert))
        return
    try:
        await ACTS[what](context, raised, context.who.person.id)
    except Refusal as refusal:
        await _not_acted(update, context, raised, refusal)
    else:
        await answer(update, context, voice.label("toast-acted", action=what))


async def _not_acted(
    update: Update, context: Context, raised: AlertRaised, refusal: Refusal
) -> None:
    """Say why not; an alert about something that has passed needs nothing more."""
    if raised.alert.kind is AlertKind.RESTORED:
        await answer(update, context, context.voice.label("admin-not-yet"), alert=True)
        return
    if refusal.reason in _OVER:
        await context.counter.alerts.dismiss(raised.alert.id, context.who.person.id)
    raise refusal


async def _thaw(update: Update, context: Context, name: str) -> None:
    """Try a frozen provider again; that takes a moment, so the press is answered first."""
    await answer(update, context, context.voice.label("toast-working"))
    await say(update, context, Rendered(html=await thaw(context, name)))


async def _see(context: Context, raised: AlertRaised, admin_id: PersonId) -> None:
    await context.counter.alerts.dismiss(raised.alert.id, admin_id)


async def _settle(context: Context, raised: AlertRaised, admin_id: PersonId) -> None:
    await context.counter.resolving.settle(_order_of(raised), admin_id)


async def _shelve(context: Context, raised: AlertRaised, admin_id: PersonId) -> None:
    await context.counter.resolving.shelve(subject_of(raised.alert), admin_id)


async def _adopt(context: Context, raised: AlertRaised, admin_id: PersonId) -> None:
    its_id = context.found[2]
    if its_id not in candidates_of(raised.alert):
        raise Refusal(RefusalReason.NOTHING_THERE)
    await context.counter.resolving.adopt(_order_of(raised), its_id, admin_id)


async def _resume(context: Context, raised: AlertRaised, admin_id: PersonId) -> None:
    if not await context.counter.desk.resume(admin_id):
        await context.counter.alerts.dismiss(raised.alert.id, admin_id)


def _order_of(raised: AlertRaised) -> OrderId:
    if raised.order is None:
        raise Refusal(RefusalReason.NOTHING_THERE)
    return raised.order.id


Act = Callable[[Context, AlertRaised, PersonId], Awaitable[None]]

ACTS: dict[str, Act] = {
    SEEN: _see,
    SETTLE: _settle,
    SHELVE: _shelve,
    ADOPT: _adopt,
    RESUME: _resume,
}
"""What each button does beside looking and thawing."""

ROUTES: Routes = (
    button(Verb.APPROVE, approve),
    button(Verb.DECLINE, decline),
    button(Verb.ALERT, act),
)
