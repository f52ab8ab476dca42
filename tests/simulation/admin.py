"""The admin of the simulated world: he decides what is left to a person, and nothing else.

What the bot has to settle by itself he never touches: were it never settled, it would be found.
"""

from dataclasses import dataclass
from functools import partial

from bot.domain.alerts import Alert, AlertKind
from bot.domain.matching import send_window
from bot.domain.orders import Order, OrderId, OrderState
from bot.domain.shelf import UnownedState
from bot.services import marks
from tests.engine import ADMIN
from tests.simulation.engine import Life
from tests.simulation.loop import passes
from tests.simulation.provider import FarProvider
from tests.simulation.world import SimulatedWorld


@dataclass(frozen=True, slots=True)
class Admin:
    """Looks every minute, and knows what the provider's dashboard shows.

    An order whose provider finds it by its reference is the bot's to settle, in restore mode
    too. Elsewhere he decides on one of which several may be it, on one that stays unknown since
    a foreign order may be it, and in restore mode on all of them before he lets selling go on.
    """

    world: SimulatedWorld

    async def watch(self) -> None:
        """Decide what is left to a person."""
        while True:
            await passes(60)
            for alert in await self.world.ask(self._alerts) or ():
                await self._act_on(alert)
            if await self._is_set(marks.RESTORE_READ):
                await self._end_the_restore()

    async def _alerts(self, _life: Life) -> tuple[Alert, ...]:
        async with self.world.engine.store.read() as work:
            return await work.alerts.list_open()

    async def _act_on(self, alert: Alert) -> None:
        subject = alert.subject.partition(":")[2]
        match alert.kind:
            case AlertKind.ORDER_AMBIGUOUS:
                await self._decide_on(OrderId(int(subject)))
            case AlertKind.ORDER_UNKNOWN:
                order_id = OrderId(int(subject))
                if await self.world.ask(partial(self._may_be_foreign, order_id)):
                    await self._decide_on(order_id)
            case AlertKind.FOREIGN_ORDER if reference := self._reference_of(subject):
                await self._recognise(subject, reference)
            case _:
                pass

    async def _may_be_foreign(self, order_id: OrderId, _life: Life) -> bool:
        """Tell whether a foreign order of an order's bucket was made when it was sent."""
        async with self.world.engine.store.read() as work:
            order = await work.orders.get(order_id)
            foreign = await work.shelf.list_in(UnownedState.FOREIGN)
        provider = self._provider_of(order)
        longest = provider.capabilities.longest_answer
        window = send_window(order, longest_answer=longest, ahead=provider.ahead)
        return any(one.bucket == order.bucket and window.holds(one.created_at) for one in foreign)

    # A restore.

    async def _is_set(self, mark: str) -> bool | None:
        return await self.world.ask(partial(self._has, mark))

    async def _has(self, mark: str, _life: Life) -> bool:
        async with self.world.engine.store.read() as work:
            return bool(await work.marks.find(mark))

    async def _end_the_restore(self) -> None:
        for order in await self.world.ask(self._left_to_him) or ():
            await self._decide_on(order.id)
        if await self.world.ask(self._left_to_him) == []:
            await self.world.ask(lambda life: life.works.counter.desk.resume(ADMIN))

    async def _left_to_him(self, life: Life) -> list[Order]:
        unknown = await self._unknown(life)
        return [order for order in unknown if not self._provider_of(order).finds]

    # An order.

    async def _decide_on(self, order_id: OrderId) -> None:
        asked = await self.world.ask(partial(self._with_candidates, order_id))
        if asked is None:
            return
        order, theirs = asked
        provider = self._provider_of(order)
        if order.state is not OrderState.UNKNOWN or provider.finds or provider.under_way:
            return
        for its_id in theirs:
            await self.world.ask(partial(_adopt, order, its_id))
        if not theirs:  # it never arrived, or its like took the cards
            await self.world.ask(partial(_absent, order))

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
        """Take a foreign order of ours as stock; in restore mode it may be an unknown one."""
        unknown = await self.world.ask(self._unknown)
        if unknown is None:
            return
        for order in unknown:
            if order.reference == reference:
                if await self._is_set(marks.RESTORED) and not self._provider_of(order).finds:
                    await self.world.ask(partial(_adopt, order, its_id))
                return
        await self.world.ask(partial(_shelve, its_id))

    async def _unknown(self, _life: Life) -> tuple[Order, ...]:
        async with self.world.engine.store.read() as work:
            return await work.orders.list_in(OrderState.UNKNOWN)

    # What the dashboards show.

    def _provider_of(self, order: Order) -> FarProvider:
        return next(one for one in self.world.providers if one.account == order.account)

    def _reference_of(self, provider_order_id: str) -> str | None:
        placed = self.world.engine.placed
        return next((one.reference for one in placed if one.id == provider_order_id), None)


async def _adopt(order: Order, provider_order_id: str, life: Life) -> None:
    await life.works.counter.resolving.adopt(order.id, provider_order_id, ADMIN)


async def _absent(order: Order, life: Life) -> None:
    await life.works.counter.resolving.absent(order.id, ADMIN)


async def _shelve(provider_order_id: str, life: Life) -> None:
    await life.works.counter.resolving.shelve(provider_order_id, ADMIN)
