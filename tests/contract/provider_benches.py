"""Every implementation of the provider port, each with the levers that the suite pulls."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Protocol

from bot.domain.catalog import Environment
from bot.domain.money import Money
from bot.errors import ProviderUnreachable
from bot.playground import oneclickdz, plum
from bot.playground.oneclickdz import Call, faults
from bot.ports.provider import Line, Provider
from bot.providers.oneclickdz import OneClickDZProvider
from bot.providers.plum import PlumKey, PlumProvider
from tests.fakes.provider import FINDS, LISTS, Lost, MemoryProvider, Unsent
from tests.fakes.provider_account import CURRENCY
from tests.fakes.tokens import MemoryKeep

AT_FIRST = Money.of(250_000, CURRENCY)
PRICE = Money.of(1380, CURRENCY)


class WallClock:
    """The time of this machine, in whole milliseconds."""

    def now(self) -> datetime:
        now = datetime.now(UTC)
        return now.replace(microsecond=now.microsecond // 1000 * 1000)


class Bench(Protocol):
    """A provider on the bench, with `at_first` in its account and no orders.

    `plenty` is two cards at `price`, of the type that is named `type_name`, of the product PSN;
    `sold_out` and `nowhere` cannot be had. `has_serials`: its cards bear one. `tells_balance`: it
    says that an account is too small. `halts_together`: its calls have one limit.
    """

    @property
    def provider(self) -> Provider:
        """What is tested."""
        ...

    at_first: Money
    price: Money
    type_name: str
    has_serials: bool
    tells_balance: bool
    halts_together: bool
    plenty: Line
    sold_out: Line
    nowhere: Line

    def calls(self) -> int:
        """How many calls reached the provider."""
        ...

    def taken(self) -> int:
        """How many orders the provider took, by its own books."""
        ...

    def left(self) -> Money:
        """What the account holds, by the provider's own books."""
        ...

    def hold(self) -> None:
        """Keep orders open from now on."""
        ...

    def settle(self, filled: int) -> None:
        """End the newest order with so many cards."""
        ...

    def lose_next_answer(self, *, committed: bool) -> None:
        """Lose the answer to the next placing."""
        ...

    async def vanish(self) -> None:
        """Let nothing reach the provider any more."""
        ...

    def reject_key(self) -> None:
        """Answer every call with "wrong key"."""
        ...

    def accept_key(self) -> None:
        """Take the key again."""
        ...

    def turn_away(self, seconds: int) -> None:
        """Answer the next call with "too many, come back in so many seconds"."""
        ...

    def empty_account(self) -> None:
        """Withdraw all money."""
        ...

    def buy_elsewhere(self) -> str:
        """Buy one card without the bot, and give the provider's order id."""
        ...


@dataclass
class OneClickDZBench:
    """The real provider code against the double of the provider's server."""

    provider: OneClickDZProvider
    double: oneclickdz.OneClickDZ
    server: AsyncExitStack
    at_first: Money = AT_FIRST
    price: Money = PRICE
    type_name: str = "PSN 10 USD"
    has_serials: bool = True
    tells_balance: bool = True
    halts_together: bool = True
    plenty: Line = field(init=False)
    sold_out: Line = field(init=False)
    nowhere: Line = field(init=False)

    def __post_init__(self) -> None:
        self.plenty = self._line("PSN 10 USD", 2)
        self.sold_out = self._line("Steam 20 USD", 1)
        self.nowhere = Line(product_key="0" * 24, type_key="1" * 24, quantity=1)

    def _line(self, name: str, quantity: int) -> Line:
        products = self.double.catalog.products()
        return next(
            Line(product_key=product.id, type_key=each.id, quantity=quantity)
            for product in products
            for each in product.types
            if each.name == name
        )

    def calls(self) -> int:
        return len(self.double.calls)

    def taken(self) -> int:
        return len(self.double.orders)

    def left(self) -> Money:
        return Money.of(self.double.balance, CURRENCY)

    def hold(self) -> None:
        self.double.handle_for(timedelta(days=1))

    def settle(self, filled: int) -> None:
        self.double.settle(self.double.orders[-1], filled=filled)

    def lose_next_answer(self, *, committed: bool) -> None:
        self.double.fault(Call.PLACE_ORDER, faults.cut(), after=committed)

    async def vanish(self) -> None:
        await self.server.aclose()

    def reject_key(self) -> None:
        for call in Call:
            self.double.fault(call, faults.unauthorized(), times=1000)

    def accept_key(self) -> None:
        self.double.heal()

    def turn_away(self, seconds: int) -> None:
        for call in Call:
            self.double.fault(call, faults.rate_limited(seconds))

    def empty_account(self) -> None:
        self.double.deposit(-self.double.balance)

    def buy_elsewhere(self) -> str:
        return self.double.buy_at_dashboard(self.plenty.product_key, self.plenty.type_key).id


