"""Which account goes first, and which products of several accounts are one thing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from bot.domain.catalog import Account, Product
from bot.domain.choosing import Titled, by_title, same_things
from bot.ports.provider import Providers
from bot.ports.store import Work
from bot.services import marks


class Sold(Protocol):
    """Something that an account sells."""

    @property
    def account(self) -> Account:
        """Which one."""
        ...


AnySold = TypeVar("AnySold", bound=Sold)


async def accounts_by_preference(work: Work, providers: Providers) -> tuple[Account, ...]:
    """List the accounts: the one that an admin put first, then the others as configured."""
    first = await work.marks.find(marks.PREFERRED) if len(providers) > 1 else None
    ordered = sorted(providers, key=lambda name: name != first)
    return tuple(providers[name].account for name in ordered)


def by_preference(things: Iterable[AnySold], accounts: Sequence[Account]) -> list[AnySold]:
    """Put things into the order of their accounts; of others, a sandbox say, nothing is sold."""
    sold = [one for one in things if one.account in accounts]
    return sorted(sold, key=lambda one: accounts.index(one.account))


@dataclass(frozen=True, slots=True, kw_only=True)
class Assortment:
    """The accounts, the preferred one first, and what they sell by title, to compare with.

    What all of them sell is read once for all that a member is shown at a time: it may be long.
    """

    accounts: tuple[Account, ...]
    titled: Titled

    def sold_as(self, product: Product) -> tuple[Product, ...]:
        """List what is sold as this product, preferred account first; empty when nobody does."""
        same = same_things(product, self.titled)
        return tuple(by_preference((one for one in same if one.enabled), self.accounts))


async def find_assortment(work: Work, providers: Providers) -> Assortment:
    """Read who sells what; one account alone has nothing to compare, and nothing is read of it."""
    accounts = await accounts_by_preference(work, providers)
    if len(accounts) < 2:
        return Assortment(accounts=accounts, titled={})
    sold = by_preference(await work.catalog.list_enabled(), accounts)
    return Assortment(accounts=accounts, titled=by_title(sold))
