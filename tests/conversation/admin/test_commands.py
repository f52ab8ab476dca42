from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.agents import Language, PersonId
from bot.domain.orders import OrderState
from bot.errors import ProviderUnreachable
from tests.conversation.admin.stage import Stage, words
from tests.fakes.provider import Lost
from tests.unit.services.shop import ADMIN, AMINA, BILAL

USAGES = {
    "topup": "Top up a shop's balance: /topup SHOP AMOUNT",
    "adjust": "Correct a shop's balance",
    "agent": "Show a shop: /agent SHOP",
    "suspend": "Suspend a shop at once: /suspend SHOP",
    "reinstate": "Let a suspended shop buy again: /reinstate SHOP",
    "margin": "The margin is \u20685\u00a0%\u2069",
    "limit": "Set how far a shop may buy on credit",
    "order": "Show an order: /order NUMBER",
    "resolve": "Decide about an order that is stuck",
    "adopt": "Take over an order found at the provider",
}
ALL = (*USAGES, "rate", "agents", "pause", "resume", "sales", "provider", "health", "export")


@pytest.mark.parametrize("name", USAGES)
async def test_a_command_alone_explains_itself(scene: Stage, name: str) -> None:
    """Without its arguments a command shows how it is used, with an example, and does nothing."""
    before = await scene.entries()
    answer = await scene.says(scene.karim, f"/{name}")
    assert answer.text.startswith(USAGES[name])
    assert answer.text.count(f"/{name}") >= 1
    assert await scene.entries() == before


async def test_a_usage_speaks_the_admins_language(scene: Stage) -> None:
    """Each admin reads the language of his choice."""
    await scene.works.counter.people.speak(ADMIN, Language.FRENCH)
    answer = await scene.says(scene.karim, "/topup")
    assert answer.text.startswith("Recharger le solde")


@pytest.mark.parametrize("name", ALL)
async def test_for_anybody_else_the_command_does_not_exist(scene: Stage, name: str) -> None:
    """A stranger or a member is answered as to a word that the bot does not know."""
    answer = await scene.says(scene.stranger, f"/{name} Chez Amina 500")
    assert answer.text.startswith("I do not know this command")
    assert await scene.entries() == 0


@pytest.mark.parametrize(
    "data", ["approve:1", "decline:1", "undo:topup:1:2", "alert:1:seen", "resolve:1:absent"]
)
async def test_forged_presses_of_others_do_nothing(scene: Stage, data: str) -> None:
    """A role is checked at every press, whatever the button was on."""
    answer = await scene.says(scene.stranger, "/help")
    await scene.works.counter.people.ask_access(PersonId(scene.stranger.id))
    told = await scene.pressed(scene.stranger, data, answer)
    assert told.startswith("This button is no longer valid")
    assert (await scene.shop.counter.desk.agents()).total == 0


async def test_an_admin_who_is_a_member_still_commands(scene: Stage) -> None:
    """The distributor's own counter sells too."""
    await scene.shop.open_agent(ADMIN, name="Own counter", paid_in=0)
    answer = await scene.says(scene.karim, "/topup Own counter 500")
    assert answer.find_button("undo:") is not None


async def test_agents_are_listed_in_pages(scene: Stage) -> None:
    """The list turns its pages in place, and marks who is suspended."""
    assert "no shop yet" in (await scene.says(scene.karim, "/agents")).text
    for number in range(10):
        await scene.shop.open_agent(PersonId(100 + number), name=f"Shop {number}", paid_in=0)
    await scene.says(scene.karim, "/suspend Shop 9")
    first = await scene.says(scene.karim, "/agents")
    assert words(first).startswith("Shops (10)")
    assert "Shop 9" not in first.text
    await scene.karim.tap("page:agents:2", on=first)
    second = await scene.karim.sees(lambda m: m.id == first.id and m.earlier)
    assert "⛔ Shop 9 — 0 DA" in words(second)


async def test_a_shop_is_shown_whole(scene: Stage) -> None:
    """Wallet, limit, margin, members and today stand in one message, names as they are."""
    await scene.shop.open_agent(name="<b>Chez</b> & Amina")
    answer = await scene.says(scene.karim, f"/agent {AMINA}")
    assert "<b>Chez</b> & Amina" in answer.text
    assert "10\u00a0000\u00a0DA" in answer.text
    assert "(as for all shops)" in answer.text
    assert "Amina — 7" in answer.text


