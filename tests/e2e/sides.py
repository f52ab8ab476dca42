"""Who sells to the counter: a provider's double, and the account that our books hold for it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from bot.domain.catalog import Account, Environment
from bot.playground.oneclickdz import Call as OneClickDZCall
from bot.playground.oneclickdz import OneClickDZ
from bot.playground.plum import Call as PlumCall
from bot.playground.plum import Plum

Codes = tuple[str, ...]

Double = OneClickDZ | Plum


@dataclass(frozen=True, slots=True, kw_only=True)
class Sold:
    """An order that a provider took, by its own record, as far as its cards came."""

    id: str
    is_open: bool
    by_dashboard: bool
    codes: Codes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One provider account, by both records; `placing` is the call that buys there.

    `codes` gives the codes of each order by its id there, as a shop gets them; `secrets` all that
    is as good as cash in it.
    """

    double: Double
    placing: StrEnum
    account: Account
    currency: str
    balance: Callable[[], Decimal]
    codes: Callable[[], Mapping[str, Codes]]
    secrets: Callable[[], Mapping[str, set[str]]]

    @property
    def orders(self) -> tuple[Sold, ...]:
        """Every order that it took, oldest first."""
        codes = self.codes()
        return tuple(
            Sold(
                id=str(one.id),
                is_open=one.is_open,
                by_dashboard=one.by_dashboard,
                codes=codes[str(one.id)],
            )
            for one in self.double.orders
        )


def oneclickdz(double: OneClickDZ) -> Side:
    """Give the account that a OneClickDZ double is."""

    def codes() -> dict[str, Codes]:
        return {one.id: tuple(card.value for card in one.cards or ()) for one in double.orders}

    def secrets() -> dict[str, set[str]]:
        return {
            one.id: {text for card in one.cards or () for text in (card.value, card.serial)}
            for one in double.orders
        }

    return Side(
        double=double,
        placing=OneClickDZCall.PLACE_ORDER,
        account=Account(provider="oneclickdz", environment=Environment.SANDBOX),
        currency="DZD",
        balance=lambda: double.balance,
        codes=codes,
        secrets=secrets,
    )


def plum(double: Plum) -> Side:
    """Give the account that a Plum double is; an open order has no codes yet."""

    def codes() -> dict[str, Codes]:
        return {
            str(one.id): tuple(voucher.code for voucher in one.vouchers or ())
            for one in double.orders
        }

    def secrets() -> dict[str, set[str]]:
        return {
            str(one.id): {
                text for sold in one.vouchers or () for text in (sold.code, sold.pin) if text
            }
            for one in double.orders
        }

    return Side(
        double=double,
        placing=PlumCall.PLACE_ORDER,
        account=Account(provider="plum", environment=Environment.SANDBOX),
        currency="USD",
        balance=lambda: double.balance,
        codes=codes,
        secrets=secrets,
    )
