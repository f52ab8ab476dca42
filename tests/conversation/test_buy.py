from datetime import timedelta

import pytest
from telegram import CopyTextButton, InlineKeyboardButton, InlineKeyboardMarkup

from bot.domain.agents import AgentId
from bot.domain.catalog import ProductId
from bot.domain.orders import OrderState, Reason
from bot.errors import ProviderUnauthorized
from bot.playground.telegram.model import Message
from bot.playground.telegram.people import Person
from bot.texts import LANGUAGES
from tests.conversation.stage import Stage
from tests.fakes.provider_account import dinars

S = OrderState


async def test_five_taps_from_buy_to_cards(stage: Stage, amina: Person) -> None:
    """A sale takes five taps, at most twelve calls of the Bot API and four of the provider's."""
    since, asked = stage.telegram.mark(), len(stage.provider.calls)
    message = await stage.to_confirm(amina)
    await stage.told(amina, "confirm:", on=message)
    await stage.work()
    receipt = await amina.sees(lambda one: one.codes)
    assert list(receipt.codes[::2]) == stage.paid_codes
    assert receipt.id == message.id
    assert stage.telegram.count(since).total() <= 12
    assert len(stage.provider.calls) - asked <= 4


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_code_is_exactly_the_code(stage: Stage, language: str) -> None:
    """What a tap on a card copies is what was paid for, byte for byte, in every language."""
    who = await stage.member(9, "Yasmine", language)
    receipt = await stage.buys(who)
    (order,) = stage.provider.placed
    cards = [text for card in order.cards or () for text in (card.code, card.serial)]
    assert list(receipt.codes) == cards
    assert [who.copy(f"📋 {n}", on=receipt) for n in (1, 2)] == stage.paid_codes


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_walk_is_whole_in_every_language(stage: Stage, language: str) -> None:
    """Every screen is in the member's language, and says what is bought and what it costs."""
    who = await stage.member(9, "Yasmine", language)
    voice = stage.voice(language)
    confirm = await stage.to_confirm(who)
    label = voice.label("button-confirm", quantity=2, total=dinars(2900))
    assert [one.label for one in confirm.buttons] == [label, voice.label("button-back")]
    await stage.told(who, "confirm:", on=confirm)
    await who.sees(str(voice.label("progress-confirmed")))
    await stage.work()
    await who.sees(lambda one: one.codes)


async def test_rows_are_mirrored_in_arabic(stage: Stage) -> None:
    """The first quantity stands where an Arabic reader begins; Back stays alone at the end."""
    amina = await stage.member(7, "Amina", "ar")
    asked = await stage.to_quantity(amina)
    numbers, last = asked.keyboard
    assert [one.label for one in numbers] == ["10", "5", "3", "2", "1"]
    assert [one.data for one in last] == ["back:types:1"]


@pytest.mark.parametrize(("typed", "quantity"), [("2", 2), ("٣", 3), (" ۴ ", 4), ("+5", 5)])
async def test_a_quantity_can_be_typed(
    stage: Stage, amina: Person, typed: str, quantity: int
) -> None:
    """A number in any script's digits is a quantity; its confirm screen is a new message."""
    asked = await stage.to_quantity(amina)
    screen = await stage.says(amina, typed)
    assert screen.id > asked.id
    assert f"Buy \u2068{quantity}\u2069" in screen.buttons[0].label


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("0", "from 1 to \u206850\u2069"),
        ("-1", "from 1 to \u206850\u2069"),
        ("1.5", "from 1 to \u206850\u2069"),
        ("abc", "from 1 to \u206850\u2069"),
        ("10 000", "from 1 to \u206850\u2069"),
        ("10000", "At most \u206850\u2069"),
        ("9" * 30, "from 1 to \u206850\u2069"),
        ("<b>", "from 1 to \u206850\u2069"),
    ],
)
async def test_a_wrong_quantity_can_be_typed_again(
    stage: Stage, amina: Person, typed: str, said: str
) -> None:
    """What cannot be a quantity is answered with what can, and the question stays open."""
    await stage.to_quantity(amina)
    assert said in (await stage.says(amina, typed)).text
    assert (await stage.says(amina, "2")).find_button("confirm:") is not None


