"""What the distributor's people do in the chat; each handler checks that it is one of them."""

from itertools import chain

from handlers.admin import agents, alerts, export, money, orders, rates, selling
from handlers.routes import Routes

ROUTES: Routes = tuple(
    chain(
        alerts.ROUTES,
        agents.ROUTES,
        money.ROUTES,
        rates.ROUTES,
        orders.ROUTES,
        selling.ROUTES,
        export.ROUTES,
    )
)
