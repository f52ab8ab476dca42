"""What the statements know of the tables; their guards stand in `migrations`, in SQL.

Money is two columns, an integer of minor units and a currency. `orders` alone is a plural:
ORDER is a word of SQL. A table is changed by a new revision and here, together.
"""

from sqlalchemy import Boolean, Column, Integer, LargeBinary, MetaData, Table, Text

from bot.domain.agents import Language, RequestState
from bot.domain.alerts import AlertKind
from bot.domain.catalog import Environment
from bot.domain.orders import OrderState, Reason
from bot.domain.outbox import DeliveryKind, DeliveryState
from bot.domain.shelf import UnownedState
from storage.columns import Duration, Facts, Instant, Word

METADATA = MetaData()


def _id() -> Column[int]:
    return Column("id", Integer, primary_key=True)


def _int(name: str, *, null: bool = False) -> Column[int]:
    return Column(name, Integer, nullable=null)


def _text(name: str, *, null: bool = False) -> Column[str]:
    return Column(name, Text, nullable=null)


def _bool(name: str) -> Column[bool]:
    return Column(name, Boolean(create_constraint=False), nullable=False)


def _bytes(name: str, *, null: bool = False) -> Column[bytes]:
    return Column(name, LargeBinary, nullable=null)


def _at(name: str, *, null: bool = False) -> Column[object]:
    return Column(name, Instant, nullable=null)


def _money(name: str, *, null: bool = False) -> tuple[Column[int], Column[str]]:
    return _int(f"{name}_minor", null=null), _text(f"{name}_currency", null=null)


def _account() -> tuple[Column[str], Column[object]]:
    return _text("provider"), Column("environment", Word(Environment), nullable=False)


def _facts(name: str) -> Column[object]:
    return Column(name, Facts, nullable=False)


person = Table(
    "person",
    METADATA,
    _id(),
    _text("name"),
    _text("username", null=True),
    Column("language", Word(Language)),
    _at("unreachable_at", null=True),
)

agent = Table(
    "agent",
    METADATA,
    _id(),
    _text("name"),
    _int("margin_bp", null=True),
    _at("suspended_at", null=True),
    _at("created_at"),
)

member = Table(
    "member",
    METADATA,
    Column("person_id", Integer, primary_key=True),
    _int("agent_id"),
    _at("joined_at"),
)

access_request = Table(
    "access_request",
    METADATA,
    _id(),
    _int("person_id"),
    Column("state", Word(RequestState), nullable=False),
    _at("asked_at"),
    _at("decided_at", null=True),
    _int("decided_by", null=True),
)

wallet = Table(
    "wallet",
    METADATA,
    Column("agent_id", Integer, primary_key=True),
    _text("currency"),
    _int("balance_minor"),
    _int("held_minor"),
    _int("credit_limit_minor", null=True),
)

entry = Table(
    "entry",
    METADATA,
    _id(),
    _text("key"),
    _at("at"),
    _text("actor"),
    _int("order_id", null=True),
    _text("memo"),
    _bool("guarded"),
    _text("currency"),
    _int("lines"),
    _int("rest_minor"),
)

posting = Table(
    "posting",
    METADATA,
    Column("entry_id", Integer, primary_key=True),
    Column("line", Integer, primary_key=True),
    _text("account"),
    _int("amount_minor"),
    _int("sum_minor"),
)

quote = Table(
    "quote",
    METADATA,
    Column("id", Text, primary_key=True),
    _int("person_id"),
    _int("agent_id"),
    *_account(),
    _int("card_type_id"),
    _text("product_key"),
    _text("type_key"),
    _text("product_title"),
    _text("type_name"),
    _int("quantity"),
    *_money("unit_price"),
    *_money("unit_cost"),
    _at("created_at"),
    _at("expires_at"),
    _int("rate_millionths", null=True),
)

recipient = Table(
    "recipient",
    METADATA,
    Column("quote_id", Text, primary_key=True),
    _bytes("sealed_phone"),
    _text("phone_key_id"),
)

