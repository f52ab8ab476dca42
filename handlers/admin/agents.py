"""`/agents`, `/agent`, `/suspend`, `/reinstate`, `/margin`: the shops and their terms."""

from telegram import Update

from bot.domain.agents import Person
from bot.services.desk import AgentFile, AgentLine
from bot.texts import Markup, Percent, Voice, rows
from handlers.admin.arguments import read_margin, split_name
from handlers.admin.routing import button, command, typed_after, usage, usage_of
from handlers.callbacks import Verb
from handlers.context import Context
from handlers.keyboards import keyboard, pages
from handlers.messages.admin import contact
from handlers.rendered import Rendered
from handlers.replying import say, show
from handlers.routes import Routes

PLACE = "agents"


async def agents(update: Update, context: Context) -> None:
    """List the shops with their balances."""
    await say(update, context, await _page(context, 1))


async def turn_page(update: Update, context: Context) -> None:
    """Show another page of the list."""
    await show(update, context, await _page(context, context.number(2)))


async def agent(update: Update, context: Context) -> None:
    """Show all about a shop, or give it another name."""
    name, new_name = split_name(typed_after(context))
    if not name:
        await usage(update, context, "agent")
        return
    found = await context.counter.desk.find_agent(name)
    if new_name is None:
        file = await context.counter.desk.agent(found.id)
        await say(update, context, Rendered(html=_file(file, context.voice)))
        return
    renamed = await context.counter.people.rename(found.id, new_name, context.who.person.id)
    html = context.voice.say("admin-renamed", shop=renamed.name)
    await say(update, context, Rendered(html=html))


async def suspend(update: Update, context: Context) -> None:
    """Stop a shop at once."""
    await _set_standing(update, context, suspended=True)


async def reinstate(update: Update, context: Context) -> None:
    """Let a shop buy again."""
    await _set_standing(update, context, suspended=False)


async def margin(update: Update, context: Context) -> None:
    """Show the default margin, or set it, or a shop's own."""
    text, voice, desk = typed_after(context), context.voice, context.counter.desk
    if not text:
        usual = Percent(await desk.default_margin_bp())
        lines = [
            voice.say("admin-margin-default", margin=usual),
            usage_of("margin", voice),
        ]
        await say(update, context, Rendered(html=rows(lines)))
        return
    asked = read_margin(text)
    if asked is None:
        await say(update, context, Rendered(html=voice.say("admin-percent-unreadable")))
        return
    name, margin_bp = asked
    html = await (_set_margin_of if name else _set_margin)(context, name, margin_bp)
    await say(update, context, Rendered(html=html))


async def _set_margin(context: Context, _: str, margin_bp: int | None) -> Markup:
    desk = context.counter.desk
    await desk.set_margin(margin_bp, context.who.person.id, of=None)
    return context.voice.say("admin-margin-set", margin=Percent(await desk.default_margin_bp()))


async def _set_margin_of(context: Context, name: str, margin_bp: int | None) -> Markup:
    desk = context.counter.desk
    found = await desk.find_agent(name)
    await desk.set_margin(margin_bp, context.who.person.id, of=found.id)
    file = await desk.agent(found.id)
    told = _margin(file, context.voice)
    return context.voice.say("admin-margin-shop", shop=found.name, margin=told)


async def _set_standing(update: Update, context: Context, *, suspended: bool) -> None:
    name, voice = typed_after(context), context.voice
    if not name:
        await usage(update, context, "suspend" if suspended else "reinstate")
        return
    found = await context.counter.desk.find_agent(name)
    people = context.counter.people
    changed = await people.suspend(found.id, context.who.person.id, suspended=suspended)
    if suspended:
        said = "admin-suspended" if changed else "admin-suspended-before"
    else:
        said = "admin-reinstated" if changed else "admin-reinstated-before"
    await say(update, context, Rendered(html=voice.say(said, shop=found.name)))


async def _page(context: Context, number: int) -> Rendered:
    voice = context.voice
    page = await context.counter.desk.agents(number)
    if not page.total:
        return Rendered(html=voice.say("admin-agents-none"))
    lines = [voice.say("admin-agents", total=page.total), *(_line(x, voice) for x in page.lines)]
    turning = pages(voice, page.page, page.pages, PLACE)
    return Rendered(html=rows(lines), keyboard=keyboard(voice, turning))


def _line(line: AgentLine, voice: Voice) -> Markup:
    suspended = line.agent.suspended_at is not None
    said = "admin-agents-line-suspended" if suspended else "admin-agents-line"
    return voice.say(said, shop=line.agent.name, balance=line.wallet.balance)


def _file(file: AgentFile, voice: Voice) -> Markup:
    wallet, limit = file.wallet, file.wallet.credit_limit
    today = file.today
    html = voice.say(
        "admin-agent",
        shop=file.agent.name,
        balance=wallet.balance,
        held=wallet.held,
        limit=voice.say("admin-no-limit") if limit is None else limit,
        margin=_margin(file, voice),
        orders=file.orders,
        today=voice.say(
            "admin-sold", orders=today.orders, cards=today.cards, charged=today.charged
        ),
        members=rows(_member(person) for person in file.members),
    )
    if file.agent.suspended_at is None:
        return html
    return rows([html, voice.say("admin-agent-suspended", at=file.agent.suspended_at)])


def _margin(file: AgentFile, voice: Voice) -> Markup:
    own = file.agent.margin_bp is not None
    said = "admin-margin-own" if own else "admin-margin-usual"
    return voice.say(said, margin=Percent(file.margin_bp))


def _member(person: Person) -> str:
    return f"{person.name} — {contact(person)}"


ROUTES: Routes = (
    command("agents", agents),
    command("agent", agent),
    command("suspend", suspend),
    command("reinstate", reinstate),
    command("margin", margin),
    button(Verb.PAGE, turn_page, place=PLACE),
)
