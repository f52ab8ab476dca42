"""Secrets are planted, everything that can go wrong goes wrong, and none of them is found again."""

import base64
import os
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from starlette.responses import Response

from bot.playground.faults import Effect, Params
from bot.playground.oneclickdz import Call, faults
from bot.playground.telegram import AFTER, Aim, Person
from bot.playground.telegram.screen import Screen
from tests.e2e.canary import (
    API_KEY,
    CANARIES,
    CARD_KEY,
    TOKEN,
    WRONG_KEY,
    WRONG_TOKEN,
    contents,
    leaks,
    said,
    spelled,
    told,
)
from tests.e2e.shop import FREE_FIRE, PATIENCE_SECONDS, PSN, Shop, ever_shown, sees, shop
from tests.e2e.template import CASH

pytestmark = pytest.mark.e2e

PLACING_FAULTS: tuple[tuple[Effect, bool], ...] = (
    (faults.cut(), False),
    (faults.cut(), True),
    (faults.html(502), False),
    (faults.html(502), True),
    (faults.torn(), True),
    (faults.empty(), True),
    (faults.without_order_id(), True),
    (faults.json_body("[]"), True),
    (faults.redirect("http://127.0.0.1:9/elsewhere"), False),
    (faults.rate_limited(1), False),
    (faults.status(403, "ORDER_REFUSED", "Product is out of stock"), False),
    (faults.status(500, "ERR_ORDER", "Something broke"), True),
)
"""Each spoils one placing: before the order was taken, or after."""

READING_FAULTS: tuple[Effect, ...] = (
    faults.cut(),
    faults.html(503),
    faults.torn(),
    faults.json_body('{"success":true,"data":{"cards":"none"}}'),
    faults.rate_limited(1),
)
"""Each spoils one answer that may hold card codes."""

SETTINGS = (TOKEN, API_KEY, WRONG_TOKEN, WRONG_KEY)
"""The secrets of the settings, right and wrong."""

TORN = (200, 400, 403, 404, 502)
"""The statuses under which an answer of Telegram's breaks off."""


async def test_no_secret_is_written_down(template: Path, tmp_path: Path) -> None:
    """No log, error text, database, export or backup holds a token, a key, a code or a serial."""
    async with shop(tmp_path, template, token=TOKEN, key=API_KEY, more=CANARIES) as stand:
        bot = await stand.serve()
        await stand.ask(stand.admin, "/start")
        await sales(stand)
        await trouble_at_the_provider(stand)
        await trouble_in_the_chat(stand)
        await nonsense(stand)
        await bot.kill()
        await a_crash(stand)
        await wrong_starts(stand)
        bot = await stand.serve()
        await frozen(stand)
        files = await documents(stand)
        assert await told(stand, SETTINGS) == []
        await bot.kill()  # leaves the write-ahead log as it is
        seen = {code for person in stand.agents for code in ever_shown(person)}
        assert spelled(stand) <= seen  # they were there to be leaked
        planted = [*SETTINGS, *spelled(stand)]
        written = {**files, **contents(tmp_path)}
        its_id = stand.provider.orders[-1].id.encode()  # no secret: where it stands, a code would
        assert its_id in written["wakil.db"] + written["wakil.db-wal"]
        assert its_id in written["copy.db"]
        assert its_id in written["audit.db"]
        assert b"order unknown" in written["bot.log"]
        assert leaks(written, planted) == []


async def test_the_search_hears(template: Path, tmp_path: Path) -> None:
    """A code that another chat shows is found: in a text, under a button, in a pop-up."""
    async with shop(tmp_path, template) as stand:
        bot = await stand.serve()
        shown = await stand.buy(stand.agents[0], PSN, 1)
        assert await told(stand, ()) == []
        (sold,) = stand.provider.orders
        (card,) = sold.cards or []
        assert card.value in said(stand, stand.agents[0].chat).decode()
        stranger = stand.agents[1].chat
        stranger.keep(replace(shown, chat_id=stranger.id))
        assert {card.value, card.serial} == {
            text for text in spelled(stand) for line in await told(stand, ()) if text in line
        }
        await bot.kill()


