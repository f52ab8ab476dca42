"""`/order`, `/resolve`, `/adopt`: one order in detail, and what a person decides about it."""

from telegram import InlineKeyboardButton, Update

from bot.domain.orders import OrderId, OrderState
from bot.services.resolving import Evidence
from bot.texts import Markup, Voice, code, rows
from handlers.admin.arguments import ABSENT, SETTLE, read_decision, read_order
from handlers.admin.order_file import order_file
from handlers.admin.routing import button, command, typed_after, usage
from handlers.callbacks import SHAPES, Verb
from handlers.context import Context
from handlers.keyboards import column, keyboard, press
from handlers.messages.admin import MOST_CANDIDATES
from handlers.rendered import Rendered
from handlers.replying import say, show
from handlers.routes import Routes


async def order(update: Update, context: Context) -> None:
    """Show an order: its money in time, and the calls to the provider; never a code."""
    order_id = read_order(typed_after(context))
    if order_id is None:
        await usage(update, context, "order")
        return
    file = await context.counter.orders.file(order_id)
    await say(update, context, Rendered(html=order_file(file, context.voice)))


async def resolve(update: Update, context: Context) -> None:
    """Show what can be decided about an order, or decide it."""
    number, _, rest = typed_after(context).partition(" ")
    order_id, decision = read_order(number), read_decision(rest)
    if order_id is None or (rest and decision is None):
        await usage(update, context, "resolve")
    elif decision is None:
        await say(update, context, await _evidence(context, order_id))
    else:
        html = await _decide(context, order_id, decision)
        await say(update, context, Rendered(html=html))


async def resolve_by_button(update: Update, context: Context) -> None:
    """Decide about an order by a button under its evidence."""
    html = await _decide(context, OrderId(context.number()), context.found[1])
    await show(update, context, Rendered(html=html))


async def adopt(update: Update, context: Context) -> None:
    """Take a provider order over: for an unknown order of ours, or to sell its cards."""
    its_id, _, number = typed_after(context).partition(" ")
    order_id = read_order(number)
    # A word that is no id, such as the "ID" of our own usage, would be adopted unasked.
    if read_decision(its_id) in {None, SETTLE, ABSENT} or (number and order_id is None):
        await usage(update, context, "adopt")
        return
    if order_id is None:
        await context.counter.resolving.shelve(its_id, context.who.person.id)
        html = context.voice.say("admin-shelved", its_id=its_id)
    else:
        html = await _adopt(context, order_id, its_id)
    await say(update, context, Rendered(html=html))


async def _decide(context: Context, order_id: OrderId, decision: str) -> Markup:
    resolving, voice, admin_id = context.counter.resolving, context.voice, context.who.person.id
    match decision:
        case word if word == SETTLE:
            settled = await resolving.settle(order_id, admin_id)
            return voice.say("admin-resolved-settle", order=order_id, cards=settled.cards)
        case word if word == ABSENT:
            await resolving.absent(order_id, admin_id)
            return voice.say("admin-resolved-absent", order=order_id)
        case its_id:
            return await _adopt(context, order_id, its_id)


async def _adopt(context: Context, order_id: OrderId, its_id: str) -> Markup:
    await context.counter.resolving.adopt(order_id, its_id, context.who.person.id)
    return context.voice.say("admin-resolved-adopt", order=order_id, its_id=its_id)


async def _evidence(context: Context, order_id: OrderId) -> Rendered:
    voice = context.voice
    evidence = await context.counter.resolving.evidence(order_id)
    file = await context.counter.orders.file(order_id)
    lines = [order_file(file, voice), Markup(), *_choices(evidence, order_id, voice)]
    buttons = _buttons(evidence, order_id, file.order.cards, voice)
    return Rendered(html=rows(lines), keyboard=keyboard(voice, *column(buttons)))


def _choices(evidence: Evidence, order_id: OrderId, voice: Voice) -> list[Markup]:
    example = f"/resolve {order_id}"
    match evidence.state:
        case OrderState.UNKNOWN:
            # No real-looking id: what is copied from here would be adopted unasked.
            absent, adopt = code(f"{example} {ABSENT}"), code(f"{example} ID")
            said = voice.say("admin-resolve-unknown", order=order_id, absent=absent, adopt=adopt)
            return [said, *_candidates(evidence, voice)]
        case OrderState.HANDLING:
            settle = code(f"{example} {SETTLE}")
            return [voice.say("admin-resolve-handling", order=order_id, settle=settle)]
        case _:
            return [voice.say("admin-resolve-nothing", order=order_id)]


def _candidates(evidence: Evidence, voice: Voice) -> list[Markup]:
    candidates = evidence.candidates[:MOST_CANDIDATES]
    lines = [voice.say("admin-resolve-candidate", its_id=one) for one in candidates]
    lines += [
        voice.say(
            "admin-resolve-foreign",
            its_id=one.provider_order_id,
            at=one.created_at,
            status=one.status,
        )
        for one in evidence.foreign[:MOST_CANDIDATES]
    ]
    return [voice.say("admin-resolve-candidates"), *lines] if lines else []


def _buttons(
    evidence: Evidence, order_id: OrderId, cards: int, voice: Voice
) -> list[InlineKeyboardButton]:
    match evidence.state:
        case OrderState.UNKNOWN:
            foreign = (one.provider_order_id for one in evidence.foreign)
            names = [one for one in (*evidence.candidates, *foreign) if _fits(one)]
            absent = press(voice.label("button-absent"), Verb.RESOLVE, order_id, ABSENT)
            adopt = (_adopt_button(order_id, one, voice) for one in names[:MOST_CANDIDATES])
            return [*adopt, absent]
        case OrderState.HANDLING:
            label = voice.label("button-settle", cards=cards)
            return [press(label, Verb.RESOLVE, order_id, SETTLE)]
        case _:
            return []


def _adopt_button(order_id: OrderId, its_id: str, voice: Voice) -> InlineKeyboardButton:
    return press(voice.label("button-adopt", its_id=its_id), Verb.RESOLVE, order_id, its_id)


def _fits(its_id: str) -> bool:
    """Tell whether a button can carry a provider's id; otherwise it can still be typed."""
    return bool(SHAPES[Verb.RESOLVE].fullmatch(f"{Verb.RESOLVE}:1:{its_id}"))


ROUTES: Routes = (
    command("order", order),
    command("resolve", resolve),
    command("adopt", adopt),
    button(Verb.RESOLVE, resolve_by_button),
)
