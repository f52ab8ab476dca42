"""The works: every service, put together from ports. Nothing here names a concrete class."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from bot.ports.messenger import Messenger
from bot.ports.provider import Providers
from bot.ports.store import Store
from bot.ports.world import Clock, Secrets
from bot.services.alerts import Alerts
from bot.services.amounts import Amounts
from bot.services.answering import Answering
from bot.services.asking import Asking
from bot.services.bells import Bell, Bells, work
from bot.services.catalog import Catalog
from bot.services.checkout import Checkout
from bot.services.composing import Composer
from bot.services.counter import Counter
from bot.services.delivery import Deliveries
from bot.services.desk import Desk
from bot.services.funds import Funds
from bot.services.gates import Rivals
from bot.services.keeping import Keeper
from bot.services.movements import Movements
from bot.services.orders import PastOrders
from bot.services.overseeing import Overseeing
from bot.services.people import People
from bot.services.placing import Placing
from bot.services.quoting import Quoting
from bot.services.rates import Rates
from bot.services.receiving import Receiving
from bot.services.recovery import Recovery
from bot.services.requoting import Requoting
from bot.services.resolving import Resolving
from bot.services.restoring import Restoring
from bot.services.rotation import Herald, Rotation
from bot.services.settling import Settling
from bot.services.shelving import Shelving
from bot.services.slowness import Slowness
from bot.services.sweeping import Sweeping
from bot.services.terms import Terms
from bot.services.tracking import Tracking
from bot.services.wallet import Wallets


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """The ports that everything stands on."""

    store: Store
    providers: Providers
    keeper: Keeper
    messenger: Messenger
    clock: Clock
    secrets: Secrets
    terms: Terms
    epoch: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Works:
    """What runs: the counter for the chat, and the workers behind it."""

    counter: Counter
    providers: Providers
    bells: Bells
    placing: Placing
    tracking: Tracking
    settling: Settling
    sweeping: Sweeping
    deliveries: Deliveries
    rotation: Rotation
    recovery: Recovery
    restoring: Restoring

    async def recover(self) -> None:
        """Take up what earlier processes left; raises `SettingsError` for a useless key."""
        await self.recovery.take_up()
        await self.recovery.check_providers()
        await self.restoring.check()
        await self.recovery.open_books()

    def hurry(self) -> None:
        """Look at every open order now: somebody says that one has moved."""
        self.tracking.hurry()
        self.settling.hurry()

    async def run(self, stopping: asyncio.Event) -> None:
        """Run every worker until `stopping`, then wait for what is under way."""
        async with asyncio.TaskGroup() as group:
            for name, step, bell in self._workers():
                group.create_task(work(name, step, bell, stopping), name=name)
            await stopping.wait()
            self.deliveries.end()
            for provider in self.providers.values():
                provider.stop_waiting()
            for _, _, bell in self._workers():
                bell.ring()
        await self.idle()

    async def idle(self) -> None:
        """Wait for what is under way, which a person's last tap may have started after `run`."""
        await self.placing.idle()
        await self.deliveries.idle()

    def _workers(self) -> tuple[tuple[str, Callable[[], Awaitable[timedelta]], Bell], ...]:
        bells = self.bells
        return (
            ("placing", self.placing.step, bells.placing),
            ("tracking", self.tracking.step, bells.tracking),
            ("settling", self.settling.step, bells.settling),
            ("sweeping", self.sweeping.step, bells.sweeping),
            ("delivery", self.deliveries.step, bells.delivery),
            ("catalog", self.counter.catalog.keep_fresh, bells.catalog),
            ("rotation", self.rotation.step, bells.rotation),
            ("restoring", self.restoring.step, bells.restoring),
        )


