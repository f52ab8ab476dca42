"""Agents (shops), their members (Telegram accounts), and whoever else writes to the bot."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

from bot.domain.money import Money

AgentId = NewType("AgentId", int)
PersonId = NewType("PersonId", int)
RequestId = NewType("RequestId", int)


class Language(StrEnum):
    """The languages the bot speaks."""

    ENGLISH = "en"
    FRENCH = "fr"
    ARABIC = "ar"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A Telegram account that has written to the bot: a stranger, a member or an admin.

    `id` is Telegram's, and the id of the private chat with it. `language` is None until chosen.
    `unreachable_at` is set while Telegram refuses our messages to it (blocked, deactivated).
    """

    id: PersonId
    name: str
    username: str | None
    language: Language | None
    unreachable_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """A shop. It keeps its wallet and its orders when a member is replaced.

    `margin_bp` in basis points overrides the default margin when set.
    """

    id: AgentId
    name: str
    margin_bp: int | None
    suspended_at: datetime | None
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A person who acts for an agent."""

    person_id: PersonId
    agent_id: AgentId
    joined_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Wallet:
    """An agent's money: `balance` is what is free to spend, `held` what open orders reserve.

    `credit_limit` is how far the balance may fall below zero by buying; None is without limit.
    """

    agent_id: AgentId
    balance: Money
    held: Money
    credit_limit: Money | None

    @property
    def spendable(self) -> Money | None:
        """What can still be spent, credit included; None is without limit."""
        return None if self.credit_limit is None else self.balance + self.credit_limit

    def missing(self, price: Money) -> Money:
        """How much is missing to spend `price`; zero when nothing is."""
        spendable = self.spendable
        if spendable is None or spendable >= price:
            return Money.zero(price.currency)
        return price - spendable


class RequestState(StrEnum):
    """What became of a stranger's request for access."""

    ASKED = "asked"
    APPROVED = "approved"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessRequest:
    """A stranger's request to sell; decided once, by the first admin who taps."""

    id: RequestId
    person_id: PersonId
    state: RequestState
    asked_at: datetime
    decided_at: datetime | None
    decided_by: PersonId | None
