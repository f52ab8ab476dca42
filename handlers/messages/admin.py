"""What admins are told without asking: requests for access, and alerts with a button to act."""

from collections.abc import Mapping

from telegram import InlineKeyboardButton

from bot.domain.agents import Person, RequestState
from bot.domain.alerts import Alert, AlertKind
from bot.domain.instants import from_ms
from bot.domain.money import Money, plain_decimal
from bot.domain.orders import Order
from bot.domain.rates import Rate
from bot.errors import TURNED_AWAY
from bot.ports.messenger import AccessAsked, AlertRaised
from bot.texts import Markup, Voice, code, rows
from handlers.callbacks import SHAPES, Verb
from handlers.keyboards import column, keyboard, press
from handlers.messages.common import full_name
from handlers.rendered import Rendered

SEEN, LOOK, THAW, SETTLE, SHELVE, ADOPT, RESUME = (
    *("seen", "look", "thaw", "settle"),
    *("shelve", "adopt", "resume"),
)
"""What the button of an alert does; `look` alone leaves the alert as it is."""

ACTIONS: Mapping[AlertKind, tuple[str, ...]] = {
    AlertKind.PROVIDER_BALANCE_LOW: (SEEN,),
    AlertKind.PROVIDER_BALANCE_SOON: (SEEN,),
    AlertKind.PROVIDER_FROZEN: (THAW,),
    AlertKind.ORDER_UNKNOWN: (LOOK, SEEN),
    AlertKind.ORDER_AMBIGUOUS: (ADOPT, LOOK),
    AlertKind.MONEY_TROUBLE: (LOOK, SEEN),
    AlertKind.FOREIGN_ORDER: (SHELVE, SEEN),
    AlertKind.SHELF_ORDER: (SEEN,),
    AlertKind.ORDER_SLOW: (LOOK, SEEN),
    AlertKind.COUNT_MISMATCH: (SETTLE, LOOK),
    AlertKind.SETTLED_CHANGED: (LOOK, SEEN),
    AlertKind.DELIVERY_PARKED: (LOOK, SEEN),
    AlertKind.COST_ABOVE_PRICE: (LOOK, SEEN),
    AlertKind.RESTORED: (RESUME,),
    AlertKind.TWO_BOTS: (SEEN,),
    AlertKind.RATE_MISSING: (SEEN,),
    AlertKind.RATE_STALE: (SEEN,),
    AlertKind.SEAL_BROKEN: (SEEN,),
}

NOTHING = "—"
"""Stands for a fact that nobody knows."""

LONGEST_QUOTE = 300
"""Characters of a provider's or Telegram's own words that are shown."""

MOST_CANDIDATES = 10
"""Provider orders that have a button; the others can be typed."""


def render(message: AccessAsked | AlertRaised, voice: Voice) -> Rendered:
    """Find the words and the buttons of what admins are told."""
    if isinstance(message, AccessAsked):
        return _access_asked(message, voice)
    return _alert(message, voice)


def contact(person: Person) -> str:
    """Name a Telegram account so that it can be found: `@name 123`, or `123`."""
    return f"@{person.username} {person.id}" if person.username else str(person.id)


def name_of(person: Person | None) -> str:
    """Name who acted, who may be somebody that the bot has never met."""
    return person.name if person else NOTHING


def what_of(order: Order) -> str:
    """Name what was ordered, in the provider's words: `PSN 10 USD × 2`."""
    return f"{full_name(order.product_title, order.type_name)} × {order.quantity}"


def cut(text: str) -> str:
    """Shorten somebody else's words, so that the message still fits."""
    return text if len(text) <= LONGEST_QUOTE else text[: LONGEST_QUOTE - 1] + "…"


def why_frozen(reason: object, voice: Voice) -> object:
    """Tell why an account is frozen: in the provider's words, unless nobody has kept them."""
    return voice.say("admin-provider-turned-away") if reason == TURNED_AWAY else reason


def subject_of(alert: Alert) -> str:
    """Take the name out of an alert's subject (`order:17`, `provider:NAME`)."""
    return alert.subject.partition(":")[2]


def candidates_of(alert: Alert) -> tuple[str, ...]:
    """List the provider order ids that an alert says to choose from."""
    return tuple(str(alert.facts.get("candidates", "")).split())


def _access_asked(asked: AccessAsked, voice: Voice) -> Rendered:
    person, request = asked.person, asked.request
    html = voice.say("admin-access-asked", name=person.name, contact=contact(person))
    if request.state is RequestState.ASKED:
        approve = press(voice.label("button-approve"), Verb.APPROVE, request.id)
        decline = press(voice.label("button-decline"), Verb.DECLINE, request.id)
        return Rendered(html=html, keyboard=keyboard(voice, [approve, decline]))
    admin, decision = name_of(asked.decided_by), str(request.state)
    decided = voice.say("admin-access-decided", admin=admin, decision=decision)
    return Rendered(html=rows([html, decided]))


