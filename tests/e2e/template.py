"""Databases made ready once: twenty-four agents with money, and the catalogue as last read."""

import asyncio
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.commands.opening import open_store
from bot.commands.system import SystemClock
from bot.commands.terms import providers_of, terms_of
from bot.domain.agents import Language, PersonId
from bot.domain.money import Money
from bot.domain.outbox import DeliveryState
from bot.domain.rates import MILLION, Rate
from bot.playground.oneclickdz import DEMO_KEY, OneClickDZ
from bot.playground.plum import Plum
from bot.playground.settings import playground_settings, plum_settings
from bot.ports.store import Store
from bot.services.bells import Bells
from bot.services.catalog import Catalog
from bot.services.people import People
from bot.services.rates import KeptRate, set_rate
from bot.services.wallet import Wallets
from bot.settings import load

ADMIN_ID, FIRST_AGENT_ID, AGENTS = 1001, 4001, 24
LANGUAGES = (Language.ENGLISH, Language.FRENCH, Language.ARABIC)
CASH = 20_000

CARD_KEYS = "tests:ZXZlcnkgdGVzdCBzZWFscyBpdHMgY2FyZHMgd2l0aCA="
"""Fixed, so that every process of a test opens what an earlier one sealed."""

WAITS = {"CARD_KEYS": CARD_KEYS, "TRACK_SECONDS": "0.2", "ONECLICKDZ_HORIZON_SECONDS": "1"}

DOLLAR = Rate(source="USD", target="DZD", millionths=138 * MILLION)
"""What a provider's money is worth where it is not the shop's."""


def settings_for(
    database: Path,
    *,
    telegram_url: str = "http://127.0.0.1:9",
    telegram_token: str = "700000001:AAE-a-token-of-nobody-at-all-0123456",
    provider_url: str = "http://127.0.0.1:9",
    provider_key: str = DEMO_KEY,
    more: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """Give all settings of a bot in front of doubles; port 9 answers nobody."""
    return playground_settings(
        telegram_url=telegram_url,
        telegram_token=telegram_token,
        provider_url=provider_url,
        provider_key=provider_key,
        database=database,
        admin_ids=[ADMIN_ID],
        more={**WAITS, **(more or {})},
    )


def at_plum(plum_url: str, *, alone: bool) -> dict[str, str]:
    """Give the settings of a bot that sells at a Plum double: beside the other one, or `alone`."""
    others = {"ONECLICKDZ_API_KEY": ""} if alone else {}
    return {**plum_settings(plum_url), "PLUM_HORIZON_SECONDS": "1", **others}


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the database that each test copies."""
    database = tmp_path_factory.mktemp("template") / "wakil.db"
    asyncio.run(make_template(database))
    return database


@pytest.fixture(scope="session")
def plum_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the database that each test of a shop at Plum copies."""
    database = tmp_path_factory.mktemp("plum-template") / "wakil.db"
    asyncio.run(make_template(database, plum=Plum(), alone=True))
    return database


async def make_template(
    database: Path, *, cash: int = CASH, plum: Plum | None = None, alone: bool = False
) -> None:
    """Make a database with the catalogue, an admin, and agents with money.

    The catalogue is the first provider's, and that of `plum`, or of `plum` `alone`.
    """
    clock = SystemClock()
    async with AsyncExitStack() as serving:
        provider_url = await serving.enter_async_context(OneClickDZ().serve())
        more = {}
        if plum is not None:
            more = at_plum(await serving.enter_async_context(plum.serve()), alone=alone)
        wanted = settings_for(database, provider_url=provider_url, more=more)
        settings = load(wanted, database.parent)
        terms = terms_of(settings)
        async with open_store(settings) as opened:
            providers = providers_of(settings, clock, opened)
            store, bells = opened.store, Bells()
            await Catalog(store=store, providers=providers, clock=clock, terms=terms).refresh()
            people = People(store=store, clock=clock, bells=bells, terms=terms)
            wallets = Wallets(store=store, clock=clock, bells=bells, terms=terms)
            await _meet(people, PersonId(ADMIN_ID), "Nadia", Language.FRENCH)
            if plum is not None:
                await _set_rate(store, clock)
            for number in range(AGENTS):
                await _let_in(people, wallets, number, cash)
            await _forget_messages(store, clock)
        for provider in providers.values():
            await provider.close()


async def _set_rate(store: Store, clock: SystemClock) -> None:
    async with store.begin() as work:
        kept = KeptRate(rate=DOLLAR, since=clock.now())
        await set_rate(work, kept, PersonId(ADMIN_ID))


async def _let_in(people: People, wallets: Wallets, number: int, cash: int) -> None:
    person_id = PersonId(FIRST_AGENT_ID + number)
    await _meet(people, person_id, shop_name(number), LANGUAGES[number % len(LANGUAGES)])
    await people.ask_access(person_id)
    async with people.store.read() as work:
        asked = await work.people.find_open_request(person_id)
    assert asked is not None
    decision = await people.decide(asked.id, PersonId(ADMIN_ID), approve=True)
    assert decision.agent is not None
    brought, request = Money.of(cash, wallets.terms.currency), f"{ADMIN_ID}:{number}"
    await wallets.top_up(decision.agent.id, brought, PersonId(ADMIN_ID), request=request)


async def _meet(people: People, person_id: PersonId, name: str, language: Language) -> None:
    await people.meet(person_id, name, None)
    await people.speak(person_id, language)


async def _forget_messages(store: Store, clock: SystemClock) -> None:
    """Drop what is owed for letting agents in: each test begins with quiet chats."""
    async with store.begin() as work:
        soon = clock.now() + timedelta(days=1)
        for owed in await work.outbox.list_due(soon, limit=1000):
            await work.outbox.save(replace(owed, state=DeliveryState.DROPPED))


def shop_name(number: int) -> str:
    """Name an agent; the number makes it unique."""
    return f"Shop <{number}> & Co"
