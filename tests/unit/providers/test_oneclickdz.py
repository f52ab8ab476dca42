"""OneClickDZ as a provider, over HTTP to a server that misbehaves on demand."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import unquote

import pytest

from bot.domain.catalog import Environment
from bot.errors import (
    ProviderBusy,
    ProviderContractBroken,
    ProviderUnauthorized,
    ProviderUnreachable,
    SettingsError,
)
from bot.playground.faults import Answer
from bot.playground.oneclickdz import DEMO_KEY, Call, Dialect, OneClickDZ, Plan, faults
from bot.ports.provider import Accepted, Line, Priority, Refused, Unknown
from bot.providers.http import Timeouts
from bot.providers.oneclickdz import OneClickDZProvider

IMPATIENT = 0.2


class WallClock:
    """The time of this machine."""

    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass
class Counter:
    """The provider's server and the provider's port."""

    server: OneClickDZ
    provider: OneClickDZProvider

    def line(self, quantity: int = 2, name: str = "PSN 10 USD") -> Line:
        """Cards of a type, by its name."""
        return next(
            Line(product_key=product.id, type_key=each.id, quantity=quantity)
            for product in self.server.catalog.products()
            for each in product.types
            if each.name == name
        )

    async def place(self, quantity: int = 2) -> str:
        """Place an order that is accepted, and give its id."""
        placement = await self.provider.place(self.line(quantity), reference="r")
        assert isinstance(placement, Accepted)
        return placement.provider_order_id


def provider_at(
    address: str,
    *,
    key: str = DEMO_KEY,
    calls_per_minute: int = 10_000,
    silence_seconds: float = 20,
) -> OneClickDZProvider:
    """Open a provider with many calls."""
    timeouts = Timeouts(silence=timedelta(seconds=silence_seconds))
    return OneClickDZProvider(
        address=address,
        key=key,
        environment=Environment.SANDBOX,
        clock=WallClock(),
        calls_per_minute=calls_per_minute,
        read_timeouts=timeouts,
        place_timeouts=timeouts,
    )


@asynccontextmanager
async def opened(**options: object) -> AsyncIterator[Counter]:
    """Serve the double, and open a provider on it."""
    server = OneClickDZ()
    async with server.serve() as address:
        provider = provider_at(address, **options)  # type: ignore[arg-type] # tests pass it through
        try:
            yield Counter(server, provider)
        finally:
            await provider.close()


@pytest.fixture
async def counter() -> AsyncIterator[Counter]:
    """Open a provider with the right key."""
    async with opened() as counter:
        yield counter


async def transactions(counter: Counter) -> int:
    """Count the movements of the last minutes."""
    now = datetime.now(UTC)
    page = await counter.provider.transactions(
        now - timedelta(minutes=5), now + timedelta(minutes=5), priority=Priority.SETTLING
    )
    return len(page.transactions)


@pytest.mark.parametrize("dialect", list(Dialect))
async def test_every_dialect_is_understood(counter: Counter, dialect: Dialect) -> None:
    """Whichever of the provider's pages is right, the whole job works."""
    counter.server.speak(dialect)
    categories = await counter.provider.catalog()
    psn = categories[0].products[0]
    types = await counter.provider.types(psn.key)
    order = await counter.provider.order(await counter.place())
    sold_out = await counter.provider.place(counter.line(1, "Steam 20 USD"), reference="r")

    assert [category.title for category in categories] == [
        "Game Stores",
        "iTunes",
        "Gaming Cards",
        "Streaming & Music",
        "Sandbox",
    ]
    assert [each.name for each in types] == ["PSN 10 USD", "PSN 20 USD", "PSN 50 USD"]
    assert order is not None
    assert len(order.cards) == 2
    assert await transactions(counter) == 2
    assert isinstance(sold_out, Refused)
    assert "stock" in sold_out.message


