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
from bot.errors import BotError, StoreError
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
from storage.verify import Means, Report, verify

CLEAN, FOUND, UNREADABLE, INCOMPLETE = 0, 1, 2, 3


async def run(
    file: Path | None,
    *,
    json: bool = False,
    provider: bool = False,
    environment: Mapping[str, str] = os.environ,
    root: Path = ROOT,
) -> int:
    """Verify FILE, or the database of the settings, and leave no trace.

    1 when something does not agree or is damaged, 2 when there is nothing to read. `provider`:
    hold the database of the settings against each provider account too, by a few calls that
    change nothing; 3 when all that was checked agrees, and one of them could not be asked.
    """
    if provider and file is not None:
        print("--provider asks about the database in use: leave FILE out.", file=sys.stderr)
        return UNREADABLE
    settings = load(environment, root) if provider else None
    path = file or load_database(environment, root)
    notes: list[str] = []
    write = verdict.as_json if json else verdict.as_text
    try:
        report = await verify(path, _means(environment, root, in_use=file is None))
    except StoreError as fault:
        if json:
            print(verdict.unreadable_as_json(path, fault))
        print(fault, file=sys.stderr)
        return UNREADABLE
    if settings is not None:
        report, notes = await _ask(settings, report)
    print(write(path, report, notes))
    return _code(report)


def _code(report: Report) -> int:
    if not report.is_clean:
        return FOUND
    return INCOMPLETE if report.lacking else CLEAN


def _means(environment: Mapping[str, str], root: Path, *, in_use: bool) -> Means:
    keys = load_card_keys(environment, root)
    return Means(
        vault=None if keys is None else KeyRingVault(keys),
        horizons=load_horizons(environment, root),
        in_use_at=SystemClock().now() if in_use else None,
    )


async def _ask(settings: Settings, report: Report) -> tuple[Report, list[str]]:
    """Ask each provider account of the settings; those that have books alone are named."""
    redactor.hide(*settings.secrets())
    done = Reconciled()
    asked = []
    for provider in (await providers_beside(settings, SystemClock())).values():
        asked.append(provider.account.name)
        try:
            done.add((await _ask_one(provider, settings)).of(asked[-1]))
        finally:
            await provider.close()
    for name in report.accounts:
        if name not in asked:
            done.add(Reconciled().leave("it has books, and the settings do not name it").of(name))
    full = replace(
        report,
        findings=(*report.findings, *done.findings),
        unchecked=(*report.unchecked, *done.unchecked),
        asked=tuple(asked),
    )
    return full, done.notes


async def _ask_one(provider: Provider, settings: Settings) -> Reconciled:
    if await is_locked_out(provider, settings):
        why = "this key was rejected minutes ago: trying it again would lock this address out"
        return Reconciled().leave(why)

    def reading() -> AbstractAsyncContextManager[Work]:
        return looking_into(settings.database)

    asking = Reconciling(reading=reading, provider=provider, clock=SystemClock())
    try:
        return await asking.reconcile()
    except (BotError, ValueError, LookupError) as fault:  # what is damaged is found by its row
        return Reconciled().leave(f"our own side cannot be read ({type(fault).__name__})")
