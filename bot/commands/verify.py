"""Check the books and the journal of the database, of a backup or of an export."""

import os
import sys
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from pathlib import Path

from bot.commands import verdict
from bot.commands.lockout import is_locked_out
from bot.commands.opening import looking_into
from bot.commands.reconciled import Reconciled
from bot.commands.reconciling import Reconciling
from bot.commands.system import SystemClock
from bot.commands.terms import providers_beside
from bot.domain.verifying import ONLINE, Unchecked
from bot.errors import StoreError
from bot.log import redactor
from bot.ports.provider import Provider
from bot.ports.store import Work
from bot.settings import (
    ROOT,
    Settings,
    load,
    load_card_keys,
    load_database,
    load_horizons,
)
from bot.vault import KeyRingVault
from storage.verify import Means, verify

CLEAN, FOUND, UNREADABLE = 0, 1, 2


async def run(
    file: Path | None,
    *,
    json: bool = False,
    provider: bool = False,
    environment: Mapping[str, str] = os.environ,
    root: Path = ROOT,
) -> int:
    """Verify FILE, or the database of the settings, and leave no trace.

    1 when something does not agree, 2 when it cannot be read. `provider`: hold the database of
    the settings against the provider too, by a few calls that change nothing.
    """
    if provider and file is not None:
        print("--provider asks about the database in use: leave FILE out.", file=sys.stderr)
        return UNREADABLE
    settings = load(environment, root) if provider else None
    path = file or load_database(environment, root)
    write = verdict.as_json if json else verdict.as_text
    try:
        report = await verify(path, _means(environment, root, in_use=file is None))
        asked = Reconciled() if settings is None else await _ask(settings)
    except StoreError as fault:
        if json:
            print(verdict.unreadable_as_json(path, fault))
        print(fault, file=sys.stderr)
        return UNREADABLE
    report = replace(
        report,
        findings=(*report.findings, *asked.findings),
        unchecked=(*report.unchecked, *asked.unchecked),
        asked=settings is not None,
    )
    print(write(path, report, asked.notes))
    return CLEAN if report.is_clean else FOUND


def _means(environment: Mapping[str, str], root: Path, *, in_use: bool) -> Means:
    keys = load_card_keys(environment, root)
    return Means(
        vault=None if keys is None else KeyRingVault(keys),
        horizons=load_horizons(environment, root),
        in_use_at=SystemClock().now() if in_use else None,
    )


async def _ask(settings: Settings) -> Reconciled:
    """Ask each provider account of the settings."""
    redactor.hide(*settings.secrets())
    done = Reconciled()
    for provider in (await providers_beside(settings, SystemClock())).values():
        try:
            one = await _ask_one(provider, settings)
        finally:
            await provider.close()
        one.notes = [f"{provider.title}: {note}" for note in one.notes]
        done.add(one)
    return done


async def _ask_one(provider: Provider, settings: Settings) -> Reconciled:
    if await is_locked_out(provider, settings):
        why = "this key was rejected minutes ago: trying it again would lock this address out"
        return Reconciled(unchecked=[Unchecked(check=one, why=why) for one in sorted(ONLINE)])

    def reading() -> AbstractAsyncContextManager[Work]:
        return looking_into(settings.database)

    return await Reconciling(reading=reading, provider=provider, clock=SystemClock()).reconcile()
