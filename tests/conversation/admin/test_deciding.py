from bot.domain.agents import PersonId
from bot.domain.alerts import AlertKind
from bot.domain.audit import Detail
from bot.domain.orders import Order, OrderState
from bot.domain.shelf import UnownedOrder, UnownedState
from bot.ports.provider import Line
from bot.services import marks
from tests.conversation.admin.stage import Stage
from tests.fakes.provider import Lost
from tests.unit.samples import ACCOUNT

COUNTED: dict[str, Detail] = {"status": "FULFILLED", "ordered": 2, "fulfilled": 0, "cards": 0}

NOT_IN_THIS_STATE = "The order's state does not allow this. Look at it with /order."

FOREIGN: dict[str, Detail] = {"product": "psn", "type": "psn-10", "quantity": 2}


def theirs(scene: Stage, *, quantity: int = 2) -> str:
    """Place an order at the provider that the bot knows nothing of: two cards of PSN 10 USD."""
    line = Line(product_key="psn", type_key="psn-10", quantity=quantity)
    return scene.shop.provider.buy_elsewhere(line).id


async def asked_for_access(scene: Stage) -> None:
    """Let a stranger ask, and the admins be told."""
    await scene.says(scene.stranger, "/help")
    assert await scene.works.counter.people.ask_access(PersonId(scene.stranger.id))
    await scene.deliver()


async def unknown_order(scene: Stage) -> Order:
    """Sell two cards of which the provider's answer is lost."""
    await scene.shop.open_agent()
    scene.shop.provider.answers.append(Lost(committed=False))
    order = await scene.shop.confirmed()
    await scene.shop.works.placing.step()
    await scene.shop.works.placing.idle()
    order = await scene.shop.order(order)
    assert order.state is OrderState.UNKNOWN
    return order


async def handling_order(scene: Stage) -> Order:
    """Sell two cards that the provider takes and has not delivered."""
    await scene.shop.open_agent()
    order = await scene.shop.confirmed()
    await scene.shop.works.placing.step()
    await scene.shop.works.placing.idle()
    order = await scene.shop.order(order)
    assert order.state is OrderState.HANDLING
    return order


async def test_the_first_admin_decides_and_the_other_learns_by_whom(scene: Stage) -> None:
    """Two admins tap: the first one decides, the second is told who did, all copies agree."""
    await asked_for_access(scene)
    karims = await scene.karim.sees("Request for access")
    lydias = await scene.lydia.sees("Request for access")
    assert await scene.pressed(scene.karim, "approve:", karims) == "Approved."
    late = await scene.pressed(scene.lydia, "decline:", lydias)
    assert late == "Already approved by \u2068Karim\u2069."
    await scene.deliver()
    for admin, shown in ((scene.karim, karims), (scene.lydia, lydias)):
        told = await admin.sees("Approved by \u2068Karim\u2069")
        assert (told.id, told.buttons) == (shown.id, ())


async def test_a_declined_stranger_gets_no_shop(scene: Stage) -> None:
    """Decline opens nothing."""
    await asked_for_access(scene)
    shown = await scene.karim.sees("Request for access")
    assert await scene.pressed(scene.karim, "decline:", shown) == "Declined."
    assert (await scene.shop.counter.desk.agents()).total == 0


async def test_a_forged_request_is_nothing(scene: Stage) -> None:
    """An id that names no request decides nothing."""
    answer = await scene.says(scene.karim, "/agents")
    told = await scene.pressed(scene.karim, "approve:99", answer)
    assert told == "There is nothing to do here any more."


async def test_an_alert_is_settled_by_the_first_who_taps(scene: Stage) -> None:
    """Seen takes the buttons off every admin's copy and names who saw it."""
    await scene.raised(AlertKind.TWO_BOTS, "shop")
    karims = await scene.karim.sees("Two bots")
    lydias = await scene.lydia.sees("Two bots")
    assert await scene.pressed(scene.lydia, "alert:", lydias) == "Noted."
    late = await scene.pressed(scene.karim, "alert:", karims)
    assert late == "\u2068Lydia\u2069 has done this already."
    await scene.deliver()
    told = await scene.karim.sees("Seen by \u2068Lydia\u2069")
    assert (told.id, told.buttons) == (karims.id, ())


