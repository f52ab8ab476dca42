"""Xoxoday Plum, Rewards API v1.2, as a provider of cards."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Final

from bot.domain.catalog import Account, ListedCategory, ListedType
from bot.domain.money import Money
from bot.errors import (
    ProviderBusy,
    ProviderContractBroken,
    ProviderError,
    ProviderUnreachable,
    SettingsError,
)
from bot.ports.provider import (
    BudgetState,
    Capabilities,
    Credentials,
    Line,
    OrderPage,
    Placement,
    Priority,
    ProviderOrder,
    ProviderProfile,
    TransactionPage,
)
from bot.ports.tokens import TokenKeep
from bot.ports.world import Clock
from bot.providers.budget import Timer
from bot.providers.http import READING, Http, Reply, Timeouts
from bot.providers.plum import books, payments, shop
from bot.providers.plum.budgets import Budgets
from bot.providers.plum.calling import Calling
from bot.providers.plum.fields import as_id
from bot.providers.plum.hosts import TITLE, account_at
from bot.providers.plum.operations import Operation
from bot.providers.plum.pages import read_catalog, read_report
from bot.providers.plum.pairs import PlumKey, holds_token, is_token, renewal_of
from bot.providers.plum.patience import Patience
from bot.providers.plum.placing import Doubted
from bot.providers.plum.reading import NotThere, open_read
from bot.providers.plum.report import Report
from bot.providers.plum.sending import Sending
from bot.providers.plum.tokens import Tokens

LONGEST_ANSWER: Final = timedelta(seconds=120)
"""The longest answer to an order of cards that come at once ("Place Order")."""

PLACING: Final = Timeouts(silence=timedelta(seconds=130), whole=timedelta(seconds=150))
"""Hanging up within `LONGEST_ANSWER` would only make unknown what is about to be told."""

LARGEST_PAGE: Final = 6 * 1024 * 1024
"""A page of the catalogue brings a hundred products with all their terms, in HTML."""

CREDENTIALS: Final = Credentials(
    key="PLUM_ACCESS_TOKEN, PLUM_REFRESH_TOKEN", environment="PLUM_API_URL"
)

UNTOLD_CURRENCY: Final = "USD"

PATIENCE: Final = timedelta(minutes=5)
"""How long an order of which a part came back is read again for the movements that price it."""


class PlumProvider:
    """The port `Provider` over Plum's API, made inside a running event loop.

    The address tells the environment (`account_at`). `keep` holds the tokens that are renewed;
    with `may_refresh=False` they are another process's, and nothing is renewed. `share` of 2 takes
    half of the calls. `delayed` lists products, too, whose cards take days, and `countries`
    (ISO 3166) only those that can be redeemed there; empty means all.
    """

    def __init__(
        self,
        *,
        address: str,
        key: PlumKey,
        keep: TokenKeep,
        clock: Clock,
        may_refresh: bool = True,
        delayed: bool = False,
        countries: Collection[str] = (),
        share: int = 1,
        longest_answer: timedelta = LONGEST_ANSWER,
        read_timeouts: Timeouts = READING,
        place_timeouts: Timeouts = PLACING,
        timer: Timer | None = None,
    ) -> None:
        _check(key)
        self._account = account_at(address)
        self._capabilities = Capabilities(
            finds_by_reference=True,
            lists_recent=False,
            longest_answer=longest_answer,
            movement_grain=payments.GRAIN,
        )
        self._key_hash = key.key_hash
        self._clock = clock
        sold_in = frozenset(code.strip().upper() for code in countries)
        self._offer = shop.Offer(delayed=delayed, countries=sold_in)
        self._currency: str | None = None
        self._unpriced = Patience()
        self._budgets = Budgets(share=share, clock=clock, timer=timer)
        headers = {"Accept": "application/json", "User-Agent": "Wakil"}
        base = address.rstrip("/")
        self._http = Http(
            base,
            headers,
            clock=clock,
            reading=read_timeouts,
            placing=place_timeouts,
            largest_body=LARGEST_PAGE,
        )
        self._tokens = Tokens(
            key,
            keep=keep,
            http=Http(base, headers, clock=clock, placing=read_timeouts),
            clock=clock,
            may_refresh=may_refresh,
        )
        self._calling = Calling(self._http, self._tokens, self._budgets)
        self._sending = Sending(self._calling, clock)
        self._report = Report(self._calling)

    @property
    def account(self) -> Account:
        return self._account

    @property
    def title(self) -> str:
        return TITLE

    @property
    def credentials(self) -> Credentials:
        return CREDENTIALS

    @property
    def currency(self) -> str:
        return self._currency or UNTOLD_CURRENCY

    @property
    def capabilities(self) -> Capabilities:
        return self._capabilities

    @property
    def key_hash(self) -> str:
        return self._key_hash

    def budget(self) -> BudgetState:
        return self._budgets.state()

    def stop_waiting(self) -> None:
        self._budgets.stop_waiting()

    def freeze(self) -> None:
        self._budgets.freeze()

    def thaw(self) -> None:
        self._tokens.thaw()
        self._budgets.thaw()

    async def validate(self) -> ProviderProfile:
        """Ask whether the token is let in, and what the account trades in."""
        answer = await self._calling.validate()
        told = isinstance(answer, Reply) and answer.status == HTTPStatus.OK
        if not told or not holds_token(answer.body):
            open_read(answer, Operation.VALIDATE)  # says what there is instead
        self._tokens.learn_renewal(renewal_of(answer.body, at=self._clock.now()))
        await self.balance()
        return ProviderProfile(account=self._account, enabled=True, may_order=True)

    async def catalog(self) -> tuple[ListedCategory, ...]:
        currency = await self._known_currency(Priority.CATALOG)
        shelves = shop.Shelves(currency=currency, offer=self._offer)
        async for products in read_catalog(self._calling):
            shelves.put(products)
        return shelves.categories()

    async def types(
        self, product_key: str, *, priority: Priority = Priority.CHECKING
    ) -> tuple[ListedType, ...]:
        currency = await self._known_currency(priority)
        data = {"limit": 10, "page": 1, "includeProducts": product_key, "exchangeRate": 1}
        try:
            read = await self._calling.read(Operation.CARDS, data, priority=priority)
        except NotThere:
            return ()
        mine = [each for each in shop.read_page(read.data) if each.key == product_key]
        return shop.list_types(mine[0], currency=currency) if mine else ()

    async def balance(self, *, priority: Priority = Priority.CHECKING) -> Money:
        read = await self._calling.read(Operation.BALANCE, {}, priority=priority)
        balance = shop.read_balance(read.data)
        self._currency = balance.currency
        return balance

    async def place(self, line: Line, *, reference: str) -> Placement:
        """Buy once; a refusal whose status proves nothing holds when nobody knows the order."""
        verdict = await self._sending.place(line, reference)
        if not isinstance(verdict, Doubted):
            return verdict
        try:
            found = await self.find_by_reference(reference)
        except ProviderError:
            return verdict.unknown
        return verdict.unknown if found else verdict.refused

    async def order(
        self, provider_order_id: str, *, priority: Priority = Priority.TRACKING
    ) -> ProviderOrder | None:
        if not as_id(provider_order_id):
            return None  # an id of 0 asks for nothing, and no other is anything but a number
        return await self._order(priority, poNumber="", orderId=int(provider_order_id))

    async def find_by_reference(self, reference: str) -> ProviderOrder | None:
        order = await self._order(Priority.TRACKING, poNumber=reference, orderId=0)
        if order is not None and order.reference not in (None, reference):
            raise ProviderContractBroken("order: of another reference")
        return order and replace(order, reference=reference)  # which the answer need not repeat

    async def orders(
        self, since: datetime, until: datetime, *, page: int = 1, priority: Priority
    ) -> OrderPage:
        """List a window as one page; `read_at` is when the reading began, on our clock."""
        begun_at, ahead = self._clock.now(), None
        found: dict[str, ProviderOrder] = {}
        async for read in read_report(
            self._calling, Operation.ORDERS, since=since, until=until, priority=priority
        ):
            ahead = read.provider_ahead if ahead is None else ahead
            lines = books.read_lines(read.data)
            found |= {
                one.provider_order_id: one for one in lines if since <= one.created_at <= until
            }
        orders = sorted(found.values(), key=lambda each: each.created_at, reverse=True)
        return OrderPage(
            orders=tuple(orders) if page == 1 else (),
            page=page,
            pages=1,
            total=len(orders),
            read_at=begun_at,
            provider_ahead=ahead,
        )

    async def transactions(
        self, since: datetime, until: datetime, *, page: int = 1, priority: Priority
    ) -> TransactionPage:
        """List what moved on the days that begin in the window, as one page."""
        currency = await self._known_currency(priority)
        found = await self._report.read(since, until, currency=currency, priority=priority)
        return TransactionPage(transactions=found if page == 1 else (), page=page, complete=True)

    async def close(self) -> None:
        await self._tokens.close()
        await self._http.close()

    async def _order(self, priority: Priority, **asked: object) -> ProviderOrder | None:
        data = {**asked, "sendMailToReceiver": 0}
        try:
            read = await self._calling.read(Operation.ORDER, data, priority=priority)
        except NotThere:
            return None
        order = books.read_order(
            read.data, currency=self._currency, read_at=read.read_at, cancelled=read.cancelled
        )
        return await self._as_booked(order, priority) if books.came_in_part(order) else order

    async def _as_booked(self, order: ProviderOrder, priority: Priority) -> ProviderOrder:
        """Take from the account's own movements what an order came to of which a part came back.

        How the price of a part is rounded, no page tells. Where the movements do not show both,
        the share of what was charged has to do. While they cannot be read the order is open, but
        not for longer than `PATIENCE`: the cards do not wait for a cent.
        """
        name, now = order.provider_order_id, self._clock.now()
        try:
            took = await self._report.cost_of(
                name,
                since=order.created_at - payments.GRAIN,
                until=now + payments.GRAIN,
                currency=await self._known_currency(priority),
                priority=priority,
            )
        except ProviderContractBroken:
            return order
        except (ProviderBusy, ProviderUnreachable):
            waits = self._unpriced.waited(name, now=now) < PATIENCE
            return books.unpriced(order) if waits else order
        self._unpriced.is_over(name)
        return replace(order, amount=took or order.amount)

    async def _known_currency(self, priority: Priority) -> str:
        if self._currency is None:
            await self.balance(priority=priority)
        return self.currency


def _check(key: PlumKey) -> None:
    """Refuse what cannot stand in a request; the names are those of the settings."""
    tokens = (key.client_id, key.client_secret, key.refresh_token)
    if not all(tokens):
        raise SettingsError("PLUM_CLIENT_ID, PLUM_CLIENT_SECRET or PLUM_REFRESH_TOKEN is missing")
    if not all(map(is_token, (*tokens, key.access_token))):
        raise SettingsError("A PLUM_ setting holds characters that no token has")
