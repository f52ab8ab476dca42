"""The Plum client over HTTP to the double of its server, and what tests pull at."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from bot.playground.plum import (
    DEMO_ACCESS_TOKEN,
    DEMO_CLIENT_ID,
    DEMO_CLIENT_SECRET,
    DEMO_REFRESH_TOKEN,
    Call,
    Plum,
)
from bot.ports.provider import Accepted, Line
from bot.providers.http import Timeouts
from bot.providers.plum import PlumKey, PlumProvider
from tests.fakes.tokens import MemoryKeep
from tests.fakes.world import FakeClock

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)

KEY = PlumKey(
    client_id=DEMO_CLIENT_ID,
    client_secret=DEMO_CLIENT_SECRET,
    refresh_token=DEMO_REFRESH_TOKEN,
    access_token=DEMO_ACCESS_TOKEN,
)

PSN = Line(product_key="15365", type_key="10", quantity=2)

IMPATIENT = Timeouts(silence=timedelta(seconds=0.2))
PATIENT = Timeouts(silence=timedelta(seconds=20))


@dataclass
class PlumCounter:
    """The double, its clock and address, and the tokens that clients keep."""

    double: Plum
    clock: FakeClock
    address: str
    clients: AsyncExitStack
    keep: MemoryKeep = field(default_factory=MemoryKeep)

    def open(self, *, key: PlumKey = KEY, **options: object) -> PlumProvider:
        """Open a client on the double, as a new process would."""
        settings = {"keep": self.keep, "read_timeouts": PATIENT, "place_timeouts": PATIENT}
        provider = PlumProvider(
            address=self.address,
            key=key,
            clock=self.clock,
            **(settings | options),  # type: ignore[arg-type] # tests pass it through
        )
        self.clients.push_async_callback(provider.close)
        return provider

    def count(self, call: Call) -> int:
        """How often a call arrived."""
        return self.double.count(call)


@asynccontextmanager
async def plum_counter(*, currency: str = "USD") -> AsyncIterator[PlumCounter]:
    """Serve the double; every request of a test has to be as documented."""
    clock = FakeClock(NOW)
    double = Plum(clock=clock.now, currency=currency)
    async with double.serve() as address, AsyncExitStack() as clients:
        yield PlumCounter(double, clock, address, clients)
    assert double.violations == []


async def placed(provider: PlumProvider, line: Line = PSN, reference: str = "po-1") -> str:
    """Place an order that is accepted, and give its id."""
    placement = await provider.place(line, reference=reference)
    assert isinstance(placement, Accepted)
    return placement.provider_order_id


def without_access() -> PlumKey:
    """What the dashboard gave, the access token left out."""
    return replace(KEY, access_token="")
