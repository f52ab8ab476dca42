from datetime import timedelta

import pytest

from bot.playground.telegram.faults import AFTER, BEFORE, Aim
from bot.playground.telegram.html import parse
from bot.playground.telegram.params import Params
from bot.playground.telegram.people import Person
from bot.texts import LANGUAGES
from tests.conversation.stage import ADMIN, Stage
from tests.fakes.provider import Lost
from tests.fakes.provider_account import dinars


def editing(text: str) -> Aim:
    """Aim at edits that write `text`."""

    def fits(params: Params) -> bool:
        return text in params.get("text", "")

    return Aim(method="editMessageText", when=fits)


async def test_orders_are_listed_and_seen_again(stage: Stage, amina: Person) -> None:
    """A past order shows what it cost, without codes; its cards come in a marked copy."""
    receipt = await stage.buys(amina)
    listed = await stage.says(amina, "/orders")
    assert "✅ \u20681\u2069 · \u2068PSN 10 USD\u2069 × \u20682\u2069" in listed.buttons[0].label
    details = await stage.taps(amina, "order:1", on=listed)
    assert details.codes == ()
    assert not any(code in details.text for code in stage.paid_codes)
    assert "2\u00a0900\u00a0DA" in details.text
    copy = await stage.taps(amina, "reveal:1", on=details)
    assert copy.codes == receipt.codes
    assert "Copy of order" in copy.text
    back = await stage.taps(amina, "back:orders", on=details)
    assert back.text == listed.text
    async with stage.store.read() as work:
        told = [row.event.action for row in await work.journal.list_of("order:1")]
    assert told.count("cards.revealed") == 1


async def test_orders_come_in_pages(stage: Stage, amina: Person) -> None:
    """Eight orders a page, newest first, with arrows that lead on."""
    await stage.works.counter.wallets.set_limit((await stage.wallet(amina)).agent_id, None, ADMIN)
    for _ in range(9):
        message = await stage.to_confirm(amina, 1)
        await stage.told(amina, "confirm:", on=message)
    first = await stage.says(amina, "/orders")
    assert [one.data for one in first.buttons][:2] == ["order:9", "order:8"]
    assert [one.label for one in first.keyboard[-1]] == ["\u20681\u2069/\u20682\u2069", "▶"]
    second = await stage.taps(amina, "page:orders:2", on=first)
    assert [one.data for one in second.buttons] == ["order:1", "page:orders:1", "page:orders:2"]
    since = stage.telegram.mark()
    await (await amina.tap("page:orders:2", on=second)).answered()
    await stage.app.update_queue.join()
    assert amina.now(second) == second
    assert stage.telegram.count(since)["sendMessage"] == 0


async def test_a_new_shop_has_no_orders(stage: Stage, amina: Person) -> None:
    """Somebody who never ordered is told how to."""
    assert "/buy" in (await stage.says(amina, "/orders")).text


async def test_orders_of_others_are_not_shown(stage: Stage, amina: Person) -> None:
    """Another shop's order and its cards stay hidden, whatever data is sent."""
    await stage.buys(amina)
    bilal = await stage.member(8, "Bilal")
    menu = await stage.says(bilal, "/buy")
    for data in ("order:1", "reveal:1"):
        assert await stage.forged(bilal, data, menu) == "There is no such order."
    assert not any(one.codes for one in bilal.messages)


async def test_an_open_order_is_told_as_it_is(stage: Stage, amina: Person) -> None:
    """An order whose answer was lost reads as being checked; its money stays reserved."""
    stage.provider.answers.append(Lost(committed=False))
    message = await stage.to_confirm(amina)
    await stage.told(amina, "confirm:", on=message)
    await stage.work()
    await amina.sees("Do not buy a second time")
    await stage.says(amina, "/orders")
    details = await stage.taps(amina, "order:1")
    assert "Being checked with the provider" in details.text
    assert details.find_button("reveal:") is None
    assert (
        "Reserved for open orders: \u20682\u00a0900\u00a0DA\u2069"
        in (await stage.says(amina, "/wallet")).text
    )


async def test_nothing_to_reveal_is_said(stage: Stage, amina: Person) -> None:
    """An order without cards reveals nothing."""
    message = await stage.to_confirm(amina)
    await stage.told(amina, "confirm:", on=message)
    menu = await stage.says(amina, "/buy")
    assert "nothing to do here" in await stage.forged(amina, "reveal:1", menu)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_wallet_tells_everything(stage: Stage, language: str) -> None:
    """Balance, what is reserved, the limit and each movement, in every language."""
    who = await stage.member(9, "Yasmine", language)
    agent_id = (await stage.wallet(who)).agent_id
    counter = stage.works.counter
    await counter.wallets.set_limit(agent_id, dinars(5000), ADMIN)
    await stage.buys(who)
    moved = await counter.wallets.adjust(
        agent_id, dinars(-100), ADMIN, request="1:1", memo="<wrong> card"
    )
    await counter.wallets.undo(moved.entry.key, ADMIN)
    message = await stage.to_confirm(who)
    await stage.told(who, "confirm:", on=message)
    await stage.told(who, "cancel:", on=await who.sees(lambda one: one.find_button("cancel:")))
    text = (await stage.says(who, "/wallet")).text
    voice = stage.voice(language)
    for line in (
        voice.say("wallet-limit", limit=dinars(5000), spendable=dinars(12_100)),
        voice.say("movement-memo", memo="<wrong> card"),
        voice.say("wallet-movements"),
    ):
        assert parse(line)[0] in text
    assert len([line for line in text.splitlines() if "·" in line]) == 6
    await counter.wallets.set_limit(agent_id, None, ADMIN)
    assert voice.say("wallet-no-limit") in (await stage.says(who, "/wallet")).text


