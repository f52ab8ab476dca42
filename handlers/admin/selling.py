"""`/pause`, `/resume`, `/sales`, `/provider`, `/health`: how selling goes."""

from datetime import datetime

from telegram import Update

from bot.domain.orders import OrderState
from bot.domain.refusals import RefusalReason
from bot.errors import ProviderError, Refusal
from bot.ports.store import Sold
from bot.services.overseeing import Health, ProviderStatus
from bot.texts import Markup, Voice, code, rows
from handlers.admin.routing import command, typed_after, usage, usage_of
from handlers.context import Context
from handlers.messages.admin import cut, why_frozen
from handlers.rendered import Rendered
from handlers.replying import say
from handlers.routes import Routes

REFRESH, THAW, FIRST = "refresh", "thaw", "first"

MOST_SHOPS = 20
"""Shops named in the sales of a day; a message holds no more."""


async def pause(update: Update, context: Context) -> None:
    """Stop selling at once."""
    paused = await context.counter.desk.pause(context.who.person.id)
    html = context.voice.say("admin-paused" if paused else "admin-paused-before")
    await say(update, context, Rendered(html=html))


async def resume(update: Update, context: Context) -> None:
    """Sell again."""
    try:
        resumed = await context.counter.desk.resume(context.who.person.id)
    except Refusal as refusal:
        if refusal.reason != RefusalReason.NOT_POSSIBLE_NOW:
            raise
        await say(update, context, Rendered(html=context.voice.say("admin-not-yet")))
        return
    html = context.voice.say("admin-resumed" if resumed else "admin-resumed-before")
    await say(update, context, Rendered(html=html))


async def sales(update: Update, context: Context) -> None:
    """Tell what was sold."""
    voice, sales = context.voice, await context.counter.desk.sales()
    html = voice.say(
        "admin-sales",
        today=_sold(sales.today, voice),
        yesterday=_sold(sales.yesterday, voice),
        week=_sold(sales.week, voice),
        month=_sold(sales.month, voice),
    )
    shops = [
        voice.say("admin-sales-shop", shop=agent.name, sold=_sold(sold, voice))
        for agent, sold in sales.agents_today[:MOST_SHOPS]
    ]
    await say(update, context, Rendered(html=rows([html, *shops])))


async def provider(update: Update, context: Context) -> None:
    """Tell how each provider account stands, or do to one what the words after it say."""
    asked, _, name = typed_after(context).partition(" ")
    match asked.casefold():
        case "":
            await _tell_providers(update, context)
        case word if word == REFRESH:
            await _refresh(update, context)
        case word if word == THAW:
            await _thaw(update, context, name)
        case word if word == FIRST and name:
            await _put_first(update, context, name)
        case _:
            await usage(update, context, "provider")


async def health(update: Update, context: Context) -> None:
    """Tell what is open, parked and unsettled."""
    voice, state = context.voice, await context.counter.overseeing.health()
    html = voice.say(
        "admin-health",
        selling=rows(_selling(state, voice)),
        open=_open(state, voice),
        parked=state.parked,
        alerts=state.alerts,
        journal=state.journal_rows,
        epoch=state.epoch,
    )
    oldest = state.oldest_unknown_at
    orders = cut(", ".join(str(order_id) for order_id in state.unknown))
    unknown = [voice.say("admin-unknown-orders", orders=orders, at=oldest)] if oldest else []
    lines = [html, *unknown]
    await say(update, context, Rendered(html=rows(lines)))


async def _tell_providers(update: Update, context: Context) -> None:
    voice = context.voice
    statuses = await context.counter.overseeing.providers_status()
    lines = [
        line
        for status in statuses
        for line in (*_provider(status, voice, several=len(statuses) > 1), "")
    ]
    lines.append(usage_of("provider", voice))
    await say(update, context, Rendered(html=rows(lines)))


