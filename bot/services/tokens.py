"""Tokens that a provider renews: sealed in the database, and told of in the journal."""

import base64
import json
from contextlib import suppress
from dataclasses import dataclass, field

from bot.domain.catalog import Account
from bot.errors import DomainError, VaultError
from bot.ports.store import Store, Work
from bot.ports.vault import Slot, Vault
from bot.ports.world import Clock
from bot.services import audit, marks
from bot.services.keeping import sealed_anew


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptTokens:
    """Keeps the tokens of one provider account for a serving bot (the port `TokenKeep`)."""

    store: Store
    vault: Vault
    clock: Clock
    account: Account

    async def load(self) -> bytes | None:
        """Open what was last saved."""
        async with self.store.read() as work:
            return await open_tokens(work, self.vault, self.account)

    async def save(self, value: bytes) -> None:
        """Seal and commit; the journal tells that they were renewed, and nothing of them."""
        name = self.account.name
        async with self.store.begin() as work:
            kept = read_kept(await work.marks.find(marks.TOKENS))
            await _write(work, kept | {name: self.vault.seal(value, tokens_slot(name))})
            subject, at = f"provider:{self.account.provider}", self.clock.now()
            environment = str(self.account.environment)
            action = "provider.tokens-renewed"
            await audit.note(work, action, subject, at=at, environment=environment)


@dataclass(frozen=True, slots=True)
class LentTokens:
    """A serving bot's tokens, for a command beside it: to be used and never renewed."""

    value: bytes | None = field(repr=False)

    async def load(self) -> bytes | None:
        """Give what the serving bot had saved when the command began."""
        return self.value

    async def save(self, value: bytes) -> None:  # noqa: ARG002 # the port's
        """Refuse: a pair that the serving bot does not know would cost it its own."""
        raise DomainError("Only the serving bot renews its tokens")


async def open_tokens(work: Work, vault: Vault, account: Account) -> bytes | None:
    """Open the tokens kept for an account; None when there are none. Raises `VaultError`."""
    name = account.name
    sealed = read_kept(await work.marks.find(marks.TOKENS)).get(name)
    return None if sealed is None else vault.open(sealed, tokens_slot(name))


async def reseal_tokens(work: Work, vault: Vault) -> bool:
    """Seal every kept value with the newest key; False when one did not open, and was left."""
    try:
        kept = read_kept(await work.marks.find(marks.TOKENS))
    except ValueError:
        return False
    anew = dict(kept)
    for name, sealed in kept.items():
        with suppress(VaultError):
            anew[name] = sealed_anew(vault, sealed, tokens_slot(name))
    if kept:
        await _write(work, anew)
    return all(anew[name] != sealed for name, sealed in kept.items())


def read_kept(mark: str | None) -> dict[str, bytes]:
    """Read the mark: sealed values by account. Raises `ValueError` when it is none of ours."""
    try:
        kept = json.loads(mark) if mark else {}
        return {name: base64.b64decode(sealed, validate=True) for name, sealed in kept.items()}
    except (AttributeError, TypeError, ValueError):
        raise ValueError("the kept tokens are not what was written") from None


def tokens_slot(name: str) -> Slot:
    """The place where the tokens of an account belong; `name` is its key in the mark."""
    return Slot(owner=f"provider:{name}", name="tokens", field="pair")


async def _write(work: Work, kept: dict[str, bytes]) -> None:
    written = {name: base64.b64encode(sealed).decode() for name, sealed in kept.items()}
    await work.marks.set(marks.TOKENS, json.dumps(written))
