"""A database in which everything has happened once, made by the services over a real vault."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

from bot.domain.agents import Agent, AgentId, PersonId, RequestId
from bot.domain.orders import Order, QuoteId
from bot.domain.secret import Secret
from bot.ports.provider import Line
from bot.services.recipients import keep_recipient
from bot.services.recovery import begin_epoch, open_keeper
from bot.services.tokens import KeptTokens
from bot.services.works import World, assemble
from bot.vault import KeyRingVault
from storage.store import SqlStore
from tests.engine import ADMIN, AMINA, BILAL, PSN_10, PSN_20, Engine
from tests.fakes.provider import Lost, Unsent
from tests.fakes.provider_account import MemoryOrder, dinars

VAULT = KeyRingVault((("k2", Secret(bytes(range(32)))), ("k1", Secret(bytes(32)))))


class BusyShop(Engine):
    """An engine over SQLite whose cards are sealed for good."""

    phone = ""

    async def boot(self) -> None:
        self.epoch = await begin_epoch(self.store, self.clock)
        self.works = assemble(
            World(
                store=self.store,
                providers=self.providers,
                keeper=await open_keeper(self.store, VAULT),
                messenger=self.messenger,
                clock=self.clock,
                secrets=self.secrets,
                terms=self.terms,
                epoch=self.epoch,
            )
        )

    async def quote(
        self, person_id: PersonId = AMINA, *, key: str = PSN_10, quantity: int = 2
    ) -> QuoteId:
        """Ask for a price, for the recipient whose number is set, if any."""
        quote_id = await super().quote(person_id, key=key, quantity=quantity)
        if self.phone:
            async with self.store.begin() as work:
                await keep_recipient(work, self.works.rotation.keeper, quote_id, self.phone)
        return quote_id

    async def let_in(self, person_id: PersonId, name: str) -> Agent:
        """Let somebody ask for access and an admin approve, then hand over cash."""
        people = self.works.counter.people
        await self.meet(person_id, name)
        await people.ask_access(person_id)
        async with self.store.read() as work:
            request = await work.people.find_open_request(person_id)
        await people.decide(request.id if request else RequestId(0), ADMIN, approve=True)
        async with self.store.read() as work:
            member = await work.people.find_member(person_id)
            agent = await work.people.get_agent(member.agent_id if member else AgentId(0))
        await self.works.counter.wallets.top_up(
            agent.id, dinars(100_000), ADMIN, request=f"1:{person_id}", memo="cash"
        )
        return agent

    async def sell(self, person_id: PersonId = AMINA, *, filled: int | None = None) -> Order:
        """Sell two cards to the end; the provider has `filled` of them."""
        self.provider.handling = filled is not None
        order = await self.buy(person_id)
        if filled is not None:
            self.provider.settle(self.last_placed, filled=filled)
            self.provider.handling = False
        await self.rest()
        return order

    async def shelve(self) -> MemoryOrder:
        """Have an order that was taken for absent turn up later, so that its cards are stock."""
        self.provider.list_lag = timedelta(hours=1)
        self.provider.answers.append(Lost(committed=False))
        await self.buy()
        await self.settle_for(timedelta(minutes=5))
        late = self.provider.buy_elsewhere(Line(product_key="psn", type_key=PSN_10, quantity=2))
        late.placed_at = self.clock.now() - timedelta(minutes=5)
        late.listed_at = self.clock.now()
        self.provider.list_lag = timedelta(0)
        await self.sweep()
        await self.sweep()
        return late


@asynccontextmanager
async def new_shop(path: Path) -> AsyncIterator[BusyShop]:
    """Open a shop in a new database: one member was let in, and has paid in 100,000 dinars."""
    async with SqlStore(path, key_id=VAULT.key_id) as store:
        await store.migrate()
        shop = BusyShop(store=store)
        await shop.open()
        await shop.let_in(AMINA, "Amina")
        yield shop


async def make_busy_shop(path: Path) -> BusyShop:
    """Live through a day of everything; two orders stay open. Nobody has it open then."""
    async with SqlStore(path, key_id=VAULT.key_id) as store:
        await store.migrate()
        shop = BusyShop(store=store)
        shop.clock.advance(timedelta(seconds=1))  # the provider's own books are older than ours
        await shop.open()
        amina, bilal = await shop.let_in(AMINA, "Amina"), await shop.let_in(BILAL, "Bilal")
        await _sales(shop)
        await _tokens(shop)
        await _money(shop, amina.id)
        await _desk(shop, amina.id, bilal.id)
        await _leave_open(shop)
        await shop.works.deliveries.idle()
        return shop


async def _sales(shop: BusyShop) -> None:
    await shop.sell()
    await shop.sell(BILAL)
    await shop.sell(filled=1)
    await shop.sell(filled=0)
    shop.phone = "+213555000001"
    cancelled = await shop.confirm()
    await shop.works.counter.checkout.cancel(AMINA, cancelled.id)
    shop.phone = "+213555000002"  # these cards are for no number: that is declined
    await shop.buy()
    shop.phone = ""
    shop.provider.answers.extend((Unsent(), Lost(committed=True)))
    await shop.buy()
    await shop.rest()
    await shop.buy(BILAL)
    await shop.settle_for(timedelta(minutes=3))
    await shop.rest()
    await shop.shelve()
    await shop.sell()


async def _tokens(shop: BusyShop) -> None:
    """Renew the tokens of the account."""
    account = shop.provider.account
    keep = KeptTokens(store=shop.store, vault=VAULT, clock=shop.clock, account=account)
    await keep.save(b'{"newest":{"access":"an-access-token"},"seed":7}')


async def _money(shop: BusyShop, amina: AgentId) -> None:
    wallets = shop.works.counter.wallets
    moved = await wallets.top_up(amina, dinars(500), ADMIN, request="1:40")
    await wallets.undo(moved.entry.key, ADMIN)
    await wallets.adjust(amina, -dinars(30), ADMIN, request="1:41", memo="typo")
    await wallets.set_limit(amina, dinars(5_000), ADMIN)
    shop.clock.advance(timedelta(minutes=1))
    shop.provider.deposit(dinars(20_000))
    shop.provider.buy_elsewhere(Line(product_key="psn", type_key=PSN_20, quantity=1))
    await shop.sweep()


async def _desk(shop: BusyShop, amina: AgentId, bilal: AgentId) -> None:
    counter = shop.works.counter
    await counter.desk.set_margin(700, ADMIN, of=amina)
    await counter.people.suspend(amina, ADMIN, suspended=True)
    await counter.people.suspend(amina, ADMIN, suspended=False)
    await counter.people.suspend(bilal, ADMIN, suspended=True)
    await counter.desk.pause(ADMIN)
    await counter.desk.resume(ADMIN)


async def _leave_open(shop: BusyShop) -> None:
    shop.provider.handling = True
    await shop.buy()
    shop.provider.answers.append(Lost(committed=False))
    await shop.buy(quantity=1)
