"""The Plum double: settings and scripts on one side, an oracle on the other."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from decimal import Decimal

from bot.playground.delays import utc_now
from bot.playground.double import ProviderDouble
from bot.playground.plum.account import Account
from bot.playground.plum.app import BASE, Api
from bot.playground.plum.calls import Call
from bot.playground.plum.catalog import Catalog, demo_catalog
from bot.playground.plum.endpoints import Endpoints
from bot.playground.plum.orders import Order, Payment, Wanted
from bot.playground.plum.schema import Violation
from bot.playground.plum.tokens import Pair, Rotation, Tokens
from bot.playground.plum.webhook import Webhook
from bot.playground.plum.wire import Dialect
from bot.playground.server import serve

DEMO_CLIENT_ID = "demo-client-id"
DEMO_CLIENT_SECRET = "demo-client-secret"  # noqa: S105 # they open nothing but this double
DEMO_ACCESS_TOKEN = "demo-access-token"  # noqa: S105
DEMO_REFRESH_TOKEN = "demo-refresh-token"  # noqa: S105

LIMITS: Mapping[Call, int] = {
    Call.GET_ORDER_DETAILS: 200,
    Call.GET_ORDER_HISTORY: 200,
    Call.PLACE_ORDER: 100,
    Call.GET_VOUCHERS: 50,
    Call.GET_FILTERS: 50,
    Call.GET_BALANCE: 10,
}
"""Calls a minute of each operation (Xoxoday Plum, "Rate Limiting"); off until `limit` sets them."""

_CONTACT = "+1-4705000000"


class Plum(ProviderDouble[Order, Payment]):
    """A provider account that tests and the demo can script and question.

    A fault's `matching` sees the innermost `data` of an operation, and the body of a refresh.
    """

    def __init__(
        self,
        *,
        balance: Decimal = Decimal(5000),
        currency: str = "USD",
        catalog: Catalog | None = None,
        clock: Callable[[], datetime] = utc_now,
        seed: str = "wakil",
    ) -> None:
        super().__init__(clock)
        self._account: Account = Account(
            catalog or demo_catalog(), balance=balance, clock=self.now, seed=seed
        )
        self._tokens = Tokens(
            client_id=DEMO_CLIENT_ID,
            client_secret=DEMO_CLIENT_SECRET,
            clock=self.now,
            seed=seed,
        )
        self._tokens.issue(DEMO_ACCESS_TOKEN, DEMO_REFRESH_TOKEN)
        self._endpoints = Endpoints(self._account, currency=currency)
        self._api = Api(self._endpoints, self._tokens, self._front, clock=self.now)
        self.webhook = Webhook(clock=self.now, tell=self._front.tell)
        self._account.on_delivery = self.webhook.announce

    @asynccontextmanager
    async def serve(self) -> AsyncIterator[str]:
        """Serve on the loopback and yield the address that stands for the provider's `/chef`."""
        async with (
            serve(self._api.app) as address,
            self.webhook.delivering(self._account.settle_due),
        ):
            yield f"{address}{BASE}"

    # What it did.

    @property
    def payments(self) -> list[Payment]:
        """Every movement of the balance, oldest first."""
        return self._account.movements

    @property
    def violations(self) -> list[Violation]:
        """What requests held that the provider does not promise to answer, oldest first."""
        return self._api.violations

    # What it is like.

    @property
    def catalog(self) -> Catalog:
        """What it sells; change products in place."""
        return self._account.catalog

    def speak(self, dialect: Dialect) -> None:
        """Spell the answers after another of the provider's pages."""
        self._endpoints.dialect = dialect

    def limit(self, calls_per_minute: Mapping[Call, int]) -> None:
        """Answer 429 to more calls of an operation in any minute; those not named have no limit."""
        self._api.limits = dict(calls_per_minute)

    # Its tokens.

    @property
    def live_pairs(self) -> list[Pair]:
        """The pairs of which a token still works, oldest first."""
        return self._tokens.live()

    def rotate(self, rotation: Rotation) -> None:
        """Decide what a refresh does to the pair it replaces."""
        self._tokens.rotation = rotation

    def expire_access(self) -> None:
        """Let every access token end now."""
        self._tokens.expire_access()

    def revoke_refresh(self) -> None:
        """Let every refresh token end now: only the dashboard can help then."""
        self._tokens.expire_refresh()

    def issue_at_dashboard(self) -> Pair:
        """Press "Generate New Tokens": a new pair, and every older one is dead."""
        self._tokens.expire_access()
        self._tokens.expire_refresh()
        return self._tokens.issue()

    # What happens to it.

    def notify(self, url: str, key: str) -> None:
        """Tell `url` of deliveries from now on, with `key` in a header; enables it again."""
        self.webhook.register(url, key)

    def buy_at_dashboard(self, product_id: int, denomination: Decimal, quantity: int = 1) -> Order:
        """Place an order that the bot knows nothing of; ValueError when it is not possible."""
        wanted = Wanted(
            product_id=product_id, denomination=denomination, quantity=quantity, contact=_CONTACT
        )
        order = self._account.place(wanted, by_dashboard=True)
        if isinstance(order, Order):
            return order
        raise ValueError(order.detail)