async def test_more_than_the_stock_is_refused_with_the_stock(stage: Stage, amina: Person) -> None:
    """Somebody who asks for more than there is reads how many there are."""
    stage.provider.set_type("psn-10", stock=3)
    asked = await stage.to_quantity(amina)
    assert [one.label for one in asked.buttons[:-1]] == ["1", "2", "3"]
    assert "At most \u20683\u2069" in (await stage.says(amina, "4")).text


async def test_the_question_outlives_the_process(stage: Stage, amina: Person) -> None:
    """A quantity typed after a restart answers the question asked before it."""
    await stage.to_quantity(amina)
    await stage.restart()
    assert (await stage.says(amina, "2")).find_button("confirm:") is not None


async def test_old_buttons_outlive_the_process(stage: Stage, amina: Person) -> None:
    """Any button of any screen works after a restart."""
    categories = await stage.says(amina, "/buy")
    products = await stage.taps(amina, "category:")
    types = await stage.taps(amina, "product:")
    quantity = await stage.taps(amina, "type:")
    confirm = await stage.taps(amina, "quantity:1:2")
    await stage.restart()
    for button, on in (
        ("category:", categories),
        ("product:", products),
        ("type:", types),
        ("back:types", quantity),
        ("quantity:", quantity),
        ("back:type", confirm),
    ):
        await stage.taps(amina, button, on=on)
    assert await stage.told(amina, "confirm:", on=confirm) == "One moment…"
    assert len(await stage.orders()) == 1


@pytest.mark.parametrize("takes_over", ["/wallet", "/buy", "/help", "/orders"])
async def test_another_command_drops_the_question(
    stage: Stage, amina: Person, takes_over: str
) -> None:
    """A number typed after something else was asked buys nothing."""
    await stage.to_quantity(amina)
    await stage.says(amina, takes_over)
    assert "did not understand" in (await stage.says(amina, "2")).text


async def test_back_leads_back(stage: Stage, amina: Person) -> None:
    """Back on each screen shows the one before, in the same message."""
    confirm = await stage.to_confirm(amina)
    for seen in ("How many?", "Choose a type", "Choose a product", "Choose a category"):
        shown = await stage.taps(amina, "back:", on=amina.now(confirm))
        assert seen in shown.text
        assert shown.id == confirm.id


async def test_buy_is_always_a_new_message(stage: Stage, amina: Person) -> None:
    """The menu is at the bottom of the chat, where it is looked for."""
    first = await stage.says(amina, "/buy")
    second = await stage.says(amina, "/buy")
    assert second.id > first.id
    assert second.text == first.text


async def test_favourites_stand_above_the_categories(stage: Stage, amina: Person) -> None:
    """What a shop buys most is one tap away, and the categories are still there."""
    await stage.buys(amina)
    menu = await stage.says(amina, "/buy")
    assert [one.data for one in menu.buttons] == ["type:1", "category:1"]
    assert "PSN 10 USD" in menu.buttons[0].label
    assert "How many?" in (await stage.taps(amina, "type:", on=menu)).text


async def test_what_is_out_of_stock_says_so(stage: Stage, amina: Person) -> None:
    """A type without stock is shown as such, and cannot be chosen; its name's HTML is text."""
    await stage.says(amina, "/buy")
    await stage.taps(amina, "category:")
    shown = await stage.taps(amina, "product:2")
    assert "Steam <Wallet> & Co" in shown.text
    assert "out of stock" in shown.buttons[0].label
    assert "out of stock" in await stage.told(amina, "type:", on=shown)


