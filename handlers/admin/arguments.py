"""What admins type after a command, as values; a name with spaces needs no quotes."""

import re
from dataclasses import dataclass

from bot.domain.money import Money, read_amount
from bot.domain.orders import OrderId
from bot.domain.pricing import read_percent
from bot.domain.quantities import read_quantity
from bot.domain.rates import read_rate
from bot.services.people import SHOP_NAME_LENGTH

_DIRECTIONS = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""What a name or an amount copied from one of our messages brings along, unseen."""

_CURRENCY = re.compile(r"[A-Za-z]{3}")

LONGEST_MEMO = 200
"""Characters of a note that are kept: it is told back in a message that must fit."""

MOST_GROUPS = 6
"""Words that an amount may take: a sign, and its digits by threes."""

RENAMING = "name"
NO_LIMIT = "none"
DEFAULT = "default"
SETTLE = "settle"
ABSENT = "absent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """One way to read `AGENT AMOUNT [memo]`."""

    agent: str
    amount: Money
    memo: str


def clean(text: str) -> str:
    """Take out what cannot be seen; spaces of any sort are one space each."""
    return " ".join(_DIRECTIONS.sub("", text).split())


def read_movements(text: str, currency: str) -> tuple[Movement, ...]:
    """Read `AGENT AMOUNT [memo]` in every way that it can be meant; none when there is no amount.

    A name may hold numbers and an amount may hold spaces, so that `Chez 2 500` is 500 for
    `Chez 2` or 2500 for `Chez`: only who knows the agents can tell. The first word is never
    part of the amount.
    """
    tokens = text.split()
    found = (
        _movement(tokens, start, currency)
        for start in range(1, len(tokens))
        if len(" ".join(tokens[:start])) <= SHOP_NAME_LENGTH
    )
    return tuple(one for one in found if one is not None)


def read_limits(text: str, currency: str) -> tuple[tuple[str, Money | None], ...]:
    """Read `AGENT AMOUNT` or `AGENT none` in every way that it can be meant; None is no limit."""
    agent, last = split_last(text)
    if agent and last.casefold() == NO_LIMIT:
        return ((agent, None),)
    movements = read_movements(text, currency)
    return tuple((one.agent, one.amount) for one in movements if not one.memo)


def split_last(text: str) -> tuple[str, str]:
    """Split the last word off; the rest is empty when there is only one."""
    rest, _, last = text.rpartition(" ")
    return rest, last


def split_name(text: str) -> tuple[str, str | None]:
    """Read `AGENT [name NEW NAME]`; the new name is None when it is not asked for."""
    agent, found, name = text.partition(f" {RENAMING} ")
    return agent, name if found else None


def read_margin(text: str) -> tuple[str, int | None] | None:
    """Read `[AGENT] PERCENT` or `AGENT default`: whose margin (empty: everybody's), how much.

    In basis points; None as the margin is the default again. None when there is no percentage.
    """
    agent, last = split_last(text)
    if agent and last.casefold() == DEFAULT:
        return agent, None
    margin_bp = read_percent(last)
    return None if margin_bp is None else (agent, margin_bp)


def read_rate_of(text: str) -> tuple[str, int] | None:
    """Read `CURRENCY RATE`: whose rate, in capitals, and what one unit is worth, in millionths."""
    currency, _, typed = text.partition(" ")
    millionths = read_rate(typed)
    return (currency.upper(), millionths) if _CURRENCY.fullmatch(currency) and millionths else None


def read_order(text: str) -> OrderId | None:
    """Read an order's number, with or without `#`; None when it is not one."""
    number = read_quantity(text.removeprefix("#"))
    return OrderId(number) if number is not None and number > 0 else None


def read_decision(text: str) -> str | None:
    """Read what to do about an order: `settle`, `absent`, or a provider order id.

    None for any other word: an id has a digit in it, and a mistyped `setle` is not adopted.
    """
    word = text.casefold()
    if word in {SETTLE, ABSENT}:
        return word
    return text if any(sign.isdecimal() for sign in text) and " " not in text else None


def _movement(tokens: list[str], start: int, currency: str) -> Movement | None:
    """Read the longest amount that starts at a word; what follows it is the memo."""
    for end in range(min(len(tokens), start + MOST_GROUPS), start, -1):
        amount = read_amount(" ".join(tokens[start:end]), currency)
        if amount is not None:
            agent, memo = " ".join(tokens[:start]), " ".join(tokens[end:])
            return Movement(agent=agent, amount=amount, memo=memo[:LONGEST_MEMO])
    return None