def assemble(world: World) -> Works:
    """Put the services together."""
    bells, funds, rivals = Bells(), Funds(clock=world.clock), Rivals()
    composer = Composer(keeper=world.keeper, providers=world.providers)
    deliveries = Deliveries(
        store=world.store,
        messenger=world.messenger,
        composer=composer,
        clock=world.clock,
        bells=bells,
        terms=world.terms,
        epoch=world.epoch,
    )
    receiving = Receiving(
        store=world.store,
        keeper=world.keeper,
        clock=world.clock,
        bells=bells,
        terms=world.terms,
    )
    catalog = Catalog(
        store=world.store, providers=world.providers, clock=world.clock, terms=world.terms
    )
    quoting = Quoting(
        store=world.store,
        catalog=catalog,
        clock=world.clock,
        secrets=world.secrets,
        keeper=world.keeper,
        terms=world.terms,
    )
    movements = Movements(store=world.store, funds=funds, clock=world.clock)
    parts = _Parts(
        bells=bells,
        funds=funds,
        rivals=rivals,
        composer=composer,
        deliveries=deliveries,
        receiving=receiving,
        catalog=catalog,
        quoting=quoting,
        movements=movements,
    )
    return Works(
        counter=_counter(world, parts),
        providers=world.providers,
        bells=bells,
        placing=_placing(world, parts),
        tracking=Tracking(
            store=world.store,
            providers=world.providers,
            receiving=receiving,
            slowness=Slowness(store=world.store, clock=world.clock, bells=bells, terms=world.terms),
            deliveries=deliveries,
            clock=world.clock,
            bells=bells,
            terms=world.terms,
        ),
        settling=Settling(
            store=world.store,
            providers=world.providers,
            clock=world.clock,
            bells=bells,
            terms=world.terms,
        ),
        sweeping=_sweeping(world, parts),
        deliveries=deliveries,
        rotation=Rotation(
            store=world.store,
            keeper=world.keeper,
            clock=world.clock,
            herald=Herald(terms=world.terms, bells=bells),
        ),
        recovery=Recovery(
            store=world.store,
            providers=world.providers,
            movements=movements,
            clock=world.clock,
            terms=world.terms,
        ),
        restoring=Restoring(
            store=world.store,
            providers=world.providers,
            clock=world.clock,
            bells=bells,
            terms=world.terms,
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parts:
    """The services that others are made of."""

    bells: Bells
    funds: Funds
    rivals: Rivals
    composer: Composer
    deliveries: Deliveries
    receiving: Receiving
    catalog: Catalog
    quoting: Quoting
    movements: Movements


def _placing(world: World, parts: _Parts) -> Placing:
    requoting = Requoting(quoting=parts.quoting, clock=world.clock, terms=world.terms)
    return Placing(
        store=world.store,
        providers=world.providers,
        keeper=world.keeper,
        catalog=parts.catalog,
        funds=parts.funds,
        receiving=parts.receiving,
        answering=Answering(
            store=world.store,
            vault=world.keeper.vault,
            providers=world.providers,
            deliveries=parts.deliveries,
            requoting=requoting,
            clock=world.clock,
            bells=parts.bells,
            terms=world.terms,
        ),
        requoting=requoting,
        rivals=parts.rivals,
        clock=world.clock,
        bells=parts.bells,
        terms=world.terms,
    )


def _sweeping(world: World, parts: _Parts) -> Sweeping:
    return Sweeping(
        store=world.store,
        providers=world.providers,
        receiving=parts.receiving,
        shelving=Shelving(
            store=world.store,
            keeper=world.keeper,
            clock=world.clock,
            bells=parts.bells,
            terms=world.terms,
        ),
        movements=parts.movements,
        clock=world.clock,
        bells=parts.bells,
        terms=world.terms,
    )


def _counter(world: World, parts: _Parts) -> Counter:
    store, clock, bells, terms = world.store, world.clock, parts.bells, world.terms
    return Counter(
        people=People(store=store, clock=clock, bells=bells, terms=terms),
        asking=Asking(store=store, clock=clock),
        catalog=parts.catalog,
        quoting=parts.quoting,
        amounts=Amounts(store=store, quoting=parts.quoting),
        checkout=Checkout(
            store=store, clock=clock, secrets=world.secrets, bells=bells, epoch=world.epoch
        ),
        orders=PastOrders(store=store, composer=parts.composer, clock=clock),
        wallets=Wallets(store=store, clock=clock, bells=bells, terms=terms),
        deliveries=parts.deliveries,
        alerts=Alerts(store=store, clock=clock, bells=bells),
        desk=Desk(store=store, clock=clock, bells=bells, terms=terms),
        rates=Rates(store=store, providers=world.providers, clock=clock, bells=bells, terms=terms),
        resolving=Resolving(
            store=store,
            providers=world.providers,
            receiving=parts.receiving,
            clock=clock,
            bells=bells,
        ),
        overseeing=Overseeing(
            store=store,
            providers=world.providers,
            funds=parts.funds,
            rivals=parts.rivals,
            clock=clock,
            bells=bells,
            terms=terms,
            epoch=world.epoch,
        ),
        rivals=parts.rivals,
        clock=clock,
        terms=terms,
    )
