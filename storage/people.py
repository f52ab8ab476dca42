"""Persons, agents, members, access requests."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, func, select
from sqlalchemy.dialects.sqlite import insert

from bot.domain.agents import (
    AccessRequest,
    Agent,
    AgentId,
    Member,
    Person,
    PersonId,
    RequestId,
    RequestState,
)
from bot.domain.money import Money
from storage import tables
from storage.ledger import credit_minor
from storage.session import Session, Values

_FIND_PERSON = select(tables.person).where(tables.person.c.id == bindparam("id_"))
_INSERT_PERSON = insert(tables.person)
_SAVE_PERSON = _INSERT_PERSON.on_conflict_do_update(
    index_elements=["id"],
    set_={
        name: _INSERT_PERSON.excluded[name]
        for name in ("name", "username", "language", "unreachable_at")
    },
)
_FIND_AGENT = select(tables.agent).where(tables.agent.c.id == bindparam("id_"))
_UPDATE_AGENT = tables.agent.update().where(tables.agent.c.id == bindparam("id_"))
_FIND_MEMBER = select(tables.member).where(tables.member.c.person_id == bindparam("person"))
_FIND_MET = (
    select(
        tables.person,
        *(column.label(f"agent_{column.name}") for column in tables.agent.c),
    )
    .outerjoin(tables.member, tables.member.c.person_id == tables.person.c.id)
    .outerjoin(tables.agent, tables.agent.c.id == tables.member.c.agent_id)
    .where(tables.person.c.id == bindparam("id_"))
)
_FIND_AGENT_OF = (
    select(tables.agent)
    .join(tables.member, tables.member.c.agent_id == tables.agent.c.id)
    .where(tables.member.c.person_id == bindparam("person"))
)
_FIND_REQUEST = select(tables.access_request).where(tables.access_request.c.id == bindparam("id_"))
_UPDATE_REQUEST = tables.access_request.update().where(
    tables.access_request.c.id == bindparam("id_")
)
_ASKED_BY = select(tables.access_request).where(
    tables.access_request.c.state == RequestState.ASKED,
    tables.access_request.c.person_id == bindparam("person"),
)


class SqlPeople:
    """Persons, agents, members, access requests."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def find_person(self, person_id: PersonId) -> Person | None:
        row = await self._session.find(_FIND_PERSON, {"id_": person_id})
        return None if row is None else _person(row)

    async def find_met(self, person_id: PersonId) -> tuple[Person, Agent | None] | None:
        row = await self._session.find(_FIND_MET, {"id_": person_id})
        return None if row is None else (_person(row), _agent_met(row))

    async def save_person(self, person: Person) -> None:
        await self._session.run(_SAVE_PERSON, _person_values(person))

    async def add_agent(
        self, name: str, *, credit_limit: Money | None, currency: str, at: datetime
    ) -> Agent:
        values: Values = {"name": name, "margin_bp": None, "suspended_at": None, "created_at": at}
        limit = credit_minor(credit_limit, currency)
        row = (await self._session.run(tables.agent.insert().returning(tables.agent), values)).one()
        empty: Values = {
            "agent_id": row.id,
            "currency": currency,
            "balance_minor": 0,
            "held_minor": 0,
            "credit_limit_minor": limit,
        }
        await self._session.run(tables.wallet.insert(), empty)
        return _agent(row)

    async def get_agent(self, agent_id: AgentId) -> Agent:
        row = await self._session.find(_FIND_AGENT, {"id_": agent_id})
        if row is None:
            raise KeyError(agent_id)
        return _agent(row)

    async def save_agent(self, agent: Agent) -> None:
        done = await self._session.run(_UPDATE_AGENT, {"id_": agent.id, **_agent_values(agent)})
        if done.rowcount == 0:
            raise KeyError(agent.id)

    async def list_agents(self, *, offset: int = 0, limit: int = 1000) -> tuple[Agent, ...]:
        page = (
            select(tables.agent)
            .order_by(tables.agent.c.name, tables.agent.c.id)
            .offset(offset)
            .limit(limit)
        )
        return tuple(map(_agent, await self._session.list(page)))

    async def count_agents(self) -> int:
        count: int = (
            await self._session.run(select(func.count()).select_from(tables.agent))
        ).scalar_one()
        return count

    async def add_member(self, member: Member) -> None:
        await self._session.run(tables.member.insert(), _member_values(member))

    async def find_member(self, person_id: PersonId) -> Member | None:
        row = await self._session.find(_FIND_MEMBER, {"person": person_id})
        return None if row is None else _member(row)

    async def find_agent_of(self, person_id: PersonId) -> Agent | None:
        row = await self._session.find(_FIND_AGENT_OF, {"person": person_id})
        return None if row is None else _agent(row)

    async def list_members(self, agent_id: AgentId) -> tuple[Member, ...]:
        ours = (
            select(tables.member)
            .where(tables.member.c.agent_id == agent_id)
            .order_by(tables.member.c.joined_at, tables.member.c.person_id)
        )
        return tuple(map(_member, await self._session.list(ours)))

    async def add_request(self, person_id: PersonId, *, at: datetime) -> AccessRequest:
        values: Values = {"person_id": person_id, "state": RequestState.ASKED, "asked_at": at}
        asked = tables.access_request.insert().returning(tables.access_request)
        return _request((await self._session.run(asked, values)).one())

    async def find_request(self, request_id: RequestId) -> AccessRequest | None:
        row = await self._session.find(_FIND_REQUEST, {"id_": request_id})
        return None if row is None else _request(row)

    async def find_open_request(self, person_id: PersonId) -> AccessRequest | None:
        row = await self._session.find(_ASKED_BY, {"person": person_id})
        return None if row is None else _request(row)

    async def save_request(self, request: AccessRequest) -> None:
        values = {"id_": request.id, **_request_values(request)}
        if (await self._session.run(_UPDATE_REQUEST, values)).rowcount == 0:
            raise KeyError(request.id)