async def test_an_alert_takes_only_its_own_actions(scene: Stage) -> None:
    """Forged data does nothing that the alert does not offer."""
    await scene.raised(AlertKind.TWO_BOTS, "shop")
    shown = await scene.karim.sees("Two bots")
    nothing = "There is nothing to do here any more."
    for data in ("alert:1:settle", "alert:1:look", "alert:77:seen"):
        assert await scene.pressed(scene.karim, data, shown) == nothing


async def test_a_frozen_provider_is_tried_again(scene: Stage) -> None:
    """Try again thaws a provider that lets us in, and says so when it does not."""
    await scene.raised(AlertKind.PROVIDER_FROZEN, "provider:memory", reason="401")
    shown = await scene.karim.sees("is frozen")
    scene.shop.provider.key_rejected = True
    assert await scene.pressed(scene.karim, "alert:", shown) == "One moment…"
    await scene.karim.sees("still does not let us in")
    scene.shop.provider.key_rejected = False
    shown = await scene.karim.sees("is frozen")
    await scene.pressed(scene.karim, "alert:", shown)
    await scene.karim.sees("selling goes on")
    await scene.deliver()
    assert (await scene.karim.sees("Thawed by \u2068Karim\u2069")).buttons == ()


async def test_a_mismatch_is_closed_from_its_alert(scene: Stage) -> None:
    """Closing at the cards received gives the rest back to the shop."""
    order = await handling_order(scene)
    await scene.raised(AlertKind.COUNT_MISMATCH, f"order:{order.id}", **COUNTED)
    shown = await scene.karim.sees("do not agree")
    look = await scene.pressed(scene.karim, "alert:1:look", shown)
    assert look == ""
    await scene.karim.sees("in progress at the provider")
    assert "Closed" in await scene.pressed(scene.karim, "alert:1:settle", shown)
    assert (await scene.shop.order(order)).state is OrderState.REFUNDED
    assert (await scene.wallet(order.agent_id)).held.minor == 0


async def test_an_alert_whose_matter_has_passed_goes_away(scene: Stage) -> None:
    """When the order settled by itself, its button says so and the alert needs nobody any more."""
    order = await handling_order(scene)
    await scene.raised(AlertKind.COUNT_MISMATCH, f"order:{order.id}", **COUNTED)
    shown = await scene.karim.sees("do not agree")
    async with scene.shop.store.begin() as work:
        at = scene.shop.clock.now()
        await work.orders.save(order.to(OrderState.REFUNDED, final_at=at))
    told = await scene.pressed(scene.karim, "alert:1:settle", shown)
    assert told == NOT_IN_THIS_STATE
    assert await scene.shop.alerts() == []


async def test_an_ambiguous_order_is_given_the_one_that_is_pressed(scene: Stage) -> None:
    """The admins choose which provider order it is; nothing else can be forged in."""
    order = await unknown_order(scene)
    subject = f"order:{order.id}"
    one, other = theirs(scene), theirs(scene)
    names = f"{one} {other}"
    await scene.raised(AlertKind.ORDER_AMBIGUOUS, subject, count=2, candidates=names)
    shown = await scene.karim.sees("several provider orders fit")
    forged = await scene.pressed(scene.karim, "alert:1:adopt:po-9", shown)
    assert forged == "There is nothing to do here any more."
    assert await scene.pressed(scene.karim, f"alert:1:adopt:{other}", shown) == "Taken over."
    assert (await scene.shop.order(order)).provider_order_id == other
    await scene.deliver()
    assert (await scene.lydia.sees("Taken over by \u2068Karim\u2069")).buttons == ()


