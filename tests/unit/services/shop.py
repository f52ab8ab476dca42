"""A whole shop in memory: one provider, two admins, and whoever a test lets in."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from bot.domain.agents import Agent, Language, Member, Person, PersonId
from bot.domain.alerts import Alert
from bot.domain.audit import JournalRow
from bot.domain.catalog import CardType, CardTypeId, Product
from bot.domain.ledger import top_up
from bot.domain.matching import Horizons
from bot.domain.money import Money
from bot.domain.orders import Order
from bot.domain.outbox import Delivery, DeliveryKind
from bot.domain.rates import MILLION
from bot.ports.messenger import Answer, Later, Message
from bot.services.bells import Bell
from bot.services.keeping import Keeper
from bot.services.terms import Terms
from bot.services.works import Works, World, assemble
from tests.fakes.bells import hang
from tests.fakes.provider import MemoryProvider
from tests.fakes.store import MemoryStore
from tests.fakes.vault import MemoryVault
from tests.fakes.world import FakeClock, FakeSecrets
from tests.unit.samples import CURRENCY, dinars

ADMIN, SECOND_ADMIN = PersonId(1), PersonId(2)
AMINA, BILAL = PersonId(7), PersonId(8)

TERMS = Terms(
    currency=CURRENCY,
    price_step=dinars(10),
    default_margin_bp=500,
    default_credit_limit=dinars(0),
    admin_ids=(ADMIN, SECOND_ADMIN),
    timezone=ZoneInfo("Africa/Algiers"),
    track_every=timedelta(seconds=5),
    horizons={"memory": Horizons(least=timedelta(minutes=2), explicit=False)},
)


NEVER_FRESH = timedelta(milliseconds=-1)
"""What was read a moment ago is too old."""


class Busy:
    """A messenger that always has to wait: nothing is sent."""

    async def send(self, to: Person, message: Message) -> Answer:
        return Later(after=timedelta(minutes=1))

    async def edit(self, to: Person, message_id: int, message: Message) -> Answer:
        return Later(after=timedelta(minutes=1))


class Shop:
    """The ports in memory and the services on top; `paid_in` is the provider's currency."""

    def __init__(self, *, terms: Terms = TERMS, paid_in: str = CURRENCY) -> None:
        self.clock = FakeClock()
        self.vault = MemoryVault()
        self.store = MemoryStore(key_id=self.vault.key_id)
        self.provider = MemoryProvider(self.clock, currency=paid_in)
        self.keeper = Keeper(vault=self.vault, index_key=self.vault.new_index_key())
        self.terms = terms
        self.works = self.start(epoch=1)
        self.counter = self.works.counter

    def start(self, *, epoch: int) -> Works:
        """Assemble the services as a process would that was started just now."""
        world = World(
            store=self.store,
            providers={"memory": self.provider},
            keeper=self.keeper,
            messenger=Busy(),
            clock=self.clock,
            secrets=FakeSecrets(f"epoch-{epoch}"),
            terms=self.terms,
            epoch=epoch,
        )
        works = assemble(world)
        hang(works.bells, self.store)
        return works

    async def stock(self) -> None:
        """Read the catalogue with all its prices."""
        await self.counter.catalog.refresh()
        for category in await self.counter.catalog.categories():
            for product in (await self.counter.catalog.products(category.id))[1]:
                await self.counter.catalog.read_types(product, NEVER_FRESH)

    async def meet(self, person_id: PersonId, name: str = "Amina") -> None:
        """Let somebody write to the bot, in Arabic."""
        person = Person(id=person_id, name=name, username=None, language=Language.ARABIC)
        async with self.store.begin() as work:
            await work.people.save_person(person)

    async def open_agent(
        self,
        person_id: PersonId = AMINA,
        *,
        name: str = "Chez Amina",
        paid_in: int = 10_000,
        limit: Money | None = dinars(0),  # noqa: B008 # frozen
    ) -> Agent:
        """Open an agent with one member and some money."""
        await self.meet(person_id)
        at = self.clock.now()
        async with self.store.begin() as work:
            agent = await work.people.add_agent(name, credit_limit=limit, currency=CURRENCY, at=at)
            member = Member(person_id=person_id, agent_id=agent.id, joined_at=at)
            await work.people.add_member(member)
            if paid_in:
                key = f"topup:opening:{agent.id}"
                entry = top_up(agent.id, dinars(paid_in), key=key, at=at, actor="admin:1")
                await work.ledger.post(entry)
        return agent

    async def listed(self, key: str = "psn-10") -> tuple[CardType, Product]:
        """Find a type by the provider's key."""
        async with self.store.read() as work:
            for number in range(1, 20):
                found = await work.catalog.find_listed(CardTypeId(number))
                if found is not None and found[0].key == key:
                    return found
        raise KeyError(key)

    async def type_id(self, key: str = "psn-10") -> CardTypeId:
        """Find a type's id by the provider's key."""
        return (await self.listed(key))[0].id

    async def confirmed(self, person_id: PersonId = AMINA, *, quantity: int = 2) -> Order:
        """Quote and confirm some cards of PSN 10 USD."""
        offer = await self.counter.quoting.quote(person_id, await self.type_id(), quantity)
        made = await self.counter.checkout.confirm(person_id, offer.quote.id, message_id=None)
        return made.order

    async def sold(self, person_id: PersonId = AMINA, *, quantity: int = 2) -> Order:
        """Sell some cards to the end."""
        order = await self.confirmed(person_id, quantity=quantity)
        await self.works.placing.step()
        await self.works.placing.idle()
        await self.works.tracking.step()
        return await self.order(order)

    async def order(self, order: Order) -> Order:
        """Read an order as it stands."""
        async with self.store.read() as work:
            return await work.orders.get(order.id)

    async def journal(self) -> list[JournalRow]:
        """Read everything that happened."""
        async with self.store.read() as work:
            return list(await work.journal.list_after(0, limit=1000))

    async def told(self, action: str) -> list[JournalRow]:
        """Read the events of one kind."""
        return [row for row in await self.journal() if row.event.action == action]

    async def owed(self, kind: DeliveryKind) -> list[Delivery]:
        """List what is owed of one kind."""
        async with self.store.read() as work:
            due = await work.outbox.list_due(self.clock.now() + timedelta(days=1), limit=1000)
        return [delivery for delivery in due if delivery.kind is kind]

    async def set_rate(self, typed: int, currency: str = "USD") -> None:
        """Say what one unit of a provider's currency is worth, in whole dinars."""
        await self.counter.rates.set(currency, typed * MILLION, ADMIN)

    async def alerts(self) -> list[Alert]:
        """List what nobody has acted on."""
        async with self.store.read() as work:
            return list(await work.alerts.list_open())


def rung(bell: Bell) -> bool:
    """Tell whether a bell was rung, and silence it."""
    was = bell._rung.is_set()
    bell._rung.clear()
    return was