async def test_a_frozen_account_is_marked_on_its_products(stage: Stage, amina: Person) -> None:
    """What nobody can sell now stays on the shelf, says so, and answers with a sentence."""
    await stage.works.counter.catalog.types(ProductId(1), AgentId(1))
    stage.provider.key_rejected = True
    with pytest.raises(ProviderUnauthorized):
        await stage.works.counter.catalog.refresh()
    await stage.says(amina, "/buy")
    shown = await stage.taps(amina, "category:")
    away = " — not available"
    assert [away in one.label for one in shown.buttons[:2]] == [True, True]
    types = await stage.taps(amina, "product:1", on=shown)
    assert away in types.buttons[0].label
    assert "Selling is stopped" in await stage.told(amina, "type:", on=types)


async def test_an_empty_shop_says_so(stage: Stage, amina: Person) -> None:
    """Without a catalogue there is nothing to choose, and the member reads that."""
    stage.provider.categories = ()
    await stage.works.counter.catalog.refresh()
    assert "Nothing is for sale" in (await stage.says(amina, "/buy")).text


async def test_a_wallet_too_small_is_told_what_is_missing(stage: Stage) -> None:
    """Insufficient balance says how much is missing, holds nothing, and leads back."""
    poor = await stage.member(9, "Yasmine", dinar=2000)
    refused = await stage.to_confirm(poor)
    assert "\u2068900\u00a0DA\u2069 short" in refused.text
    assert [one.data for one in refused.buttons] == ["back:type:1"]
    assert not (await stage.wallet(poor)).held


async def test_money_spent_meanwhile_is_told_at_the_confirm(stage: Stage) -> None:
    """Two confirm screens over money for one: the second says what is missing."""
    poor = await stage.member(9, "Yasmine", dinar=3000)
    first = await stage.to_confirm(poor)
    second = await stage.to_confirm(poor)
    await stage.told(poor, "confirm:", on=first)
    told = await stage.told(poor, "confirm:", on=second)
    assert "\u20682\u00a0800\u00a0DA\u2069 short" in told
    assert len(await stage.orders()) == 1


async def test_a_confirm_tapped_four_times_is_one_order(stage: Stage, amina: Person) -> None:
    """Apps press again when they reconnect; each press is answered and one order is made."""
    message = await stage.to_confirm(amina)
    answers = await (await amina.tap("confirm:", on=message, times=4)).answered()
    said = sorted(one.text for one in answers)
    assert said == 3 * [
        "Already ordered: order \u20681\u2069. Nothing was ordered a second time."
    ] + ["One moment…"]
    await stage.work()
    late = await stage.told(amina, "confirm:", on=message)
    assert "Already ordered" in late
    assert len(stage.provider.placed) == 1
    assert len(stage.paid_codes) == 2


async def test_an_expired_offer_is_made_anew(stage: Stage, amina: Person) -> None:
    """After ten minutes nothing is ordered at the old price; the new one is asked."""
    message = await stage.to_confirm(amina)
    stage.provider.set_type("psn-10", cost=dinars(1500))
    stage.clock.advance(timedelta(minutes=11))
    since = stage.telegram.mark()
    assert "expired" in await stage.told(amina, "confirm:", on=message)
    shown = await amina.sees("3\u00a0160", since=since)
    assert shown.find_button("confirm:") != message.find_button("confirm:")
    assert await stage.orders() == ()


async def test_another_members_offer_is_not_ones_own(stage: Stage, amina: Person) -> None:
    """A confirm button's data taken from another chat orders nothing."""
    message = await stage.to_confirm(amina)
    stolen = message.buttons[0].data
    bilal = await stage.member(8, "Bilal")
    own = await stage.says(bilal, "/buy")
    assert "not yours" in await stage.forged(bilal, stolen, own)
    assert await stage.orders() == ()


