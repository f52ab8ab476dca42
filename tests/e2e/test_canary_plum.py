"""Plum's secrets are planted: tokens old and new, codes, PINs, links, a phone; none is found."""

import secrets
from functools import partial
from pathlib import Path

import pytest

from bot.domain.alerts import AlertKind
from bot.playground.faults import Effect, Params
from bot.playground.plum import (
    DEMO_ACCESS_TOKEN,
    DEMO_CLIENT_SECRET,
    DEMO_REFRESH_TOKEN,
    Call,
    Plum,
    Rotation,
    faults,
)
from bot.playground.telegram import Person
from tests.e2e.canary import (
    API_KEY,
    CANARIES,
    PLUM_SECRETS,
    TOKEN,
    contents,
    leaks,
    live_tokens,
    said,
    spelled,
    told,
)
from tests.e2e.shop import PATIENCE_SECONDS, Shop, ever_shown, shop
from tests.e2e.test_canary import documents, is_over, reveals
from tests.e2e.test_canary_alerts import raised, until_raised
from tests.e2e.test_plum import AMAZON, FLIPKART, NETFLIX, PHONE, STEAM
from tests.e2e.test_two_providers import GOOGLE, opened

pytestmark = pytest.mark.e2e

DIGITS = "555123456"
NUMBERS = (DIGITS, "555 12 34 56")
"""What every way to write the phone number ends with."""

TELLTALE = "{} {} {} {}".format(
    f"+213-{DIGITS}", DEMO_ACCESS_TOKEN, DEMO_REFRESH_TOKEN, DEMO_CLIENT_SECRET
)
"""What an error may repeat of a request."""

_SIGNS = "".join(f"\\u{ord(sign):04x}" for sign in TELLTALE)
ESCAPED = f'{{"code":400,"errorId":"X","errorInfo":"{_SIGNS}","error":{{}}}}'
"""The same, as JSON may write it too."""

PLACING_FAULTS: tuple[tuple[Effect, bool], ...] = (
    (faults.cut(), True),
    (faults.torn(), True),
    (faults.empty(), True),
    (faults.html(502), True),
    (faults.bare_error(), True),
    (faults.problem("PLE10026"), True),
    (faults.status_zero(Call.PLACE_ORDER), True),
    (faults.json_body(f'{{"error":"Bad","message":"{TELLTALE}"}}', 400), False),
    (faults.json_body(f'{{"data":{{"placeOrder":"{TELLTALE}"}}}}'), True),
    (faults.oauth_error("invalid_token", TELLTALE), False),
    (faults.oauth_error(f"contact +213-{DIGITS} is invalid", "x", status=422), False),
    (faults.oauth_error(f"213-{DIGITS}", "x", status=422), False),
    (faults.json_body(ESCAPED, 400), False),
)
"""Each spoils one placing: before the order was taken, or after."""

READING_FAULTS: tuple[Effect, ...] = (
    faults.torn(),
    faults.html(503),
    faults.json_body(f'{{"data":{{"getOrderDetails":{{"status":1,"data":"{TELLTALE}"}}}}}}'),
)
"""Each spoils one answer that holds codes and PINs."""


async def test_no_secret_of_plum_is_written_down(template: Path, tmp_path: Path) -> None:
    """No log, database, export or backup holds a token, a code, a PIN, a link or a phone number."""
    double = Plum(seed=secrets.token_hex())
    double.rotate(Rotation.GRACE)
    async with shop(
        tmp_path, template, token=TOKEN, key=API_KEY, more=CANARIES, plum=double
    ) as stand:
        bot = await stand.serve()
        await stand.ask(stand.admin, "/start")
        await until_raised(stand, AlertKind.RATE_MISSING)
        await opened(stand)
        await sales(stand)
        await trouble(stand, double)
        assert AlertKind.MONEY_TROUBLE in await raised(stand)
        await rejection(stand, double)
        tokens = await renewals(stand, double)
        files = await documents(stand)
        assert await told(stand, [TOKEN, API_KEY, *tokens, *PLUM_SECRETS]) == []
        assert b"555 12 34 56" not in said(stand, stand.admin.chat)
        assert DIGITS.encode() not in said(stand, stand.admin.chat)
        await bot.kill()  # leaves the write-ahead log as it is
        seen = {code for person in stand.agents for code in ever_shown(person)}
        assert spelled(stand) <= seen
        planted = [*spelled(stand), *tokens, *PLUM_SECRETS, *NUMBERS]
        written = {**files, **contents(tmp_path)}
        assert str(double.orders[-1].id).encode() in written["audit.db"]
        assert b"order unknown" in written["bot.log"]
        assert leaks(written, planted) == []


async def sales(stand: Shop) -> None:
    """Sell a card of each kind, one of them for a phone, and look at past orders again."""
    first, second, third = stand.agents[:3]
    await stand.buy(first, GOOGLE, 1)
    await stand.buy(first, STEAM, 1)
    await stand.buy(second, AMAZON, 1, amount="10")
    await stand.buy(second, NETFLIX, 1)
    await stand.buy(third, FLIPKART, 2, amount="100", phone=PHONE)
    for person in (first, second, third):
        await reveals(stand, person)


async def trouble(stand: Shop, double: Plum) -> None:
    """Let every kind of answer come to orders for a phone, and to the readings that bring cards."""
    for effect in READING_FAULTS:
        double.fault(Call.GET_ORDER_DETAILS, effect, after=True)
    members = stand.agents[3 : 3 + len(PLACING_FAULTS)]
    for number, (member, (effect, after)) in enumerate(
        zip(members, PLACING_FAULTS, strict=True), 20
    ):
        double.fault(Call.PLACE_ORDER, effect, after=after, matching=partial(of, number))
        confirm = await stand.choose(member, FLIPKART, 1, amount=str(number), phone=PHONE)
        await member.tap("confirm:", on=confirm)
    for member in members:
        await member.wait(partial(is_over, stand, member), PATIENCE_SECONDS)


def of(denomination: int, params: Params) -> bool:
    """Tell whether a placing is for a card of this value."""
    return params.get("denomination") == denomination


async def rejection(stand: Shop, double: Plum) -> None:
    """Let an order for a phone be answered by what freezes the account, and thaw it."""
    echo = faults.oauth_error(f"contact +213-{DIGITS} is invalid", TELLTALE, status=400)
    double.fault(Call.PLACE_ORDER, echo)
    confirm = await stand.choose(stand.agents[22], FLIPKART, 1, amount="50", phone=PHONE)
    await stand.agents[22].tap("confirm:", on=confirm)
    await until_raised(stand, AlertKind.PROVIDER_FROZEN)
    await stand.ask(stand.admin, "/provider thaw")


async def renewals(stand: Shop, double: Plum) -> set[str]:
    """Let tokens end, one renewal's answer be torn; gives every token that there ever was."""
    ever = live_tokens(double)
    double.expire_access()
    await stand.buy(stand.agents[20], GOOGLE, 1)
    ever |= live_tokens(double)
    double.fault(Call.REFRESH, faults.torn())
    double.expire_access()
    member = stand.agents[21]
    renewed = double.count(Call.REFRESH)
    await tries(stand, member)
    await double.until(lambda: double.count(Call.REFRESH) > renewed)
    return ever | live_tokens(double)


async def tries(stand: Shop, member: Person) -> None:
    """Order what cannot be placed for want of a token, and cancel it."""
    mark = await stand.press_confirm(member, GOOGLE, 1)
    await member.sees(lambda message: message.find_button("cancel:"), since=mark)
