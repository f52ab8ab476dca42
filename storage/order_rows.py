"""Quotes and orders as rows."""

from typing import Any

from sqlalchemy import Row

from bot.domain.catalog import Account
from bot.domain.money import Money
from bot.domain.orders import Order, OrderState, Quote
from bot.domain.rates import Rate
from bot.ports.store import NewOrder
from storage.session import Values


def read_quote(row: Row[Any]) -> Quote:
    """Build a quote from its row."""
    return Quote(
        id=row.id,
        person_id=row.person_id,
        agent_id=row.agent_id,
        account=Account(provider=row.provider, environment=row.environment),
        card_type_id=row.card_type_id,
        product_key=row.product_key,
        type_key=row.type_key,
        product_title=row.product_title,
        type_name=row.type_name,
        quantity=row.quantity,
        unit_price=Money(minor=row.unit_price_minor, currency=row.unit_price_currency),
        unit_cost=Money(minor=row.unit_cost_minor, currency=row.unit_cost_currency),
        created_at=row.created_at,
        expires_at=row.expires_at,
        rate=read_rate(row),
    )


def quote_values(quote: Quote) -> Values:
    """Write a quote as its row."""
    return {
        "id": quote.id,
        **_bought(quote),
        "created_at": quote.created_at,
        "expires_at": quote.expires_at,
    }


def read_order(row: Row[Any]) -> Order:
    """Build an order from its row."""
    return Order(
        id=row.id,
        version=row.version,
        quote_id=row.quote_id,
        reference=row.reference,
        agent_id=row.agent_id,
        person_id=row.person_id,
        account=Account(provider=row.provider, environment=row.environment),
        card_type_id=row.card_type_id,
        product_key=row.product_key,
        type_key=row.type_key,
        product_title=row.product_title,
        type_name=row.type_name,
        quantity=row.quantity,
        unit_price=Money(minor=row.unit_price_minor, currency=row.unit_price_currency),
        unit_cost=Money(minor=row.unit_cost_minor, currency=row.unit_cost_currency),
        state=row.state,
        epoch=row.epoch,
        confirmed_at=row.confirmed_at,
        message_id=row.message_id,
        sending_at=row.sending_at,
        sent_until=row.sent_until,
        provider_ahead=row.provider_ahead,
        not_before=row.not_before,
        handling_at=row.handling_at,
        final_at=row.final_at,
        provider_order_id=row.provider_order_id,
        provider_status=row.provider_status,
        cards=row.cards,
        cost=maybe_money(row.cost_minor, row.cost_currency),
        reason=row.reason,
        provider_message=row.provider_message,
        listed_lag=row.listed_lag,
        absent_at=row.absent_at,
        looked_at=row.looked_at,
        rate=read_rate(row),
    )


def new_order_values(new: NewOrder) -> Values:
    """Write an order that was just confirmed as its first row."""
    return {
        "version": 1,
        "quote_id": new.quote.id,
        "reference": new.reference,
        **_bought(new.quote),
        "state": OrderState.CONFIRMED,
        "epoch": new.epoch,
        "confirmed_at": new.confirmed_at,
        "message_id": new.message_id,
        "cards": 0,
    }


def order_values(order: Order) -> Values:
    """Write an order as its next row, one version on."""
    return {
        "version": order.version + 1,
        "quote_id": order.quote_id,
        "reference": order.reference,
        **_bought(order),
        "state": order.state,
        "epoch": order.epoch,
        "confirmed_at": order.confirmed_at,
        "message_id": order.message_id,
        "sending_at": order.sending_at,
        "sent_until": order.sent_until,
        "provider_ahead": order.provider_ahead,
        "not_before": order.not_before,
        "handling_at": order.handling_at,
        "final_at": order.final_at,
        "provider_order_id": order.provider_order_id,
        "provider_status": order.provider_status,
        "cards": order.cards,
        **maybe_money_values("cost", order.cost),
        "reason": order.reason,
        "provider_message": order.provider_message,
        "listed_lag": order.listed_lag,
        "absent_at": order.absent_at,
        "looked_at": order.looked_at,
    }


def maybe_money(minor: int | None, currency: str | None) -> Money | None:
    """Build an amount that may be missing; a CHECK keeps both columns in step."""
    return None if minor is None or currency is None else Money(minor=minor, currency=currency)


def maybe_money_values(name: str, amount: Money | None) -> Values:
    """Write an amount that may be missing."""
    return {
        f"{name}_minor": None if amount is None else amount.minor,
        f"{name}_currency": None if amount is None else amount.currency,
    }


def read_rate(row: Row[Any]) -> Rate | None:
    """Read the rate that a price was made with, if any."""
    if row.rate_millionths is None:
        return None
    return Rate(
        source=row.unit_cost_currency,
        target=row.unit_price_currency,
        millionths=row.rate_millionths,
    )


def _bought(what: Quote | Order) -> Values:
    """Write what a quote promises and its order repeats."""
    return {
        "agent_id": what.agent_id,
        "person_id": what.person_id,
        "provider": what.account.provider,
        "environment": what.account.environment,
        "card_type_id": what.card_type_id,
        "product_key": what.product_key,
        "type_key": what.type_key,
        "product_title": what.product_title,
        "type_name": what.type_name,
        "quantity": what.quantity,
        "unit_price_minor": what.unit_price.minor,
        "unit_price_currency": what.unit_price.currency,
        "unit_cost_minor": what.unit_cost.minor,
        "unit_cost_currency": what.unit_cost.currency,
        "rate_millionths": None if what.rate is None else what.rate.millionths,
    }