async def test_an_unknown_order_shows_its_evidence(scene: Stage) -> None:
    """/resolve alone shows the order, its calls, what may be it and what can be done."""
    order = await unknown_order(scene)
    subject = f"order:{order.id}"
    await scene.raised(AlertKind.ORDER_AMBIGUOUS, subject, count=1, candidates="po-1")
    answer = await scene.says(scene.karim, f"/resolve {order.id}")
    assert "answer lost" in answer.text
    assert f"/resolve {order.id} absent" in answer.text
    assert [b.data for b in answer.buttons] == [
        f"resolve:{order.id}:po-1",
        f"resolve:{order.id}:absent",
    ]
    assert (await scene.shop.order(order)).state is OrderState.UNKNOWN


async def test_an_order_that_was_never_placed_gives_the_money_back(scene: Stage) -> None:
    """Absent closes it; pressed twice it is refused the second time."""
    order = await unknown_order(scene)
    answer = await scene.says(scene.karim, f"/resolve {order.id}")
    await scene.pressed(scene.karim, "resolve:", answer)
    told = await scene.karim.sees("closed as never placed")
    assert (told.id, told.buttons) == (answer.id, ())
    assert await scene.pressed(scene.karim, "resolve:", answer) == NOT_IN_THIS_STATE
    assert (await scene.wallet(order.agent_id)).held.minor == 0


async def test_an_unknown_order_is_called_absent_by_typing(scene: Stage) -> None:
    """What a button does can be typed."""
    order = await unknown_order(scene)
    answer = await scene.says(scene.karim, f"/resolve {order.id} absent")
    assert "never placed" in answer.text
    assert (await scene.shop.order(order)).state is OrderState.REFUSED


async def test_an_unknown_order_is_given_its_provider_order_by_typing(scene: Stage) -> None:
    """An id unknown to the provider, or of other cards, is refused; the right one is taken."""
    order = await unknown_order(scene)
    for wrong in ("68fc0a2b1c9d440000a1b2c3", theirs(scene, quantity=5)):
        answer = await scene.says(scene.karim, f"/resolve {order.id} {wrong}")
        assert answer.text == "The provider has no such order."
        assert (await scene.shop.order(order)).state is OrderState.UNKNOWN
    answer = await scene.says(scene.karim, f"/resolve {order.id} {theirs(scene)}")
    assert "its cards follow" in answer.text
    assert (await scene.shop.order(order)).state is OrderState.HANDLING


async def test_a_mistyped_decision_decides_nothing(scene: Stage) -> None:
    """`setle` is answered with the usage."""
    order = await unknown_order(scene)
    answer = await scene.says(scene.karim, f"/resolve {order.id} abesnt")
    assert answer.text.startswith("Decide about an order")
    assert (await scene.shop.order(order)).state is OrderState.UNKNOWN


async def test_an_order_in_progress_is_closed_at_what_came(scene: Stage) -> None:
    """/resolve N settle closes it; before that it warns what closing means."""
    order = await handling_order(scene)
    shown = await scene.says(scene.karim, f"/resolve {order.id}")
    assert "Ask the provider first" in shown.text
    assert [b.data for b in shown.buttons] == [f"resolve:{order.id}:settle"]
    answer = await scene.says(scene.karim, f"/resolve {order.id} settle")
    assert "closed at the cards received" in answer.text
    again = await scene.says(scene.karim, f"/resolve {order.id}")
    assert "nothing to decide" in again.text


async def test_a_foreign_order_is_sold_or_given(scene: Stage) -> None:
    """/adopt takes only what the sweep reported, or gives an id to an unknown order."""
    order = await unknown_order(scene)
    answer = await scene.says(scene.karim, "/adopt po-77")
    assert answer.text == "The provider has no such order."
    answer = await scene.says(scene.karim, f"/adopt {theirs(scene)} {order.id}")
    assert "its cards follow" in answer.text
    for typed in (f"/adopt ID {order.id}", f"/adopt settle {order.id}"):
        assert "/adopt ID 17" in (await scene.says(scene.karim, typed)).text
    answer = await scene.says(scene.karim, "/adopt po-77 seventeen")
    assert answer.text.startswith("Take over an order")


