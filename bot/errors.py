"""Every promise that Wakil can break, as one tree of exceptions.

BotError                     the default message is the class docstring
├─ Refusal                   the person can act on it; carries a text's id and its arguments
├─ ProviderError
│  ├─ ProviderUnreachable    nothing readable came back; a later look may succeed
│  ├─ ProviderUnauthorized   the key was rejected; nothing more may be sent with it
│  ├─ ProviderBusy           the rate budget or the provider said "later"
│  └─ ProviderContractBroken the answer is not the documented one
├─ StoreError
│  ├─ Conflict               a guard of the database refused the write
│  └─ SchemaMismatch         the file is not a database of this version
├─ VaultError
│  ├─ UnknownKey             no configured key opens it
│  └─ Tampered               it is not what was sealed in this place
├─ DomainError               a rule of the business would be broken: a bug, never a person's mistake
├─ TextError                 a text is missing, or was given what it cannot hold
├─ SettingsError             raised before anything is opened
└─ AlreadyRunning            another process serves this database
"""

from collections.abc import Mapping


class BotError(Exception):
    """Something went wrong."""

    def __init__(self, message: str = "") -> None:
        super().__init__(message or (type(self).__doc__ or "").strip())


class Refusal(BotError):
    """The person can act on this; `reason` is a text's id and `facts` its arguments."""

    def __init__(self, reason: str, facts: Mapping[str, object] | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.facts: Mapping[str, object] = facts or {}


class ProviderError(BotError):
    """The provider did not answer as it should."""


class ProviderUnreachable(ProviderError):
    """The provider could not be reached, or its answer was lost."""


class ProviderUnauthorized(ProviderError):
    """The provider rejected the key."""


TURNED_AWAY = "turned-away"
"""Why an account is frozen where the provider's own words are not known; texts say it."""


class ProviderBusy(ProviderError):
    """The provider takes no more calls for now."""

    def __init__(self, message: str = "", *, retry_after_seconds: float = 0) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds


class ProviderContractBroken(ProviderError):
    """The provider's answer is not the documented one."""


class StoreError(BotError):
    """The database did not do what was asked."""


class Conflict(StoreError):
    """A guard of the database refused the write."""


class SchemaMismatch(StoreError):
    """The file is not a database of this version."""


class VaultError(BotError):
    """A sealed value could not be opened."""


class UnknownKey(VaultError):
    """A sealed value names a key that is not in CARD_KEYS."""


class Tampered(VaultError):
    """A sealed value is not what was sealed in this place."""


class DomainError(BotError):
    """A rule of the business would be broken."""


class TextError(BotError):
    """A text is missing, or was given an argument that it cannot hold."""


class SettingsError(BotError):
    """A setting is missing or malformed."""


class AlreadyRunning(BotError):
    """Another process already serves this database."""