@pytest.mark.parametrize(
    "data",
    [
        "confirm:",
        "confirm:ffffffffffffffffffffff",
        "confirm:' OR 1=1 --",
        "type:0",
        "type:٣",
        "type:-1",
        "type:99999999999999999999999999",
        "quantity:1:x",
        "quantity:99:1",
        "quantity:1:1\n",
        "category:99",
        "product:99",
        "page:products:1",
        "page:products:99:1",
        "page:types:99:1",
        "back:type",
        "back:nowhere",
        "cancel:1",
        "order:1",
        "reveal:1",
        "approve:1",
        "undo:topup:1:1",
        "nonsense",
        "ع" * 32,
    ],
)
async def test_forged_data_does_nothing(stage: Stage, amina: Person, data: str) -> None:
    """Whatever a tampered app sends is answered once, and nothing is ordered, shown or moved."""
    menu = await stage.says(amina, "/buy")
    await amina.tap_raw(data, menu)
    press = await amina.tap_raw(data, menu)
    await press.answered()
    await stage.app.update_queue.join()
    assert "went wrong" not in amina.last.text
    assert await stage.orders() == ()
    assert (await stage.wallet(amina)).balance == dinars(10_000)


@pytest.mark.parametrize("page", [0, 999_999_999])
async def test_a_page_that_is_not_there_is_the_nearest(
    stage: Stage, amina: Person, page: int
) -> None:
    """A page beyond the last shows the last."""
    menu = await stage.says(amina, "/buy")
    await stage.forged(amina, "category:1", menu)
    await stage.forged(amina, f"page:categories:{page}", menu)
    await amina.sees("Choose a category")


async def test_an_old_button_never_covers_the_cards(stage: Stage, amina: Person) -> None:
    """A menu's button pressed again after the cards arrived there opens a new message."""
    quantity = await stage.to_quantity(amina)
    confirm = await stage.taps(amina, "2", on=quantity)
    await stage.told(amina, "confirm:", on=confirm)
    await stage.work()
    receipt = await amina.sees(lambda one: one.codes)
    for button, on in (("quantity:1:3", quantity), ("back:", quantity), ("back:", confirm)):
        menu = await stage.taps(amina, button, on=on)
        assert menu.id > receipt.id
    assert amina.now(receipt) == receipt


async def test_cards_that_the_books_have_lost_are_not_covered(stage: Stage, amina: Person) -> None:
    """After a restore nobody knows what a message shows but Telegram: its cards stay there."""
    before = await stage.says(amina, "/buy")
    lost = [[InlineKeyboardButton("1", copy_text=CopyTextButton("AAAA-1111-BBBB-2222"))]]
    await stage.app.bot.send_message(amina.id, "Order 7", reply_markup=InlineKeyboardMarkup(lost))
    receipt = await amina.sees("Order 7")
    for data in ("page:categories:0", "page:orders:0"):
        mark = stage.telegram.mark()
        await amina.tap_raw(data, receipt)
        menu = await amina.sees(lambda _: True, since=mark)
        assert menu.id > receipt.id > before.id
    assert amina.now(receipt) == receipt


async def test_back_after_confirm_does_not_cover_the_order(stage: Stage, amina: Person) -> None:
    """Back pressed right after Buy finds an order there, and opens below."""
    confirm = await stage.to_confirm(amina)
    await amina.tap("confirm:", on=confirm)
    menu = await stage.taps(amina, "back:", on=confirm)
    await stage.work()
    receipt = await amina.sees(lambda one: one.codes)
    assert receipt.id == confirm.id
    assert "How many?" in (await amina.sees("How many?")).text
    assert menu is not None


async def test_a_message_that_is_gone_is_replaced(stage: Stage, amina: Person) -> None:
    """A button under a deleted menu still works, in a new message."""
    menu = await stage.says(amina, "/buy")
    await stage.app.bot.delete_message(amina.id, menu.id)
    shown = await stage.taps(amina, "category:", on=menu)
    assert "Choose a product" in shown.text
    assert shown.id > menu.id


async def test_cancel_takes_an_order_back(stage: Stage, amina: Person) -> None:
    """Until it is sent an order can be cancelled, and its money is free again."""
    message = await stage.to_confirm(amina)
    await stage.told(amina, "confirm:", on=message)
    waiting = await amina.sees("Confirmed")
    assert (await stage.wallet(amina)).held == dinars(2900)
    assert await stage.told(amina, "cancel:", on=waiting) == "Order \u20681\u2069 is cancelled."
    await stage.work()
    ended = await amina.sees("You cancelled it")
    assert ended.id == message.id
    assert (await stage.wallet(amina)).balance == dinars(10_000)
    assert stage.provider.placed == []
    again = await stage.taps(amina, "back:again:", on=ended)
    assert again.id > ended.id
    assert "How many?" in again.text


