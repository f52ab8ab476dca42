from datetime import timedelta

from bot.domain.alerts import Alert, AlertId, AlertKind
from bot.domain.outbox import DeliveryKind
from bot.services.alerts import alert_admins, alert_once, settle_alerts
from tests.unit.services.shop import ADMIN, AMINA, SECOND_ADMIN, Shop, rung

LOW = AlertKind.PROVIDER_BALANCE_LOW
SUBJECT = "provider:memory"


async def raised(shop: Shop, kind: AlertKind = LOW, subject: str = SUBJECT) -> Alert | None:
    """Tell the admins, unless they know."""
    async with shop.store.begin() as work:
        return await alert_admins(work, shop.terms, kind, subject, at=shop.clock.now(), needed=5)


async def the_alert(shop: Shop) -> Alert:
    """Tell the admins of something new."""
    alert = await raised(shop)
    assert alert is not None
    return alert


async def test_every_admin_is_told_once(shop: Shop) -> None:
    """Both admins get the alert; while nobody has acted, the same thing is not told again."""
    alert = await the_alert(shop)
    shop.clock.advance(timedelta(hours=1))
    assert await raised(shop) is None
    owed = await shop.owed(DeliveryKind.ALERT)
    assert [(one.person_id, dict(one.facts)) for one in owed] == [
        (ADMIN, {"alert": alert.id}),
        (SECOND_ADMIN, {"alert": alert.id}),
    ]
    (row,) = await shop.told("alert.raised")
    assert row.event.details == {"kind": "provider-balance-low", "needed": 5}
    assert dict(alert.facts) == {"needed": 5}


async def test_what_is_settled_can_be_told_again(shop: Shop) -> None:
    """A balance that is low again next week is news again; so is another subject, or kind."""
    alert = await the_alert(shop)
    await shop.counter.alerts.dismiss(alert.id, ADMIN)
    shop.clock.advance(timedelta(days=7))
    assert await raised(shop) is not None
    assert await raised(shop, subject="provider:other") is not None
    assert await raised(shop, AlertKind.PROVIDER_FROZEN) is not None


async def test_some_things_are_told_once_for_ever(shop: Shop) -> None:
    """A foreign order is reported once, even after an admin has seen it."""
    for told in (True, False):
        async with shop.store.begin() as work:
            alert = await alert_once(
                work,
                shop.terms,
                AlertKind.FOREIGN_ORDER,
                "provider-order:68fc",
                key="provider-order:68fc",
                at=shop.clock.now(),
            )
        assert (alert is not None) == told
        for open_ in await shop.alerts():
            await shop.counter.alerts.dismiss(open_.id, ADMIN)


async def test_the_first_admin_settles_an_alert(shop: Shop) -> None:
    """A second tap changes nothing and shows who was first; every copy is rewritten."""
    await shop.meet(ADMIN, "Boss")
    alert = await the_alert(shop)
    told = await shop.owed(DeliveryKind.ALERT)
    first = await shop.counter.alerts.dismiss(alert.id, ADMIN)
    second = await shop.counter.alerts.dismiss(alert.id, SECOND_ADMIN)
    assert first is not None
    assert (first.acted_by, first.acted_at, first.action) == (ADMIN, shop.clock.now(), "seen")
    assert second == first
    assert await shop.alerts() == []
    copies = (await shop.owed(DeliveryKind.ALERT))[len(told) :]
    assert [(one.person_id, one.facts["delivery"]) for one in copies] == [
        (one.person_id, one.id) for one in told
    ]
    (row,) = await shop.told("alert.acted")
    assert (row.event.actor, row.event.details) == ("admin:1", {"action": "seen"})
    assert rung(shop.works.bells.delivery)
    shown = await shop.counter.alerts.find(alert.id)
    assert shown is not None
    assert shown.alert == first
    assert shown.acted_by is not None
    assert shown.acted_by.name == "Boss"


async def test_an_alert_that_never_was_is_not_there(shop: Shop) -> None:
    """A forged button finds nothing and settles nothing."""
    assert await shop.counter.alerts.dismiss(AlertId(99), ADMIN) is None
    assert await shop.counter.alerts.find(AlertId(99)) is None


async def test_a_command_settles_what_its_button_would(shop: Shop) -> None:
    """Acting on a subject settles every open alert about it, and no other."""
    await raised(shop)
    await raised(shop, AlertKind.PROVIDER_FROZEN)
    await raised(shop, AlertKind.ORDER_UNKNOWN, "order:1")
    async with shop.store.begin() as work:
        await settle_alerts(work, SUBJECT, ADMIN, "thaw", at=shop.clock.now())
    assert [alert.subject for alert in await shop.alerts()] == ["order:1"]


async def test_an_alert_about_an_order_shows_the_order(shop: Shop) -> None:
    """The admins read which shop's order it is, and no card."""
    agent = await shop.open_agent(AMINA)
    order = await shop.confirmed()
    alert = await raised(shop, AlertKind.ORDER_UNKNOWN, f"order:{order.id}")
    assert alert is not None
    shown = await shop.counter.alerts.find(alert.id)
    assert shown is not None
    assert (shown.order, shown.agent, shown.acted_by) == (order, agent, None)
