from dataclasses import replace

import pytest

from bot.domain.alerts import Alert, AlertId, AlertKind
from bot.domain.orders import OrderId
from bot.domain.outbox import DeliveryId, DeliveryKind, DeliveryState
from bot.errors import Conflict
from bot.ports.store import Store
from tests.contract.store_samples import (
    AMINA,
    BILAL,
    after,
    confirm,
    delivery,
    open_shop,
    quote,
)
from tests.fakes.world import NOON


async def test_a_message_is_owed_once(store: Store) -> None:
    """Owing the same key twice is owing it once."""
    async with store.begin() as work:
        owed = await work.outbox.add(delivery("a", id=DeliveryId(77)))
        assert owed is not None
        assert owed == delivery("a", id=owed.id)
        assert owed.id == 1
        assert await work.outbox.get(owed.id) == owed
        assert await work.outbox.add(delivery("a", person_id=BILAL)) is None
        assert await work.outbox.list_due(NOON, limit=9) == (owed,)


async def test_a_delivery_comes_back_as_it_was_saved(store: Store) -> None:
    """Every field that a delivery may gain is kept."""
    async with store.begin() as work:
        order = await confirm(work, quote(await open_shop(work)))
        owed = await work.outbox.add(delivery("a", order_id=order.id, first_slot=1, last_slot=2))
        assert owed is not None
        full = replace(
            owed,
            kind=DeliveryKind.RECEIPT,
            state=DeliveryState.SENT,
            due_at=after(5),
            facts={"order": 1, "name": "é \"'", "late": True, "none": None},
            attempts=3,
            copy=True,
            message_id=99,
            sent_at=after(6),
        )
        await work.outbox.save(full)
        assert await work.outbox.get(owed.id) == full


async def test_deliveries_that_make_no_sense_are_refused(store: Store) -> None:
    """A delivery is of an order that exists, and its slots are in order."""
    async with store.begin() as work:
        await work.outbox.add(delivery("a"))
        with pytest.raises(KeyError):
            await work.outbox.get(DeliveryId(99))
        with pytest.raises(KeyError):
            await work.outbox.save(delivery("a", id=DeliveryId(99)))
    for wrong in (
        delivery("b", order_id=OrderId(99)),
        delivery("b", first_slot=2, last_slot=1),
        delivery("b", first_slot=-1),
    ):
        with pytest.raises(Conflict):
            async with store.begin() as work:
                await work.outbox.add(wrong)
        with pytest.raises(Conflict):
            async with store.begin() as work:
                await work.outbox.save(replace(wrong, id=DeliveryId(1), key="a"))


async def test_what_is_due_is_listed_oldest_first(store: Store) -> None:
    """The worker gets what is due or was being tried, in the order it became due."""
    async with store.begin() as work:
        for key, state, seconds in (
            ("late", DeliveryState.DUE, 9),
            ("early", DeliveryState.TRYING, 1),
            ("early too", DeliveryState.DUE, 1),
            ("future", DeliveryState.DUE, 11),
            ("sent", DeliveryState.SENT, 0),
            ("parked", DeliveryState.PARKED, 0),
            ("dropped", DeliveryState.DROPPED, 0),
        ):
            await work.outbox.add(delivery(key, state=state, due_at=after(seconds)))
        due = await work.outbox.list_due(after(10), limit=9)
        assert [one.key for one in due] == ["early", "early too", "late"]
        assert await work.outbox.list_due(after(10), limit=2) == due[:2]
        assert await work.outbox.list_due(after(9), limit=9) == due
        assert await work.outbox.next_due_at() == after(1)
        for one in await work.outbox.list_due(after(99), limit=9):
            await work.outbox.save(replace(one, state=DeliveryState.SENT))
        assert await work.outbox.next_due_at() is None


