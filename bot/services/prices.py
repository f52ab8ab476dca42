"""Prices: what a card costs an agent, by its margin and the rate of the provider's currency."""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.domain import pricing
from bot.domain.agents import Agent
from bot.domain.money import Money
from bot.domain.rates import Rate
from bot.ports.store import Work
from bot.services import marks
from bot.services.rates import find_rate
from bot.services.terms import Terms


@dataclass(frozen=True, slots=True, kw_only=True)
class Priced:
    """What a card costs an agent, and the rate of its cost, where that is in another currency."""

    price: Money
    rate: Rate | None


async def prices_for(
    work: Work, terms: Terms, agent: Agent, costs: Iterable[Money]
) -> tuple[Priced | None, ...]:
    """Price cards for an agent: its own margin, or the default; None without a rate.

    The margin and each rate are read once for all of them.
    """
    costs = tuple(costs)
    margin_bp = agent.margin_bp
    if margin_bp is None:
        margin_bp = await marks.default_margin_bp(work, terms.default_margin_bp)
    rates: dict[str, Rate] = {}
    for currency in {cost.currency for cost in costs} - {terms.currency}:
        if kept := await find_rate(work, currency, terms.currency):
            rates[currency] = kept.rate

    def priced(cost: Money) -> Priced | None:
        rate = rates.get(cost.currency)
        if rate is None and cost.currency != terms.currency:
            return None
        price = pricing.price(cost, margin_bp=margin_bp, step=terms.price_step, rate=rate)
        return Priced(price=price, rate=rate)

    return tuple(map(priced, costs))


async def price_for(work: Work, terms: Terms, agent: Agent, cost: Money) -> Priced | None:
    """Price one card for an agent; None without a rate."""
    (priced,) = await prices_for(work, terms, agent, [cost])
    return priced
