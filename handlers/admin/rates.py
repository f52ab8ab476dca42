"""`/rate`: what the providers' currencies are worth in the shop's."""

from telegram import Update

from bot.domain.money import Money
from bot.services.rates import KeptRate, RateChange, RateLine
from bot.texts import Markup, Percent, Voice, code, rows
from handlers.admin.arguments import read_rate_of
from handlers.admin.routing import command, typed_after, usage_of
from handlers.context import Context
from handlers.messages.admin import rate_command
from handlers.rendered import Rendered
from handlers.replying import say
from handlers.routes import Routes


async def rate(update: Update, context: Context) -> None:
    """Show every rate that the shop needs, or set one."""
    text, voice = typed_after(context), context.voice
    if not text:
        await say(update, context, Rendered(html=await _listed(context)))
        return
    asked = read_rate_of(text)
    if asked is None:
        lines = [voice.say("admin-rate-unreadable"), usage_of("rate", voice)]
        await say(update, context, Rendered(html=rows(lines)))
        return
    change = await context.counter.rates.set(*asked, context.who.person.id)
    await say(update, context, Rendered(html=rows(_changed(change, voice))))


async def _listed(context: Context) -> Markup:
    voice, terms = context.voice, context.counter.terms
    lines = [_line(one, context) for one in await context.counter.rates.list()]
    if not lines:
        return voice.say("admin-rates-none", currency=terms.currency)
    return rows([*lines, usage_of("rate", voice)])


def _line(line: RateLine, context: Context) -> Markup:
    voice, kept = context.voice, line.kept
    if kept is None:
        return voice.say("admin-rate-none", currency=line.currency)
    age = context.counter.clock.now() - kept.since
    return voice.say("admin-rate", one=one(line.currency), rate=kept.rate, at=kept.since, age=age)


def _changed(change: RateChange, voice: Voice) -> list[Markup]:
    now, before = change.now.rate, change.before
    lines = [voice.say("admin-rate-set", one=one(now.source), rate=now)]
    if before is not None:
        lines.append(voice.say("admin-rate-before", rate=before.rate, at=before.since))
    lines.append(
        voice.say(
            "admin-rate-example",
            cost=change.example_cost,
            price=change.example_price,
            margin=Percent(change.margin_bp),
        )
    )
    return [*lines, *_doubt(change.now, before, voice)]


def _doubt(now: KeptRate, before: KeptRate | None, voice: Voice) -> list[Markup]:
    """Ask about a rate that is far from the one before: a slip would sell below cost at once."""
    if before is None or not now.rate.is_far_from(before.rate):
        return []
    return [voice.say("admin-rate-far", again=code(rate_command(before.rate)))]


def one(currency: str) -> Money:
    """One unit of a currency."""
    return Money.of(1, currency)


ROUTES: Routes = (command("rate", rate),)
