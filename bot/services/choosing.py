"""Which account goes first, and which products of several accounts are one thing."""

from collections.abc import Iterable, Sequence
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


async def sold_by_all(work: Work, accounts: Sequence[Account]) -> Titled:
    """Read what all accounts sell, to compare with; one account alone has nothing to compare."""
    if len(accounts) < 2:
        return {}
    return by_title(by_preference(await work.catalog.list_enabled(), accounts))


async def sold_as(work: Work, providers: Providers, product: Product) -> tuple[Product, ...]:
    """List what is sold as this product, preferred account first; empty when nobody sells it."""
    accounts = await accounts_by_preference(work, providers)
    same = same_things(product, await sold_by_all(work, accounts))
    return tuple(by_preference((one for one in same if one.enabled), accounts))
