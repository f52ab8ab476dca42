"""`/topup`, `/adjust`, `/limit`, and Undo: an admin moves a shop's money, each message once."""

from collections.abc import Sequence
from typing import Protocol

from telegram import Update

from bot.domain.agents import Agent, AgentId, PersonId
from bot.domain.money import Money
from bot.domain.refusals import RefusalReason
from bot.errors import Refusal
from bot.services.wallet import Moved
from bot.texts import rows
from handlers.admin.arguments import Movement, read_limits, read_movements
from handlers.admin.naming import ask_again, named
from handlers.admin.routing import button, command, typed_after, usage
from handlers.callbacks import Verb
from handlers.context import Context
from handlers.keyboards import keyboard, press
from handlers.rendered import Rendered
from handlers.replying import answer, say, show
from handlers.routes import Routes


async def topup(update: Update, context: Context) -> None:
    """Credit a wallet for cash; the same message does it once."""
    wallets = context.counter.wallets
    await _move(update, context, "topup", move=wallets.top_up, told="admin-topped-up")


async def adjust(update: Update, context: Context) -> None:
    """Correct a wallet without cash; the same message does it once."""
    wallets = context.counter.wallets
    await _move(update, context, "adjust", move=wallets.adjust, told="admin-adjusted")


async def undo(update: Update, context: Context) -> None:
    """Reverse a movement; a second press finds it reversed."""
    voice = context.voice
    moved = await context.counter.wallets.undo(context.found[0], context.who.person.id)
    if not moved.is_new:
        await answer(update, context, voice.label("toast-undone-before"), alert=True)
        return
    await answer(update, context, voice.label("toast-undone"))
    file = await context.counter.desk.agent(moved.wallet.agent_id)
    html = voice.say(
        "admin-undone",
        shop=file.agent.name,
        admin=context.who.person.name,
        amount=moved.amount,
        balance=moved.wallet.balance,
    )
    await show(update, context, Rendered(html=html))


async def limit(update: Update, context: Context) -> None:
    """Set how far an agent may buy on credit."""
    text = typed_after(context)
    if " " not in text:
        await usage(update, context, "limit")
        return
    readings = read_limits(text, context.counter.terms.currency)
    if not readings or any(amount and amount.minor < 0 for _, amount in readings):
        raise Refusal(RefusalReason.AMOUNT_UNREADABLE)
    found = await named(context, readings)
    if len(found) > 1:
        await ask_again(update, context, found)
        return
    agent, amount = found[0]
    wallet = await context.counter.wallets.set_limit(agent.id, amount, context.who.person.id)
    voice = context.voice
    told = voice.say("admin-no-limit") if wallet.credit_limit is None else wallet.credit_limit
    await say(update, context, Rendered(html=voice.say("admin-limit", shop=agent.name, limit=told)))


class _Move(Protocol):
    """What moves a wallet by an amount, once per request."""

    async def __call__(
        self, agent_id: AgentId, amount: Money, admin_id: PersonId, *, request: str, memo: str = ""
    ) -> Moved: ...


async def _move(update: Update, context: Context, name: str, *, move: _Move, told: str) -> None:
    found = await _asked(update, context, name)
    if found is None:
        return
    agent, asked = found
    admin_id, voice = context.who.person.id, context.voice
    moved = await move(agent.id, asked.amount, admin_id, request=_request(update), memo=asked.memo)
    lines = [
        voice.say(
            told if moved.is_new else "admin-moved-before",
            shop=agent.name,
            amount=moved.amount,
            balance=moved.wallet.balance,
        )
    ]
    if moved.entry.memo:
        lines.append(voice.say("admin-memo", memo=moved.entry.memo))
    back = press(voice.label("button-undo"), Verb.UNDO, moved.entry.key)
    await say(update, context, Rendered(html=rows(lines), keyboard=keyboard(voice, [back])))


async def _asked(update: Update, context: Context, name: str) -> tuple[Agent, Movement] | None:
    """Read whose money moves and how much; None when it was answered already."""
    text = typed_after(context)
    if " " not in text:
        await usage(update, context, name)
        return None
    movements = read_movements(text, context.counter.terms.currency)
    readings = [(one.agent, one) for one in movements if one.amount]
    if not readings:
        raise Refusal(RefusalReason.AMOUNT_UNREADABLE)
    found = await named(context, readings)
    if len(found) > 1:
        await ask_again(update, context, _amounts(found))
        return None
    return found[0]


def _amounts(found: Sequence[tuple[Agent, Movement]]) -> list[tuple[Agent, Money | None]]:
    return [(agent, movement.amount) for agent, movement in found]


def _request(update: Update) -> str:
    """Name the message that asks, so that the same one moves money once."""
    message = update.effective_message
    return f"{message.chat_id}:{message.message_id}" if message else ""


ROUTES: Routes = (
    command("topup", topup),
    command("adjust", adjust),
    command("limit", limit),
    button(Verb.UNDO, undo),
)