async def test_a_shop_gets_another_name(scene: Stage) -> None:
    """The new name is everything after the word."""
    agent = await scene.shop.open_agent()
    await scene.says(scene.karim, "/agent Chez Amina name Amina Phone Oran")
    assert (await scene.shop.counter.desk.agent(agent.id)).agent.name == "Amina Phone Oran"


async def test_a_stolen_phone_is_stopped(scene: Stage) -> None:
    """Suspending and reinstating act at once, and say when it was so already."""
    await scene.shop.open_agent()
    for command, said in [
        ("/suspend Chez Amina", "is suspended"),
        ("/suspend Chez Amina", "was suspended already"),
        ("/agent Chez Amina", "Suspended since"),
        ("/reinstate Chez Amina", "can buy again"),
        ("/reinstate Chez Amina", "was not suspended"),
    ]:
        assert said in (await scene.says(scene.karim, command)).text


async def test_margins_are_set_for_all_or_one(scene: Stage) -> None:
    """The default holds until a shop has its own, and comes back with `default`."""
    agent = await scene.shop.open_agent()
    for command, said, margin_bp in [
        ("/margin 7,5", "From now on the margin is 7,5 %", 750),
        ("/margin Chez Amina 10", "10 % (its own)", 1000),
        ("/margin Chez Amina default", "7,5 % (as for all shops)", 750),
        ("/margin Chez Amina lots", "I cannot read this percentage", 750),
    ]:
        answer = await scene.says(scene.karim, command)
        assert said in words(answer)
        assert (await scene.shop.counter.desk.agent(agent.id)).margin_bp == margin_bp


async def test_selling_is_paused_and_resumed(scene: Stage) -> None:
    """Pausing and resuming say what is, and health shows it."""
    for command, said in [
        ("/pause", "Selling is stopped."),
        ("/pause", "was stopped already"),
        ("/health", "Selling is stopped since"),
        ("/resume", "Selling goes on."),
        ("/resume", "Selling was not stopped"),
        ("/health", "▶️ Selling."),
    ]:
        assert said in (await scene.says(scene.karim, command)).text


async def test_health_counts_what_is_open(scene: Stage) -> None:
    """Open orders stand by their state."""
    await scene.shop.open_agent()
    await scene.shop.confirmed()
    answer = await scene.says(scene.karim, "/health")
    assert "confirmed, not sent yet" in answer.text


async def test_sales_are_told_with_profit(scene: Stage) -> None:
    """What was sold today stands first, then each shop."""
    await scene.shop.open_agent()
    order = await scene.shop.sold()
    assert order.state is OrderState.FULFILLED
    scene.shop.clock.advance(timedelta(seconds=1))
    answer = await scene.says(scene.karim, "/sales")
    assert "profit" in answer.text
    assert "Chez Amina" in answer.text


async def test_an_order_is_shown_without_codes(scene: Stage) -> None:
    """An admin sees money, times and calls of an order, and never a code."""
    await scene.shop.open_agent()
    order = await scene.shop.sold()
    answer = await scene.says(scene.karim, f"/order {order.id}")
    assert answer.text.startswith(f"Order \u2068{order.id}\u2069")
    assert str(order.provider_order_id) in answer.text
    assert "charged" in answer.text
    assert "accepted" in answer.text
    receipts = await scene.shop.counter.orders.reveal(AMINA, order.id)
    codes = [card.card.code for receipt in receipts for card in receipt.cards]
    assert codes
    assert not any(code in answer.text for code in codes)
    assert (await scene.says(scene.karim, "/order 99")).text == "There is no such order."


async def test_a_refused_order_tells_why(scene: Stage) -> None:
    """What went back and why stand in the order's file."""
    await scene.shop.open_agent()
    order = await scene.shop.confirmed()
    await scene.says(scene.karim, "/pause")
    await scene.shop.works.placing.step()
    await scene.shop.works.placing.idle()
    answer = await scene.says(scene.karim, f"/order {order.id}")
    assert "selling was stopped" in answer.text
    assert "given back" in answer.text


async def test_the_provider_is_shown_as_read_and_as_booked(scene: Stage) -> None:
    """Balance, books and budget of every account stand in one message."""
    answer = await scene.says(scene.karim, "/provider")
    assert "memory" in answer.text
    assert "250\u00a0000\u00a0DA" in answer.text
    scene.shop.provider.failures.append(ProviderUnreachable())
    assert "could not be read" in (await scene.says(scene.karim, "/provider")).text


