"""The views that checks read, over the tables of a database or of an export.

They are temporary: they live in the connection, and the file is never written.
"""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a file is."""

    DATABASE = "database"
    EXPORT = "export"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """How a kind of file is read: its views, and what its tables are called."""

    views: tuple[str, ...]
    names: dict[str, str]


_DATABASE = (
    """
    CREATE TEMP VIEW the_orders AS
    SELECT id, agent_id, person_id, provider, environment, product_key, type_key, quantity,
        unit_price_minor, unit_price_currency AS currency, state, reason, cards,
        cost_minor, cost_currency, provider_order_id, confirmed_at, sending_at, sent_until,
        handling_at, final_at, listed_lag, unit_cost_currency, rate_millionths, reference
    FROM main.orders
    """,
    """
    CREATE TEMP VIEW the_lines AS
    SELECT entry_id, line, key, at, actor, order_id, account, amount_minor, currency
    FROM main.posting JOIN main.entry ON entry.id = entry_id
    """,
    """
    CREATE TEMP VIEW the_wallets AS
    SELECT agent_id, currency, balance_minor, held_minor, credit_limit_minor, margin_bp,
        suspended_at
    FROM main.wallet JOIN main.agent ON agent.id = agent_id
    """,
    """
    CREATE TEMP VIEW the_journal AS
    SELECT seq, at, actor, action, subject, details, hex(previous) AS previous, hex(hash) AS hash
    FROM main.journal
    """,
    """
    CREATE TEMP VIEW the_deliveries AS
    SELECT id, order_id, person_id, kind, state, first_slot, last_slot, sent_at, copy
    FROM main.delivery
    """,
    """
    CREATE TEMP VIEW the_unowned AS
    SELECT 'unowned_order' AS stands_in, provider, environment, provider_order_id, state,
        amount_minor, amount_currency AS currency, cards, taken_by, product_key, type_key,
        quantity
    FROM main.unowned_order
    """,
    "CREATE TEMP VIEW the_members AS SELECT person_id, agent_id FROM main.member",
    "CREATE TEMP VIEW the_calls AS SELECT order_id, attempt, outcome, code FROM main.provider_call",
)

_EXPORT = (
    """
    CREATE TEMP VIEW the_orders AS
    SELECT id, agent_id, person_id, provider, environment, product_key, type_key, quantity,
        unit_price_minor, currency, state, reason, cards, cost_minor, cost_currency,
        provider_order_id, ms(confirmed_at_utc) AS confirmed_at, ms(sending_at_utc) AS sending_at,
        NULL AS sent_until, ms(handling_at_utc) AS handling_at, ms(final_at_utc) AS final_at,
        NULL AS listed_lag, unit_cost_currency,
        CAST(round(rate * 1000000) AS INTEGER) AS rate_millionths, reference
    FROM main.orders
    """,
    """
    CREATE TEMP VIEW the_lines AS
    SELECT entry_id, line, key, ms(at_utc) AS at, actor, order_id, account,
        debit_minor - credit_minor AS amount_minor, currency
    FROM main.ledger
    """,
    """
    CREATE TEMP VIEW the_wallets AS
    SELECT id AS agent_id, currency, balance_minor, held_minor, credit_limit_minor, margin_bp,
        ms(suspended_at_utc) AS suspended_at
    FROM main.agents
    """,
    """
    CREATE TEMP VIEW the_journal AS
    SELECT seq, ms(at_utc) AS at, actor, action, subject, details, previous, hash
    FROM main.journal
    """,
    """
    CREATE TEMP VIEW the_deliveries AS
    SELECT id, order_id, person_id, kind, state, first_card AS first_slot, last_card AS last_slot,
        ms(sent_at_utc) AS sent_at, copy
    FROM main.deliveries
    """,
    """
    CREATE TEMP VIEW the_unowned AS
    SELECT 'shelf_orders' AS stands_in, provider, environment, provider_order_id, state,
        amount_minor, amount_currency AS currency, cards, sold_as_order AS taken_by, product_key,
        type_key, quantity
    FROM main.shelf_orders
    UNION ALL
    SELECT 'foreign_orders', provider, environment, provider_order_id, state, amount_minor,
        amount_currency, cards, NULL, product_key, type_key, quantity
    FROM main.foreign_orders
    """,
    "CREATE TEMP VIEW the_members AS SELECT person_id, agent_id FROM main.members",
    """
    CREATE TEMP VIEW the_calls AS SELECT order_id, attempt, outcome, code FROM main.provider_calls
    """,
)

# Events with their facts at hand (details that are no JSON are told by the chain). What each
# order's own entries come to, the shape of each entry, and what the journal tells of money, are
# tables: they are read often. What an event of an earlier version does not tell is NULL.
_BOTH = (
    """
    CREATE TEMP VIEW the_events AS
    SELECT seq, at, actor, action, subject,
        CASE WHEN json_valid(details) THEN details ELSE '{}' END AS details,
        CASE WHEN subject LIKE 'order:%' THEN CAST(substr(subject, 7) AS INTEGER) END AS order_id,
        CASE WHEN subject LIKE 'agent:%' THEN CAST(substr(subject, 7) AS INTEGER) END AS agent_id
    FROM the_journal
    """,
    """
    CREATE TEMP TABLE the_holdings AS
    SELECT the_orders.id, state,
        state NOT IN ('confirmed', 'sending', 'unknown', 'handling') AS is_final,
        the_orders.agent_id, unit_price_minor * quantity AS total,
        unit_price_minor * cards AS charged, cost_minor, cost_currency,
        count(DISTINCT CASE WHEN key = 'order:' || the_orders.id || ':hold' THEN entry_id END)
            AS holds,
        coalesce(sum(CASE WHEN key = 'order:' || the_orders.id || ':hold'
            AND account = 'held:' || agent_id THEN -amount_minor END), 0) AS held,
        coalesce(sum(CASE WHEN account = 'sales' THEN -amount_minor END), 0) AS captured,
        coalesce(sum(CASE WHEN key = 'order:' || the_orders.id || ':release'
            AND account = 'wallet:' || agent_id THEN -amount_minor END), 0) AS released,
        coalesce(sum(CASE WHEN account = 'cost-of-cards'
            AND the_lines.currency IS cost_currency THEN amount_minor END), 0) AS cost,
        coalesce(sum(CASE WHEN account = 'held:' || agent_id THEN -amount_minor END), 0) AS reserved
    FROM the_orders LEFT JOIN the_lines ON the_lines.order_id = the_orders.id
    GROUP BY the_orders.id
    """,
    """
    CREATE TEMP TABLE the_moves AS
    SELECT seq, at, actor, action, subject, json_extract(details, '$.entry') AS entry, coalesce(
        json_extract(details, '$.amount_minor'), json_extract(details, '$.balance_minor')
    ) AS minor, json_extract(details, '$.currency') AS currency
    FROM the_events WHERE action IN ('wallet.moved', 'provider.moved', 'provider.opened')
    """,
    "CREATE INDEX temp.the_moves_by_entry ON the_moves (entry)",
    """
    CREATE TEMP TABLE the_shapes AS
    SELECT entry_id, key, order_id, count(*) AS lines, max(currency) AS currency,
        max(CASE WHEN line = 1 THEN account END) AS first,
        max(CASE WHEN line = 1 THEN amount_minor END) AS minor,
        max(CASE WHEN line = 2 THEN account END) AS second
    FROM the_lines GROUP BY entry_id
    """,
    "CREATE INDEX temp.the_shapes_by_key ON the_shapes (key)",
    """
    CREATE TEMP VIEW the_approvals AS
    SELECT seq, CAST(substr(subject, 8) AS INTEGER) AS person_id,
        json_extract(details, '$.agent') AS agent_id,
        json_extract(details, '$.limit_minor') AS limit_minor
    FROM the_events WHERE action = 'access.approved'
    """,
    """
    CREATE TEMP VIEW the_sums AS
    SELECT account, currency, sum(amount_minor) AS minor FROM the_lines GROUP BY account, currency
    """,
)

SOURCES = {
    Kind.DATABASE: Source(
        views=_DATABASE + _BOTH,
        names={
            "order": "orders",
            "entry": "entry",
            "line": "posting",
            "wallet": "wallet",
            "agent": "agent",
            "event": "journal",
            "delivery": "delivery",
            "member": "member",
            "call": "provider_call",
            "foreign": "unowned_order",
            "shelved": "unowned_order",
        },
    ),
    Kind.EXPORT: Source(
        views=_EXPORT + _BOTH,
        names={
            "order": "orders",
            "entry": "ledger",
            "line": "ledger",
            "wallet": "agents",
            "agent": "agents",
            "event": "journal",
            "delivery": "deliveries",
            "member": "members",
            "call": "provider_calls",
            "foreign": "foreign_orders",
            "shelved": "shelf_orders",
        },
    ),
}
"""What each kind's rows are called where they stand; any other word is a table's name already."""
