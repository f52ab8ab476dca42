"""The distributor's desk: finding agents, margins, pausing, sales."""

import re
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.domain.agents import Agent, AgentId, Person, PersonId, Wallet
from bot.domain.refusals import RefusalReason
from bot.errors import Refusal
from bot.ports.store import Sold, Store, Work
from bot.ports.world import Clock
from bot.services import audit, marks
from bot.services.alerts import settle_alerts
from bot.services.bells import Bells
from bot.services.terms import Terms
from bot.services.wallet import start_of_day

PAGE = 8
NAMES_SHOWN = 5

_TELEGRAM_ID = re.compile(r"\d{1,15}")
"""Telegram's ids have fewer than 52 bits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentLine:
    """An agent with its wallet, as a line of a list."""

    agent: Agent
    wallet: Wallet


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentsPage:
    """A page of agents by name; pages count from 1."""

    lines: tuple[AgentLine, ...]
    page: int
    pages: int
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentFile:
    """All about one agent. `margin_bp` is the one in force, its own or the default."""

    agent: Agent
    wallet: Wallet
    members: tuple[Person, ...]
    margin_bp: int
    today: Sold
    orders: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sales:
    """What was sold, in the shop's days."""

    today: Sold
    yesterday: Sold
    week: Sold
    month: Sold
    agents_today: tuple[tuple[Agent, Sold], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What admins look up and decide."""

    store: Store
    clock: Clock
    bells: Bells
    terms: Terms

    async def find_agent(self, text: str) -> Agent:
        """Find an agent by a member's Telegram id or a unique part of the shop's name."""
        async with self.store.read() as work:
            if _TELEGRAM_ID.fullmatch(text):
                member = await work.people.find_member(PersonId(int(text)))
                if member is not None:
                    return await work.people.get_agent(member.agent_id)
            return _unique(text, await work.people.list_agents())

    async def agents(self, page: int = 1) -> AgentsPage:
        """List the agents with their wallets; a page beyond the last is the last."""
        async with self.store.read() as work:
            total = await work.people.count_agents()
            pages = max(1, -(-total // PAGE))
            page = min(max(1, page), pages)
            agents = await work.people.list_agents(offset=(page - 1) * PAGE, limit=PAGE)
            lines = [AgentLine(agent=a, wallet=await work.ledger.wallet(a.id)) for a in agents]
        return AgentsPage(lines=tuple(lines), page=page, pages=pages, total=total)

    async def agent(self, agent_id: AgentId) -> AgentFile:
        """Show one agent."""
        now = self.clock.now()
        async with self.store.read() as work:
            agent = await work.people.get_agent(agent_id)
            default = await marks.default_margin_bp(work, self.terms.default_margin_bp)
            return AgentFile(
                agent=agent,
                wallet=await work.ledger.wallet(agent_id),
                members=await _members(work, agent_id),
                margin_bp=default if agent.margin_bp is None else agent.margin_bp,
                today=await work.orders.sold(
                    start_of_day(now, self.terms),
                    now,
                    currency=self.terms.currency,
                    agent_id=agent_id,
                ),
                orders=await work.orders.count_of_agent(agent_id),
            )

    async def default_margin_bp(self) -> int:
        """The margin for agents without one of their own."""
        async with self.store.read() as work:
            return await marks.default_margin_bp(work, self.terms.default_margin_bp)

    async def set_margin(
        self, margin_bp: int | None, admin_id: PersonId, *, of: AgentId | None
    ) -> None:
        """Set an agent's margin (None: the default again), or the default itself."""
        async with self.store.begin() as work:
            if of is None:
                value = None if margin_bp is None else str(margin_bp)
                await work.marks.set(marks.DEFAULT_MARGIN, value)
            else:
                agent = await work.people.get_agent(of)
                await work.people.save_agent(replace(agent, margin_bp=margin_bp))
            subject = "shop" if of is None else f"agent:{of}"
            actor = audit.admin(admin_id)
            at = self.clock.now()
            await audit.note(work, "margin.set", subject, at=at, actor=actor, margin_bp=margin_bp)

    async def pause(self, admin_id: PersonId) -> bool:
        """Stop selling at once; deliveries go on. False when it was paused."""
        async with self.store.begin() as work:
            if await work.marks.find(marks.PAUSED):
                return False
            at = self.clock.now()
            await marks.set_instant(work, marks.PAUSED, at)
            await audit.note(work, "selling.paused", "shop", at=at, actor=audit.admin(admin_id))
        self.bells.placing.ring()
        return True

    async def resume(self, admin_id: PersonId) -> bool:
        """Sell again, after a pause or a restore; False when nothing stopped it."""
        async with self.store.begin() as work:
            paused = await work.marks.find(marks.PAUSED)
            restored = await work.marks.find(marks.RESTORED)
            if not paused and not restored:
                return False
            if restored and not await work.marks.find(marks.RESTORE_READ):
                # What was sold after the copy was made is not known yet: it could be sold twice.
                raise Refusal(RefusalReason.NOT_POSSIBLE_NOW, {"state": "restored"})
            at = self.clock.now()
            for mark in (marks.PAUSED, marks.RESTORED, marks.RESTORE_READ, marks.BACKED_UP):
                await work.marks.set(mark, None)
            await audit.note(work, "selling.resumed", "shop", at=at, actor=audit.admin(admin_id))
            await settle_alerts(work, "shop", admin_id, "resume", at=at)
        self.bells.placing.ring()
        self.bells.delivery.ring()
        return True

    async def exported(self, admin_id: PersonId) -> None:
        """Journal that an admin took a copy for the auditor."""
        async with self.store.begin() as work:
            at, actor = self.clock.now(), audit.admin(admin_id)
            await audit.note(work, "export.sent", "shop", at=at, actor=actor)

    async def sales(self) -> Sales:
        """Add up what was sold today, yesterday, in 7 and in 30 days."""
        now = self.clock.now()
        midnight = start_of_day(now, self.terms)
        day, currency = timedelta(days=1), self.terms.currency
        async with self.store.read() as work:
            sold = work.orders.sold
            agents = [
                (agent, await sold(midnight, now, currency=currency, agent_id=agent.id))
                for agent in await work.people.list_agents()
            ]
            return Sales(
                today=await sold(midnight, now, currency=currency),
                yesterday=await sold(midnight - day, midnight, currency=currency),
                week=await sold(midnight - 6 * day, now, currency=currency),
                month=await sold(midnight - 29 * day, now, currency=currency),
                agents_today=tuple((agent, one) for agent, one in agents if one.orders),
            )


def _unique(text: str, agents: tuple[Agent, ...]) -> Agent:
    wanted = text.casefold()
    exact = [agent for agent in agents if agent.name.casefold() == wanted]
    found = exact or [agent for agent in agents if wanted in agent.name.casefold()]
    if not found or not wanted:
        raise Refusal(RefusalReason.AGENT_UNKNOWN, {"text": text})
    if len(found) > 1:
        names = ", ".join(agent.name for agent in found[:NAMES_SHOWN])
        raise Refusal(RefusalReason.AGENT_AMBIGUOUS, {"text": text, "names": names})
    return found[0]


async def _members(work: Work, agent_id: AgentId) -> tuple[Person, ...]:
    members = await work.people.list_members(agent_id)
    persons = [await work.people.find_person(member.person_id) for member in members]
    return tuple(person for person in persons if person is not None)
