"""Buying from a large catalogue: amounts, phones, limits, countries, cards that take days."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.domain.orders import OrderState, QuoteId
from bot.domain.phones import spaced
from bot.playground.telegram.faults import AFTER, Aim
from bot.playground.telegram.html import parse
from bot.playground.telegram.model import Message
from bot.playground.telegram.people import Person
from bot.texts import LANGUAGES
from tests.conversation.stage import Stage
from tests.fakes.provider_account import dinars, wide_shop

PHONE = "+213550123456"
S = OrderState


@pytest.fixture
async def wide(stage: Stage) -> Stage:
    """A shop whose provider sells everything."""
    stage.provider.categories, stage.provider.stock = wide_shop()
    await stage.works.counter.catalog.refresh()
    return stage


edits_in_cards = Aim(
    method="editMessageText", when=lambda params: "<code>" in params.get("text", "")
)


async def to_product(stage: Stage, who: Person, title: str) -> Message:
    """Walk from /buy to the types of a product."""
    menu = await stage.says(who, "/buy")
    products = await stage.taps(who, category_of(menu), on=menu)
    return await stage.taps(who, title, on=products)


def category_of(menu: Message) -> str:
    """The last category: that of the wide shop."""
    return [one.data for one in menu.buttons if one.data.startswith("category:")][-1]


async def to_amount(stage: Stage, who: Person, title: str = "Amazon") -> Message:
    """Walk from /buy to the question for an amount."""
    types = await to_product(stage, who, title)
    any_amount = types.buttons[-2]
    return await stage.taps(who, any_amount.data, on=types)


async def to_phone(stage: Stage, who: Person, typed: str = "100") -> Message:
    """Walk from /buy to the question for a phone: one Flipkart card."""
    await to_amount(stage, who, "Flipkart")
    quantity = await stage.says(who, typed)
    return await stage.taps(who, "1", on=quantity)


async def finished(stage: Stage, who: Person, confirm: Message) -> Message:
    """Confirm, and give the message with the cards."""
    await stage.told(who, "confirm:", on=confirm)
    await stage.work()
    return await who.sees(lambda one: one.codes)


# --- Open amounts ---------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
async def test_an_amount_is_asked_for_and_bought(wide: Stage, language: str) -> None:
    """Any amount is a button below the fixed ones; what is typed is bought, in every language."""
    who = await wide.member(9, "Yasmine", language)
    voice = wide.voice(language)
    types = await to_product(wide, who, "Amazon")
    label = voice.label("button-amount", least="5 USD", most="200 USD")
    assert [one.label for one in types.buttons][1:] == [label, voice.label("button-back")]
    asked = await wide.taps(who, label, on=types)
    said = voice.say("buy-amount", product="Amazon", least="5 USD", most="200 USD")
    assert parse(said)[0] in asked.text
    assert parse(voice.say("buy-amount-steps", step="2.50 USD"))[0] in asked.text
    quantity = await wide.says(who, "٣٧٫٥")
    assert "37.50 USD" in quantity.text
    confirm = await wide.taps(who, "1", on=quantity)
    await finished(wide, who, confirm)
    (order,) = wide.provider.placed
    assert (order.line.product_key, order.line.type_key) == ("amazon", "37.5")
    assert order.price == dinars(5175)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("abc", "from \u20685 USD\u2069 to \u2068200 USD\u2069"),
        ("50 EUR", "cannot read"),
        ("10.000", "cannot read"),
        ("4.99", "Send one from \u20685 USD\u2069 to \u2068200 USD\u2069"),
        ("-20", "not possible"),
        ("0", "not possible"),
        ("200,01", "not possible"),
        ("1000000", "not possible"),
        ("11", "\u206810 USD\u2069 and \u206812.50 USD\u2069"),
    ],
)
async def test_an_amount_that_cannot_be_had_is_told_what_can(
    wide: Stage, amina: Person, typed: str, said: str
) -> None:
    """A wrong amount is answered with the possible ones, and may be typed again."""
    await to_amount(wide, amina)
    assert said in (await wide.says(amina, typed)).text
    assert "How many?" in (await wide.says(amina, "10 USD")).text


async def test_the_question_for_an_amount_outlives_the_process(wide: Stage, amina: Person) -> None:
    """An amount typed after a restart answers the question asked before it; a command drops it."""
    await to_amount(wide, amina)
    await wide.restart()
    assert "12.50 USD" in (await wide.says(amina, "12.5")).text
    await to_amount(wide, amina)
    await wide.says(amina, "/wallet")
    assert "did not understand" in (await wide.says(amina, "12.5")).text


async def test_an_amount_that_was_bought_is_a_favourite(wide: Stage, amina: Person) -> None:
    """It stands above the categories and not among the product's types; a repeat is asked about."""
    await to_amount(wide, amina)
    quantity = await wide.says(amina, "12.5")
    await finished(wide, amina, await wide.taps(amina, "1", on=quantity))
    menu = await wide.says(amina, "/buy")
    assert "12.50 USD" in menu.buttons[0].label
    wide.clock.advance(timedelta(seconds=16))
    types = await to_product(wide, amina, "Amazon")
    assert not any("12.50" in one.label for one in types.buttons)
    menu = await wide.says(amina, "/buy")
    asked = await wide.taps(amina, menu.buttons[0].data, on=menu)
    assert "You have just ordered" in (await wide.taps(amina, "1", on=asked)).text
    assert "How many?" in (await wide.taps(amina, "back:type")).text


