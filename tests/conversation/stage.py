"""A shop behind a Telegram double: real services, the SQL store, a provider with honest books.

The workers are stepped by the test, the clock stands until it is moved, and the bot is a process
in all but name: it can be stopped and started again over the same store.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.domain.agents import Agent, AgentId, Language, Member, PersonId, Wallet
from bot.domain.ledger import top_up
from bot.domain.matching import Horizons
from bot.domain.orders import Order, OrderState
from bot.domain.secret import Secret
from bot.errors import StoreError
from bot.playground.telegram import Telegram
from bot.playground.telegram.model import Message
from bot.playground.telegram.people import Person
from bot.providers.http import tls
from bot.services.recovery import begin_epoch, open_keeper
from bot.services.terms import Terms
from bot.services.works import Works, World, assemble
from bot.texts import Translator, Voice
from handlers.app import build, make_bot
from handlers.context import App, Edge
from handlers.messenger import TelegramMessenger
from handlers.pacing import Pacing
from handlers.polling import polling
from handlers.speech import Speech
from storage.store import SqlStore
from tests.fakes.provider import MemoryProvider
from tests.fakes.provider_account import CURRENCY, dinars
from tests.fakes.vault import MemoryVault
from tests.fakes.world import FakeClock, FakeSecrets

ADMIN = PersonId(1)
ZONE = ZoneInfo("Africa/Algiers")
SUPPORT = "@wakil_support"
TRANSLATOR = Translator(ZONE, strict=True)
"""Read once for all tests: parsing the texts takes longer than a conversation."""


class NoExporter:
    """These conversations export nothing."""

    async def export(self, path: Path) -> None:
        raise StoreError(f"nothing is exported to {path}")


class Stage:
    """Everything that a conversation needs, and a look at what came of it."""

    works: Works
    app: App

    def __init__(self, store: SqlStore, telegram: Telegram) -> None:
        self.store = store
        self.telegram = telegram
        self.clock = FakeClock()
        self.secrets = FakeSecrets()
        self.vault = MemoryVault()
        self.provider = MemoryProvider(self.clock)
        self.translator = TRANSLATOR
        self.protect_cards = False
        self.pacing = Pacing(interval_seconds=0)
        self.conflicts = 0
        self._process = AsyncExitStack()

    def voice(self, language: str = "en") -> Voice:
        """Speak as the bot does."""
        return self.translator.voice(language)

    # The bot.

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Run the bot while the context is open, as a new process would."""
        bot = make_bot(
            Secret(self.telegram.token), api_url=self.telegram.url, tls=tls(), pacing=self.pacing
        )
        speech = Speech(
            translator=self.translator,
            default_language=Language.ENGLISH,
            support_contact=SUPPORT,
            protect_cards=self.protect_cards,
        )
        self.works = assemble(
            World(
                store=self.store,
                providers={self.provider.account.provider: self.provider},
                keeper=await open_keeper(self.store, self.vault),
                messenger=TelegramMessenger(bot=bot, speech=speech),
                clock=self.clock,
                secrets=self.secrets,
                terms=self._terms(),
                epoch=await begin_epoch(self.store, self.clock),
            )
        )
        await self.works.recover()
        edge = Edge(
            counter=self.works.counter,
            speech=speech,
            exporter=NoExporter(),
            on_conflict=self._conflict,
        )
        self.app = build(bot, edge)
        async with polling(self.app, edge, asyncio.Event()) as listening:
            assert listening
            yield
            await self.works.deliveries.idle()

    async def start(self) -> None:
        """Start the bot."""
        await self._process.enter_async_context(self.running())

    async def stop(self) -> None:
        """Stop the bot, once it has served what it has read."""
        await self._process.aclose()

    async def restart(self) -> None:
        """Stop the bot and start it again over the same store."""
        await self.stop()
        await self.start()

    async def work(self, rounds: int = 3) -> None:
        """Let the workers do all that can be done at this moment."""
        for _ in range(rounds):
            await self.works.placing.step()
            await self.works.placing.idle()
            await self.works.tracking.step()
            await self.deliver()

    async def deliver(self) -> None:
        """Send what is owed."""
        await self.works.deliveries.step()
        await self.works.deliveries.idle()

    # Its people.

    async def member(
        self, person_id: int, name: str = "Amina", language: str = "en", *, dinar: int = 10_000
    ) -> Person:
        """Bring in a member of a shop of their own, with money."""
        person = self.telegram.person(person_id, name, language)
        agent = await self.agent(person_id, name, language)
        if dinar:
            await self.pay_in(agent.id, dinar)
        person.chat.open = True
        return person

    async def agent(self, person_id: int, name: str, language: str) -> Agent:
        """Open a shop, whose only member has chosen a language."""
        people = self.works.counter.people
        await people.meet(PersonId(person_id), name, None)
        await people.speak(PersonId(person_id), Language(language))
        async with self.store.begin() as work:
            at = self.clock.now()
            agent = await work.people.add_agent(
                f"Chez {name}", credit_limit=dinars(0), currency=CURRENCY, at=at
            )
            member = Member(person_id=PersonId(person_id), agent_id=agent.id, joined_at=at)
            await work.people.add_member(member)
        return agent

    async def pay_in(self, agent_id: AgentId, dinar: int) -> None:
        """Credit a wallet."""
        entry = top_up(
            agent_id,
            dinars(dinar),
            key=f"topup:{self.secrets.token()}",
            at=self.clock.now(),
            actor="admin:1",
            memo="cash",
        )
        async with self.store.begin() as work:
            await work.ledger.post(entry)

    # What a person does.

    async def says(self, who: Person, text: str) -> Message:
        """Send `text`, and give the bot's answer to it."""
        said = await who.send(text)
        return await who.sees(lambda one: one.id > said.id)

    async def taps(self, who: Person, button: str, *, on: Message | None = None) -> Message:
        """Tap a button, and give what the bot then wrote or changed."""
        mark = self.telegram.mark()
        press = await who.tap(button, on=on)
        await press.answered()
        return await who.sees(lambda _: True, since=mark)

    async def told(self, who: Person, button: str, *, on: Message | None = None) -> str:
        """Tap a button, and give what was shown above it."""
        (answer,) = await (await who.tap(button, on=on)).answered()
        return answer.text

    async def forged(self, who: Person, data: str, on: Message) -> str:
        """Send forged data for a message, and give what was shown above it."""
        (answer,) = await (await who.tap_raw(data, on)).answered()
        return answer.text

    async def to_quantity(self, who: Person) -> Message:
        """Walk from /buy to the quantity of PSN 10 USD."""
        await self.says(who, "/buy")
        await self.taps(who, "category:")
        await self.taps(who, "product:1")
        return await self.taps(who, "type:1")

    async def to_confirm(self, who: Person, quantity: int = 2) -> Message:
        """Walk from /buy to the confirm screen."""
        message = await self.to_quantity(who)
        return await self.taps(who, str(quantity), on=message)

    async def buys(self, who: Person, quantity: int = 2) -> Message:
        """Buy cards of PSN 10 USD, and give the message that shows them."""
        message = await self.to_confirm(who, quantity)
        await self.told(who, "confirm:", on=message)
        await self.work()
        return await who.sees(lambda one: one.codes)

    # What came of it.

    async def orders(self, *states: OrderState) -> tuple[Order, ...]:
        """List the orders."""
        async with self.store.read() as work:
            return await work.orders.list_in(*(states or OrderState))

    async def wallet(self, who: Person) -> Wallet:
        """Read the money of a member's shop."""
        async with self.store.read() as work:
            member = await work.people.find_member(PersonId(who.id))
            assert member is not None
            return await work.ledger.wallet(member.agent_id)

    @property
    def paid_codes(self) -> list[str]:
        """Every code that the provider was paid for."""
        return [card.code for order in self.provider.placed for card in order.cards or ()]

    def _conflict(self) -> None:
        self.conflicts += 1

    def _terms(self) -> Terms:
        return Terms(
            currency=CURRENCY,
            price_step=dinars(10),
            default_margin_bp=500,
            default_credit_limit=dinars(0),
            admin_ids=(ADMIN,),
            timezone=ZONE,
            track_every=timedelta(seconds=5),
            horizons={
                self.provider.account.provider: Horizons(
                    least=timedelta(seconds=120), explicit=True
                )
            },
        )


@asynccontextmanager
async def staged(store: SqlStore) -> AsyncIterator[Stage]:
    """Open the shop, with a catalogue that has been read, and run the bot."""
    telegram = Telegram()
    async with telegram.serve():
        stage = Stage(store, telegram)
        await stage.start()
        try:
            await stage.works.counter.catalog.refresh()
            yield stage
        finally:
            await stage.stop()
