from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.agents import AccessRequest, Language, PersonId, RequestId, RequestState
from bot.domain.audit import Detail
from bot.domain.outbox import DeliveryKind, DeliveryState
from bot.domain.refusals import RefusalReason
from bot.errors import Refusal
from bot.services.people import SHOP_NAME_LENGTH
from tests.unit.samples import dinars
from tests.unit.services.shop import ADMIN, AMINA, BILAL, SECOND_ADMIN, TERMS, Shop, rung


async def asked(shop: Shop, person_id: PersonId = AMINA) -> AccessRequest:
    """Let a stranger ask for access."""
    await shop.meet(person_id)
    await shop.counter.people.ask_access(person_id)
    async with shop.store.read() as work:
        request = await work.people.find_open_request(person_id)
    assert request is not None
    return request


# --- Meeting --------------------------------------------------------------------------------------


async def test_a_stranger_is_met_as_a_stranger(shop: Shop) -> None:
    """Somebody new has no shop, no rights and no language, and is remembered by name."""
    met = await shop.counter.people.meet(AMINA, "Amina", "amina")
    assert (met.agent, met.is_admin, met.asked) == (None, False, False)
    assert (met.person.name, met.person.username, met.person.language) == ("Amina", "amina", None)
    async with shop.store.read() as work:
        assert await work.people.find_person(AMINA) == met.person


async def test_who_is_known_is_recognised(shop: Shop) -> None:
    """A member is met with his agent, an admin as one, a stranger who asked as asking."""
    agent = await shop.open_agent(AMINA)
    await asked(shop, BILAL)
    people = shop.counter.people
    assert (await people.meet(AMINA, "Amina", None)).agent == agent
    assert (await people.meet(BILAL, "Bilal", None)).asked
    assert (await people.meet(ADMIN, "Boss", None)).is_admin


async def test_a_press_on_an_order_is_known_as_one(shop: Shop) -> None:
    """Whose press came from a message that shows an order is told, so that no menu covers it."""
    await shop.open_agent()
    offer = await shop.counter.quoting.quote(AMINA, await shop.type_id(), 1)
    await shop.counter.checkout.confirm(AMINA, offer.quote.id, message_id=51)
    people = shop.counter.people
    assert (await people.meet(AMINA, "Amina", None, pressed=51)).on_order
    assert not (await people.meet(AMINA, "Amina", None, pressed=52)).on_order
    assert not (await people.meet(BILAL, "Bilal", None, pressed=51)).on_order
    assert not (await people.meet(AMINA, "Amina", None)).on_order


async def test_a_new_name_is_taken_over_and_the_language_kept(shop: Shop) -> None:
    """Whoever renames himself keeps his language; who did not is not written again."""
    await shop.meet(AMINA)
    renamed = await shop.counter.people.meet(AMINA, "Amina B.", "ab")
    assert (renamed.person.name, renamed.person.language) == ("Amina B.", Language.ARABIC)
    assert rung(shop.works.bells.delivery)
    await shop.counter.people.meet(AMINA, "Amina B.", "ab")
    assert not rung(shop.works.bells.delivery)


async def test_what_waited_for_somebody_is_sent_when_they_write(shop: Shop) -> None:
    """Who blocked the bot and comes back gets everything that was parked, at once."""
    agent = await shop.open_agent()
    await shop.counter.people.suspend(agent.id, ADMIN, suspended=True)
    (owed,) = await shop.owed(DeliveryKind.STANDING)
    async with shop.store.begin() as work:
        await work.outbox.save(replace(owed, state=DeliveryState.PARKED))
    await shop.counter.people.lose(AMINA)
    now = shop.clock.advance(timedelta(hours=1))
    met = await shop.counter.people.meet(AMINA, "Amina", None)
    (due,) = await shop.owed(DeliveryKind.STANDING)
    assert (due.state, due.due_at) == (DeliveryState.DUE, now)
    assert met.person.unreachable_at is None


async def test_who_blocks_the_bot_is_noted(shop: Shop) -> None:
    """Admins can see since when a person cannot be reached; nobody unknown is noted."""
    await shop.meet(AMINA)
    await shop.counter.people.lose(AMINA)
    await shop.counter.people.lose(BILAL)
    async with shop.store.read() as work:
        lost = await work.people.find_person(AMINA)
        assert lost is not None
        assert lost.unreachable_at == shop.clock.now()
        assert await work.people.find_person(BILAL) is None


async def test_a_person_chooses_a_language(shop: Shop) -> None:
    """The language is the person's own, and only of persons that are known."""
    await shop.meet(AMINA)
    spoken = await shop.counter.people.speak(AMINA, Language.FRENCH)
    assert spoken.language is Language.FRENCH
    assert (await shop.counter.people.meet(AMINA, "Amina", None)).person == spoken
    with pytest.raises(Refusal) as refused:
        await shop.counter.people.speak(BILAL, Language.FRENCH)
    assert refused.value.reason == RefusalReason.NOTHING_THERE


# --- Access ---------------------------------------------------------------------------------------


async def test_every_admin_is_asked_once(shop: Shop) -> None:
    """A stranger's request reaches both admins; asking again changes nothing."""
    request = await asked(shop)
    assert not await shop.counter.people.ask_access(AMINA)
    owed = await shop.owed(DeliveryKind.ACCESS_ASKED)
    assert [(one.person_id, one.facts["request"]) for one in owed] == [
        (ADMIN, request.id),
        (SECOND_ADMIN, request.id),
    ]
    (row,) = await shop.told("access.asked")
    assert (row.event.actor, row.event.subject) == ("member:7", "person:7")
    assert rung(shop.works.bells.delivery)