async def _refresh(update: Update, context: Context) -> None:
    try:
        await context.counter.catalog.refresh()
    except ProviderError:
        said = context.voice.say("admin-not-refreshed")
    else:
        said = context.voice.say("admin-refreshed")
    await say(update, context, Rendered(html=said))


async def _thaw(update: Update, context: Context, name: str) -> None:
    voice, overseeing = context.voice, context.counter.overseeing
    names = [overseeing.find(name)] if name else list(overseeing.providers)
    lines = [await thaw(context, one) for one in filter(None, names)]
    html = rows(lines) if lines else voice.say("admin-no-such-provider")
    await say(update, context, Rendered(html=html))


async def thaw(context: Context, name: str) -> Markup:
    """Try a frozen account again, and tell whether it is open."""
    overseeing = context.counter.overseeing
    thawed = await overseeing.thaw(name, context.who.person.id)
    said = "admin-thawed" if thawed else "admin-not-thawed"
    return context.voice.say(said, provider=overseeing.title(name))


async def _put_first(update: Update, context: Context, name: str) -> None:
    voice, overseeing = context.voice, context.counter.overseeing
    found = overseeing.find(name)
    if found is None:
        await say(update, context, Rendered(html=voice.say("admin-no-such-provider")))
        return
    await overseeing.prefer(found, context.who.person.id)
    html = voice.say("admin-provider-put-first", provider=overseeing.title(found))
    await say(update, context, Rendered(html=html))


def _provider(status: ProviderStatus, voice: Voice, *, several: bool) -> list[Markup]:
    account, frozen, halted = status.account, status.frozen, status.budget.halted_until
    lines = [
        voice.say(
            "admin-provider",
            provider=status.title,
            environment=str(account.environment),
            balance=voice.say("admin-unreadable") if status.balance is None else status.balance,
            books=status.books,
            in_flight=status.in_flight,
            left=status.budget.left,
            read_at=_at(status.catalog_read_at, voice),
        )
    ]
    if status.first:
        lines.append(voice.say("admin-provider-first"))
    elif several:
        first = code(f"/provider {FIRST} {account.provider}")
        lines.append(voice.say("admin-provider-not-first", first=first))
    if halted:
        lines.append(voice.say("admin-provider-halted", at=halted))
    if frozen:
        thaw = code(f"/provider {THAW} {account.provider}")
        reason, since = why_frozen(frozen.reason, voice), frozen.since
        lines.append(voice.say("admin-provider-frozen", at=since, reason=reason, thaw=thaw))
    return lines


def _at(instant: datetime | None, voice: Voice) -> datetime | Markup:
    return instant or voice.say("admin-never")


def _sold(sold: Sold, voice: Voice) -> Markup:
    return voice.say(
        "admin-sold-profit",
        orders=sold.orders,
        cards=sold.cards,
        charged=sold.charged,
        profit=sold.charged - sold.cost,
    )


def _selling(state: Health, voice: Voice) -> list[Markup]:
    """Everything that stops selling; when nothing does, that it goes on."""
    stops = []
    if state.paused_since:
        stops.append(voice.say("admin-selling-paused", at=state.paused_since))
    if state.restored_since:
        stops.append(voice.say("admin-selling-restored", at=state.restored_since))
    if state.rival_seen:
        stops.append(voice.say("admin-selling-rival"))
    return stops or [voice.say("admin-selling")]


def _open(state: Health, voice: Voice) -> Markup:
    counted = [(one, count) for one, count in state.open_orders.items() if count]
    if not counted:
        return voice.say("admin-none")
    return rows(["", *(_open_line(one, count, voice) for one, count in counted)])


def _open_line(state: OrderState, count: int, voice: Voice) -> Markup:
    said = voice.say("admin-state", state=str(state))
    return voice.say("admin-open-line", count=count, state=said)


ROUTES: Routes = (
    command("pause", pause),
    command("resume", resume),
    command("sales", sales),
    command("provider", provider),
    command("health", health),
)