async def test_an_amount_that_the_provider_lists_is_the_listed_one(
    wide: Stage, amina: Person
) -> None:
    """Somebody who types 20 gets the type of 20 USD, at its own price."""
    await to_amount(wide, amina)
    quantity = await wide.says(amina, "20.00")
    await finished(wide, amina, await wide.taps(amina, "1", on=quantity))
    types = await to_product(wide, amina, "Amazon")
    assert "20 USD" in types.buttons[0].label
    assert wide.provider.placed[0].price == dinars(2760)


async def test_a_dearer_amount_is_asked_again(wide: Stage, amina: Person) -> None:
    """An amount's price is read anew before it is sent, like any other."""
    await to_amount(wide, amina)
    quantity = await wide.says(amina, "12.5")
    confirm = await wide.taps(amina, "1", on=quantity)
    await wide.told(amina, "confirm:", on=confirm)
    wide.provider.set_bounds("amazon", cost_millionths=150_000_000)
    wide.clock.advance(timedelta(seconds=16))
    await wide.work()
    offer = await amina.sees("the price has risen")
    await finished(wide, amina, offer)
    assert wide.provider.placed[0].line.type_key == "12.5"


async def test_an_amount_that_is_taken_off_while_asked_is_not_available(
    wide: Stage, amina: Person
) -> None:
    """Between the question and the answer the provider may stop selling any amount."""
    asked = await to_amount(wide, amina)
    (fixed, _) = wide.provider.stock["amazon"]
    wide.provider.stock["amazon"] = (fixed,)
    wide.clock.advance(timedelta(seconds=16))
    shown = await wide.taps(amina, "back:types", on=asked)
    assert "out of stock" in shown.buttons[1].label
    assert "out of stock" in await wide.told(amina, shown.buttons[1].data, on=shown)


# --- Limits ---------------------------------------------------------------------------------------


async def test_the_providers_limit_is_the_most(wide: Stage, amina: Person) -> None:
    """Of an endless stock no more is offered than the provider sells in an order."""
    types = await to_product(wide, amina, "Noon")
    asked = await wide.taps(amina, "type:", on=types)
    assert [one.label for one in asked.buttons[:-1]] == ["1", "2", "3"]
    assert "from 1 to \u20683\u2069" in asked.text
    assert "At most \u20683\u2069 cards" in (await wide.says(amina, "4")).text
    types = await to_product(wide, amina, "Xbox")
    only = await wide.taps(amina, "type:", on=types)
    assert "Only 1 card can be ordered now" in only.text


# --- Phones ---------------------------------------------------------------------------------------