async def test_a_foreign_order_becomes_stock_by_a_tap(scene: Stage) -> None:
    """The cards of an order that nobody knows can be sold, once an admin says so."""
    await foreign_order(scene, "po-5")
    await scene.raised(AlertKind.FOREIGN_ORDER, "provider-order:po-5", **FOREIGN)
    shown = await scene.karim.sees("not ours")
    assert await scene.pressed(scene.karim, "alert:1:shelve", shown) == "Done."
    answer = await scene.says(scene.karim, "/adopt po-5")
    assert answer.text == "The provider has no such order."


async def test_a_foreign_order_becomes_stock_by_a_command(scene: Stage) -> None:
    """/adopt with an id alone does the same, and settles the alert."""
    await foreign_order(scene, "po-5")
    await scene.raised(AlertKind.FOREIGN_ORDER, "provider-order:po-5", **FOREIGN)
    assert "is ours now" in (await scene.says(scene.karim, "/adopt po-5")).text
    await scene.deliver()
    assert (await scene.lydia.sees("Taken over by \u2068Karim\u2069")).buttons == ()


async def test_a_foreign_order_of_the_same_cards_is_evidence(scene: Stage) -> None:
    """What the provider has and nobody owns is shown beside an unknown order of such cards."""
    order = await unknown_order(scene)
    await foreign_order(scene, "po-5")
    answer = await scene.says(scene.karim, f"/resolve {order.id}")
    assert "po-5" in answer.text
    assert answer.find_button(f"resolve:{order.id}:po-5") is not None


async def test_selling_after_a_restore_waits_for_the_reading(scene: Stage) -> None:
    """Until the provider's orders since the copy are read, nobody can resume selling."""
    async with scene.shop.store.begin() as work:
        await marks.set_instant(work, marks.RESTORED, scene.shop.clock.now())
    await scene.raised(AlertKind.RESTORED, "shop", orders=None)
    shown = await scene.karim.sees("Restore mode")
    assert "Not yet" in await scene.pressed(scene.karim, "alert:", shown)
    assert "Not yet" in (await scene.says(scene.karim, "/resume")).text
    assert "Restore mode since" in (await scene.says(scene.karim, "/health")).text
    async with scene.shop.store.begin() as work:
        await marks.set_instant(work, marks.RESTORE_READ, scene.shop.clock.now())
    assert await scene.pressed(scene.karim, "alert:", shown) == "Selling goes on."
    await scene.deliver()
    assert (await scene.lydia.sees("resumed by \u2068Karim\u2069")).buttons == ()


async def test_resuming_what_is_not_stopped_settles_the_alert(scene: Stage) -> None:
    """An alert about a stop that is over needs nobody any more."""
    await scene.raised(AlertKind.RESTORED, "shop", orders=None)
    shown = await scene.karim.sees("Restore mode")
    assert await scene.pressed(scene.karim, "alert:", shown) == "Selling goes on."
    assert await scene.shop.alerts() == []


async def foreign_order(scene: Stage, its_id: str) -> None:
    """Let the sweep have seen an order that nobody knows, of two cards of PSN 10 USD."""
    now = scene.shop.clock.now()
    unowned = UnownedOrder(
        account=ACCOUNT,
        provider_order_id=its_id,
        product_key="psn",
        type_key="psn-10",
        quantity=2,
        state=UnownedState.FOREIGN,
        status="FULFILLED",
        amount=None,
        cards=0,
        created_at=now,
        seen_at=now,
    )
    async with scene.shop.store.begin() as work:
        await work.shelf.save(unowned)
