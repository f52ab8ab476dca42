"""Persons, agents, members, access requests, in memory."""

from dataclasses import replace
from datetime import datetime

from bot.domain.agents import (
    AccessRequest,
    Agent,
    AgentId,
    Member,
    Person,
    PersonId,
    RequestId,
    RequestState,
    Wallet,
)
from bot.domain.instants import whole_ms
from bot.domain.money import Money
from tests.fakes.store.block import Part, kept, require


class MemoryPeople(Part):
    """People."""

    async def find_person(self, person_id: PersonId) -> Person | None:
        return self._state.persons.get(person_id)

    async def find_met(self, person_id: PersonId) -> tuple[Person, Agent | None] | None:
        person = await self.find_person(person_id)
        return None if person is None else (person, await self.find_agent_of(person_id))

    async def save_person(self, person: Person) -> None:
        self._draft.persons[person.id] = kept(person)

    async def add_agent(
        self, name: str, *, credit_limit: Money | None, currency: str, at: datetime
    ) -> Agent:
        draft = self._draft
        _check_limit(credit_limit, currency)
        agent = Agent(
            id=AgentId(len(draft.agents) + 1),
            name=name,
            margin_bp=None,
            suspended_at=None,
            created_at=whole_ms(at),
        )
        zero = Money.zero(currency)
        draft.agents[agent.id] = agent
        draft.wallets[agent.id] = Wallet(
            agent_id=agent.id, balance=zero, held=zero, credit_limit=credit_limit
        )
        return agent

    async def get_agent(self, agent_id: AgentId) -> Agent:
        return self._state.agents[agent_id]

    async def save_agent(self, agent: Agent) -> None:
        draft = self._draft
        _ = draft.agents[agent.id]
        require(that=(agent.margin_bp or 0) >= 0, otherwise="margin_bp >= 0")
        draft.agents[agent.id] = kept(agent)

    async def list_agents(self, *, offset: int = 0, limit: int = 1000) -> tuple[Agent, ...]:
        by_name = sorted(self._state.agents.values(), key=lambda agent: (agent.name, agent.id))
        return tuple(by_name[offset : offset + limit])

    async def count_agents(self) -> int:
        return len(self._state.agents)

    async def add_member(self, member: Member) -> None:
        draft = self._draft
        require(that=member.person_id not in draft.members, otherwise="member.person_id is unique")
        require(that=member.person_id in draft.persons, otherwise="member.person_id is a person")
        require(that=member.agent_id in draft.agents, otherwise="member.agent_id is an agent")
        draft.members[member.person_id] = kept(member)

    async def find_member(self, person_id: PersonId) -> Member | None:
        return self._state.members.get(person_id)

    async def find_agent_of(self, person_id: PersonId) -> Agent | None:
        member = self._state.members.get(person_id)
        return None if member is None else self._state.agents[member.agent_id]

    async def list_members(self, agent_id: AgentId) -> tuple[Member, ...]:
        ours = (one for one in self._state.members.values() if one.agent_id == agent_id)
        return tuple(sorted(ours, key=lambda one: (one.joined_at, one.person_id)))

    async def add_request(self, person_id: PersonId, *, at: datetime) -> AccessRequest:
        draft = self._draft
        require(that=person_id in draft.persons, otherwise="access_request.person_id is a person")
        request = AccessRequest(
            id=RequestId(len(draft.requests) + 1),
            person_id=person_id,
            state=RequestState.ASKED,
            asked_at=whole_ms(at),
            decided_at=None,
            decided_by=None,
        )
        self._keep(request)
        return request

    async def find_request(self, request_id: RequestId) -> AccessRequest | None:
        return self._state.requests.get(request_id)

    async def find_open_request(self, person_id: PersonId) -> AccessRequest | None:
        ours = (one for one in self._open() if one.person_id == person_id)
        return next(ours, None)

    async def save_request(self, request: AccessRequest) -> None:
        _ = self._draft.requests[request.id]
        self._keep(request)

    def _open(self) -> list[AccessRequest]:
        every = self._state.requests.values()
        return [one for one in every if one.state is RequestState.ASKED]

    def _keep(self, request: AccessRequest) -> None:
        asked = request.state is RequestState.ASKED
        require(that=asked == (request.decided_at is None), otherwise="a decision has its instant")
        twice = any(
            other.person_id == request.person_id and other.id != request.id
            for other in self._open()
        )
        require(that=not (asked and twice), otherwise="one undecided request for a person")
        self._draft.requests[request.id] = kept(request)


class MemoryLimits(Part):
    """Credit limits."""

    async def set_credit_limit(self, agent_id: AgentId, limit: Money | None) -> None:
        wallet = self._draft.wallets[agent_id]
        _check_limit(limit, wallet.balance.currency)
        self._draft.wallets[agent_id] = replace(wallet, credit_limit=limit)


def _check_limit(limit: Money | None, currency: str) -> None:
    fits = limit is None or (limit.currency == currency and limit.minor >= 0)
    require(that=fits, otherwise="a credit limit is in the wallet's currency, and not below zero")