async def test_a_product_that_needs_a_phone_asks_for_it(wide: Stage, amina: Person) -> None:
    """The number is repeated before the money is spent, and goes to the provider in full."""
    asked = await to_phone(wide, amina)
    assert "phone number" in asked.text
    (back,) = asked.buttons
    assert back.data.startswith("back:type:")
    confirm = await wide.says(amina, "0550 12.34-56")
    assert f"For \u2068{spaced(PHONE)}\u2069" in confirm.text
    await finished(wide, amina, confirm)
    assert [order.line.phone for order in wide.provider.placed] == [PHONE]


async def test_a_typed_quantity_leads_to_the_phone_too(wide: Stage, amina: Person) -> None:
    """Whichever way the quantity was told, the phone is asked for next, even after a restart."""
    await to_amount(wide, amina, "Flipkart")
    await wide.says(amina, "100")
    asked = await wide.says(amina, "2")
    assert "phone number" in asked.text
    await wide.restart()
    confirm = await wide.says(amina, "٠٥٥٠١٢٣٤٥٦")
    assert f"\u2068{spaced(PHONE)}\u2069" in confirm.text
    assert "× \u20682\u2069" in confirm.text


@pytest.mark.parametrize("typed", ["2", "abc", "550123456", "+213", "+1 2"])
async def test_a_wrong_phone_can_be_typed_again(wide: Stage, amina: Person, typed: str) -> None:
    """A number that cannot be one buys nothing, is explained, and the question stays open."""
    await to_phone(wide, amina)
    assert "cannot read this phone number" in (await wide.says(amina, typed)).text
    assert (await wide.says(amina, PHONE)).find_button("confirm:") is not None


async def test_a_phone_is_nowhere_but_sealed(wide: Stage, amina: Person) -> None:
    """What is owed, journaled, awaited or told to admins names no number; another order asks."""
    await to_phone(wide, amina)
    confirm = await wide.says(amina, PHONE)
    quote_id = QuoteId(confirm.buttons[0].data.removeprefix("confirm:"))
    receipt = await finished(wide, amina, confirm)
    async with wide.store.read() as work:
        sealed = await work.recipients.find(quote_id)
        journal = await work.journal.list_after(0, limit=1000)
        assert sealed is not None
    assert PHONE.encode() not in sealed
    assert PHONE[1:] not in repr(journal)
    assert PHONE[1:] not in receipt.text.replace(" ", "")
    file = await wide.works.counter.orders.file((await wide.orders())[0].id)
    assert PHONE[1:] not in repr(file)
    menu = await wide.says(amina, "/buy")
    quantity = await wide.taps(amina, menu.buttons[0].data, on=menu)
    assert "phone number" in (await wide.taps(amina, "1", on=quantity)).text


async def test_a_new_offer_is_for_the_same_phone(wide: Stage, amina: Person) -> None:
    """When the price rose, the new offer says for whom it is, and needs no number again."""
    await to_phone(wide, amina)
    await wide.told(amina, "confirm:", on=await wide.says(amina, PHONE))
    wide.provider.set_bounds("flipkart", cost_millionths=3_000_000)
    wide.clock.advance(timedelta(seconds=16))
    await wide.work()
    offer = await amina.sees("the price has risen")
    assert spaced(PHONE) in offer.text
    await finished(wide, amina, offer)
    assert [order.line.phone for order in wide.provider.placed] == [PHONE]


async def test_an_expired_offer_asks_for_the_phone_again(wide: Stage, amina: Person) -> None:
    """After ten minutes the number is asked for anew, and nothing is ordered."""
    await to_phone(wide, amina)
    confirm = await wide.says(amina, PHONE)
    wide.clock.advance(timedelta(minutes=11))
    since = wide.telegram.mark()
    assert "expired" in await wide.told(amina, "confirm:", on=confirm)
    assert "phone number" in (await amina.sees("phone number", since=since)).text
    assert await wide.orders() == ()
    assert (await wide.says(amina, PHONE)).find_button("confirm:") is not None


