"""The whole order engine in this process, over twins of its ports, moved step by step by a test."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from zoneinfo import ZoneInfo

from bot.domain import ledger
from bot.domain.agents import Agent, AgentId, Language, Member, Person, PersonId
from bot.domain.alerts import Alert
from bot.domain.catalog import Account, CardTypeId
from bot.domain.matching import Horizons
from bot.domain.money import Money, total
from bot.domain.orders import OPEN, Order, OrderId, OrderState, QuoteId
from bot.domain.outbox import Delivery
from bot.errors import StoreError
from bot.ports.provider import Provider
from bot.ports.store import Store, Work
from bot.services.recovery import begin_epoch, open_keeper
from bot.services.terms import Terms
from bot.services.works import Works, World, assemble
from tests.fakes.bells import hang
from tests.fakes.messenger import MemoryMessenger
from tests.fakes.provider import FINDS, MemoryProvider
from tests.fakes.provider_account import CURRENCY, MemoryOrder, dinars
from tests.fakes.store import MemoryStore, MemoryWork
from tests.fakes.vault import Box, MemoryVault
from tests.fakes.world import FakeClock, FakeSecrets

ADMIN = PersonId(1)
AMINA, BILAL = PersonId(7), PersonId(8)

PSN_10, PSN_20 = "psn-10", "psn-20"

PROVEN = Horizons(least=timedelta(seconds=120), explicit=True)


def terms_for(*accounts: Account) -> Terms:
    """The shop's terms: 5 % margin, steps of ten dinars, a horizon of two minutes."""
    return Terms(
        currency=CURRENCY,
        price_step=dinars(10),
        default_margin_bp=500,
        default_credit_limit=dinars(0),
        admin_ids=(ADMIN,),
        timezone=ZoneInfo("Africa/Algiers"),
        track_every=timedelta(seconds=5),
        horizons={account.provider: PROVEN for account in accounts},
    )