async def test_a_member_does_not_ask_again(shop: Shop) -> None:
    """Who sells already has nothing to ask for, even while suspended."""
    await shop.open_agent()
    assert not await shop.counter.people.ask_access(AMINA)


async def test_an_approved_stranger_gets_a_shop(shop: Shop) -> None:
    """Approving opens an agent named after the person, with the settings' credit limit."""
    shop = Shop(terms=replace(TERMS, default_credit_limit=dinars(5000)))
    request = await asked(shop)
    now = shop.clock.advance(timedelta(minutes=3))
    decision = await shop.counter.people.decide(request.id, ADMIN, approve=True)
    assert decision.mine
    assert decision.agent is not None
    assert (decision.agent.name, decision.agent.created_at) == ("Amina", now)
    assert decision.request.state is RequestState.APPROVED
    async with shop.store.read() as work:
        wallet = await work.ledger.wallet(decision.agent.id)
        assert await work.people.find_open_request(AMINA) is None
    assert (wallet.balance, wallet.credit_limit) == (dinars(0), dinars(5000))
    (news,) = await shop.owed(DeliveryKind.ACCESS_DECIDED)
    assert (news.person_id, dict(news.facts)) == (AMINA, {"approved": True})
    (row,) = await shop.told("access.approved")
    assert (row.event.actor, row.event.subject) == ("admin:1", "person:7")


async def test_a_declined_stranger_is_told_and_may_ask_again(shop: Shop) -> None:
    """No shop is opened; a later request is a new one."""
    request = await asked(shop)
    decision = await shop.counter.people.decide(request.id, ADMIN, approve=False)
    assert decision.request.state is RequestState.DECLINED
    assert decision.agent is None
    (news,) = await shop.owed(DeliveryKind.ACCESS_DECIDED)
    assert dict(news.facts) == {"approved": False}
    assert await shop.told("access.declined")
    assert await shop.counter.people.ask_access(AMINA)


async def test_the_first_admin_decides(shop: Shop) -> None:
    """A second tap changes nothing, and is told who was first and what became of it."""
    await shop.meet(ADMIN, "Boss")
    request = await asked(shop)
    await shop.counter.people.decide(request.id, ADMIN, approve=True)
    later = await shop.counter.people.decide(request.id, SECOND_ADMIN, approve=False)
    assert not later.mine
    assert later.request.state is RequestState.APPROVED
    assert later.decided_by is not None
    assert later.decided_by.name == "Boss"
    assert later.agent is not None
    assert len(await shop.owed(DeliveryKind.ACCESS_DECIDED)) == 1


async def test_every_admins_copy_is_rewritten_after_a_decision(shop: Shop) -> None:
    """Each admin's question is replaced by the answer, in the message that asked."""
    request = await asked(shop)
    asking = await shop.owed(DeliveryKind.ACCESS_ASKED)
    await shop.counter.people.decide(request.id, ADMIN, approve=True)
    answers = (await shop.owed(DeliveryKind.ACCESS_ASKED))[len(asking) :]
    pairs: list[tuple[PersonId, Detail]] = [(a.person_id, a.facts["delivery"]) for a in answers]
    assert pairs == [(one.person_id, one.id) for one in asking]


async def test_a_request_that_never_was_is_not_decided(shop: Shop) -> None:
    """Forged buttons open no shop."""
    with pytest.raises(Refusal) as refused:
        await shop.counter.people.decide(RequestId(99), ADMIN, approve=True)
    assert refused.value.reason == RefusalReason.NOTHING_THERE


async def test_a_shops_first_name_fits_a_line(shop: Shop) -> None:
    """A new agent is called like its member, cut to what a list can show."""
    await shop.meet(BILAL, "B" * 200)
    await shop.counter.people.ask_access(BILAL)
    async with shop.store.read() as work:
        request = await work.people.find_open_request(BILAL)
    assert request is not None
    decision = await shop.counter.people.decide(request.id, ADMIN, approve=True)
    assert decision.agent is not None
    assert decision.agent.name == "B" * SHOP_NAME_LENGTH


# --- Standing -------------------------------------------------------------------------------------


async def test_a_suspended_agent_is_stopped_at_once_and_told(shop: Shop) -> None:
    """A stolen phone buys nothing more; reinstating undoes it, and each happens once."""
    agent = await shop.open_agent()
    people, quoting = shop.counter.people, shop.counter.quoting
    type_id = await shop.type_id()
    assert await people.suspend(agent.id, ADMIN, suspended=True)
    assert not await people.suspend(agent.id, ADMIN, suspended=True)
    with pytest.raises(Refusal) as refused:
        await quoting.choose(AMINA, type_id)
    assert refused.value.reason == RefusalReason.SUSPENDED
    shop.clock.advance(timedelta(minutes=1))
    assert await people.suspend(agent.id, SECOND_ADMIN, suspended=False)
    assert not await people.suspend(agent.id, ADMIN, suspended=False)
    assert (await quoting.choose(AMINA, type_id)).card_type.id == type_id
    news = [dict(one.facts) for one in await shop.owed(DeliveryKind.STANDING)]
    assert news == [{"suspended": True}, {"suspended": False}]
    actors = {row.event.action: row.event.actor for row in await shop.journal()}
    assert (actors["agent.suspended"], actors["agent.reinstated"]) == ("admin:1", "admin:2")


async def test_an_agent_is_renamed(shop: Shop) -> None:
    """The name of the shop is the admins' to give, without the spaces around it."""
    agent = await shop.open_agent()
    renamed = await shop.counter.people.rename(agent.id, "  Taxiphone El Bahdja ", ADMIN)
    assert renamed.name == "Taxiphone El Bahdja"
    async with shop.store.read() as work:
        assert await work.people.get_agent(agent.id) == renamed
    assert await shop.told("agent.renamed")