# --- Cards that take days -------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
async def test_cards_that_take_days_are_called_so(wide: Stage, language: str) -> None:
    """It is said with the types, before the money is spent, and while the cards are awaited."""
    who = await wide.member(9, "Yasmine", language)
    voice = wide.voice(language)
    wide.provider.handling = True
    types = await to_product(wide, who, "Noon")
    days = parse(voice.say("buy-delayed"))[0]
    assert days in types.text
    quantity = await wide.taps(who, "type:", on=types)
    confirm = await wide.taps(who, "1", on=quantity)
    assert days in confirm.text
    await wide.told(who, "confirm:", on=confirm)
    still = parse(voice.say("progress-delayed"))[0]
    assert still in (await who.sees(str(voice.say("progress-confirmed")))).text
    await wide.work()
    wide.clock.advance(timedelta(seconds=6))
    await wide.work()
    assert still in (await who.sees(str(voice.say("progress-handling")))).text


async def test_nothing_is_said_of_days_where_cards_come_at_once(wide: Stage, amina: Person) -> None:
    """An ordinary product speaks of no days."""
    types = await to_product(wide, amina, "Xbox")
    quantity = await wide.taps(amina, "type:", on=types)
    confirm = await wide.taps(amina, "1", on=quantity)
    await wide.told(amina, "confirm:", on=confirm)
    waiting = await amina.sees("Confirmed")
    assert not any("days" in one.text for one in (types, confirm, waiting))


# --- Countries ------------------------------------------------------------------------------------


async def test_a_country_narrows_a_category(wide: Stage, amina: Person) -> None:
    """Products are there at once; below them a country can be chosen, and Back leads back."""
    menu = await wide.says(amina, "/buy")
    products = await wide.taps(amina, category_of(menu), on=menu)
    assert [one.data.split(":")[0] for one in products.buttons] == [
        *(4 * ["product"]),
        "country",
        "back",
    ]
    countries = await wide.taps(amina, "country:", on=products)
    assert [one.label.replace("\u2068", "").replace("\u2069", "") for one in countries.buttons] == [
        "India · 2",
        "United Arab Emirates · 1",
        "United States · 1",
        "↩️ Back",
    ]
    india = await wide.taps(amina, "India", on=countries)
    assert "India" in india.text
    assert [one.label for one in india.buttons[:-1]] == ["Flipkart", "Xbox"]
    types = await wide.taps(amina, "Xbox", on=india)
    assert (await wide.taps(amina, "back:", on=types)).text == india.text
    assert (await wide.taps(amina, "back:", on=india)).text == countries.text
    assert (await wide.taps(amina, "back:", on=countries)).text == products.text


async def test_a_country_outlives_the_process_and_a_reading(wide: Stage, amina: Person) -> None:
    """A button of a country works after a restart and a new reading of the catalogue."""
    menu = await wide.says(amina, "/buy")
    products = await wide.taps(amina, category_of(menu), on=menu)
    countries = await wide.taps(amina, "country:", on=products)
    (category,) = wide.provider.categories
    kept = tuple(one for one in category.products if one.key != "flipkart")
    wide.provider.categories = (replace(category, products=kept),)
    await wide.works.counter.catalog.refresh()
    await wide.restart()
    india = await wide.taps(amina, "India", on=countries)
    assert [one.label for one in india.buttons[:-1]] == ["Xbox"]


async def test_one_country_offers_no_choice(stage: Stage, amina: Person) -> None:
    """Where all lies in one country, or none is named, there is nothing to choose."""
    menu = await stage.says(amina, "/buy")
    products = await stage.taps(amina, "category:", on=menu)
    assert products.find_button("country:") is None


@pytest.mark.parametrize(
    "data",
    [
        *("country:99", "country:1:99", "country:", "country:x", "country:1:1:1"),
        *("page:countries:99:1", "page:country:99:1", "page:country:1", "back:country"),
        *("back:countries", "product:3:here", "product:3:country:1"),
    ],
)
async def test_forged_countries_do_nothing(wide: Stage, amina: Person, data: str) -> None:
    """Whatever a tampered app sends is answered, and nothing goes wrong."""
    menu = await wide.says(amina, "/buy")
    await wide.forged(amina, data, menu)
    await wide.app.update_queue.join()
    assert "went wrong" not in amina.last.text