@dataclass
class PlumBench:
    """The real provider code against the double of the provider's server."""

    provider: PlumProvider
    double: plum.Plum
    server: AsyncExitStack
    at_first: Money = field(default=Money.of(5_000, "USD"))
    price: Money = field(default=Money.of(10, "USD"))
    type_name: str = "10 USD"
    has_serials: bool = False
    tells_balance: bool = False
    halts_together: bool = False
    plenty: Line = field(default=Line(product_key="15365", type_key="10", quantity=2))
    sold_out: Line = field(default=Line(product_key="15366", type_key="15", quantity=1))
    nowhere: Line = field(default=Line(product_key="99999", type_key="10", quantity=1))

    def calls(self) -> int:
        return len(self.double.calls)

    def taken(self) -> int:
        return len(self.double.orders)

    def left(self) -> Money:
        return Money.of(self.double.balance, "USD")

    def hold(self) -> None:
        self.double.handle_for(timedelta(days=1))

    def settle(self, filled: int) -> None:
        self.double.settle(self.double.orders[-1], filled=filled)

    def lose_next_answer(self, *, committed: bool) -> None:
        self.double.fault(plum.Call.PLACE_ORDER, plum.faults.cut(), after=committed)

    async def vanish(self) -> None:
        await self.server.aclose()

    def reject_key(self) -> None:
        for call in plum.Call:
            self.double.fault(call, plum.faults.unauthorized(), times=1000)

    def accept_key(self) -> None:
        self.double.heal()

    def turn_away(self, seconds: int) -> None:
        for call in plum.Call:
            self.double.fault(call, plum.faults.rate_limited(seconds))

    def empty_account(self) -> None:
        self.double.deposit(-self.double.balance)

    def buy_elsewhere(self) -> str:
        return str(self.double.buy_at_dashboard(15365, Decimal(10)).id)


@dataclass
class MemoryBench:
    """The provider in memory that the services are tested with."""

    provider: MemoryProvider
    at_first: Money = AT_FIRST
    price: Money = PRICE
    type_name: str = "PSN 10 USD"
    has_serials: bool = True
    tells_balance: bool = True
    halts_together: bool = True
    plenty: Line = field(default=Line(product_key="psn", type_key="psn-10", quantity=2))
    sold_out: Line = field(default=Line(product_key="steam", type_key="steam-20", quantity=1))
    nowhere: Line = field(default=Line(product_key="gone", type_key="gone", quantity=1))

    def calls(self) -> int:
        return len(self.provider.calls)

    def taken(self) -> int:
        return len(self.provider.placed)

    def left(self) -> Money:
        return self.provider.held_balance

    def hold(self) -> None:
        self.provider.handling = True

    def settle(self, filled: int) -> None:
        self.provider.settle(self.provider.placed[-1], filled=filled)

    def lose_next_answer(self, *, committed: bool) -> None:
        self.provider.answers.append(Lost(committed=committed))

    async def vanish(self) -> None:
        self.provider.answers.append(Unsent())
        self.provider.failures.append(ProviderUnreachable())

    def reject_key(self) -> None:
        self.provider.key_rejected = True

    def accept_key(self) -> None:
        self.provider.key_rejected = False

    def turn_away(self, seconds: int) -> None:
        self.provider.busy_for = timedelta(seconds=seconds)

    def empty_account(self) -> None:
        self.provider.deposit(-self.provider.held_balance)

    def buy_elsewhere(self) -> str:
        line = Line(product_key="psn", type_key="psn-10", quantity=1)
        return self.provider.buy_elsewhere(line).id


@asynccontextmanager
async def oneclickdz_bench() -> AsyncIterator[Bench]:
    """OneClickDZ over HTTP on the loopback."""
    double = oneclickdz.OneClickDZ(balance=Decimal(250_000))
    async with AsyncExitStack() as server:
        provider = OneClickDZProvider(
            address=await server.enter_async_context(double.serve()),
            key=oneclickdz.DEMO_KEY,
            environment=Environment.SANDBOX,
            clock=WallClock(),
        )
        try:
            yield OneClickDZBench(provider, double, server)
        finally:
            await provider.close()


@asynccontextmanager
async def plum_bench() -> AsyncIterator[Bench]:
    """Plum over HTTP on the loopback."""
    double = plum.Plum()
    async with AsyncExitStack() as server:
        provider = PlumProvider(
            address=await server.enter_async_context(double.serve()),
            key=PlumKey(
                client_id=plum.DEMO_CLIENT_ID,
                client_secret=plum.DEMO_CLIENT_SECRET,
                refresh_token=plum.DEMO_REFRESH_TOKEN,
                access_token=plum.DEMO_ACCESS_TOKEN,
            ),
            keep=MemoryKeep(),
            clock=WallClock(),
        )
        try:
            yield PlumBench(provider, double, server)
            assert double.violations == []
        finally:
            await provider.close()


@asynccontextmanager
async def listing_bench() -> AsyncIterator[Bench]:
    """In memory, with a list and no references."""
    yield MemoryBench(MemoryProvider(WallClock(), capabilities=LISTS))


@asynccontextmanager
async def finding_bench() -> AsyncIterator[Bench]:
    """In memory, with references and no list."""
    yield MemoryBench(MemoryProvider(WallClock(), capabilities=FINDS))


BENCHES: dict[str, Callable[[], AbstractAsyncContextManager[Bench]]] = {
    "oneclickdz": oneclickdz_bench,
    "plum": plum_bench,
    "memory-lists": listing_bench,
    "memory-finds": finding_bench,
}