def _alert(raised: AlertRaised, voice: Voice) -> Rendered:
    alert = raised.alert
    html = voice.say(_text_of(alert), **_facts(raised, voice))
    if alert.acted_at is not None:
        return Rendered(html=rows([html, _acted(raised, voice)]))
    buttons = [one for what in ACTIONS[alert.kind] for one in _buttons(raised, what, voice)]
    return Rendered(html=html, keyboard=keyboard(voice, *column(buttons)))


def _text_of(alert: Alert) -> str:
    """Name the text: cards that an old copy has on its shelf are nobody else's doing."""
    return "alert-doubted-order" if alert.facts.get("doubted") else f"alert-{alert.kind}"


def _acted(raised: AlertRaised, voice: Voice) -> Markup:
    if raised.alert.acted_by is None:
        return voice.say("admin-over")
    admin, action = name_of(raised.acted_by), raised.alert.action or ""
    return voice.say("admin-acted", admin=admin, action=action)


def _facts(raised: AlertRaised, voice: Voice) -> dict[str, object]:
    """Give an alert's text everything that is known; what is not known is a dash."""
    alert = raised.alert
    name = subject_of(alert)
    facts: dict[str, object] = {key: _fact(value) for key, value in alert.facts.items()}
    currency = str(alert.facts.get("currency"))
    facts |= {
        "provider": raised.provider or name,
        "settings": alert.facts.get("settings", NOTHING),
        "reason": why_frozen(facts.get("reason", NOTHING), voice),
        "its_id": " ".join(filter(None, (raised.provider, name))),
        "adopt": code(f"/adopt {name}"),
        "needed": _money(alert, "needed_minor", currency),
        "left": _money(alert, "left_minor", currency),
        "day": _money(alert, "day_minor", currency),
    }
    if alert.kind is AlertKind.SEAL_BROKEN:
        facts |= {"setting": "CARD_KEYS", "verify": code("python run.py verify")}
    if "product" in facts:
        facts["what"] = "{product} / {type} × {quantity}".format(**facts)
    return facts | _rate_facts(alert) | _order_facts(raised, voice)


def rate_command(rate: Rate) -> str:
    """Write the command that sets a rate, to be copied and sent."""
    return f"/rate {rate.source} {plain_decimal(rate.amount)}"


def _rate_facts(alert: Alert) -> dict[str, object]:
    source, target = str(alert.facts.get("currency")), str(alert.facts.get("target"))
    millionths, since_ms = alert.facts.get("millionths"), alert.facts.get("since_ms")
    if not isinstance(millionths, int) or not isinstance(since_ms, int):
        return {"set": code(f"/rate {source} 250")}
    rate = Rate(source=source, target=target, millionths=millionths)
    return {
        "one": Money.of(1, source),
        "rate": rate,
        "at": from_ms(since_ms),
        "set": code(rate_command(rate)),
    }


def cost_of(order: Order, cost: Money, voice: Voice) -> Money | Markup:
    """Tell what the provider took, and what that is in the shop's currency."""
    converted = order.in_price_currency(cost)
    if converted in {None, cost}:
        return cost
    return voice.say("admin-cost-abroad", cost=cost, converted=converted)


def _order_facts(raised: AlertRaised, voice: Voice) -> dict[str, object]:
    order = raised.order
    if order is None:
        return {"amount": NOTHING}
    return {
        "order": order.id,
        "resolve": code(f"/resolve {order.id}"),
        "close": code(f"/resolve {order.id} settle"),
        "shop": raised.agent.name if raised.agent else NOTHING,
        "what": what_of(order),
        "total": order.total,
        "since": order.handling_at or order.confirmed_at,
        "charged": order.charged,
        "cost": NOTHING if order.cost is None else cost_of(order, order.cost, voice),
        "amount": _money(raised.alert, "amount_minor", order.unit_cost.currency),
    }


def _fact(value: object) -> object:
    """A count stays a count; everything else is told as it is, and nothing as a dash."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    return NOTHING if value is None else cut(str(value))


def _money(alert: Alert, fact: str, currency: str) -> Money | str:
    minor = alert.facts.get(fact)
    return Money(minor=minor, currency=currency) if isinstance(minor, int) else NOTHING


def _buttons(raised: AlertRaised, what: str, voice: Voice) -> list[InlineKeyboardButton]:
    alert, order = raised.alert, raised.order
    if what == ADOPT:
        return _adopt_buttons(alert, voice)
    labels = {
        SEEN: voice.label("button-seen"),
        THAW: voice.label("button-thaw"),
        SHELVE: voice.label("button-shelve"),
        RESUME: voice.label("button-resume"),
        LOOK: voice.label("button-look", order=order.id) if order else "",
        SETTLE: voice.label("button-settle", cards=order.cards) if order else "",
    }
    return [press(labels[what], Verb.ALERT, alert.id, what)] if labels[what] else []


def _adopt_buttons(alert: Alert, voice: Voice) -> list[InlineKeyboardButton]:
    return [
        press(voice.label("button-adopt", its_id=name), Verb.ALERT, alert.id, ADOPT, name)
        for name in candidates_of(alert)[:MOST_CANDIDATES]
        if SHAPES[Verb.ALERT].fullmatch(f"{Verb.ALERT}:{alert.id}:{ADOPT}:{name}")
    ]
