"""Plum's JSON, in each of the spellings its own pages use.

Sources: Xoxoday Plum, Rewards API v1.2: the reference of the gift-card API, "Standard Workflow"
and "Send Your First Reward", which disagree about names and about what is a string.
"""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from bot.playground.encoding import Json
from bot.playground.plum.calendar import day, stamp
from bot.playground.plum.calls import Call
from bot.playground.plum.catalog import Product
from bot.playground.plum.orders import Order, Payment, Reason, Voucher
from bot.playground.plum.problems import Problem


class Dialect(StrEnum):
    """Which of the provider's pages the answers are spelled after.

    WORKFLOW answers the list of orders under `getOrderDetails`, says 404 to an empty page, and
    writes ids and amounts of vouchers as strings.
    """

    REFERENCE = "reference"
    WORKFLOW = "workflow"


_KEYS = {Call.PAYMENT_HISTORY: "getPaymentReport"}
_WORKFLOW_KEYS = {**_KEYS, Call.GET_ORDER_HISTORY: "getOrderDetails"}


def success(call: Call, data: object, dialect: Dialect) -> Json:
    """The envelope of an answer: the payments come under another name than they are asked by."""
    keys = _WORKFLOW_KEYS if dialect is Dialect.WORKFLOW else _KEYS
    return {"data": {keys.get(call, call.value): {"status": 1, "data": data}}}


def failure(problem: Problem) -> Json:
    """The envelope of a refusal."""
    return {
        "code": problem.status,
        "errorId": problem.error_id,
        "errorInfo": f"Request failed with {problem.error_id}",
        "error": problem.detail,
    }


def product(shown: Product, *, rates: bool) -> Json:
    """A product as the catalogue lists it, with its scripted oddities; a rate only when asked."""
    country = {"code": shown.country.code, "name": shown.country.name}
    item: dict[str, object] = {
        "productId": shown.id,
        "name": shown.name,
        "description": shown.description,
        "orderQuantityLimit": shown.order_quantity_limit,
        "termsAndConditionsInstructions": "<p>Not exchangeable for cash.</p>",
        "brand": [],
        "expiryAndValidity": "<p>See the voucher.</p>",
        "redemptionInstructions": "<ol><li>Sign in</li><li>Redeem</li></ol>",
        "categories": shown.category,
        "lastUpdateDate": "2026-01-06 10:23:24",
        "imageUrl": f"https://res.example/{shown.id}.png",
        "currencyCode": shown.currency,
        "currencyName": shown.currency,
        "countryName": shown.country.name,
        "countryCode": shown.country.code,
        "countries": [country],
        "valueType": "fixed_denomination" if shown.denominations else "open_value",
        "minValue": shown.least,
        "maxValue": shown.most,
        "valueDenominations": ",".join(f"{each:f}" for each in shown.denominations),
        "tatInDays": 7 if shown.delayed else 0,
        "usageType": "online",
        "deliveryType": "delayed" if shown.delayed else "realtime",
        "isCommon": "0",
        "fee": shown.fee,
        "discount": shown.discount,
        "exchangeRate": shown.exchange_rate,
        "isPhoneNumberMandatory": shown.phone_mandatory,
        "variants": None,
        "isRecommended": 0,
        "filterGroupCode": "voucher_category",
        "productMeta": '{"email":{"required":false}}',
        "loyaltyName": None,
        "loyaltyConversion": None,
        "metaData": None,
        "showDiscountPercent": 0,
        "productImages": [],
        "parentProductId": None,
        "isDummyProduct": 0,
        "redemptionFee": 0,
        "redemptionFeeType": "percentage",
        "redemptionFeeBorneByUser": False,
        "redemptionFeeTax": 0,
        "is_free": 0,
        **shown.shown,
    }
    return item if rates else {key: each for key, each in item.items() if key != "exchangeRate"}


def placed(shown: Order, currency: str, dialect: Dialect) -> Json:
    """The answer to a placing: the vouchers that have come, in clear, and nothing of its date."""
    vouchers = [_voucher(shown, each, dialect) for each in shown.vouchers or []]
    item: dict[str, object] = {
        "orderId": shown.id,
        "orderTotal": shown.price.total,
        "rawOrderTotal": shown.price.raw_total,
        "orderDiscount": _text(shown.price.discount),
        "rawOrderDiscount": _text(shown.price.raw_discount),
        "discountPercent": f"{shown.price.discount_percent:f}",
        "currencyCode": currency,
        "currencyValue": 1,
        "amountCharged": shown.taken,
        "orderStatus": "complete",
        "deliveryStatus": shown.delivery_status,
        "tag": shown.wanted.tag,
        "quantity": shown.quantity,
        "vouchers": vouchers,
        "voucherDetails": [_line(shown)],
        "orderMeta": {"email": shown.wanted.email, "contact": shown.wanted.contact},
    }
    return _with_lies(item, shown)