class Engine:
    """A shop that can be opened, used, killed and opened again over the same store."""

    works: Works
    epoch: int

    def __init__(
        self,
        *,
        store: Store | None = None,
        clock: FakeClock | None = None,
        others: tuple[MemoryProvider, ...] = (),
    ) -> None:
        self.clock = clock or FakeClock()
        self.secrets = FakeSecrets()
        self.box: Box = {}
        self.vault = MemoryVault(box=self.box)
        self.store: Store = store or MemoryStore(key_id=self.vault.key_id)
        self.messenger = MemoryMessenger()
        self.provider = others[0] if others else MemoryProvider(self.clock)
        everyone = others or (self.provider,)
        self.providers: dict[str, Provider] = {one.account.provider: one for one in everyone}
        self.terms = terms_for(*(one.account for one in everyone))
        self._people = 0

    # Its life.

    async def boot(self) -> None:
        """Start a process: its number, its key, its services; nothing is taken up yet."""
        self.epoch = await begin_epoch(self.store, self.clock)
        keeper = await open_keeper(self.store, self.vault)
        self.works = assemble(
            World(
                store=self.store,
                providers=self.providers,
                keeper=keeper,
                messenger=self.messenger,
                clock=self.clock,
                secrets=self.secrets,
                terms=self.terms,
                epoch=self.epoch,
            )
        )
        hang(self.works.bells, self.store)

    async def start(self) -> None:
        """Start a process and take up what an earlier one left."""
        await self.boot()
        await self.works.recover()

    async def open(self) -> None:
        """Open the shop for the first time, with a catalogue and an admin who has written."""
        await self.start()
        await self.works.counter.catalog.refresh()
        await self.meet(ADMIN, "Karim")

    # Its people.

    async def meet(self, person_id: PersonId, name: str) -> Person:
        """Somebody writes to the bot."""
        await self.works.counter.people.meet(person_id, name, None)
        return await self.works.counter.people.speak(person_id, Language.ENGLISH)

    async def hire(
        self, person_id: PersonId = AMINA, *, money: int = 100_000, limit: Money | None = None
    ) -> Agent:
        """Open an agent with one member and some dinars in its wallet."""
        name = f"Shop {person_id}"
        await self.meet(person_id, name)
        async with self.store.begin() as work:
            agent = await work.people.add_agent(
                name, credit_limit=limit or dinars(0), currency=CURRENCY, at=self.clock.now()
            )
            member = Member(person_id=person_id, agent_id=agent.id, joined_at=self.clock.now())
            await work.people.add_member(member)
        if money:
            await self.top_up(agent.id, money)
        return agent

    async def top_up(self, agent_id: AgentId, amount: int) -> None:
        """Hand over cash."""
        self._people += 1
        entry = ledger.top_up(
            agent_id,
            dinars(amount),
            key=f"top-up:{self._people}",
            at=self.clock.now(),
            actor=f"admin:{ADMIN}",
        )
        async with self.store.begin() as work:
            await work.ledger.post(entry)

    # What a member does.

    async def type_id(self, key: str = PSN_10) -> CardTypeId:
        """Find a type by the provider's key, in a catalogue that was just read."""
        async with self.store.read() as work:
            for category in await work.catalog.list_categories():
                for product in await work.catalog.list_products(category.id):
                    await self.works.counter.catalog.read_types(product, timedelta(seconds=15))
        async with self.store.read() as work:
            for category in await work.catalog.list_categories():
                for product in await work.catalog.list_products(category.id):
                    for one in await work.catalog.list_types(product.id):
                        if one.key == key:
                            return one.id
        raise KeyError(key)

    async def quote(
        self, person_id: PersonId = AMINA, *, key: str = PSN_10, quantity: int = 2
    ) -> QuoteId:
        """Ask for a price."""
        offer = await self.works.counter.quoting.quote(person_id, await self.type_id(key), quantity)
        return offer.quote.id

    async def confirm(
        self, person_id: PersonId = AMINA, *, key: str = PSN_10, quantity: int = 2
    ) -> Order:
        """Quote and confirm, on a message of its own."""
        quote_id = await self.quote(person_id, key=key, quantity=quantity)
        message_id = self.messenger.post(person_id)
        confirmed = await self.works.counter.checkout.confirm(
            person_id, quote_id, message_id=message_id
        )
        return confirmed.order

    async def buy(
        self, person_id: PersonId = AMINA, *, key: str = PSN_10, quantity: int = 2
    ) -> Order:
        """Confirm, and let the provider be asked."""
        order = await self.confirm(person_id, key=key, quantity=quantity)
        await self.place()
        return await self.order(order.id)

    # What the workers do.

    async def place(self) -> timedelta:
        """Let the placing worker take one step, to its end."""
        rest = await self.works.placing.step()
        await self.works.placing.idle()
        return rest

    async def deliver(self) -> timedelta:
        """Let the delivering worker take one step, to its end."""
        await self.works.deliveries.idle()
        rest = await self.works.deliveries.step()
        await self.works.deliveries.idle()
        return rest

    async def track(self) -> timedelta:
        """Let the tracker look, and be shown."""
        return await self.works.tracking.step()

    async def settle(self) -> timedelta:
        """Let the settling worker look once."""
        return await self.works.settling.step()

    async def sweep(self) -> timedelta:
        """Sweep once."""
        return await self.works.sweeping.step()

    async def settle_for(self, by: timedelta, *, every: timedelta = timedelta(seconds=10)) -> None:
        """Let time pass, with the settling worker looking every ten seconds."""
        passed = timedelta()
        while passed < by:
            self.clock.advance(every)
            passed += every
            await self.settle()

    async def rest(self, rounds: int = 4) -> None:
        """Let every worker run until nothing of the moment is left to do."""
        steps: tuple[Callable[[], Awaitable[object]], ...] = (
            self.place,
            self.settle,
            self.track,
            self.deliver,
        )
        for _ in range(rounds):
            self.clock.advance(timedelta(seconds=5))
            for step in steps:
                await step()

    # What can be seen.

    async def order(self, order_id: OrderId) -> Order:
        """An order as it stands."""
        async with self.store.read() as work:
            return await work.orders.get(order_id)

    async def orders(self, *states: OrderState) -> tuple[Order, ...]:
        """The orders in these states, or all."""
        async with self.store.read() as work:
            return await work.orders.list_in(*(states or OrderState))

    async def deliveries(self, order_id: OrderId) -> tuple[Delivery, ...]:
        """What was owed for an order."""
        async with self.store.read() as work:
            return await work.outbox.list_of_order(order_id)

    async def alerts(self) -> tuple[Alert, ...]:
        """What nobody has acted on."""
        async with self.store.read() as work:
            return await work.alerts.list_open()

    async def kinds(self) -> list[str]:
        """The kinds of the open alerts."""
        return [str(alert.kind) for alert in await self.alerts()]

    async def actions(self, subject: str) -> list[str]:
        """What was journaled about a subject, in order."""
        async with self.store.read() as work:
            return [row.event.action for row in await work.journal.list_of(subject)]

    async def balance(self, agent_id: AgentId) -> Money:
        """What an agent can spend of its own."""
        async with self.store.read() as work:
            return (await work.ledger.wallet(agent_id)).balance

    async def held(self, agent_id: AgentId) -> Money:
        """What open orders reserve."""
        async with self.store.read() as work:
            return (await work.ledger.wallet(agent_id)).held

    async def books(self, account: ledger.LedgerAccount | None = None) -> Money:
        """What the books say of an account in the provider's currency, its own by default."""
        account = account or ledger.provider_account(self.provider.account)
        async with self.store.read() as work:
            return await work.ledger.balance(account, self.provider.currency)

    def codes(self, person_id: PersonId = AMINA) -> list[str]:
        """The codes that a person can read now, marked copies left out."""
        return self.messenger.codes(person_id)

    def paid(self) -> list[str]:
        """Every code that the provider was paid for."""
        return [card.code for order in self.provider.placed for card in order.cards or ()]

    @property
    def last_placed(self) -> MemoryOrder:
        """The newest order at the provider."""
        return self.provider.placed[-1]

    def places(self) -> int:
        """How many placings left."""
        return self.provider.calls.count("place")


