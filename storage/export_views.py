"""The export's ready-made questions: what was sold, what an agent has, what a provider should have.

Each reads the ledger, so that its sums are the books' own.
"""

# An order's captures credit `sales`, its costs debit `cost-of-cards`, each on its own day. Where
# these are of two currencies they stand in two rows, and neither has a margin.
DAILY_SALES = """
    CREATE VIEW daily_sales AS
    SELECT
        substr(ledger.at_local, 1, 10) AS day,
        orders.agent_id,
        agents.name AS agent,
        orders.product_title,
        orders.type_name,
        ledger.currency,
        count(DISTINCT CASE WHEN account = 'sales' THEN orders.id END) AS orders,
        coalesce(sum(CASE WHEN account = 'sales' THEN credit_minor / unit_price_minor END), 0)
            AS cards,
        coalesce(sum(CASE WHEN account = 'sales' THEN credit_minor END), 0) AS sales_minor,
        coalesce(sum(CASE WHEN account <> 'sales' THEN debit_minor - credit_minor END), 0)
            AS cost_minor,
        CASE WHEN max(orders.rate IS NOT NULL) = 0 THEN sum(credit_minor - debit_minor) END
            AS margin_minor
    FROM ledger
    JOIN orders ON orders.id = ledger.order_id
    JOIN agents ON agents.id = orders.agent_id
    WHERE account IN ('sales', 'cost-of-cards')
    GROUP BY day, orders.agent_id, orders.product_title, orders.type_name, ledger.currency
    ORDER BY day, agent, orders.product_title, orders.type_name
"""

AGENT_STATEMENT = """
    CREATE VIEW agent_statement AS
    SELECT
        agents.id AS agent_id,
        agents.name AS agent,
        ledger.entry_id,
        ledger.at_local,
        CASE
            WHEN ledger.key LIKE 'order:%:hold' THEN 'hold'
            WHEN ledger.key LIKE 'order:%:release' THEN 'release'
            ELSE substr(ledger.key, 1, instr(ledger.key, ':') - 1)
        END AS what,
        ledger.order_id,
        orders.product_title,
        orders.type_name,
        orders.quantity,
        ledger.memo,
        ledger.actor,
        ledger.credit_minor - ledger.debit_minor AS amount_minor,
        sum(ledger.credit_minor - ledger.debit_minor) OVER (
            PARTITION BY ledger.account, ledger.currency ORDER BY ledger.entry_id, ledger.line
        ) AS balance_minor,
        ledger.currency
    FROM ledger
    JOIN agents ON ledger.account = 'wallet:' || agents.id
    LEFT JOIN orders ON orders.id = ledger.order_id
    ORDER BY agents.id, ledger.entry_id, ledger.line
"""

# A statement of each provider account by our books: its last balance is what the provider's own
# page should show, once everything up to then has been read from it.
PROVIDER_RECONCILIATION = """
    CREATE VIEW provider_reconciliation AS
    SELECT
        ledger.account,
        ledger.entry_id,
        ledger.at_utc,
        ledger.at_local,
        CASE
            WHEN ledger.key = ledger.account || ':opening' THEN 'opening'
            WHEN ledger.key LIKE 'provider:%' THEN 'movement'
            WHEN ledger.key LIKE 'order:%' THEN 'order'
            ELSE substr(ledger.key, 1, instr(ledger.key, ':') - 1)
        END AS what,
        coalesce(
            orders.provider_order_id,
            -- `provider:NAME:ENVIRONMENT:ID`, `unowned:NAME:ENVIRONMENT:ID`
            substr(
                ledger.key,
                instr(ledger.key, substr(ledger.account, 10)) + length(ledger.account) - 8
            )
        ) AS provider_id,
        ledger.order_id,
        ledger.debit_minor - ledger.credit_minor AS amount_minor,
        sum(ledger.debit_minor - ledger.credit_minor) OVER (
            PARTITION BY ledger.account, ledger.currency ORDER BY ledger.entry_id, ledger.line
        ) AS balance_minor,
        ledger.currency
    FROM ledger
    LEFT JOIN orders ON orders.id = ledger.order_id
    WHERE ledger.account LIKE 'provider:%'
    ORDER BY ledger.account, ledger.entry_id, ledger.line
"""

VIEWS = (DAILY_SALES, AGENT_STATEMENT, PROVIDER_RECONCILIATION)