async def test_members_are_told_when_their_money_moves(stage: Stage, amina: Person) -> None:
    """A top-up or a correction is told to the shop in words, with the new balance."""
    agent_id = (await stage.wallet(amina)).agent_id
    await stage.works.counter.wallets.top_up(agent_id, dinars(500), ADMIN, request="1:1")
    await stage.deliver()
    assert "10\u00a0500\u00a0DA" in (await amina.sees("was added")).text
    await stage.works.counter.wallets.adjust(agent_id, -dinars(200), ADMIN, request="1:2")
    await stage.deliver()
    taken = await amina.sees("was taken from")
    assert "\u2068200\u00a0DA" in taken.text
    assert "10\u00a0300\u00a0DA" in taken.text


async def test_a_late_progress_write_never_covers_the_cards(stage: Stage, amina: Person) -> None:
    """The handler's progress write, held back until after the delivery began, hides nothing."""
    gate = stage.telegram.faults.hold(editing("Your cards are being ordered"))
    message = await stage.to_confirm(amina)
    await stage.told(amina, "confirm:", on=message)
    await gate.reached()
    await stage.works.placing.step()
    await stage.works.placing.idle()
    await stage.works.tracking.step()
    await stage.works.deliveries.step()
    gate.open()
    await stage.works.deliveries.idle()
    await stage.work()
    receipt = await amina.sees(lambda one: one.codes)
    assert amina.now(receipt) == receipt
    assert list(receipt.codes[::2]) == stage.paid_codes


async def test_a_progress_write_of_unknown_outcome_is_left_behind(
    stage: Stage, amina: Person
) -> None:
    """When nobody knows whether the progress write may still come, the cards come below it."""
    stage.telegram.faults.cut(editing("Your cards are being ordered"), moment=BEFORE)
    message = await stage.to_confirm(amina)
    await stage.told(amina, "confirm:", on=message)
    await stage.works.deliveries.idle()
    await stage.work()
    receipt = await amina.sees(lambda one: one.codes)
    assert receipt.id > message.id
    assert "Copy" not in receipt.text
    assert "newer message below" in (await amina.sees("newer message below")).text


async def test_cards_whose_arrival_is_unknown_come_once_in_sight(
    stage: Stage, amina: Person
) -> None:
    """An edit whose answer was lost is repeated, and changes nothing."""
    stage.telegram.faults.cut(editing("<code>"), moment=AFTER)
    message = await stage.to_confirm(amina)
    await stage.told(amina, "confirm:", on=message)
    await stage.work()
    receipt = await amina.sees(lambda one: one.codes)
    stage.clock.advance(timedelta(seconds=10))
    await stage.deliver()
    assert amina.now(receipt) == receipt
    assert len([one for one in amina.messages if one.codes]) == 1
    async with stage.store.read() as work:
        assert await work.outbox.next_due_at() is None


async def test_many_cards_come_in_several_messages(stage: Stage, amina: Person) -> None:
    """Fifty cards are cut to fit, each message says which it holds, and money is told once."""
    await stage.works.counter.wallets.set_limit((await stage.wallet(amina)).agent_id, None, ADMIN)
    await stage.to_quantity(amina)
    confirm = await stage.says(amina, "50")
    await stage.told(amina, "confirm:", on=confirm)
    await stage.work()
    parts = [one for one in amina.messages if one.codes]
    assert [code for one in parts for code in one.codes[::2]] == stage.paid_codes
    assert len(parts) == 3
    assert "Cards \u20681\u2069 to \u206820\u2069 of \u206850\u2069" in parts[0].text
    assert [("Charged" in one.text) for one in parts] == [False, False, True]


async def test_cards_can_be_protected(stage: Stage, amina: Person) -> None:
    """Where the settings ask for it, cards cannot be forwarded; menus always can."""
    stage.protect_cards = True
    await stage.restart()
    await stage.buys(amina)
    await stage.says(amina, "/orders")
    await stage.taps(amina, "order:1")
    assert (await stage.taps(amina, "reveal:1")).protected
    assert not (await stage.says(amina, "/buy")).protected


async def test_the_receivers_language_is_the_one_at_sending(stage: Stage, amina: Person) -> None:
    """A language changed between ordering and delivery is the one the cards come in."""
    message = await stage.to_confirm(amina)
    await stage.told(amina, "confirm:", on=message)
    await stage.says(amina, "/language")
    await stage.taps(amina, "language:fr")
    await stage.work()
    assert "vos \u20682\u2069 cartes" in (await amina.sees(lambda one: one.codes)).text
