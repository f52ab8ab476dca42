"""The counter: every use-case that a chat can call, in one place."""

from dataclasses import dataclass

from bot.ports.world import Clock
from bot.services.alerts import Alerts
from bot.services.amounts import Amounts
from bot.services.asking import Asking
from bot.services.catalog import Catalog
from bot.services.checkout import Checkout
from bot.services.delivery import Deliveries
from bot.services.desk import Desk
from bot.services.gates import Rivals
from bot.services.orders import PastOrders
from bot.services.overseeing import Overseeing
from bot.services.people import People
from bot.services.quoting import Quoting
from bot.services.rates import Rates
from bot.services.resolving import Resolving
from bot.services.terms import Terms
from bot.services.wallet import Wallets


@dataclass(frozen=True, slots=True, kw_only=True)
class Counter:
    """What handlers may ask for."""

    people: People
    asking: Asking
    catalog: Catalog
    quoting: Quoting
    amounts: Amounts
    checkout: Checkout
    orders: PastOrders
    wallets: Wallets
    deliveries: Deliveries
    alerts: Alerts
    desk: Desk
    rates: Rates
    resolving: Resolving
    overseeing: Overseeing
    rivals: Rivals
    clock: Clock
    terms: Terms