async def check_books(engine: Engine) -> None:
    """Hold what is stored against what it must add up to, whatever has happened."""
    async with engine.store.read() as work:
        for agent in await work.people.list_agents():
            await _check_wallet(work, agent)


async def _check_wallet(work: Work, agent: Agent) -> None:
    wallet = await work.ledger.wallet(agent.id)
    balance = await work.ledger.balance(ledger.wallet_of(agent.id), CURRENCY)
    held = await work.ledger.balance(ledger.held_of(agent.id), CURRENCY)
    assert (wallet.balance, wallet.held) == (-balance, -held)
    orders = await work.orders.list_of_agent(agent.id)
    reserved = [one.total - one.charged for one in orders if one.state in OPEN]
    assert wallet.held == total(reserved, CURRENCY)


async def opened(store: Store | None = None, *, clock: FakeClock | None = None) -> Engine:
    """Open a shop whose agent, Amina's, has a hundred thousand dinars.

    A second has passed since its books were opened: what happens now is not in them yet.
    """
    engine = Engine(store=store, clock=clock)
    await engine.open()
    await engine.hire()
    engine.clock.advance(timedelta(seconds=1))
    return engine


async def opened_finding(provider: type[MemoryProvider] = MemoryProvider) -> Engine:
    """Open the same shop at a provider that finds orders by our reference, and lists poorly."""
    clock = FakeClock()
    engine = Engine(clock=clock, others=(provider(clock, capabilities=FINDS),))
    await engine.open()
    await engine.hire()
    clock.advance(timedelta(seconds=1))
    return engine


class Disk(MemoryStore):
    """A store that takes no writes while its disk is `full`."""

    def __init__(self) -> None:
        super().__init__(key_id=MemoryVault().key_id)
        self.full = False

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[MemoryWork]:
        """Open the one write transaction, unless the disk is full."""
        if self.full:
            raise StoreError("database or disk is full")
        async with super().begin() as work:
            yield work