async def test_it_can_be_too_late_to_cancel(stage: Stage, amina: Person) -> None:
    """An order that was sent is not cancelled, and the member is told so."""
    message = await stage.to_confirm(amina)
    await stage.told(amina, "confirm:", on=message)
    waiting = await amina.sees("Confirmed")
    await stage.work()
    assert "can no longer be cancelled" in await stage.told(amina, "cancel:", on=waiting)


async def test_only_the_own_order_can_be_cancelled(stage: Stage, amina: Person) -> None:
    """Another shop's order is none of one's business."""
    message = await stage.to_confirm(amina)
    await stage.told(amina, "confirm:", on=message)
    bilal = await stage.member(8, "Bilal")
    menu = await stage.says(bilal, "/buy")
    assert await stage.forged(bilal, "cancel:1", menu) == "There is no such order."
    assert len(await stage.orders(S.CONFIRMED)) == 1


async def test_a_price_that_rose_is_asked_again(stage: Stage, amina: Person) -> None:
    """A price above the quote withdraws the order and offers the new price in a new message."""
    message = await _confirmed(stage, amina)
    stage.provider.set_type("psn-10", cost=dinars(1500))
    stage.clock.advance(timedelta(seconds=16))
    await stage.work()
    offer = await amina.sees("the price has risen")
    assert offer.id > message.id
    assert (await stage.wallet(amina)).balance == dinars(10_000)
    (order,) = await stage.orders(S.WITHDRAWN)
    assert order.reason is Reason.PRICE_ROSE
    await stage.told(amina, "confirm:", on=offer)
    await stage.work()
    receipt = await amina.sees(lambda one: one.codes)
    assert "3\u00a0160" in receipt.text


async def test_stock_that_went_is_offered_as_far_as_it_is_left(stage: Stage, amina: Person) -> None:
    """When fewer cards are left than were ordered, those are offered."""
    await _confirmed(stage, amina)
    stage.provider.set_type("psn-10", stock=1)
    stage.clock.advance(timedelta(seconds=16))
    await stage.work()
    offer = await amina.sees("only 1 card is left")
    assert "Buy \u20681\u2069" in offer.buttons[0].label


async def test_a_repeat_is_asked_on_the_confirm_screen(stage: Stage, amina: Person) -> None:
    """The same again within minutes is asked about, without another tap."""
    await stage.buys(amina)
    assert "You have just ordered exactly this" in (await stage.to_confirm(amina)).text
    assert "just ordered" not in (await stage.to_confirm(amina, 3)).text


async def test_a_provider_out_of_money_is_not_the_agents_matter(
    stage: Stage, amina: Person
) -> None:
    """The provider's short balance reads as "not available now"; nothing stays held."""
    stage.provider.deposit(-stage.provider.held_balance)
    message = await _confirmed(stage, amina)
    await stage.work()
    ended = await amina.sees("not available now")
    assert ended.id == message.id
    assert (await stage.wallet(amina)).balance == dinars(10_000)


async def test_twenty_shops_at_once_get_an_order_each(stage: Stage) -> None:
    """Twenty agents confirm at the same time, each four times: twenty orders, none twice."""
    people = [await stage.member(100 + n, f"Shop {n}") for n in range(20)]
    screens = [await stage.to_confirm(one) for one in people]
    presses = [
        await one.tap("confirm:", on=screen, times=4)
        for one, screen in zip(people, screens, strict=True)
    ]
    for press in presses:
        await press.answered()
    assert len(await stage.orders()) == 20
    await stage.work(rounds=45)
    for one in people:
        await one.sees(lambda message: message.codes)
    assert len(stage.provider.placed) == 20


async def _confirmed(stage: Stage, who: Person) -> Message:
    message = await stage.to_confirm(who)
    await stage.told(who, "confirm:", on=message)
    return message