UNREACHABLE: dict[str, Answer] = {
    "html": faults.html(502),
    "internal": faults.status(500, "INTERNAL_ERROR"),
    "unavailable": faults.status(503, "SERVICE_UNAVAILABLE"),
    "empty 504": faults.empty(504),
}
BROKEN: dict[str, Answer] = {
    "html 200": faults.html(200),
    "empty": faults.empty(),
    "redirect": faults.redirect("http://127.0.0.1:9/"),
    "no data": faults.json_body('{"success":true}'),
    "failure 200": faults.json_body('{"success":false,"error":{"code":"X"}}'),
    "html 404": faults.html(404),
    "validation": faults.status(400, "ERR_VALIDATION"),
    "other shape": faults.json_body('{"success":true,"data":{"balance":"much"}}'),
}
CLOSED: dict[str, Answer] = {
    "wrong key": faults.unauthorized(),
    "no key": faults.status(401, "MISSING_ACCESS_TOKEN"),
    "html 401": faults.html(401),
    "blocked": faults.status(403, "IP_BLOCKED"),
    "address": faults.status(403, "IP_NOT_ALLOWED"),
    "disabled": faults.status(403, "API_DISABLED"),
}
BUSY: dict[str, tuple[Answer, float]] = {
    "429": (faults.rate_limited(7), 7),
    "html 429": (faults.html(429, retry_after=8), 8),
    "429 untold": (faults.html(429), 15),
    "key service": (faults.status(503, "AUTH_UNAVAILABLE", retry_after=5), 5),
}


@pytest.mark.parametrize("fault", UNREACHABLE)
async def test_a_read_may_be_repeated_after_a_fault_of_theirs(counter: Counter, fault: str) -> None:
    """5xx is a provider that cannot answer now; the next read is answered."""
    counter.server.fault(Call.BALANCE, UNREACHABLE[fault])

    with pytest.raises(ProviderUnreachable):
        await counter.provider.balance()

    assert await counter.provider.balance()


@pytest.mark.parametrize("fault", BROKEN)
async def test_an_undocumented_answer_to_a_read_is_said_to_be_one(
    counter: Counter, fault: str
) -> None:
    """An answer of another shape is not taken for an answer."""
    counter.server.fault(Call.BALANCE, BROKEN[fault])

    with pytest.raises(ProviderContractBroken):
        await counter.provider.balance()

    assert await counter.provider.balance()


@pytest.mark.parametrize("fault", CLOSED)
@pytest.mark.parametrize("call", [Call.BALANCE, Call.PLACE_ORDER])
async def test_a_rejected_key_stops_everything_at_once(
    counter: Counter, fault: str, call: Call
) -> None:
    """One wrong key costs one attempt of five: nothing more leaves until the provider is thawed."""
    counter.server.fault(call, CLOSED[fault])

    if call is Call.BALANCE:
        with pytest.raises(ProviderUnauthorized):
            await counter.provider.balance()
    else:
        await counter.provider.place(counter.line(), reference="r")
    with pytest.raises(ProviderUnauthorized):
        await counter.provider.catalog()

    assert len(counter.server.calls) == 1
    counter.provider.thaw()
    assert await counter.provider.balance()


@pytest.mark.parametrize("fault", BUSY)
async def test_a_busy_provider_says_when_to_come_back(counter: Counter, fault: str) -> None:
    """429 and a slow key service are waits of a told length."""
    answer, seconds = BUSY[fault]
    counter.server.fault(Call.BALANCE, answer)

    with pytest.raises(ProviderBusy) as busy:
        await counter.provider.balance()

    assert busy.value.retry_after_seconds == seconds


async def test_a_read_whose_connection_breaks_is_repeated_once(counter: Counter) -> None:
    """A cut read is asked again, once; a second cut is told."""
    counter.server.fault(Call.BALANCE, faults.cut(), times=3)

    with pytest.raises(ProviderUnreachable):
        await counter.provider.balance()
    assert await counter.provider.balance()

    assert counter.server.count(Call.BALANCE) == 4


async def test_a_read_that_times_out_is_not_repeated() -> None:
    """Silence costs its time once; the caller decides when to ask again."""
    async with opened(silence_seconds=IMPATIENT) as counter:
        counter.server.stall(Call.BALANCE)

        with pytest.raises(ProviderUnreachable, match="ReadTimeout"):
            await counter.provider.balance()

        assert counter.server.count(Call.BALANCE) == 1