async def test_a_provider_is_thawed_by_command(scene: Stage) -> None:
    """A rejected key is tried again when an admin says so, and only then."""
    scene.shop.provider.key_rejected = True
    assert "still does not let us in" in (await scene.says(scene.karim, "/provider thaw")).text
    assert "Frozen since" in (await scene.says(scene.karim, "/provider")).text
    scene.shop.provider.key_rejected = False
    assert "answers again" in (await scene.says(scene.karim, "/provider thaw memory")).text
    assert "no provider of this name" in (await scene.says(scene.karim, "/provider thaw x")).text
    assert "Read the catalog" in (await scene.says(scene.karim, "/provider dance")).text


async def test_the_catalog_is_read_anew(scene: Stage) -> None:
    """A failed reading keeps what was read last, and says so."""
    assert "read anew" in (await scene.says(scene.karim, "/provider refresh")).text
    scene.shop.provider.failures.append(ProviderUnreachable())
    assert "could not be read" in (await scene.says(scene.karim, "/provider refresh")).text


async def test_the_audit_file_is_sent_and_left_nowhere(scene: Stage) -> None:
    """The admin gets the file in the private chat; nothing of it stays on the server."""
    answer = await scene.says(scene.karim, "/export")
    assert answer.document is not None
    assert answer.document.content.startswith(b"SQLite format 3")
    assert "no card code" in answer.text
    assert [path.parent.exists() for path in scene.exporter.paths] == [False]


async def test_an_export_that_fails_says_so(scene: Stage) -> None:
    """A full disk is told, and nothing is left."""
    scene.exporter.broken = True
    answer = await scene.says(scene.karim, "/export")
    assert answer.text.startswith("The audit file could not be made")
    assert [path.parent.exists() for path in scene.exporter.paths] == [False]


async def test_an_absurd_number_names_nobody(scene: Stage) -> None:
    """A number that no person or order can have is answered like any other."""
    await scene.shop.open_agent(BILAL, name="Chez Bilal")
    for text in (f"/agent {'9' * 40}", "/agent ²"):
        assert (await scene.says(scene.karim, text)).text.startswith("No shop was found")
    assert (await scene.says(scene.karim, f"/order {'9' * 40}")).text.startswith("Show an order")


async def test_an_order_under_way_tells_what_was_charged_so_far(scene: Stage) -> None:
    """While cards are still coming, the file shows what came and what the provider said."""
    await scene.shop.open_agent()
    order = await scene.shop.confirmed()
    async with scene.shop.store.begin() as work:
        now = scene.shop.clock.now()
        sending = order.to(OrderState.SENDING, sending_at=now)
        sending = await work.orders.save(sending)
        handling = sending.to(OrderState.HANDLING, handling_at=now, provider_order_id="po-1")
        await work.orders.save(replace(handling, cards=1, provider_message="<soon>"))
    answer = words(await scene.says(scene.karim, f"/order {order.id}"))
    assert "So far charged" in answer
    assert "The provider said: <soon>" in answer


async def test_health_tells_of_another_bot_and_of_the_oldest_doubt(scene: Stage) -> None:
    """Another program on the token, and an unknown order, are not hidden."""
    await scene.shop.open_agent()
    scene.shop.provider.answers.append(Lost(committed=False))
    await scene.shop.confirmed()
    await scene.shop.works.placing.step()
    await scene.shop.works.placing.idle()
    scene.works.counter.rivals.seen_at = scene.shop.clock.now()
    answer = words(await scene.says(scene.karim, "/health"))
    assert "Another program runs on this bot's token" in answer
    assert "Unknown orders: 1. The oldest is from" in answer


async def test_a_halted_provider_says_until_when(scene: Stage) -> None:
    """When the provider asked us to wait, the admin sees for how long."""
    scene.shop.provider.busy_for = timedelta(minutes=3)
    assert "asked us to wait until" in words(await scene.says(scene.karim, "/provider"))


async def test_an_export_too_large_for_telegram_is_made_on_the_server(scene: Stage) -> None:
    """What Telegram cannot carry is not sent; the admin learns how to get it."""
    scene.exporter.padding = 50_000_001
    answer = await scene.says(scene.karim, "/export")
    assert "too large for Telegram" in answer.text
