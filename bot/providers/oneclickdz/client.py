"""OneClickDZ, version 3, as a provider of cards."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from http import HTTPStatus
from typing import Final
from urllib.parse import quote

from bot.domain.catalog import Account, Environment, ListedCategory, ListedType
from bot.domain.money import Money
from bot.errors import DomainError, ProviderBusy, ProviderUnauthorized, SettingsError
from bot.ports.provider import (
    BudgetState,
    Capabilities,
    Credentials,
    Line,
    NotSent,
    OrderPage,
    Placement,
    Priority,
    ProviderOrder,
    ProviderProfile,
    TransactionPage,
)
from bot.ports.world import Clock
from bot.providers.budget import RateBudget, Timer
from bot.providers.exchanges import nothing_sent
from bot.providers.http import PLACING, READING, Http, NoReply, Reply, Timeouts, retry_after
from bot.providers.masking import without_secrets
from bot.providers.oneclickdz import books, placing, shop
from bot.providers.oneclickdz.envelope import open_envelope
from bot.providers.oneclickdz.placing import AFTER_TOO_MANY
from bot.providers.oneclickdz.reading import NotThere, Read, open_read
from bot.providers.oneclickdz.refusals import rejects_key

CALLS_PER_MINUTE: Final = {Environment.SANDBOX: 60, Environment.PRODUCTION: 120}
"""The ceilings that the provider's bill-payment SDK names; no page states any."""

LONGEST_ANSWER: Final = timedelta(seconds=120)
"""No page states any; their own SDKs wait 15 and 30 seconds."""

CREDENTIALS: Final = Credentials(key="ONECLICKDZ_API_KEY", environment="ONECLICKDZ_ENVIRONMENT")

WHILE_FROZEN: Final = timedelta(minutes=1)

_CARDS: Final = "/v3/gift-cards"


