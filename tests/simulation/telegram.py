"""Telegram at the end of a bad line: messages are late, lost, turned away or taken twice.

What has left arrives, whether or not the one who sent it still lives.
"""

import asyncio
from datetime import timedelta
from random import Random

from bot.domain.agents import PersonId
from bot.domain.orders import OrderId, OrderState
from bot.ports.messenger import Answer, Later, Message, Receipt, Requote, Unclear
from tests.fakes.messenger import MemoryMessenger
from tests.simulation.loop import passes
from tests.simulation.process import outside
from tests.simulation.scenario import Scenario
from tests.simulation.tally import Met, Tally

FATES = (Met.TOLD_LATER, Met.TOLD_LOST, Met.TOLD_UNANSWERED, Met.TOLD_LATE)
"""What can become of a message in bad weather."""


class FarMessenger(MemoryMessenger):
    """The port over a bad line; `seen` is every code that ever stood in a person's chat.

    `offers` are the messages that offered something instead of an order, with its end; once
    accepted, such a message shows the next order.
    """

    def __init__(self, scenario: Scenario, chance: Random, tally: Tally) -> None:
        super().__init__()
        self._scenario = scenario
        self._chance = chance
        self._met = tally.met
        self.calm = False
        self.seen: dict[PersonId, set[str]] = {}
        self.offers: dict[tuple[PersonId, OrderId, OrderState], tuple[int, Requote]] = {}

    async def _write(self, to: PersonId, message: Message, message_id: int | None) -> Answer:
        await passes(self._chance.uniform(0.05, 0.3))
        if not self._is_faulty():
            arriving = outside(self._arrive(to, message, message_id, after=0.1))
            return await asyncio.shield(arriving)
        fate = self._chance.choice(FATES)
        self._met[fate] += 1
        if fate is Met.TOLD_LATER:
            return Later(after=timedelta(seconds=self._chance.choice((1, 5, 30))))
        if fate is not Met.TOLD_LOST:
            after = 0.0 if fate is Met.TOLD_UNANSWERED else self._chance.uniform(0, 20)
            outside(self._arrive(to, message, message_id, after=after))
        await passes(self._chance.uniform(0, 10))
        return Unclear()

    async def _arrive(
        self, to: PersonId, message: Message, message_id: int | None, *, after: float
    ) -> Answer:
        await passes(after)
        return self._answer(to, message, message_id, None)

    def _put(self, to: PersonId, message_id: int, message: Message | None) -> int:
        if isinstance(message, Receipt):
            codes = {card.card.code for card in message.cards}
            self.seen.setdefault(to, set()).update(codes)
        elif isinstance(message, Requote):
            self._note_offer(to, message_id, message)
        return super()._put(to, message_id, message)

    def _note_offer(self, to: PersonId, message_id: int, offered: Requote) -> None:
        order = offered.order
        self.offers[to, order.id, order.state] = message_id, offered
        self._met[Met.OFFERED] += offered.quote.account != order.account

    def offer_for(self, to: PersonId, order_id: OrderId) -> tuple[int, Requote] | None:
        """Find the message that offers something instead of an order."""
        found = (
            kept for (who, which, _), kept in self.offers.items() if (who, which) == (to, order_id)
        )
        return next(found, None)

    def standing(self, to: PersonId) -> set[str]:
        """Every code that stands in a chat now, in a copy or not."""
        receipts = [one for one in self.messages(to) if isinstance(one, Receipt)]
        return {card.card.code for receipt in receipts for card in receipt.cards}

    def _is_faulty(self) -> bool:
        return self._chance.random() < self._scenario.write_faults and not self.calm