def test_the_search_sees() -> None:
    """What the search for secrets looks for is found, however it is written and wherever."""
    code, text = "AB12-CD34-0001", b"In a sentence, "
    for shape in (
        code.encode(),
        code.encode().hex().encode(),
        code.encode().hex().upper().encode(),
        base64.b64encode(b"?" + code.encode() + b"!"),
        base64.b64encode(b"ab" + code.encode()),
        base64.urlsafe_b64encode(code.encode()),
        code.lower().encode(),
        code.replace("-", "").encode(),
        "".join(f"\\u{ord(sign):04X}" for sign in code).encode(),
        code.encode("utf-16-le"),
    ):
        assert leaks({"log": text + shape + b" is found."}, [code])
    assert leaks({"log": b"a%2Bb%3Dc%2Fdef"}, ["a+b=c/def"])
    assert leaks({"log": b"a&lt;b&amp;cdef"}, ["a<b&cdef"])
    assert not leaks({"log": text}, [code])


# What happens.


async def sales(stand: Shop) -> None:
    """Sell in three languages, look at past orders, show their codes again."""
    for person in stand.agents[:3]:
        await stand.buy(person, PSN, 2)
        await reveals(stand, person)
        await stand.ask(person, "/wallet")


async def reveals(stand: Shop, person: Person, *, torn_answer: int = 0) -> None:
    """Look at a past order, and at its codes again, perhaps under an answer that breaks off."""
    listed = await stand.ask(person, "/orders", "order:")
    mark = stand.telegram.mark()
    await person.tap("order:", on=listed)
    details = await sees(person, "reveal:", since=mark)
    if torn_answer:
        aim = Aim(chat_id=person.id)
        stand.telegram.faults.add(aim, partial(torn, stand, torn_answer), moment=AFTER)
    mark = stand.telegram.mark()
    press = await person.tap("reveal:", on=details)
    await sees(person, lambda message: message.codes, since=mark)
    await press.answered(PATIENCE_SECONDS)


async def trouble_at_the_provider(stand: Shop) -> None:
    """Let every kind of answer come to a placing, and to the readings that bring cards."""
    for effect in READING_FAULTS:
        stand.provider.fault(Call.CHECK_ORDER, effect, after=True)
        stand.provider.fault(Call.LIST, effect, after=True)
    orders = []
    for quantity, (effect, after) in enumerate(PLACING_FAULTS, 1):
        stand.provider.fault(Call.PLACE_ORDER, effect, after=after, matching=of(quantity))
        member = stand.agents[2 + quantity]
        await stand.press_confirm(member, FREE_FIRE, quantity)
        orders.append(member)
    for member in orders:
        await member.wait(partial(is_over, stand, member), PATIENCE_SECONDS)


async def trouble_in_the_chat(stand: Shop) -> None:
    """Let Telegram fail in the moment of delivery."""
    member = stand.agents[0]
    await stand.top_up(member, CASH)
    aim = Aim(method="editMessageText", chat_id=member.id)
    had = len(stand.cards(member))
    trouble = stand.telegram.faults
    for spoil in (
        partial(trouble.broken, aim, times=2),
        partial(trouble.cut, aim, moment=AFTER, times=2),
        partial(trouble.flood, aim, retry_after_seconds=1),
        *(partial(trouble.add, aim, partial(torn, stand, s), moment=AFTER) for s in TORN),
    ):
        quantity = len(stand.provider.orders)  # a bucket of its own
        confirm = await stand.choose(member, FREE_FIRE, quantity)
        spoil()
        await member.tap("confirm:", on=confirm)
        had += quantity
        await stand.delivered(member, had)

    for status in TORN:
        await reveals(stand, member, torn_answer=status)