class OneClickDZProvider:
    """The port `Provider` over OneClickDZ's API, made inside a running event loop.

    The key must belong to this bot alone: orders carry no reference that would tell ours apart.
    """

    def __init__(
        self,
        *,
        address: str,
        key: str,
        environment: Environment,
        clock: Clock,
        calls_per_minute: int | None = None,
        longest_answer: timedelta = LONGEST_ANSWER,
        read_timeouts: Timeouts = READING,
        place_timeouts: Timeouts = PLACING,
        timer: Timer | None = None,
    ) -> None:
        if not key or not key.isascii() or not key.isprintable():
            raise SettingsError("ONECLICKDZ_API_KEY holds characters that no key has")
        self._account = Account(provider=shop.NAME, environment=environment)
        self._capabilities = Capabilities(
            finds_by_reference=False, lists_recent=True, longest_answer=longest_answer
        )
        self._key = key
        self._clock = clock
        limit = calls_per_minute or CALLS_PER_MINUTE[environment]
        self._budget = RateBudget(limit, reserved=max(1, limit // 5), clock=clock, timer=timer)
        headers = {"X-Access-Token": key, "Accept": "application/json", "User-Agent": "Wakil"}
        self._http = Http(
            address.rstrip("/"), headers, clock=clock, reading=read_timeouts, placing=place_timeouts
        )

    @property
    def account(self) -> Account:
        return self._account

    @property
    def title(self) -> str:
        return shop.TITLE

    @property
    def credentials(self) -> Credentials:
        return CREDENTIALS

    @property
    def currency(self) -> str:
        return shop.CURRENCY

    @property
    def capabilities(self) -> Capabilities:
        return self._capabilities

    @property
    def key_hash(self) -> str:
        return sha256(self._key.encode()).hexdigest()

    def budget(self) -> BudgetState:
        return self._budget.state()

    def stop_waiting(self) -> None:
        self._budget.stop_waiting()

    def freeze(self) -> None:
        self._budget.freeze()

    def thaw(self) -> None:
        self._budget.thaw()

    async def validate(self) -> ProviderProfile:
        read = await self._read("/v3/validate", priority=Priority.CHECKING)
        return shop.read_profile(read.envelope.data)

    async def catalog(self) -> tuple[ListedCategory, ...]:
        read = await self._read(f"{_CARDS}/catalog", priority=Priority.CATALOG)
        return shop.read_catalog(read.envelope.data)

    async def types(
        self, product_key: str, *, priority: Priority = Priority.CHECKING
    ) -> tuple[ListedType, ...]:
        path = f"{_CARDS}/checkProduct/{quote(product_key, safe='')}"
        try:
            read = await self._read(path, priority=priority)
        except NotThere:
            return ()
        return shop.read_types(read.envelope.data)

    async def balance(self, *, priority: Priority = Priority.CHECKING) -> Money:
        read = await self._read("/v3/account/balance", priority=priority)
        return shop.read_balance(read.envelope.data)

    async def place(self, line: Line, *, reference: str) -> Placement:  # noqa: ARG002 # it takes none
        try:
            await self._budget.turn(Priority.PLACING)
        except ProviderBusy as busy:
            wait = timedelta(seconds=busy.retry_after_seconds)
            return self._not_sent(line, reason="rate budget", wait=wait)
        except ProviderUnauthorized:
            return self._not_sent(line, reason="frozen", wait=WHILE_FROZEN)
        answer = await self._http.post_alone(placing.PATH, placing.request_body(line))
        return placing.judge(self._heed(answer), line)

    async def order(
        self, provider_order_id: str, *, priority: Priority = Priority.TRACKING
    ) -> ProviderOrder | None:
        path = f"{_CARDS}/checkOrder/{quote(provider_order_id, safe='')}"
        try:
            read = await self._read(path, priority=priority)
        except NotThere:
            return None
        return books.read_order(read.envelope.data)

    async def find_by_reference(self, reference: str) -> ProviderOrder | None:
        raise DomainError(f"OneClickDZ finds no order by its reference {reference}")

    async def orders(
        self, since: datetime, until: datetime, *, page: int = 1, priority: Priority
    ) -> OrderPage:
        """List a window; `read_at` is when the reading began, on our clock."""
        read = await self._read(f"{_CARDS}/list", _window(since, until, page), priority=priority)
        shown = books.read_page(read.envelope, page, what="list")
        orders = (books.read_order(each) for each in shown.items)
        return OrderPage(
            orders=tuple(sorted(orders, key=lambda each: each.created_at, reverse=True)),
            page=page,
            pages=shown.pages,
            total=shown.total,
            read_at=read.read_at,
            provider_ahead=read.provider_ahead,
        )

    async def transactions(
        self, since: datetime, until: datetime, *, page: int = 1, priority: Priority
    ) -> TransactionPage:
        window = _window(since, until, page)
        read = await self._read("/v3/account/transactions", window, priority=priority)
        shown = books.read_page(read.envelope, page, what="transactions")
        return TransactionPage(
            transactions=tuple(books.read_transaction(each) for each in shown.items),
            page=page,
            complete=page >= shown.pages,
        )

    async def close(self) -> None:
        await self._http.close()

    async def _read(
        self, path: str, params: Mapping[str, str] | None = None, *, priority: Priority
    ) -> Read:
        """Read once, and once more when the connection broke: silence is not asked again."""
        answer = await self._get(path, params or {}, priority)
        if isinstance(answer, NoReply) and not answer.timed_out:
            answer = await self._get(path, params or {}, priority)
        return open_read(answer, what=path.rsplit("/v3/", 1)[-1])

    async def _get(
        self, path: str, params: Mapping[str, str], priority: Priority
    ) -> Reply | NoReply:
        await self._budget.turn(priority)
        return self._heed(await self._http.get(path, params))

    def _heed(self, answer: Reply | NoReply) -> Reply | NoReply:
        """Stop all calls, at once, when an answer says that they would be in vain.

        Gives the answer without the key: `validate` repeats it, and an error may.
        """
        if answer.status is not None and answer.status >= 400:
            if rejects_key(answer.status, open_envelope(answer.body)):
                self._budget.freeze()
            elif answer.status == HTTPStatus.TOO_MANY_REQUESTS:
                self._budget.halt(retry_after(answer) or AFTER_TOO_MANY)
        return without_secrets(answer, [self._key])

    def _not_sent(self, line: Line, *, reason: str, wait: timedelta) -> NotSent:
        exchange = placing.exchange_of(nothing_sent(self._clock, reason), line)
        return NotSent(reason=reason, retry_after=wait, exchange=exchange)


def _window(since: datetime, until: datetime, page: int) -> dict[str, str]:
    """Ask for a page of a window; both ends are always sent, since transactions insist on it."""
    return {
        "from": _iso(since),
        "to": _iso(until + timedelta(microseconds=999)),
        "page": str(page),
        "pageSize": str(books.PAGE_SIZE),
    }


def _iso(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