def _person(row: Row[Any]) -> Person:
    return Person(
        id=row.id,
        name=row.name,
        username=row.username,
        language=row.language,
        unreachable_at=row.unreachable_at,
    )


def _person_values(person: Person) -> Values:
    return {
        "id": person.id,
        "name": person.name,
        "username": person.username,
        "language": person.language,
        "unreachable_at": person.unreachable_at,
    }


def _agent(row: Row[Any]) -> Agent:
    return Agent(
        id=row.id,
        name=row.name,
        margin_bp=row.margin_bp,
        suspended_at=row.suspended_at,
        created_at=row.created_at,
    )


def _agent_met(row: Row[Any]) -> Agent | None:
    if row.agent_id is None:
        return None
    return Agent(
        id=row.agent_id,
        name=row.agent_name,
        margin_bp=row.agent_margin_bp,
        suspended_at=row.agent_suspended_at,
        created_at=row.agent_created_at,
    )


def _agent_values(agent: Agent) -> Values:
    return {
        "name": agent.name,
        "margin_bp": agent.margin_bp,
        "suspended_at": agent.suspended_at,
        "created_at": agent.created_at,
    }


def _member(row: Row[Any]) -> Member:
    return Member(person_id=row.person_id, agent_id=row.agent_id, joined_at=row.joined_at)


def _member_values(member: Member) -> Values:
    return {
        "person_id": member.person_id,
        "agent_id": member.agent_id,
        "joined_at": member.joined_at,
    }


def _request(row: Row[Any]) -> AccessRequest:
    return AccessRequest(
        id=row.id,
        person_id=row.person_id,
        state=row.state,
        asked_at=row.asked_at,
        decided_at=row.decided_at,
        decided_by=row.decided_by,
    )


def _request_values(request: AccessRequest) -> Values:
    return {
        "person_id": request.person_id,
        "state": request.state,
        "asked_at": request.asked_at,
        "decided_at": request.decided_at,
        "decided_by": request.decided_by,
    }
