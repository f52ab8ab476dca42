"""A bot as it is usually written, in place of the engine: what fails is tried again.

It is no straw man: a tap that comes twice is one ticket, a ticket outlives its process, an order
that was taken is remembered at once. It only believes that what was not answered did not happen.
"""

import asyncio
from dataclasses import dataclass, field
from random import Random

from bot.domain.agents import PersonId
from bot.domain.orders import OrderId, QuoteId
from bot.errors import ProviderError
from bot.ports.provider import Accepted, Line, Priority, Provider, Providers, Refused
from bot.services.works import Works
from tests.simulation.disks import MemoryDisk
from tests.simulation.engine import Engine, Life
from tests.simulation.loop import passes, run
from tests.simulation.oracle import AGAIN, doubled
from tests.simulation.people import Shopkeeper
from tests.simulation.scenario import WORLDS, Goods, draw, world_of
from tests.simulation.tally import Met
from tests.simulation.weather import Weather
from tests.simulation.world import SimulatedWorld

BETWEEN_TRIES = 2.0
REST = 3600.0


@dataclass(slots=True, kw_only=True)
class Ticket:
    """What was asked for, and what is known of it; it is on disk."""

    number: OrderId
    goods: Goods
    tries: int = 0
    is_wanted: bool = False
    is_refused: bool = False
    its_id: str | None = None
    cards: set[str] | None = field(default=None, repr=False)


@dataclass(slots=True, kw_only=True)
class NaiveBot(Engine):
    """Works tickets off, each in a task of its own, until it is served or refused."""

    tickets: dict[QuoteId, Ticket] = field(default_factory=dict)
    _new: asyncio.Event = field(default_factory=asyncio.Event)

    async def furnish(self, life: Life, people: tuple[PersonId, ...]) -> None:
        """Know nobody in particular."""

    async def meet(self, life: Life, person_id: PersonId) -> None:
        """Greet."""

    async def pay_in(self, life: Life, person_id: PersonId, amount: int, request: str) -> bool:
        """Know nothing of money."""
        del life, person_id, amount, request
        return True

    async def offer(self, _life: Life, _person_id: PersonId, goods: Goods) -> QuoteId:
        """Open a ticket."""
        quote_id = QuoteId(self.secrets.token())
        self.tickets[quote_id] = Ticket(number=OrderId(len(self.tickets) + 1), goods=goods)
        return quote_id

    async def confirm(
        self, _life: Life, _person_id: PersonId, quote_id: QuoteId, _message_id: int
    ) -> OrderId:
        """Want what a ticket says; once, however often it is said."""
        ticket = self.tickets[quote_id]
        ticket.is_wanted = True
        self._new.set()
        return ticket.number

    async def cancel(self, life: Life, person_id: PersonId, order_id: OrderId) -> None:
        """Say that an order is final."""

    async def _begin(
        self, _works: Works, providers: Providers, stopping: asyncio.Event
    ) -> "asyncio.Task[None]":
        return asyncio.create_task(self._work(providers, stopping))

    async def _work(self, providers: Providers, stopping: asyncio.Event) -> None:
        taken: set[QuoteId] = set()
        async with asyncio.TaskGroup() as group:
            while not stopping.is_set():
                self._new.clear()
                for quote_id, ticket in self.tickets.items():
                    if ticket.is_wanted and quote_id not in taken:
                        taken.add(quote_id)
                        provider = providers[ticket.goods.provider]
                        group.create_task(self._serve(quote_id, ticket, provider))
                await self._new.wait()

    async def _serve(self, quote_id: QuoteId, ticket: Ticket, provider: Provider) -> None:
        line = Line(product_key="psn", type_key=ticket.goods.key, quantity=ticket.goods.quantity)
        while ticket.its_id is None and not ticket.is_refused:
            ticket.tries += 1  # a provider that takes references wants each of them but once
            placement = await provider.place(line, reference=f"{quote_id}{AGAIN}{ticket.tries}")
            match placement:
                case Accepted():
                    ticket.its_id = placement.provider_order_id
                case Refused():
                    ticket.is_refused = True
                case _:
                    await passes(BETWEEN_TRIES)
        while ticket.its_id and ticket.cards is None:
            await passes(BETWEEN_TRIES)
            ticket.cards = await _fetch(provider, ticket.its_id)


async def _fetch(provider: Provider, its_id: str) -> set[str] | None:
    try:
        order = await provider.order(its_id, priority=Priority.TRACKING)
    except ProviderError:
        return None
    done = order is not None and order.status != "HANDLING"
    return {card.code for card in order.cards} if order and done else None


@dataclass(frozen=True, slots=True, kw_only=True)
class NaiveOutcome:
    """What came of a seed: tickets wanted, those that were bought twice, cards nobody got."""

    wanted: int
    crashes: int
    doubled: int
    cards_paid: int
    cards_lost: int


def run_naive(seed: int, *, sales: int) -> NaiveOutcome:
    """Run a seed with the naive bot in the engine's place."""
    return run(_simulate(seed, sales))


async def _simulate(seed: int, sales: int) -> NaiveOutcome:
    chance = Random(seed)
    scenario = draw(chance, seed=seed, sales=sales, providers=WORLDS[world_of(seed)])
    world = SimulatedWorld(scenario, chance, MemoryDisk(), bot=NaiveBot)
    await world.open()
    Weather(world).begin()
    shops = [Shopkeeper(world, person) for person in world.people]
    await asyncio.gather(*[shop.buy(sales // len(shops)) for shop in shops])
    await world.calm_down()
    await passes(REST)
    return _outcome(world)


def _outcome(world: SimulatedWorld) -> NaiveOutcome:
    bot = world.engine
    assert isinstance(bot, NaiveBot)
    ours = [one for one in bot.placed if one.reference]
    paid = {card.code for one in ours for card in one.cards or ()}
    given = {code for ticket in bot.tickets.values() for code in ticket.cards or ()}
    return NaiveOutcome(
        wanted=sum(ticket.is_wanted for ticket in bot.tickets.values()),
        crashes=world.tally.met[Met.CRASH],
        doubled=len(doubled(ours)),
        cards_paid=len(paid),
        cards_lost=len(paid - given),
    )
