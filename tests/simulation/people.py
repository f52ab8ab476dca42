"""What people do in the simulated world: agents who buy, and an admin who decides."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from functools import partial
from typing import Any

from bot.domain.agents import PersonId
from bot.domain.alerts import Alert, AlertKind
from bot.domain.orders import Order, OrderId, OrderState, QuoteId
from tests.engine import ADMIN
from tests.simulation.engine import Life
from tests.simulation.loop import passes
from tests.simulation.process import outside
from tests.simulation.scenario import Goods
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
        message_id = world.messenger.post(self.person_id)
        taps = world.chance.choice((1, 1, 1, 2, 4))
        presses = [outside(self._press(quote_id, message_id)) for _ in range(taps)]
        await asyncio.wait(presses)
        order_id = next((one.result() for one in presses if one.result()), None)
        if order_id is not None and world.happens(0.05):
            await world.ask(lambda life: engine.cancel(life, self.person_id, order_id))
        if world.happens(0.1):  # an app repeats itself after a reconnect
            await passes(world.about(120))
            await self._press(quote_id, message_id)

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
                await passes(world.about(60))
                await self.return_()

    async def return_(self) -> None:
        """Write to the bot again."""
        self.world.messenger.blocked.discard(self.person_id)
        await self.world.ask(lambda life: self.world.engine.meet(life, self.person_id))


@dataclass(frozen=True, slots=True)
class Admin:
    """Looks at the alerts every minute, and knows what the provider's dashboard shows."""

    world: SimulatedWorld

    async def watch(self) -> None:
        """Decide what is left to a person."""
        while True:
            await passes(60)
            await self.world.ask(self._resume)
            for alert in await self.world.ask(self._alerts) or ():
                await self._decide(alert)

    async def _resume(self, life: Life) -> None:
        await life.works.counter.desk.resume(ADMIN)

    async def _alerts(self, _life: Life) -> tuple[Alert, ...]:
        async with self.world.engine.store.read() as work:
            return await work.alerts.list_open()

    async def _decide(self, alert: Alert) -> None:
        subject = alert.subject.partition(":")[2]
        match alert.kind:
            case AlertKind.ORDER_UNKNOWN | AlertKind.ORDER_AMBIGUOUS:
                await self._decide_on(OrderId(int(subject)))
            case AlertKind.FOREIGN_ORDER if reference := self._reference_of(subject):
                await self._recognise(subject, reference)
            case _:
                pass

    async def _decide_on(self, order_id: OrderId) -> None:
        asked = await self.world.ask(partial(self._with_candidates, order_id))
        if asked is None or any(one.under_way for one in self.world.providers):
            return
        order, theirs = asked
        if order.state is not OrderState.UNKNOWN:
            return
        for its_id in theirs:
            await self._act(partial(_adopt, order, its_id))
        if not theirs:  # it never arrived, or its like took the cards
            await self._act(partial(_absent, order))

    async def _with_candidates(self, order_id: OrderId, _life: Life) -> tuple[Order, list[str]]:
        async with self.world.engine.store.read() as work:
            order = await work.orders.get(order_id)
            account = order.account
            return order, [
                one.id
                for one in self.world.engine.placed
                if one.reference == order.reference
                and not await work.orders.find_by_provider_order(account, one.id)
            ]

    async def _recognise(self, its_id: str, reference: str) -> None:
        for order in await self.world.ask(self._unknown) or ():
            if order.reference == reference:
                await self._act(partial(_adopt, order, its_id))
                return
        await self._act(lambda life: life.works.counter.resolving.shelve(its_id, ADMIN))

    async def _unknown(self, _life: Life) -> tuple[Order, ...]:
        async with self.world.engine.store.read() as work:
            return await work.orders.list_in(OrderState.UNKNOWN)

    async def _act(self, does: Callable[[Life], Coroutine[Any, Any, object]]) -> None:
        self.world.tally.decided += 1
        await self.world.ask(does)

    def _reference_of(self, provider_order_id: str) -> str | None:
        placed = self.world.engine.placed
        return next((one.reference for one in placed if one.id == provider_order_id), None)


async def _adopt(order: Order, provider_order_id: str, life: Life) -> None:
    await life.works.counter.resolving.adopt(order.id, provider_order_id, ADMIN)


async def _absent(order: Order, life: Life) -> None:
    await life.works.counter.resolving.absent(order.id, ADMIN)
