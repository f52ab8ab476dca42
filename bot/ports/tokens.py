"""Where tokens are kept that a provider renews: losing the newest needs a person to mend."""

from typing import Protocol


class TokenKeep(Protocol):
    """Keeps one value for one provider account, whatever the value is: it is the client's own."""

    async def load(self) -> bytes | None:
        """Give what was last saved; None when nothing was. Raises `StoreError`, `VaultError`."""
        ...

    async def save(self, value: bytes) -> None:
        """Keep `value` instead of what was kept.

        When this returns, the value is on the disk, sealed, and outlives a power cut: the client
        does not use a token before. Raises `StoreError` or `VaultError`, and then the old value is
        kept still. Saving the same twice does no harm.
        """
        ...
