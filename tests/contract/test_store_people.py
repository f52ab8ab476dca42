from dataclasses import replace

import pytest

from bot.domain.agents import Agent, AgentId, Language, Member, PersonId, RequestId, RequestState
from bot.errors import Conflict
from bot.ports.store import Store
from tests.contract.store_samples import AMINA, BILAL, after, dzd, open_shop, person
from tests.fakes.world import NOON


async def test_a_person_is_kept_and_replaced(store: Store) -> None:
    """Saving a person twice keeps the second version."""
    later = replace(
        person(), name="Amina B.", username="amina", language=None, unreachable_at=after(1)
    )
    async with store.begin() as work:
        assert await work.people.find_person(AMINA) is None
        await work.people.save_person(person())
        await work.people.save_person(later)
        assert await work.people.find_person(AMINA) == later


@pytest.mark.parametrize("language", [*Language, None])
async def test_every_language_is_kept(store: Store, language: Language | None) -> None:
    """A person's language comes back as it was chosen."""
    chosen = replace(person(), language=language)
    async with store.begin() as work:
        await work.people.save_person(chosen)
        assert await work.people.find_person(AMINA) == chosen


async def test_an_agent_starts_with_an_empty_wallet(store: Store) -> None:
    """A new agent has no margin of its own, is not suspended, and has no money."""
    async with store.begin() as work:
        agent = await work.people.add_agent("Shop", credit_limit=dzd(500), currency="DZD", at=NOON)
        wallet = await work.ledger.wallet(agent.id)
        assert await work.people.get_agent(agent.id) == agent
    assert agent == Agent(
        id=agent.id, name="Shop", margin_bp=None, suspended_at=None, created_at=NOON
    )
    assert (wallet.balance, wallet.held) == (dzd(0), dzd(0))
    assert wallet.credit_limit == dzd(500)


async def test_a_missing_agent_is_an_error(store: Store) -> None:
    """Getting or saving an agent that is not there raises."""
    async with store.begin() as work:
        agent = await open_shop(work)
        with pytest.raises(KeyError):
            await work.people.get_agent(AgentId(99))
        with pytest.raises(KeyError):
            await work.people.save_agent(replace(agent, id=AgentId(99)))


async def test_an_agent_is_replaced(store: Store) -> None:
    """A saved agent comes back as it was saved."""
    async with store.begin() as work:
        agent = await open_shop(work)
        changed = replace(agent, name="Other", margin_bp=700, suspended_at=after(5))
        await work.people.save_agent(changed)
        assert await work.people.get_agent(agent.id) == changed


async def test_a_margin_is_never_negative(store: Store) -> None:
    """A margin below zero would sell below cost."""
    async with store.begin() as work:
        agent = await open_shop(work)
        with pytest.raises(Conflict):
            await work.people.save_agent(replace(agent, margin_bp=-1))


async def test_a_credit_limit_is_in_the_wallets_currency(store: Store) -> None:
    """A limit in another currency, or below zero, means nothing."""
    async with store.begin() as work:
        with pytest.raises(Conflict):
            await work.people.add_agent("Shop", credit_limit=dzd(1), currency="EUR", at=NOON)
        with pytest.raises(Conflict):
            await work.people.add_agent("Shop", credit_limit=dzd(-1), currency="DZD", at=NOON)


async def test_agents_are_listed_by_name_in_pages(store: Store) -> None:
    """The list is in order of names, and of age where names are equal."""
    async with store.begin() as work:
        for name in ("Gamma", "Alpha", "Beta", "Alpha"):
            await work.people.add_agent(name, credit_limit=None, currency="DZD", at=NOON)
        every = await work.people.list_agents()
        assert [(agent.name, agent.id) for agent in every] == [
            ("Alpha", 2),
            ("Alpha", 4),
            ("Beta", 3),
            ("Gamma", 1),
        ]
        assert await work.people.list_agents(offset=1, limit=2) == every[1:3]
        assert await work.people.count_agents() == 4