async def test_deliveries_are_found_by_what_they_are_about(store: Store) -> None:
    """Deliveries are listed by order, by person when parked, and by a fact."""
    parked = DeliveryState.PARKED
    alert = DeliveryKind.ALERT
    async with store.begin() as work:
        order = await confirm(work, quote(await open_shop(work)))
        for one in (
            delivery("1", order_id=order.id),
            delivery("2", state=parked),
            delivery("3", state=parked, person_id=BILAL),
            delivery("4", order_id=order.id),
            delivery("5", kind=alert, facts={"alert": 5}),
            delivery("6", kind=alert, facts={"alert": 5, "copy": 1}),
            delivery("7", kind=alert, facts={"alert": "5"}),
            delivery("8", facts={"alert": 5}),
        ):
            await work.outbox.add(one)
        of_order = await work.outbox.list_of_order(order.id)
        mine = await work.outbox.list_parked(AMINA)
        every = await work.outbox.list_parked()
        about = await work.outbox.list_by_fact(alert, "alert", 5)
        assert [one.key for one in of_order] == ["1", "4"]
        assert [one.key for one in mine] == ["2"]
        assert [one.key for one in every] == ["2", "3"]
        assert [one.key for one in about] == ["5", "6"]
        assert await work.outbox.list_by_fact(alert, "request", 5) == ()


@pytest.mark.parametrize("kind", DeliveryKind)
async def test_every_kind_of_message_is_kept(store: Store, kind: DeliveryKind) -> None:
    """No kind of message is unknown to the store."""
    async with store.begin() as work:
        owed = await work.outbox.add(delivery("a", kind=kind))
        assert owed is not None
        assert (await work.outbox.get(owed.id)).kind is kind


@pytest.mark.parametrize("kind", AlertKind)
async def test_an_alert_is_raised_once(store: Store, kind: AlertKind) -> None:
    """The same thing is told once; its alert is found by id and by key."""
    async with store.begin() as work:
        alert = await work.alerts.add("k", kind, "order:1", facts={"order": 1}, at=NOON)
        assert alert is not None
        assert alert == Alert(
            id=alert.id, key="k", kind=kind, subject="order:1", raised_at=NOON, facts={"order": 1}
        )
        assert await work.alerts.add("k", kind, "order:2", facts={}, at=after(1)) is None
        assert await work.alerts.find(alert.id) == alert
        assert await work.alerts.find(AlertId(99)) is None


async def test_alerts_stay_open_until_acted_on(store: Store) -> None:
    """The admins see what nobody has settled, oldest first."""
    kind = AlertKind.ORDER_UNKNOWN
    async with store.begin() as work:
        for key in ("b", "a", "c"):
            await work.alerts.add(key, kind, "order:1", facts={}, at=NOON)
        first, second, third = await work.alerts.list_open()
        assert [one.key for one in (first, second, third)] == ["b", "a", "c"]
        acted = replace(second, acted_at=after(1), acted_by=BILAL, action="resolve")
        await work.alerts.save(acted)
        assert await work.alerts.find(second.id) == acted
        assert await work.alerts.list_open() == (first, third)
        with pytest.raises(KeyError):
            await work.alerts.save(replace(first, id=AlertId(99)))


async def test_a_mark_is_set_and_taken_away(store: Store) -> None:
    """A mark has its last value, or none."""
    async with store.begin() as work:
        assert await work.marks.find("pause") is None
        await work.marks.set("pause", "rain")
        await work.marks.set("pause", "hail")
        await work.marks.set("epoch", "4")
        assert await work.marks.find("pause") == "hail"
        await work.marks.set("pause", None)
        await work.marks.set("pause", None)
        assert await work.marks.find("pause") is None
        assert await work.marks.find("epoch") == "4"


async def test_a_chat_expects_one_thing(store: Store) -> None:
    """What a typed message means is what was asked last, in that chat."""
    async with store.begin() as work:
        assert await work.inputs.find(AMINA) is None
        await work.inputs.set(AMINA, "quantity:3", at=NOON)
        await work.inputs.set(AMINA, "quantity:4", at=after(1))
        await work.inputs.set(BILAL, "amount:1", at=NOON)
        assert await work.inputs.find(AMINA) == "quantity:4"
        await work.inputs.set(AMINA, None, at=after(2))
        assert await work.inputs.find(AMINA) is None
        assert await work.inputs.find(BILAL) == "amount:1"