async def torn(stand: Shop, status: int) -> Response:
    """Answer a write to a chat with the beginning of a message that repeats its codes."""
    said = " ".join(sorted(spelled(stand)))
    page = '{"ok":true,"result":{"text":"' + said
    return Response(page, status_code=status, media_type="application/json")


async def nonsense(stand: Shop) -> None:
    """Type and forge what no member should."""
    member = stand.agents[20]
    confirm = await stand.choose(member, PSN, 1)
    for data in ("confirm:nothing", "confirm:", "type:0", "undo:x", "quantity:1:0", "nonsense"):
        press = await member.tap_raw(data, confirm)
        await press.answered(PATIENCE_SECONDS)
    await stand.ask(member, "/topup 1 1 cash")
    await stand.ask(stand.admin, "/topup nobody much cash")


async def documents(stand: Shop) -> dict[str, bytes]:
    """Export by chat and by command, back up, verify, examine; gives the document of the chat."""
    document = await stand.ask(stand.admin, "/export")
    while document.document is None:
        document = await sees(stand.admin, lambda message: message.document)
    for words in (
        ("export", str(stand.folder / "audit.db")),
        ("backup", str(stand.folder / "copy.db")),
        ("verify", str(stand.folder / "audit.db")),
        ("verify",),
    ):
        said = await stand.command(*words)
        assert said.code == 0, said.text
    await stand.command("doctor")
    return {document.document.name: document.document.content}


async def a_crash(stand: Shop) -> None:
    """Kill the bot in the moment that cards are settled, and let it recover."""
    member = stand.agents[21]
    child = await stand.serve("-m", "tests.crash.child", "before order.fulfilled")
    await stand.press_confirm(member, PSN, 1)
    assert await child.ended() < 0
    bot = await stand.serve()
    await stand.delivered(member, 1)
    assert await bot.stop() == 0


async def wrong_starts(stand: Shop) -> None:
    """Start with wrong tokens, keys and settings."""
    for more in (
        {"TELEGRAM_BOT_TOKEN": WRONG_TOKEN},
        {"TELEGRAM_BOT_TOKEN": f"{WRONG_TOKEN} with a slip"},
        {"ONECLICKDZ_API_KEY": WRONG_KEY},
        {"ONECLICKDZ_API_KEY": f"{WRONG_KEY} ü"},
        {"CARD_KEYS": f"canary:{base64.b64encode(CARD_KEY).decode()}x"},
        {"CARD_KEYS": "other:" + base64.b64encode(os.urandom(32)).decode()},
        {"PLUM_CLIENT_SECRET": WRONG_KEY},
        {"PLUM_ACCESS_TOKEN": f"{WRONG_KEY} ü", "PLUM_REFRESH_TOKEN": WRONG_KEY},
        {"WEBHOOK_KEY": f"{WRONG_KEY} ü"},
        {"WEBHOOK_KEY": WRONG_KEY, "WEBHOOK_PORT": WRONG_KEY},
        {"TRACK_SECONDS": API_KEY, "ADMIN_IDS": TOKEN},
    ):
        assert (await stand.command(more=more)).code != 0


async def frozen(stand: Shop) -> None:
    """Let the provider reject the key in the middle of the day."""
    stand.provider.fault(Call.PLACE_ORDER, faults.unauthorized())
    member = stand.agents[22]
    mark = await stand.press_confirm(member, PSN, 1)
    await sees(member, "back:again:", since=mark)
    await sees(stand.admin, "alert:", since=mark)


def of(quantity: int) -> "_Matching":
    return _Matching(quantity)


class _Matching:
    """Fits the placing of so many cards."""

    def __init__(self, quantity: int) -> None:
        self._quantity = quantity

    def __call__(self, params: Params) -> bool:
        return params.get("quantity") == self._quantity


def is_over(stand: Shop, member: Person, _: Screen) -> bool:
    """Tell whether a member has read the end of its order."""
    told = (message.find_button("back:again:") for message in member.messages)
    return bool(stand.cards(member)) or any(told)
