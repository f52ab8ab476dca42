"""What goes wrong with each provider's calls, in its own words."""

from dataclasses import dataclass
from enum import StrEnum

from bot.playground import oneclickdz, plum
from bot.playground.faults import Effect, Stall, cut, empty, html, torn
from tests.e2e.sides import Double
from tests.torture.passing import Chance, Late


@dataclass(frozen=True, slots=True, kw_only=True)
class Troubles:
    """What may strike a placing before and after it is carried out, and which reads fail how.

    `lists` are the calls that an outage silences. `turned_away`: nothing of the call ran, since
    its token had ended.
    """

    before: tuple[Effect, ...]
    after: tuple[Effect, ...]
    reads: tuple[StrEnum, ...]
    reading: tuple[Effect, ...]
    lists: tuple[StrEnum, ...]
    turned_away: tuple[Effect, ...] = ()


def troubles_of(double: Double, chance: Chance, *, slowest: float) -> Troubles:
    """Give the troubles of a double; nothing takes longer than `slowest` seconds."""
    slow = Stall(Late(chance, slowest))
    return _of_plum(slow) if isinstance(double, plum.Plum) else _of_oneclickdz(slow)


def _of_oneclickdz(slow: Effect) -> Troubles:
    faults, call = oneclickdz.faults, oneclickdz.Call
    return Troubles(
        before=(
            cut(),
            html(502),
            html(429, retry_after=1),
            faults.status(500, "INTERNAL_ERROR"),
            faults.status(503, "SERVICE_UNAVAILABLE"),
            faults.status(503, "AUTH_UNAVAILABLE", retry_after=1),
            faults.rate_limited(1),
            faults.status(400, "ERR_VALIDATION"),
            slow,
        ),
        after=(
            cut(),
            cut(),
            torn(),
            html(504),
            empty(),
            faults.without_order_id(),
            faults.status(500, "INTERNAL_ERROR"),
            faults.status(503, "SERVICE_UNAVAILABLE"),
            faults.status(408, "REQUEST_TIMEOUT"),
            slow,
        ),
        reads=(call.LIST, call.CHECK_ORDER, call.BALANCE, call.TRANSACTIONS, call.CHECK_PRODUCT),
        reading=(cut(), html(502), torn(), faults.rate_limited(1)),
        lists=(call.LIST, call.TRANSACTIONS),
    )


def _of_plum(slow: Effect) -> Troubles:
    """A lost answer to a renewal loses the pair of tokens with it."""
    faults, call = plum.faults, plum.Call
    return Troubles(
        before=(
            cut(),
            html(502),
            html(429, retry_after=1),
            faults.bare_error(),
            faults.problem("PLE10012"),
            faults.problem("PLE10013"),
            faults.problem("PLE10024"),
            faults.rate_limited(1),
            faults.problem("PLE10001"),
            slow,
        ),
        after=(
            cut(),
            cut(),
            torn(),
            html(504),
            empty(),
            faults.status_zero(call.PLACE_ORDER),
            faults.problem("PLE10004"),
            faults.problem("PLE10024"),
            faults.problem("PLE10035"),
            slow,
        ),
        reads=(
            call.GET_ORDER_DETAILS,
            call.GET_ORDER_HISTORY,
            call.GET_BALANCE,
            call.PAYMENT_HISTORY,
            call.GET_VOUCHERS,
            call.REFRESH,
        ),
        reading=(cut(), html(502), torn(), faults.rate_limited(1)),
        lists=(call.GET_ORDER_HISTORY, call.PAYMENT_HISTORY, call.GET_ORDER_DETAILS),
        turned_away=(faults.unauthorized(), faults.token_error()),
    )
