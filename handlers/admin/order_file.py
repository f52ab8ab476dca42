"""An order as admins see it: state, money in time, the provider's side; no codes."""

from datetime import datetime

from bot.domain.orders import Order
from bot.ports.store import ProviderCall
from bot.services.orders import OrderFile
from bot.texts import Markup, Voice, rows
from handlers.messages.admin import NOTHING, cost_of, cut, what_of

MOST_CALLS = 10
"""Calls shown, the newest; a message holds no more."""


def order_file(file: OrderFile, voice: Voice) -> Markup:
    """Write all that admins may see of an order."""
    order = file.order
    return voice.say(
        "admin-order",
        order=order.id,
        state=voice.say("admin-state", state=str(order.state)),
        shop=file.agent.name,
        person_id=order.person_id,
        what=what_of(order),
        price=order.unit_price,
        total=order.total,
        provider=order.account.provider,
        its_id=order.provider_order_id or voice.say("admin-order-none-yet"),
        status=order.provider_status or "",
        timeline=rows([*_money(order, voice), *_why(order, voice), *_calls(file, voice)]),
    )


def _money(order: Order, voice: Voice) -> list[Markup]:
    lines = [voice.say("admin-order-reserved", at=order.confirmed_at, amount=order.total)]
    if order.sending_at:
        lines.append(voice.say("admin-order-sent", at=order.sending_at))
    if order.handling_at:
        lines.append(voice.say("admin-order-accepted", at=order.handling_at))
    if order.final_at:
        lines += _ended(order, order.final_at, voice)
    elif order.cards:
        said = voice.say("admin-order-charged-so-far", amount=order.charged, cards=order.cards)
        lines.append(said)
    if order.cost is not None:
        cost = cost_of(order, order.cost, voice)
        lines.append(voice.say("admin-order-cost", amount=cost))
    return lines


def _ended(order: Order, at: datetime, voice: Voice) -> list[Markup]:
    lines = []
    if order.cards:
        amount, cards = order.charged, order.cards
        lines.append(voice.say("admin-order-charged", at=at, amount=amount, cards=cards))
    if order.given_back:
        lines.append(voice.say("admin-order-given-back", at=at, amount=order.given_back))
    return lines


def _why(order: Order, voice: Voice) -> list[Markup]:
    lines = []
    if order.reason:
        why = voice.say("admin-reason", reason=str(order.reason))
        lines.append(voice.say("admin-order-reason", reason=why))
    if order.provider_message:
        lines.append(voice.say("admin-order-provider-said", message=cut(order.provider_message)))
    return lines


def _calls(file: OrderFile, voice: Voice) -> list[Markup]:
    return [_call(call, voice) for call in file.calls[-MOST_CALLS:]]


def _call(call: ProviderCall, voice: Voice) -> Markup:
    told = (call.code, str(call.http_status or ""), call.request_id or "")
    return voice.say(
        "admin-call",
        at=call.started_at,
        attempt=call.attempt,
        outcome=call.outcome,
        code=" ".join(one for one in told if one) or NOTHING,
    )