def details(shown: Order, currency: str, dialect: Dialect) -> Json:
    """An order as it stands: like the answer to its placing, with dates and what was cancelled."""
    item: dict[str, object] = {
        **placed(shown, currency, dialect),
        "orderDate": stamp(shown.placed_at),
        "deliveryDate": stamp(shown.delivered_at) if shown.delivered_at else "",
        "shippingDetails": {},
        "voucherDetails": [
            {
                **_line(shown),
                "cancelledQuantity": shown.cancelled,
                "trackingId": None,
                "trackingLink": None,
            }
        ],
    }
    return _with_lies(item, shown)


def listed(shown: Order, currency: str) -> Json:
    """An order as the list shows it: no codes; discounts are numbers here."""
    item: dict[str, object] = {
        "orderId": shown.id,
        "orderDate": stamp(shown.placed_at),
        "email": shown.wanted.email,
        "deliveryStatus": shown.delivery_status,
        "poNumber": shown.po_number,
        "tag": shown.wanted.tag or None,
        "orderTotal": shown.price.total,
        "rawOrderTotal": shown.price.raw_total,
        "orderDiscount": shown.price.discount,
        "rawOrderDiscount": shown.price.raw_discount,
        "discountPercent": shown.price.discount_percent,
        "amountCharged": shown.taken,
        "currencyValue": 1,
        "currencyCode": currency,
        "products": [
            {
                "productId": shown.product.id,
                "productName": shown.product.name,
                "receiverMobileNumber": shown.wanted.contact,
                "receiverEmail": shown.wanted.email,
                "price": shown.denomination,
                "quantity": shown.quantity,
                "orderProductStatus": _product_status(shown),
                "currency": shown.product.currency,
            }
        ],
        "voucherDetails": [_line(shown)],
    }
    return _with_lies(item, shown)


def payment(shown: Payment) -> Json:
    """A movement of the balance: its day and no time; numbers of fundings are words."""
    funds = shown.reason is Reason.FUNDS
    return {
        "invoice_number": f"IN{423_000_000 + shown.number}" if funds else shown.number,
        "reference_id": f"fund{shown.number:06d}" if shown.order_id is None else shown.order_id,
        "date": day(shown.at).isoformat(),
        "reason": shown.reason.value,
        "adjusted_amount": shown.amount,
        "transaction_status": "Cancelled" if shown.cancelled else "Complete",
        "closing_balance": shown.closing_balance,
    }


def event(number: int, shown: Order, status: str, at: datetime) -> Json:
    """What a webhook is told: which order, and nothing of its vouchers."""
    return {
        "id": number,
        "data": {
            "orderId": shown.id,
            "poNumber": shown.po_number,
            "orderDate": stamp(shown.placed_at),
            "deliveryStatus": status,
        },
        "createdAt": stamp(at),
    }


def _voucher(order: Order, shown: Voucher, dialect: Dialect) -> Json:
    words = dialect is Dialect.WORKFLOW
    return {
        "productId": str(order.product.id) if words else order.product.id,
        "orderId": order.id,
        "voucherCode": shown.code,
        "pin": shown.pin,
        "validity": shown.last_day.isoformat() if shown.last_day else "",
        "amount": f"{order.denomination:f}" if words else order.denomination,
        "currency": order.product.currency,
        "country": order.product.country.code,
        "type": order.product.voucher_type.value,
        # How much of the product's currency a unit of the account's buys.
        "currencyValue": (1 / order.price.rate).quantize(Decimal("0.00000001")),
    }


def _line(order: Order) -> Json:
    return {
        "orderId": order.id,
        "productId": order.product.id,
        "productName": order.product.name,
        "currencyCode": order.product.currency,
        "productStatus": _product_status(order),
        "denomination": order.denomination,
        "vendorLogo": "",
    }


def _product_status(order: Order) -> str:
    """A line says "Cancelled" where the order says "canceled"."""
    return "Cancelled" if order.delivery_status == "canceled" else order.delivery_status


def _text(amount: Decimal) -> str:
    return f"{amount:f}" if amount else ""


def _with_lies(item: Json, order: Order) -> Json:
    left_out = {key for key, lie in order.shown.items() if lie is None}
    return {key: each for key, each in {**item, **order.shown}.items() if key not in left_out}
