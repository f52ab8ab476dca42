"""Who may do what: meeting people, letting agents in, stopping a stolen phone."""

from dataclasses import dataclass, replace

from bot.domain.agents import (
    AccessRequest,
    Agent,
    AgentId,
    Language,
    Member,
    Person,
    PersonId,
    RequestId,
    RequestState,
)
from bot.domain.audit import Detail
from bot.domain.outbox import DeliveryKind
from bot.domain.refusals import RefusalReason
from bot.errors import Refusal
from bot.ports.store import Store, Work
from bot.ports.world import Clock
from bot.services import audit
from bot.services.bells import Bells
from bot.services.composing import find_maybe
from bot.services.delivery import unpark
from bot.services.owing import owe, owe_members
from bot.services.terms import Terms

SHOP_NAME_LENGTH = 64


async def active_agent(work: Work, person_id: PersonId) -> Agent:
    """The agent that a person acts for; `Refusal` for a stranger or a suspended agent."""
    agent = await work.people.find_agent_of(person_id)
    if agent is None:
        raise Refusal(RefusalReason.NOT_A_MEMBER)
    if agent.suspended_at is not None:
        raise Refusal(RefusalReason.SUSPENDED)
    return agent


@dataclass(frozen=True, slots=True, kw_only=True)
class Acquaintance:
    """Who somebody is to the shop; `asked` tells of a stranger's open request for access.

    `expected` is what a typed message would answer. `on_order` tells that the message whose button
    was pressed shows an order.
    """

    person: Person
    agent: Agent | None
    is_admin: bool
    asked: bool
    expected: str | None = None
    on_order: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A request and the admin who decided it, perhaps another than the one who tapped."""

    request: AccessRequest
    agent: Agent | None
    decided_by: Person | None
    mine: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """Everyone who writes to the bot."""

    store: Store
    clock: Clock
    bells: Bells
    terms: Terms

    def is_admin(self, person_id: PersonId) -> bool:
        """Tell whether the settings name this person as an admin."""
        return person_id in self.terms.admin_ids

    async def meet(
        self, person_id: PersonId, name: str, username: str | None, *, pressed: int | None = None
    ) -> Acquaintance:
        """Recognise who wrote: remember the name, and send what waited for them.

        `pressed` is the message whose button was pressed, if any.
        """
        async with self.store.read() as work:
            person, agent = await work.people.find_met(person_id) or (None, None)
            seen = Person(
                id=person_id,
                name=name,
                username=username,
                language=person.language if person else None,
            )
            met = await self._acquaintance(work, seen, agent, pressed)
        if seen != person:
            async with self.store.begin() as work:
                await work.people.save_person(seen)
                await unpark(work, person_id, at=self.clock.now())
            self.bells.delivery.ring()
        return met

    async def speak(self, person_id: PersonId, language: Language) -> Person:
        """Change a person's language."""
        async with self.store.begin() as work:
            person = await work.people.find_person(person_id)
            if person is None:
                raise Refusal(RefusalReason.NOTHING_THERE)
            changed = replace(person, language=language)
            await work.people.save_person(changed)
        return changed

    async def lose(self, person_id: PersonId) -> None:
        """Note that a person blocked the bot, until they write again."""
        async with self.store.begin() as work:
            person = await work.people.find_person(person_id)
            if person is not None:
                await work.people.save_person(replace(person, unreachable_at=self.clock.now()))

    async def ask_access(self, person_id: PersonId) -> bool:
        """Ask the admins to let a person sell; False when it was asked (or given) before."""
        async with self.store.begin() as work:
            known = await work.people.find_member(person_id)
            if known or await work.people.find_open_request(person_id):
                return False
            at = self.clock.now()
            request = await work.people.add_request(person_id, at=at)
            subject = f"person:{person_id}"
            await audit.note(work, "access.asked", subject, at=at, actor=audit.member(person_id))
            await self._tell_admins(work, request, "asked")
        self.bells.delivery.ring()
        return True

    async def decide(self, request_id: RequestId, admin_id: PersonId, *, approve: bool) -> Decision:
        """Let a person in, or not; the first admin to tap decides, the others are told who did."""
        async with self.store.begin() as work:
            request = await work.people.find_request(request_id)
            if request is None:
                raise Refusal(RefusalReason.NOTHING_THERE)
            if request.state is not RequestState.ASKED:
                return await _decision(work, request, mine=False)
            decided = await self._decide(work, request, admin_id, approve=approve)
            decision = await _decision(work, decided, mine=True)
        self.bells.delivery.ring()
        return decision

    async def suspend(self, agent_id: AgentId, admin_id: PersonId, *, suspended: bool) -> bool:
        """Stop an agent at once (a stolen phone), or let it sell again; False when it was so."""
        async with self.store.begin() as work:
            agent = await work.people.get_agent(agent_id)
            if (agent.suspended_at is not None) == suspended:
                return False
            at = self.clock.now()
            await work.people.save_agent(replace(agent, suspended_at=at if suspended else None))
            action = "agent.suspended" if suspended else "agent.reinstated"
            actor = audit.admin(admin_id)
            await audit.note(work, action, f"agent:{agent_id}", at=at, actor=actor)
            key = f"standing:{agent_id}:{at.isoformat()}"
            facts = {"suspended": suspended}
            await owe_members(work, agent_id, DeliveryKind.STANDING, key, at=at, facts=facts)
        self.bells.delivery.ring()
        return True

    async def rename(self, agent_id: AgentId, name: str, admin_id: PersonId) -> Agent:
        """Give an agent the name of its shop."""
        async with self.store.begin() as work:
            agent = await work.people.get_agent(agent_id)
            renamed = replace(agent, name=name.strip()[:SHOP_NAME_LENGTH])
            await work.people.save_agent(renamed)
            at = self.clock.now()
            actor = audit.admin(admin_id)
            await audit.note(work, "agent.renamed", f"agent:{agent_id}", at=at, actor=actor)
        return renamed

    async def _acquaintance(
        self, work: Work, person: Person, agent: Agent | None, pressed: int | None
    ) -> Acquaintance:
        request = None if agent else await work.people.find_open_request(person.id)
        shown = await work.orders.find_by_message(person.id, pressed) if pressed else None
        return Acquaintance(
            person=person,
            agent=agent,
            is_admin=self.is_admin(person.id),
            asked=request is not None,
            expected=await work.inputs.find(person.id),
            on_order=shown is not None,
        )

    async def _decide(
        self, work: Work, request: AccessRequest, admin_id: PersonId, *, approve: bool
    ) -> AccessRequest:
        at = self.clock.now()
        state = RequestState.APPROVED if approve else RequestState.DECLINED
        decided = replace(request, state=state, decided_at=at, decided_by=admin_id)
        await work.people.save_request(decided)
        given = await self._let_in(work, request.person_id) if approve else {}
        subject = f"person:{request.person_id}"
        actor = audit.admin(admin_id)
        await audit.note(work, f"access.{state}", subject, at=at, actor=actor, **given)
        key = f"access:{request.id}:decided"
        kind = DeliveryKind.ACCESS_DECIDED
        await owe(work, kind, request.person_id, key, at=at, facts={"approved": approve})
        await self._tell_admins(work, decided, "decided")
        return decided

    async def _let_in(self, work: Work, person_id: PersonId) -> dict[str, Detail]:
        """Open a shop; tells what is journaled of it."""
        at = self.clock.now()
        limit = self.terms.default_credit_limit
        person = await work.people.find_person(person_id)
        agent = await work.people.add_agent(
            (person.name if person else str(person_id))[:SHOP_NAME_LENGTH],
            credit_limit=limit,
            currency=self.terms.currency,
            at=at,
        )
        await work.people.add_member(Member(person_id=person_id, agent_id=agent.id, joined_at=at))
        return {"agent": agent.id, "limit_minor": None if limit is None else limit.minor}

    async def _tell_admins(self, work: Work, request: AccessRequest, what: str) -> None:
        told = {
            delivery.person_id: delivery.id
            for delivery in await work.outbox.list_by_fact(
                DeliveryKind.ACCESS_ASKED, "request", request.id
            )
        }
        for admin_id in self.terms.admin_ids:
            await owe(
                work,
                DeliveryKind.ACCESS_ASKED,
                admin_id,
                f"access:{request.id}:{admin_id}:{what}",
                at=self.clock.now(),
                facts={"request": request.id, "delivery": told.get(admin_id)},
            )


async def _decision(work: Work, request: AccessRequest, *, mine: bool) -> Decision:
    return Decision(
        request=request,
        agent=await work.people.find_agent_of(request.person_id),
        decided_by=await find_maybe(work, request.decided_by),
        mine=mine,
    )
