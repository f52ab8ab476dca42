"""Persons, agents, members and access requests, as they are stored."""

from datetime import datetime
from typing import Protocol

from bot.domain.agents import (
    AccessRequest,
    Agent,
    AgentId,
    Member,
    Person,
    PersonId,
    RequestId,
)
from bot.domain.money import Money


class People(Protocol):
    """Persons, agents, members, access requests."""

    async def find_person(self, person_id: PersonId) -> Person | None:
        """Find who wrote."""
        ...

    async def find_met(self, person_id: PersonId) -> tuple[Person, Agent | None] | None:
        """Find who wrote, with the agent that they act for."""
        ...

    async def save_person(self, person: Person) -> None:
        """Insert or replace a person."""
        ...

    async def add_agent(
        self, name: str, *, credit_limit: Money | None, currency: str, at: datetime
    ) -> Agent:
        """Open an agent with an empty wallet."""
        ...

    async def get_agent(self, agent_id: AgentId) -> Agent:
        """Get an agent."""
        ...

    async def save_agent(self, agent: Agent) -> None:
        """Replace an agent's row."""
        ...

    async def list_agents(self, *, offset: int = 0, limit: int = 1000) -> tuple[Agent, ...]:
        """List agents by name."""
        ...

    async def count_agents(self) -> int:
        """Count the agents."""
        ...

    async def add_member(self, member: Member) -> None:
        """Let a person act for an agent; `Conflict` when it already acts for one."""
        ...

    async def find_member(self, person_id: PersonId) -> Member | None:
        """Find whom a person acts for."""
        ...

    async def find_agent_of(self, person_id: PersonId) -> Agent | None:
        """Find the agent that a person acts for."""
        ...

    async def list_members(self, agent_id: AgentId) -> tuple[Member, ...]:
        """List an agent's members, oldest first."""
        ...

    async def add_request(self, person_id: PersonId, *, at: datetime) -> AccessRequest:
        """Record that a person asked for access; `Conflict` while an earlier one is undecided."""
        ...

    async def find_request(self, request_id: RequestId) -> AccessRequest | None:
        """Find an access request."""
        ...

    async def find_open_request(self, person_id: PersonId) -> AccessRequest | None:
        """Find a person's undecided request."""
        ...

    async def save_request(self, request: AccessRequest) -> None:
        """Replace a request's row."""
        ...
