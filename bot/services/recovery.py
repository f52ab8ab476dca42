"""Starting: number this process, take up what an earlier one left, look at the providers."""

import base64
import json
from dataclasses import dataclass
from datetime import timedelta

import structlog

from bot.domain.alerts import AlertKind
from bot.domain.orders import OPEN, OrderState
from bot.errors import ProviderError, ProviderUnauthorized, SettingsError, Tampered
from bot.ports.provider import Provider, ProviderProfile, Providers
from bot.ports.store import Store, Work
from bot.ports.vault import Vault
from bot.ports.world import Clock
from bot.services import audit, gates, marks
from bot.services.alerts import alert_is_over
from bot.services.answering import make_unknown
from bot.services.keeping import INDEX_KEY_SLOT, Keeper
from bot.services.movements import Movements
from bot.services.terms import Terms

log = structlog.get_logger(__name__)

LOCKOUT = timedelta(minutes=15)
"""A rejected key is not tried again for so long: providers lock addresses out for it."""


async def begin_epoch(store: Store, clock: Clock) -> int:
    """Number this process, one more than the last, and journal the start."""
    async with store.begin() as work:
        last = await work.journal.last()
        if last is not None and not await work.marks.find(marks.UNCHECKED):
            await marks.set_instant(work, marks.UNCHECKED, last.event.at)
        epoch = int(await work.marks.find(marks.EPOCH) or 0) + 1
        await work.marks.set(marks.EPOCH, str(epoch))
        await audit.note(work, "bot.started", "shop", at=clock.now(), epoch=epoch)
    return epoch


async def open_keeper(store: Store, vault: Vault) -> Keeper:
    """Check that every key in use is configured, and open (or make) the index key."""
    async with store.begin() as work:
        used = keys_in_use(await work.marks.find(marks.KEYS_IN_USE))
        if missing := used - vault.key_ids:
            raise SettingsError(
                f"CARD_KEYS lacks {', '.join(sorted(missing))}, which cards are sealed with: "
                "put it back behind the newest key, then start again."
            )
        in_use = sorted(used | {vault.newest_key_id})
        await work.marks.set(marks.KEYS_IN_USE, json.dumps(in_use))
        index_key = await _index_key(work, vault)
    return Keeper(vault=vault, index_key=index_key)


def keys_in_use(mark: str | None) -> frozenset[str]:
    """Read which keys something may be sealed with."""
    return frozenset(json.loads(mark)) if mark else frozenset()


async def _index_key(work: Work, vault: Vault) -> bytes:
    kept = await work.marks.find(marks.INDEX_KEY)
    if kept is not None:
        return _opened(vault, base64.b64decode(kept))
    index_key = vault.new_index_key()
    await save_index_key(work, vault, index_key)
    return index_key


def _opened(vault: Vault, sealed: bytes) -> bytes:
    try:
        return vault.open(sealed, INDEX_KEY_SLOT)
    except Tampered as error:
        raise SettingsError(
            f"CARD_KEYS holds another key under the name {vault.key_id(sealed)} than the one that "
            "cards are sealed with: put the right one back, then start again."
        ) from error


async def save_index_key(work: Work, vault: Vault, index_key: bytes) -> None:
    """Keep the index key, sealed with the newest key."""
    sealed = vault.seal(index_key, INDEX_KEY_SLOT)
    await work.marks.set(marks.INDEX_KEY, base64.b64encode(sealed).decode())


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovery:
    """Takes up the work of earlier processes, by the same paths that it would have taken."""

    store: Store
    providers: Providers
    movements: Movements
    clock: Clock
    terms: Terms

    async def take_up(self) -> None:
        """Count every order that an earlier process was sending as unknown: it may have left."""
        async with self.store.begin() as work:
            for order in await work.orders.list_in(OrderState.SENDING):
                await make_unknown(work, order, "process ended", None, at=self.clock.now())

    async def check_providers(self) -> None:
        """Ask every provider what its key is; freeze what cannot trade.

        Raises `SettingsError` when the only provider rejects its key and nothing is owed to
        anybody: better not to start than to look alive.
        """
        useless = len(self.providers) == 1 and not await self._anything_owed()
        for provider in self.providers.values():
            fault = await self._remembered_fault(provider)
            if fault is not None:
                provider.freeze()
            else:
                try:
                    fault = await self._asked_fault(provider)
                except ProviderError as error:
                    log.warning("key not checked", error=str(error))
                    continue
                await self._remember(provider, fault, told=not useless)
            if fault and useless:
                raise SettingsError(fault)

    async def open_books(self) -> None:
        """Book opening balances where that was not done yet; a provider that is away waits."""
        for provider in self.providers.values():
            if provider.budget().frozen:
                continue
            try:
                await self.movements.open_books(provider)
            except ProviderError as error:
                log.warning("books not opened", error=str(error))

    async def _remembered_fault(self, provider: Provider) -> str | None:
        """What was wrong with this very key a moment ago: it is not tried again for a while."""
        async with self.store.read() as work:
            frozen = await marks.find_frozen(work, provider.account)
        if frozen is None or frozen.key_hash != provider.key_hash:
            return None
        age = self.clock.now() - frozen.since
        return frozen.reason if timedelta() <= age < LOCKOUT else None

    async def _asked_fault(self, provider: Provider) -> str | None:
        try:
            return misfit(provider, await provider.validate())
        except ProviderUnauthorized as error:
            return rejected(provider, error)

    async def _remember(self, provider: Provider, fault: str | None, *, told: bool) -> None:
        at = self.clock.now()
        async with self.store.begin() as work:
            if fault is None:
                await marks.set_frozen(work, provider.account, None)
                subject = f"provider:{provider.account.provider}"
                await alert_is_over(work, subject, AlertKind.PROVIDER_FROZEN, at=at)
            elif told:
                await gates.freeze(work, self.terms, provider, fault, at=at)
            elif provider.budget().frozen:
                # Nobody is told by a bot that does not start; but the key is not tried again.
                frozen = marks.Frozen(key_hash=provider.key_hash, since=at, reason=fault)
                await marks.set_frozen(work, provider.account, frozen)

    async def _anything_owed(self) -> bool:
        async with self.store.read() as work:
            if await work.orders.list_in(*OPEN) or await work.outbox.list_parked():
                return True
            return await work.outbox.next_due_at() is not None


def misfit(provider: Provider, profile: ProviderProfile) -> str | None:
    """Say why a key that was taken cannot be traded with, and how to mend it; None when it can."""
    title, settings = provider.title, provider.credentials
    if profile.account != provider.account:
        return (
            f"{settings.environment} says {provider.account.environment}, but the key belongs to "
            f"{profile.account.environment}: set the one or the other right."
        )
    if not profile.enabled:
        return f"{title} has switched the key off ({settings.key}): switch it on in its dashboard."
    if not profile.may_order:
        return f"{title} lets the key only read ({settings.key}): make one there that may order."
    return None


def rejected(provider: Provider, error: ProviderUnauthorized) -> str:
    """Say that a key was not taken, why, and where a new one goes."""
    names = provider.credentials.key
    return f"{provider.title} rejected the key ({error}): copy {names} from its dashboard."