orders = Table(
    "orders",
    METADATA,
    _id(),
    _int("version"),
    _text("quote_id"),
    _text("reference"),
    _int("agent_id"),
    _int("person_id"),
    *_account(),
    _int("card_type_id"),
    _text("product_key"),
    _text("type_key"),
    _text("product_title"),
    _text("type_name"),
    _int("quantity"),
    *_money("unit_price"),
    *_money("unit_cost"),
    Column("state", Word(OrderState), nullable=False),
    _int("epoch"),
    _at("confirmed_at"),
    _int("message_id", null=True),
    _at("sending_at", null=True),
    _at("sent_until", null=True),
    Column("provider_ahead", Duration),
    _at("not_before", null=True),
    _at("handling_at", null=True),
    _at("final_at", null=True),
    _text("provider_order_id", null=True),
    _text("provider_status", null=True),
    _int("cards"),
    *_money("cost", null=True),
    Column("reason", Word(Reason)),
    _text("provider_message", null=True),
    Column("listed_lag", Duration),
    _at("absent_at", null=True),
    _at("looked_at", null=True),
    _int("rate_millionths", null=True),
)

card = Table(
    "card",
    METADATA,
    Column("owner", Text, primary_key=True),
    Column("slot", Integer, primary_key=True),
    _bytes("code_index"),
    _bytes("sealed_code"),
    _bytes("sealed_serial", null=True),
    _text("code_key_id"),
    _text("serial_key_id", null=True),
    _bytes("sealed_pin", null=True),
    _text("pin_key_id", null=True),
    _text("valid_until"),
)

unowned_order = Table(
    "unowned_order",
    METADATA,
    Column("provider", Text, primary_key=True),
    Column("environment", Word(Environment), primary_key=True),
    Column("provider_order_id", Text, primary_key=True),
    _text("product_key"),
    _text("type_key"),
    _int("quantity"),
    Column("state", Word(UnownedState), nullable=False),
    _text("status"),
    *_money("amount", null=True),
    _int("cards"),
    _at("created_at"),
    _at("seen_at"),
    _int("taken_by", null=True),
)

delivery = Table(
    "delivery",
    METADATA,
    _id(),
    _text("key"),
    _int("person_id"),
    Column("kind", Word(DeliveryKind), nullable=False),
    Column("state", Word(DeliveryState), nullable=False),
    _at("due_at"),
    _at("created_at"),
    _int("order_id", null=True),
    _int("first_slot"),
    _int("last_slot"),
    _facts("facts"),
    _int("attempts"),
    _bool("copy"),
    _int("message_id", null=True),
    _at("sent_at", null=True),
)

catalog_reading = Table(
    "catalog_reading",
    METADATA,
    Column("provider", Text, primary_key=True),
    Column("environment", Word(Environment), primary_key=True),
    _at("read_at"),
)

category = Table(
    "category", METADATA, _id(), *_account(), _text("key"), _text("title"), _int("place")
)

product = Table(
    "product",
    METADATA,
    _id(),
    *_account(),
    _int("category_id"),
    _text("key"),
    _text("title"),
    _text("region", null=True),
    _bool("enabled"),
    _int("place"),
    _bool("needs_phone"),
    _bool("delayed"),
    _text("validity", null=True),
    _text("redemption", null=True),
)

card_type = Table(
    "card_type",
    METADATA,
    _id(),
    _int("product_id"),
    _text("key"),
    _text("name"),
    *_money("cost"),
    _int("stock"),
    _at("read_at"),
    _int("place"),
    _int("most", null=True),
    *_money("face", null=True),
    _text("open_currency", null=True),
    _int("open_least_minor", null=True),
    _int("open_most_minor", null=True),
    _int("open_step_minor", null=True),
    _int("open_cost_millionths", null=True),
    _bool("asked"),
)

journal = Table(
    "journal",
    METADATA,
    Column("seq", Integer, primary_key=True),
    _at("at"),
    _text("actor"),
    _text("action"),
    _text("subject"),
    _facts("details"),
    _bytes("previous"),
    _bytes("hash"),
)

provider_call = Table(
    "provider_call",
    METADATA,
    Column("order_id", Integer, primary_key=True),
    Column("attempt", Integer, primary_key=True),
    *_account(),
    _at("started_at"),
    _at("ended_at"),
    _text("outcome"),
    _text("code"),
    _int("http_status", null=True),
    _text("request_id", null=True),
    _bytes("sealed_exchange"),
    _text("exchange_key_id"),
)

alert = Table(
    "alert",
    METADATA,
    _id(),
    _text("key"),
    Column("kind", Word(AlertKind), nullable=False),
    _text("subject"),
    _at("raised_at"),
    _facts("facts"),
    _at("acted_at", null=True),
    _int("acted_by", null=True),
    _text("action", null=True),
)

mark = Table("mark", METADATA, Column("name", Text, primary_key=True), _text("value"))

expected_input = Table(
    "expected_input",
    METADATA,
    Column("person_id", Integer, primary_key=True),
    _text("what"),
    _at("at"),
)
