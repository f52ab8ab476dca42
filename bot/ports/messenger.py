"""The messenger: says facts to a person, in the person's language, and tells what became of it.

A message is a value without a word of text. The messenger finds the words at the moment of
sending, so that a language changed meanwhile is honoured.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol

from bot.domain.agents import AccessRequest, Agent, Person, Wallet
from bot.domain.alerts import Alert
from bot.domain.cards import Card
from bot.domain.money import Money
from bot.domain.orders import Order, Quote
from bot.domain.progress import Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Where an open order stands. It carries Cancel while `order` is confirmed.

    `delayed`: its cards come after days.
    """

    order: Order
    step: Step
    delayed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberedCard:
    """A card with its place in its order, counted from 1."""

    number: int
    card: Card = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Notes:
    """What the provider tells of a product's cards: how they are redeemed, how long they last."""

    redemption: str | None = None
    validity: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """The cards of an order, or a part of them.

    `copy`: it may have been sent before, and says so. `is_last`: money and `notes` are told once,
    here.
    """

    order: Order
    cards: tuple[NumberedCard, ...] = field(repr=False)
    copy: bool
    is_last: bool
    wallet: Wallet
    notes: Notes = Notes()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The end of an order that brought no card: refused, withdrawn or refunded."""

    order: Order
    wallet: Wallet


@dataclass(frozen=True, slots=True, kw_only=True)
class Requote:
    """An order bought nothing because its price rose or its stock went; this is the new offer.

    The quote may be of another account than the order. `phone`: whom its cards are for, where
    its product asks; `delayed`: they come within days.
    """

    order: Order
    quote: Quote
    phone: str | None = field(default=None, repr=False)
    delayed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessAsked:
    """A stranger asks to sell: for the admins, with Approve and Decline while undecided."""

    request: AccessRequest
    person: Person
    decided_by: Person | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessDecided:
    """The decision on a request, for the one who asked."""

    approved: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WalletMoved:
    """An admin moved an agent's money: for the agent's members. `amount` is signed."""

    amount: Money
    wallet: Wallet


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """An agent was suspended or reinstated: for its members."""

    suspended: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRaised:
    """Something needs a person: for the admins, with a button to act while nobody has.

    `order` and `agent` are given where the alert is about one; `provider` is the title of the one
    that it is about.
    """

    alert: Alert
    order: Order | None
    agent: Agent | None
    acted_by: Person | None
    provider: str | None = None


Message = (
    Progress
    | Receipt
    | Outcome
    | Requote
    | AccessAsked
    | AccessDecided
    | WalletMoved
    | Standing
    | AlertRaised
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """It arrived (or stands there already, exactly so)."""

    message_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreachable:
    """The person blocked the bot, is gone, or never wrote: nothing arrives until they write."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Later:
    """Nothing was sent; try again after a while."""

    after: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Unclear:
    """It may have arrived: nobody knows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """The message to edit is not there any more, or can no longer be edited."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Malformed:
    """Telegram refuses the message itself; it will never be taken as it is."""

    reason: str


Answer = Sent | Unreachable | Later | Unclear | Gone | Malformed


class Messenger(Protocol):
    """Says things to persons; never raises for what Telegram answers."""

    async def send(self, to: Person, message: Message) -> Answer:
        """Send a new message."""
        ...

    async def edit(self, to: Person, message_id: int, message: Message) -> Answer:
        """Put `message` in the place of an earlier one; repeating it changes nothing."""
        ...