FAULTS: dict[str, Answer] = {
    "cut": faults.cut(),
    "html": faults.html(502),
    "internal": faults.status(500, "INTERNAL_ERROR"),
    "unavailable": faults.status(503, "SERVICE_UNAVAILABLE"),
    "edge 429": faults.html(429),
    "edge 401": faults.html(401),
    "no order id": faults.without_order_id(),
    "empty": faults.empty(),
    "redirect": faults.redirect("/v3/gift-cards/placeOrder"),
}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("after", [False, True])
async def test_a_doubtful_placing_is_unknown_and_sent_once(
    counter: Counter, fault: str, *, after: bool
) -> None:
    """Whatever goes wrong, before or after the order exists, one request left and no more."""
    counter.server.fault(Call.PLACE_ORDER, FAULTS[fault], after=after)

    placement = await counter.provider.place(counter.line(), reference="r")

    assert isinstance(placement, Unknown)
    assert counter.server.count(Call.PLACE_ORDER) == 1
    assert len(counter.server.orders) == int(after)


async def test_a_torn_answer_to_a_placing_is_unknown(counter: Counter) -> None:
    """Half an answer is no order id, although the order exists; the half is kept."""
    counter.server.fault(Call.PLACE_ORDER, faults.torn())

    placement = await counter.provider.place(counter.line(), reference="r")

    assert isinstance(placement, Unknown)
    assert b'{"success":true' in placement.exchange.answer
    assert len(counter.server.orders) == 1


async def test_a_placing_that_times_out_can_still_become_an_order() -> None:
    """We gave up; the provider had not: that is why unknown is not "no"."""
    async with opened(silence_seconds=IMPATIENT) as counter:
        gate = counter.server.stall(Call.PLACE_ORDER)
        placement = await counter.provider.place(counter.line(), reference="r")
        before = len(counter.server.orders)

        gate.set()
        await asyncio.wait_for(counter.server.until(lambda: bool(counter.server.orders)), 10)

        assert isinstance(placement, Unknown)
        assert (before, len(counter.server.orders)) == (0, 1)


async def test_placings_use_the_reserved_share(counter: Counter) -> None:
    """When reading has used up its calls, a fifth of them is still there for placing."""
    async with opened(calls_per_minute=5) as small:
        for _ in range(4):
            await small.provider.balance()

        await small.place()

        assert small.provider.budget().left == 0
        assert not small.provider.budget().easy


async def test_the_list_is_read_page_by_page(counter: Counter) -> None:
    """A hundred orders fill a page; the rest is on the next, and the whole is counted."""
    line = counter.line(name="Free Fire 100 Diamonds")
    for _ in range(105):
        counter.server.buy_at_dashboard(line.product_key, line.type_key)
    now = datetime.now(UTC)
    window = (now - timedelta(minutes=5), now + timedelta(minutes=5))

    first = await counter.provider.orders(*window, priority=Priority.TRACKING)
    second = await counter.provider.orders(*window, page=2, priority=Priority.TRACKING)
    moved = await counter.provider.transactions(*window, priority=Priority.SWEEPING)
    rest = await counter.provider.transactions(*window, page=2, priority=Priority.SWEEPING)

    assert (len(first.orders), len(second.orders)) == (100, 5)
    assert (first.pages, first.total, second.page) == (2, 105, 2)
    ids = {order.provider_order_id for order in first.orders + second.orders}
    assert len(ids) == 105
    assert (moved.complete, rest.complete) == (False, True)
    assert len(rest.transactions) == 6  # a deposit besides the orders


async def test_the_providers_clock_is_measured(counter: Counter) -> None:
    """What the provider's Date says is told with every placing and every page of the list."""
    counter.server.clock_ahead = timedelta(seconds=90)
    now = datetime.now(UTC)

    placement = await counter.provider.place(counter.line(), reference="r")
    page = await counter.provider.orders(
        now, now + timedelta(minutes=5), priority=Priority.SETTLING
    )

    for ahead in (placement.exchange.provider_ahead, page.provider_ahead):
        assert ahead is not None
        assert abs(ahead - timedelta(seconds=90)) < timedelta(seconds=2)
    assert page.orders[0].created_at >= now + timedelta(seconds=85)