async def test_a_person_acts_for_one_agent(store: Store) -> None:
    """A member of one agent cannot join another."""
    async with store.begin() as work:
        first = await open_shop(work)
        second = await work.people.add_agent("2", credit_limit=None, currency="DZD", at=NOON)
        with pytest.raises(Conflict):
            await work.people.add_member(
                Member(person_id=AMINA, agent_id=second.id, joined_at=NOON)
            )
        found = await work.people.find_member(AMINA)
        assert found == Member(person_id=AMINA, agent_id=first.id, joined_at=NOON)
        assert await work.people.find_member(BILAL) is None
        assert await work.people.find_agent_of(AMINA) == first
        assert await work.people.find_agent_of(BILAL) is None


async def test_a_person_is_met_with_the_agent(store: Store) -> None:
    """Who wrote is found together with the agent, if any; who never wrote is not."""
    async with store.begin() as work:
        agent = replace(await open_shop(work), margin_bp=700, suspended_at=after(5))
        await work.people.save_agent(agent)
        await work.people.save_person(person(BILAL))
        assert await work.people.find_met(AMINA) == (person(), agent)
        assert await work.people.find_met(BILAL) == (person(BILAL), None)
        assert await work.people.find_met(PersonId(99)) is None


@pytest.mark.parametrize(("who", "agent"), [(BILAL, 1), (AMINA, 99)])
async def test_a_member_is_a_person_of_an_agent(store: Store, who: PersonId, agent: int) -> None:
    """Nobody joins who never wrote, and nobody joins an agent that is not there."""
    async with store.begin() as work:
        await work.people.save_person(person())
        await work.people.add_agent("1", credit_limit=None, currency="DZD", at=NOON)
    with pytest.raises(Conflict):
        async with store.begin() as work:
            await work.people.add_member(
                Member(person_id=who, agent_id=AgentId(agent), joined_at=NOON)
            )


async def test_members_are_listed_oldest_first(store: Store) -> None:
    """An agent's members are listed in the order they joined, without others'."""
    async with store.begin() as work:
        agent = await open_shop(work)
        await open_shop(work, member=PersonId(5))
        await work.people.save_person(person(BILAL))
        early = Member(person_id=BILAL, agent_id=agent.id, joined_at=after(-60))
        await work.people.add_member(early)
        members = await work.people.list_members(agent.id)
        assert [member.person_id for member in members] == [BILAL, AMINA]


async def test_access_is_asked_once_until_decided(store: Store) -> None:
    """A second request waits for the decision on the first."""
    async with store.begin() as work:
        await work.people.save_person(person())
        request = await work.people.add_request(AMINA, at=NOON)
        with pytest.raises(Conflict):
            await work.people.add_request(AMINA, at=after(1))
        assert await work.people.find_request(request.id) == request
        assert await work.people.find_open_request(AMINA) == request
        declined = replace(
            request, state=RequestState.DECLINED, decided_at=after(2), decided_by=BILAL
        )
        await work.people.save_request(declined)
        assert await work.people.find_request(request.id) == declined
        assert await work.people.find_open_request(AMINA) is None
        again = await work.people.add_request(AMINA, at=after(3))
        assert (again.id, again.asked_at) == (request.id + 1, after(3))
        with pytest.raises(Conflict):
            await work.people.save_request(request)


async def test_requests_that_make_no_sense_are_refused(store: Store) -> None:
    """A request is by someone known, and decided at some instant or not at all."""
    async with store.begin() as work:
        await work.people.save_person(person())
        request = await work.people.add_request(AMINA, at=NOON)
        assert await work.people.find_request(RequestId(99)) is None
        with pytest.raises(Conflict):
            await work.people.save_request(replace(request, state=RequestState.APPROVED))
        with pytest.raises(KeyError):
            await work.people.save_request(replace(request, id=RequestId(99)))
    with pytest.raises(Conflict):
        async with store.begin() as work:
            await work.people.add_request(BILAL, at=NOON)
