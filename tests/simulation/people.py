"""What agents do in the simulated world."""

import asyncio
from dataclasses import dataclass

from bot.domain.agents import PersonId
from bot.domain.orders import OrderId, QuoteId
from tests.simulation.loop import passes
from tests.simulation.process import outside
from tests.simulation.scenario import Goods
from tests.simulation.tally import Met
from tests.simulation.world import SimulatedWorld


@dataclass(frozen=True, slots=True)
class Shopkeeper:
    """Buys for a while: taps twice, taps again later, cancels, loses patience."""

    world: SimulatedWorld
    person_id: PersonId

    async def buy(self, sales: int) -> None:
        """Make so many sales, one after the other, some of them close together."""
        world = self.world
        under_way = []
        for _ in range(sales):
            await passes(world.about(world.scenario.think))
            goods = world.any_goods()
            under_way.append(outside(self._sale(goods)))
        await asyncio.gather(*under_way)

    async def _sale(self, goods: Goods) -> None:
        world, engine = self.world, self.world.engine
        quote_id = await world.ask(lambda life: engine.offer(life, self.person_id, goods))
        if quote_id is None:
            return
        if world.scenario.supply_every and world.happens(0.5):
            await passes(world.about(90))  # meanwhile the money or the cards may go
        message_id = world.messenger.post(self.person_id)
        taps = world.chance.choice((1, 1, 1, 2, 4))
        presses = [outside(self._press(quote_id, message_id)) for _ in range(taps)]
        await asyncio.wait(presses)
        order_id = next((one.result() for one in presses if one.result()), None)
        if order_id is not None and world.happens(0.05):
            await world.ask(lambda life: engine.cancel(life, self.person_id, order_id))
        if order_id is not None and world.happens(0.3):
            await self._accept(order_id)
        if world.happens(0.1):  # an app repeats itself after a reconnect
            await passes(world.about(120))
            await self._press(quote_id, message_id)

    async def _accept(self, order_id: OrderId) -> None:
        """Take what is offered instead of an order, if it comes soon."""
        await passes(self.world.about(30))
        offer = self.world.messenger.offer_for(self.person_id, order_id)
        if offer is not None:
            message_id, offered = offer
            taken = await self._press(offered.quote.id, message_id)
            self.world.tally.met[Met.ACCEPTED] += taken is not None

    async def _press(self, quote_id: QuoteId, message_id: int) -> OrderId | None:
        engine = self.world.engine
        await passes(self.world.chance.uniform(0, 0.5))
        return await self.world.ask(
            lambda life: engine.confirm(life, self.person_id, quote_id, message_id)
        )

    async def come_and_go(self) -> None:
        """Block the bot now and then, and come back."""
        world, blocked = self.world, self.world.messenger.blocked
        while True:
            await passes(world.about(900))
            if not world.is_calm:
                blocked.add(self.person_id)
                world.tally.met[Met.BLOCKED] += 1
                await passes(world.about(60))
                await self.return_()

    async def return_(self) -> None:
        """Write to the bot again."""
        self.world.messenger.blocked.discard(self.person_id)
        await self.world.ask(lambda life: self.world.engine.meet(life, self.person_id))