async def test_many_countries_come_in_pages(wide: Stage, amina: Person) -> None:
    """Sixteen countries a page, and eight products of a country, with arrows that lead on."""
    (category,) = wide.provider.categories
    sample = category.products[0]
    products = [(f"Country {n:02d}", n) for n in range(17)] + [
        ("Country 00", n) for n in range(20, 30)
    ]
    listed = tuple(
        replace(sample, key=f"p{n}", title=f"Product {n}", region=region) for region, n in products
    )
    wide.provider.categories = (replace(category, products=listed),)
    await wide.works.counter.catalog.refresh()
    menu = await wide.says(amina, "/buy")
    shown = await wide.taps(amina, category_of(menu), on=menu)
    countries = await wide.taps(amina, "country:", on=shown)
    assert len([one for one in countries.buttons if one.data.startswith("country:")]) == 16
    second = await wide.taps(amina, "▶", on=countries)
    assert [one.label[1:11] for one in second.buttons][:1] == ["Country 16"]
    first = await wide.taps(amina, "page:countries:", on=second)
    one = await wide.taps(amina, "Country 00", on=first)
    assert len([each for each in one.buttons if each.data.startswith("product:")]) == 8
    assert "Product 29" in [each.label for each in (await wide.taps(amina, "▶", on=one)).buttons]


# --- Cards of every type --------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
async def test_links_and_pins_are_copied_byte_for_byte(wide: Stage, language: str) -> None:
    """A link with its PIN is shown as it is, never linked, never previewed; then how to redeem."""
    who = await wide.member(9, "Yasmine", language)
    wide.provider.extras["amazon"] = {
        "code": "https://cards.example/r?a=1&b=<2>&id=",
        "pin": "00<1>&2",
        "valid_until": "2027-11-30",
    }
    types = await to_product(wide, who, "Amazon")
    quantity = await wide.taps(who, "type:", on=types)
    confirm = await wide.taps(who, "1", on=quantity)
    receipt = await finished(wide, who, confirm)
    card = (wide.provider.placed[0].cards or [])[0]
    assert receipt.codes == (card.code, card.pin, card.serial)
    assert not receipt.link_preview
    assert receipt.spans("text_link") == receipt.spans("url") == ()
    assert "Enter the code at <amazon> & Co." in receipt.text
    day = wide.voice(language).say("card-valid-until", day=date(2027, 11, 30))
    assert parse(day)[0] in receipt.text
    assert parse(wide.voice(language).say("receipt-link"))[0] in receipt.text
    listed = await wide.says(who, "/orders")
    details = await wide.taps(who, "order:", on=listed)
    copy = await wide.taps(who, "reveal:", on=details)
    assert copy.codes == receipt.codes
    assert not copy.link_preview
    assert "Enter the code at <amazon> & Co." in copy.text


async def test_a_reading_between_two_edits_repeats_no_card(wide: Stage, amina: Person) -> None:
    """When the provider's notes change before an edit is repeated, the message holds the new ones.

    The cards stay the same, and no second message shows them.
    """
    wide.telegram.faults.cut(edits_in_cards, moment=AFTER)
    types = await to_product(wide, amina, "Amazon")
    quantity = await wide.taps(amina, "type:", on=types)
    confirm = await wide.taps(amina, "1", on=quantity)
    first = await finished(wide, amina, confirm)
    (category,) = wide.provider.categories
    changed = [replace(one, redemption="Elsewhere.") for one in category.products]
    wide.provider.categories = (replace(category, products=tuple(changed)),)
    await wide.works.counter.catalog.refresh()
    wide.clock.advance(timedelta(seconds=10))
    await wide.deliver()
    (second,) = [one for one in amina.messages if one.codes]
    assert (second.id, second.codes) == (first.id, first.codes)
    assert "Elsewhere." in second.text
    async with wide.store.read() as work:
        assert await work.outbox.next_due_at() is None
