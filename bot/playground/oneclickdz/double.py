"""The OneClickDZ double: settings and scripts on one side, an oracle on the other."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from decimal import Decimal

from bot.playground.delays import utc_now
from bot.playground.double import ProviderDouble
from bot.playground.oneclickdz.account import Account
from bot.playground.oneclickdz.app import Api
from bot.playground.oneclickdz.catalog import Catalog, demo_catalog
from bot.playground.oneclickdz.endpoints import Endpoints
from bot.playground.oneclickdz.gate import Gate, Key
from bot.playground.oneclickdz.orders import Order, Transaction
from bot.playground.oneclickdz.wire import Dialect
from bot.playground.server import serve

DEMO_KEY = "11111111-2222-3333-4444-555555555555"


class OneClickDZ(ProviderDouble[Order, Transaction]):
    """A provider account that tests and the demo can script and question.

    Orders are told apart by the order in which they were placed: nothing of ours travels with them.
    """

    def __init__(
        self,
        *,
        key: str = DEMO_KEY,
        environment: str = "SANDBOX",
        balance: Decimal = Decimal("250000.00"),
        catalog: Catalog | None = None,
        clock: Callable[[], datetime] = utc_now,
        seed: str = "wakil",
    ) -> None:
        super().__init__(clock)
        self._account: Account = Account(
            catalog or demo_catalog(), balance=balance, clock=self.now, seed=seed
        )
        self._gate = Gate(Key(value=key, environment=environment))
        self._endpoints = Endpoints(self._account, self._gate)
        self._api = Api(self._endpoints, self._gate, self._front, clock=self.now)

    @asynccontextmanager
    async def serve(self) -> AsyncIterator[str]:
        """Serve on the loopback and yield the address that stands for api.oneclickdz.com."""
        async with serve(self._api.app) as address:
            yield address

    # What it did.

    @property
    def transactions(self) -> list[Transaction]:
        """Every movement of the balance, oldest first."""
        return self._account.movements

    # What it is like.

    @property
    def catalog(self) -> Catalog:
        """What it sells; change prices, stock and `enabled` in place."""
        return self._account.catalog

    @property
    def key(self) -> Key:
        """The one valid key; change its rights in place."""
        return self._gate.key

    def speak(self, dialect: Dialect) -> None:
        """Spell the answers after another of the provider's pages."""
        self._endpoints.dialect = dialect

    def limit(self, calls_per_minute: int | None) -> None:
        """Answer 429 to more calls than this in any minute; None is without limit."""
        self._gate.calls_per_minute = calls_per_minute

    def unblock(self) -> None:
        """Forget wrong keys and lift the block of the address."""
        self._gate.unblock()

    # What happens to it.

    def buy_at_dashboard(self, product_id: str, type_id: str, quantity: int = 1) -> Order:
        """Place an order that the bot knows nothing of; ValueError when it is not possible."""
        order = self._account.place(product_id, type_id, quantity, by_dashboard=True)
        if isinstance(order, Order):
            return order
        raise ValueError(order.message)
