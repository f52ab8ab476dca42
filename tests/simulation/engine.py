"""The real engine as processes of the simulated world: every service and worker, over its ports."""

import asyncio
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import cast

from bot.domain.agents import Agent, AgentId, Language, Member, PersonId
from bot.domain.catalog import CardTypeId
from bot.domain.matching import Horizons
from bot.domain.orders import OrderId, QuoteId
from bot.ports.provider import Provider, Providers
from bot.ports.store import Store
from bot.services import audit
from bot.services.keeping import Keeper
from bot.services.recovery import begin_epoch, open_keeper
from bot.services.terms import Terms
from bot.services.works import Works, World, assemble
from tests.engine import ADMIN, terms_for
from tests.fakes.provider_account import MemoryOrder, dinars
from tests.fakes.world import FakeSecrets
from tests.simulation.clock import SetClock
from tests.simulation.disks import Disk
from tests.simulation.process import Process, TappedMessenger, TappedProvider, TappedStore
from tests.simulation.provider import FarProvider
from tests.simulation.scenario import Goods, Means
from tests.simulation.telegram import FarMessenger

FRESH = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """What a process of the bot is while it lives."""

    works: Works
    working: "asyncio.Task[None]"
    stopping: asyncio.Event


@dataclass(slots=True, kw_only=True)
class Engine:
    """A bot that can be started again and again over the same disk."""

    clock: SetClock
    providers: tuple[FarProvider, ...]
    messenger: FarMessenger
    disk: Disk
    horizon: Horizons
    means: Means
    secrets: FakeSecrets = field(default_factory=FakeSecrets)
    keeper: Keeper = field(init=False)
    store: Store = field(init=False)
    agents: dict[PersonId, Agent] = field(default_factory=dict)
    paid: dict[AgentId, dict[str, int]] = field(default_factory=dict)
    _types: dict[tuple[str, str], CardTypeId] = field(default_factory=dict)

    async def start(self, process: Process) -> Life:
        """Start a process: take up what an earlier one left, then let every worker work."""
        self.store = await self.disk.open()
        store = TappedStore(self.store, process)
        self.keeper = await open_keeper(store, self.disk.vault)
        providers = {
            one.account.provider: cast(Provider, TappedProvider(one, process))
            for one in self.providers
        }
        works = assemble(
            World(
                store=store,
                providers=providers,
                keeper=self.keeper,
                messenger=TappedMessenger(self.messenger, process),
                clock=self.clock,
                secrets=self.secrets,
                terms=self._terms(),
                epoch=await begin_epoch(store, self.clock),
            )
        )
        stopping = asyncio.Event()
        working = await self._begin(works, providers, stopping)
        return Life(works=works, working=working, stopping=stopping)

    def _terms(self) -> Terms:
        accounts = [one.account for one in self.providers]
        horizons = {account.provider: self.horizon for account in accounts}
        limit = dinars(self.means.limit)
        terms = terms_for(*accounts)
        return replace(terms, horizons=horizons, default_credit_limit=limit)

    @property
    def placed(self) -> tuple[MemoryOrder, ...]:
        """Every order that a provider has taken."""
        return tuple(order for one in self.providers for order in one.placed)

    async def _begin(
        self, works: Works, _providers: Providers, stopping: asyncio.Event
    ) -> "asyncio.Task[None]":
        await works.recover()
        return asyncio.create_task(works.run(stopping))

    async def furnish(self, life: Life, people: tuple[PersonId, ...]) -> None:
        """Read the catalogue, meet the admin, and open agents with members and money."""
        counter = life.works.counter
        await counter.catalog.refresh()
        await self._learn_types(life)
        await self.meet(life, ADMIN)
        for person_id in people:
            await self.meet(life, person_id)
        for first in range(0, len(people), self.means.members):
            await self._hire(life, people[first : first + self.means.members])

    async def meet(self, life: Life, person_id: PersonId) -> None:
        """Somebody writes to the bot."""
        await life.works.counter.people.meet(person_id, f"Person {person_id}", None)
        await life.works.counter.people.speak(person_id, Language.ENGLISH)

    async def offer(self, life: Life, person_id: PersonId, goods: Goods) -> QuoteId:
        """Ask for a price."""
        quoting = life.works.counter.quoting
        card_type_id = self._types[goods.provider, goods.key]
        offer = await quoting.quote(person_id, card_type_id, goods.quantity)
        return offer.quote.id

    async def confirm(
        self, life: Life, person_id: PersonId, quote_id: QuoteId, message_id: int
    ) -> OrderId:
        """Press the button."""
        checkout = life.works.counter.checkout
        confirmed = await checkout.confirm(person_id, quote_id, message_id=message_id)
        return confirmed.order.id

    async def cancel(self, life: Life, person_id: PersonId, order_id: OrderId) -> None:
        """Press Cancel."""
        await life.works.counter.checkout.cancel(person_id, order_id)

    async def pay_in(self, life: Life, person_id: PersonId, amount: int, request: str) -> bool:
        """Credit dinars to a person's shop; asked again with the same request, it does it once."""
        agent = self.agents[person_id]
        wallets = life.works.counter.wallets
        await wallets.top_up(agent.id, dinars(amount), ADMIN, request=request)
        self.paid.setdefault(agent.id, {})[request] = amount
        return True

    async def _hire(self, life: Life, members: tuple[PersonId, ...]) -> None:
        people = life.works.counter.people
        await people.ask_access(members[0])
        async with self.store.read() as work:
            asked = await work.people.find_open_request(members[0])
        assert asked is not None
        agent = (await people.decide(asked.id, ADMIN, approve=True)).agent
        assert agent is not None
        for person_id in members:
            self.agents[person_id] = agent
        for person_id in members[1:]:
            await self._join(agent, person_id)
        await self.pay_in(life, members[0], self.means.wallet, f"the first of {agent.id}")

    async def _join(self, agent: Agent, person_id: PersonId) -> None:
        """Let a second person sell for a shop, as the books can hold it."""
        at = self.clock.now()
        async with self.store.begin() as work:
            member = Member(person_id=person_id, agent_id=agent.id, joined_at=at)
            await work.people.add_member(member)
            subject, actor = f"person:{person_id}", audit.admin(ADMIN)
            let_in = {"agent": agent.id, "limit_minor": dinars(self.means.limit).minor}
            await audit.note(work, "access.approved", subject, at=at, actor=actor, **let_in)

    async def _learn_types(self, life: Life) -> None:
        catalog = life.works.counter.catalog
        async with self.store.read() as work:
            categories = await work.catalog.list_categories()
            products = [p for each in categories for p in await work.catalog.list_products(each.id)]
        for product in products:
            await catalog.read_types(product, FRESH)
        async with self.store.read() as work:
            self._types = {
                (product.account.provider, one.key): one.id
                for product in products
                for one in await work.catalog.list_types(product.id)
            }