async def test_contradictions_are_shown_as_they_are(counter: Counter) -> None:
    """What an order says of itself is passed on, however odd: the services judge it."""
    without_cards = Plan(shown={"cards": [], "status": "fulfilled"})
    counter.server.plan(without_cards, Plan(shown={"status": None}))
    empty = await counter.provider.order(await counter.place())
    silent = await counter.provider.order(await counter.place())

    assert empty is not None
    assert (empty.status, empty.fulfilled_quantity, empty.cards) == ("FULFILLED", 2, ())
    assert silent is not None
    assert (silent.status, len(silent.cards)) == ("", 2)


async def test_what_the_key_may_do_is_told(counter: Counter) -> None:
    """A key of the other environment, a disabled and a read-only one are recognised."""
    counter.server.key.environment = "PRODUCTION"
    counter.server.key.scope = "READ-ONLY"

    profile = await counter.provider.validate()

    assert profile.account.environment is Environment.PRODUCTION
    assert profile.account != counter.provider.account
    assert not profile.may_order


async def test_ids_are_quoted(counter: Counter) -> None:
    """An id is one step of a path, whatever is in it."""
    assert await counter.provider.order("gone?x=1#y") is None
    assert await counter.provider.types("gone?x=1#y") == ()
    assert [unquote(call.path).split("/")[-1] for call in counter.server.calls] == [
        "gone?x=1#y",
        "gone?x=1#y",
    ]


@pytest.mark.parametrize("key", ["", "clé", "a\nb"])
def test_a_key_that_cannot_be_sent_is_a_setting_to_correct(key: str) -> None:
    """A key with a line break or an accent is refused before anything is opened."""
    with pytest.raises(SettingsError, match="ONECLICKDZ_API_KEY"):
        provider_at("http://127.0.0.1:9", key=key)


async def test_the_hash_of_the_key_tells_keys_apart_and_nothing_else() -> None:
    """A rejected key is remembered by its hash."""
    async with opened() as one, opened(key="another") as two, opened() as three:
        assert one.provider.key_hash == three.provider.key_hash != two.provider.key_hash
        assert DEMO_KEY not in one.provider.key_hash


@pytest.mark.parametrize("spelled", [DEMO_KEY, "x" * 290 + DEMO_KEY], ids=["whole", "at the end"])
async def test_a_refusal_repeats_no_part_of_the_key(spelled: str) -> None:
    """A key that a refusal repeats, as a code or across the end of what is kept, is masked."""
    key = "c0ffee00-5ec2-4e7a-b1a5-0123456789ab"
    async with opened(key=key) as counter:
        said = spelled.replace(DEMO_KEY, key)
        counter.server.fault(Call.PLACE_ORDER, faults.status(403, said.upper(), said))
        refused = await counter.provider.place(counter.line(), reference="r")
    assert isinstance(refused, Refused)
    assert key[:6] not in f"{refused.code} {refused.message}".casefold()
    assert key.encode() not in refused.exchange.answer


async def test_no_log_error_or_repr_holds_a_secret(
    counter: Counter, caplog: pytest.LogCaptureFixture
) -> None:
    """At DEBUG, with the key echoed by answers and errors, neither key nor card is told."""
    caplog.set_level(logging.DEBUG)
    order = await counter.provider.order(await counter.place())
    now = datetime.now(UTC)
    page = await counter.provider.orders(
        now - timedelta(minutes=5), now + timedelta(minutes=5), priority=Priority.TRACKING
    )
    profile = await counter.provider.validate()
    echo = faults.status(403, "FORBIDDEN", f"the key {DEMO_KEY} may not")
    counter.server.fault(Call.PLACE_ORDER, echo)
    refused = await counter.provider.place(counter.line(), reference="r")
    counter.server.fault(Call.BALANCE, faults.status(400, "ODD", f"key {DEMO_KEY}"))
    with pytest.raises(ProviderContractBroken) as broken:
        await counter.provider.balance()

    shown = (order, page, profile, refused, broken.value, counter.provider)
    told = caplog.text + "".join(map(repr, shown))
    cards = [card for each in counter.server.orders for card in each.cards or []]
    assert len(cards) == 2
    for secret in [DEMO_KEY, *(card.value for card in cards), *(card.serial for card in cards)]:
        assert secret not in told
