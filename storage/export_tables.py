"""The export's allow-list: each table with the columns that an auditor gets, and no other.

A column that is not named here never leaves the database. What may not be named: anything sealed
or hashed with a key, quote ids and messages' ids (they stand in buttons), a person's name (a
number says who acted), what a provider said of a refusal. Its words for how an order stands, its
codes, and why an account froze (in the journal) are there: cut, masked, and without a recipient's
number. `docs/audit.md` explains every column.
"""

from dataclasses import dataclass
from typing import Literal

Type = Literal["INTEGER", "TEXT"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of the export: its name and type, and the SQL expression that fills it."""

    name: str
    type: Type
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table of the export, filled from `source`, the FROM clause (and more) of a SELECT."""

    name: str
    key: str
    columns: tuple[Column, ...]
    source: str
    indexed: tuple[str, ...] = ()

    @property
    def ddl(self) -> tuple[str, ...]:
        """The statements that make it."""
        columns = ", ".join(f"{column.name} {column.type}" for column in self.columns)
        table = f"CREATE TABLE {self.name} ({columns}, PRIMARY KEY ({self.key}))"
        indexes = (
            f"CREATE INDEX {self.name}_by_{column} ON {self.name} ({column})"
            for column in self.indexed
        )
        return (table, *indexes)

    @property
    def copy(self) -> str:
        """The statement that fills it from the attached database `source`."""
        values = ", ".join(column.value for column in self.columns)
        return f"INSERT INTO {self.name} SELECT {values} {self.source}"  # of constants


def _integer(name: str, value: str | None = None) -> Column:
    return Column(name=name, type="INTEGER", value=value or name)


def _text(name: str, value: str | None = None) -> Column:
    return Column(name=name, type="TEXT", value=value or name)


def _instant(name: str, value: str | None = None) -> tuple[Column, Column]:
    value = value or name
    return _text(f"{name}_utc", f"utc({value})"), _text(f"{name}_local", f"local({value})")


_ACCOUNT = (_text("provider"), _text("environment"))

AGENTS = Table(
    name="agents",
    key="id",
    columns=(
        _integer("id"),
        _text("name"),
        _integer("margin_bp"),
        *_instant("suspended_at"),
        *_instant("created_at"),
        _text("currency"),
        _integer("balance_minor"),
        _integer("held_minor"),
        _integer("credit_limit_minor"),
    ),
    source="FROM source.agent JOIN source.wallet ON agent_id = id",
)

MEMBERS = Table(
    name="members",
    key="person_id",
    columns=(_integer("person_id"), _integer("agent_id"), *_instant("joined_at")),
    source="FROM source.member",
)

ORDERS = Table(
    name="orders",
    key="id",
    columns=(
        _integer("id"),
        _text("reference"),
        _integer("agent_id"),
        _integer("person_id"),
        *_ACCOUNT,
        _text("product_key"),
        _text("type_key"),
        _text("product_title"),
        _text("type_name"),
        _integer("quantity"),
        _text("currency", "unit_price_currency"),
        _integer("unit_price_minor"),
        _integer("total_minor", "unit_price_minor * quantity"),
        _text("state"),
        _text("reason"),
        _integer("cards"),
        _integer("charged_minor", "unit_price_minor * cards"),
        _integer("unit_cost_minor"),
        _text("unit_cost_currency"),
        _text("rate", "rate(rate_millionths)"),
        _integer("cost_minor"),
        _text("cost_currency"),
        _text("provider_order_id"),
        _text("provider_status"),
        *_instant("confirmed_at"),
        *_instant("sending_at"),
        *_instant("handling_at"),
        *_instant("final_at"),
    ),
    source="FROM source.orders",
    indexed=("agent_id",),
)

JOURNAL = Table(
    name="journal",
    key="seq",
    columns=(
        _integer("seq"),
        *_instant("at"),
        _text("actor"),
        _text("action"),
        _text("subject"),
        _text("details"),
        _text("previous", "lower(hex(previous))"),
        _text("hash", "lower(hex(hash))"),
    ),
    source="FROM source.journal",
    indexed=("subject",),
)

LEDGER = Table(
    name="ledger",
    key="entry_id, line",
    columns=(
        _integer("entry_id"),
        _integer("line"),
        _text("key"),
        *_instant("at"),
        _text("actor"),
        _integer("order_id"),
        _text("memo"),
        _text("account"),
        _integer("debit_minor", "max(amount_minor, 0)"),
        _integer("credit_minor", "max(-amount_minor, 0)"),
        _text("currency"),
    ),
    source="FROM source.posting JOIN source.entry ON entry.id = entry_id",
    indexed=("order_id", "account"),
)

DELIVERIES = Table(
    name="deliveries",
    key="id",
    columns=(
        _integer("id"),
        _integer("order_id"),
        _integer("person_id"),
        _text("kind"),
        _text("state"),
        _integer("first_card", "first_slot"),
        _integer("last_card", "last_slot"),
        _integer("attempts"),
        _integer("copy"),
        *_instant("created_at"),
        *_instant("sent_at"),
    ),
    source="FROM source.delivery",
    indexed=("order_id",),
)

PROVIDER_CALLS = Table(
    name="provider_calls",
    key="order_id, attempt",
    columns=(
        _integer("order_id"),
        _integer("attempt"),
        *_ACCOUNT,
        *_instant("started_at"),
        *_instant("ended_at"),
        _text("outcome"),
        _text("code"),
        _integer("http_status"),
        _text("request_id"),
    ),
    source="FROM source.provider_call",
)

ADMIN_ACTIONS = Table(
    name="admin_actions",
    key="seq",
    columns=(
        _integer("seq"),
        *_instant("at"),
        _integer("admin_id", "CAST(substr(actor, 7) AS INTEGER)"),
        _text("action"),
        _text("subject"),
        _text("details"),
    ),
    source="FROM source.journal WHERE actor LIKE 'admin:%'",
)

_UNOWNED = (
    *_ACCOUNT,
    _text("provider_order_id"),
    _text("product_key"),
    _text("type_key"),
    _integer("quantity"),
    _text("state"),
    _text("provider_status", "status"),
    _integer("amount_minor"),
    _text("amount_currency"),
    _integer("cards"),
    *_instant("created_at"),
    *_instant("seen_at"),
)
_UNOWNED_KEY = "provider, environment, provider_order_id"

SHELF_ORDERS = Table(
    name="shelf_orders",
    key=_UNOWNED_KEY,
    columns=(*_UNOWNED, _integer("sold_as_order", "taken_by")),
    source="FROM source.unowned_order WHERE state IN ('expected', 'shelf', 'sold')",
)

FOREIGN_ORDERS = Table(
    name="foreign_orders",
    key=_UNOWNED_KEY,
    columns=_UNOWNED,
    source="FROM source.unowned_order WHERE state NOT IN ('expected', 'shelf', 'sold')",
)

PROVIDER_DEPOSITS = Table(
    name="provider_deposits",
    key="entry_id",
    columns=(
        _integer("entry_id"),
        _text("account"),
        _text("movement", "substr(key, length(account) + 2)"),
        *_instant("at"),
        _integer("amount_minor"),
        _text("currency"),
    ),
    # Money that came (or, negative, left) other than by orders is keyed `<account>:<movement>`.
    source="FROM source.posting JOIN source.entry ON entry.id = entry_id "
    "WHERE account LIKE 'provider:%' AND substr(key, 1, length(account) + 1) = account || ':'",
)

TABLES = (
    AGENTS,
    MEMBERS,
    ORDERS,
    JOURNAL,
    LEDGER,
    DELIVERIES,
    PROVIDER_CALLS,
    ADMIN_ACTIONS,
    SHELF_ORDERS,
    FOREIGN_ORDERS,
    PROVIDER_DEPOSITS,
)
