"""The wallet in words, as its agent sees it."""

from bot.domain.agents import Wallet
from bot.ports.messenger import WalletMoved
from bot.services.wallet import Movement, Statement
from bot.texts import Markup, Voice, rows
from handlers.rendered import Rendered

KINDS = ("topup", "adjust", "undo")
"""Movements that a person made, by the beginning of their key."""


def statement(shown: Statement, voice: Voice) -> Rendered:
    """Show what is free, what is reserved, what was sold today, and the last movements."""
    today = shown.today
    lines = [
        *_balance(shown.wallet, voice),
        voice.say("wallet-today", orders=today.orders, cards=today.cards, charged=today.charged),
        "",
        voice.say("wallet-movements" if shown.movements else "wallet-no-movements"),
    ]
    for movement in shown.movements:
        lines += _line(movement, voice)
    return Rendered(html=rows(lines))


def moved(message: WalletMoved, voice: Voice) -> Rendered:
    """Tell that an admin moved the agent's money: in words, since a minus is soon overlooked."""
    amount = message.amount
    if amount.minor < 0:
        told = voice.say("wallet-taken", amount=-amount)
    else:
        told = voice.say("wallet-added", amount=amount)
    balance = voice.say("wallet-moved-balance", balance=message.wallet.balance)
    return Rendered(html=rows([told, balance]))


def _balance(wallet: Wallet, voice: Voice) -> list[Markup]:
    lines = [voice.say("wallet-balance", balance=wallet.balance)]
    if wallet.held:
        lines.append(voice.say("wallet-held", held=wallet.held))
    limit, spendable = wallet.credit_limit, wallet.spendable
    if limit is None or spendable is None:
        lines.append(voice.say("wallet-no-limit"))
    elif limit:
        lines.append(voice.say("wallet-limit", limit=limit, spendable=spendable))
    return lines


def _line(movement: Movement, voice: Voice) -> list[Markup]:
    entry = movement.entry
    kind, order_id = _kind(movement)
    facts = {"at": entry.at, "amount": movement.amount}
    if order_id is not None:
        return [voice.say(f"movement-{kind}", order=order_id, **facts)]
    memo = [voice.say("movement-memo", memo=entry.memo)] if entry.memo else []
    return [voice.say(f"movement-{kind}", **facts), *memo]


def _kind(movement: Movement) -> tuple[str, int | None]:
    entry = movement.entry
    if entry.order_id is not None:
        return "hold" if movement.amount.minor < 0 else "release", entry.order_id
    kind = entry.key.partition(":")[0]
    return kind if kind in KINDS else "adjust", None
