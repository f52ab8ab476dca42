"""Xoxoday Plum alone at the counter: each kind of card and of product, sold by the real process."""

from pathlib import Path

import pytest

from bot.domain.orders import OrderState
from bot.playground.plum import Call, Plum, VoucherType, faults
from bot.playground.telegram import Message, Person
from tests.e2e.shop import Names, Shop, sees, shop
from tests.e2e.test_webhook import KEY, free_port

pytestmark = pytest.mark.e2e

PSN = ("Gaming", "PSN", "20 USD")
STEAM = ("Gaming", "Steam EU", "10 EUR")
AMAZON = ("eCommerce", "Amazon US", "")
NETFLIX = ("Streaming", "Netflix", "30 USD")
FLIPKART = ("eCommerce", "Flipkart", "")
NOON = ("eCommerce", "Noon UAE", "100 AED")

CASH = 200_000
PHONE = "0555 12 34 56"


async def test_every_kind_of_card(tmp_path: Path) -> None:
    """A shop sells every kind of Plum's cards by a rate, whatever each of them asks for.

    Codes, PINs and links are shown exactly, an open amount is typed, a phone is asked for where
    one is needed, a lost answer is found by its reference, and what comes after days arrives when
    the provider knocks: in part, and the rest of the money goes back.
    """
    double, port = Plum(), free_port()
    more = {"PLUM_DELAYED": "yes", "WEBHOOK_KEY": KEY, "WEBHOOK_PORT": str(port)}
    async with shop(tmp_path, None, plum=double, alone=True, more=more) as stand:
        bot = await stand.serve()
        english, french, arab = await opened(stand)
        await sells(stand, double, english, PSN, 2)
        await sells(stand, double, french, STEAM, 1)
        await sells(stand, double, english, AMAZON, 1, amount="37")
        await sells(stand, double, arab, NETFLIX, 1)
        await sells(stand, double, arab, FLIPKART, 1, amount="100", phone=PHONE)
        await loses_an_answer(stand, double, english)
        double.notify(f"http://127.0.0.1:{port}/hooks/orders", KEY)
        await comes_in_part(stand, double, french)
        assert await bot.stop() == 0
        orders = await stand.reckon()
        assert {one.product.voucher_type for one in double.orders} == set(VoucherType)
        assert sum(one.state is OrderState.PARTIALLY_FILLED for one in orders) == 1
        assert double.violations == []


async def opened(stand: Shop) -> tuple[Person, Person, Person]:
    """Let in three shops that speak three languages, take their cash, set what a dollar is."""
    people = stand.agents[:3]
    for person, language in zip(people, ("en", "fr", "ar"), strict=True):
        await stand.let_in(person, language)
        await stand.top_up(person, CASH)
    await stand.ask(stand.admin, "/rate USD 250")
    english, french, arab = people
    return english, french, arab


async def sells(
    stand: Shop,
    double: Plum,
    person: Person,
    names: Names,
    quantity: int,
    *,
    amount: str = "",
    phone: str = "",
) -> None:
    """Sell, and see the provider's own codes and PINs in the buyer's chat."""
    receipt = await stand.buy(person, names, quantity, amount=amount, phone=phone)
    assert shows(receipt, double)


def shows(receipt: Message, double: Plum) -> bool:
    """Tell whether a receipt shows exactly what came for the newest order, and opens no link."""
    vouchers = double.orders[-1].vouchers or []
    spelled = [text for one in vouchers for text in (one.code, one.pin) if text]
    linked = [one for one in receipt.entities if one.kind in {"url", "text_link"}]
    return list(receipt.codes) == spelled and not linked


async def loses_an_answer(stand: Shop, double: Plum, person: Person) -> None:
    """Place an order whose answer is lost: its reference finds it, and nothing is sent again."""
    placed = double.count(Call.PLACE_ORDER)
    double.fault(Call.PLACE_ORDER, faults.cut(), after=True)
    await sells(stand, double, person, ("Gaming", "PSN", "10 USD"), 1)
    assert double.count(Call.PLACE_ORDER) == placed + 1


async def comes_in_part(stand: Shop, double: Plum, person: Person) -> None:
    """Order two cards that come after days; one comes when the provider knocks, one never."""
    confirm = await stand.choose(person, NOON, 2)
    mark, had, asked = stand.telegram.mark(), len(stand.cards(person)), details(double)
    await person.tap("confirm:", on=confirm)
    await double.until(lambda: details(double) > asked)
    double.settle(double.orders[-1], filled=1)
    await stand.delivered(person, had + 1)
    receipt = await sees(person, lambda message: message.codes, since=mark)
    assert shows(receipt, double)
    assert double.webhook.notices[-1].arrived


def details(double: Plum) -> int:
    """Count how often an order was asked for."""
    return double.count(Call.GET_ORDER_DETAILS)
