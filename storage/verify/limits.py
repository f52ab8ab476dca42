"""The check that no purchase went beyond a credit limit: the limit of its own moment, not of today.

A hold is guarded by the very statement that takes it. Only a correction, or a limit that was
lowered later, leaves a wallet below its limit, and `books.OVERDRAWN` warns of that.
"""

from bot.domain.verifying import Check

# A hold is confirmed where it is taken, so the journal tells whether a limit came before or after
# it. Before the first limit that is told nobody knows; where none is, it is still the first one.
OVERSPENT = """
    WITH limits AS MATERIALIZED (
        SELECT coalesce(agent_id, json_extract(details, '$.agent')) AS agent_id, seq,
            json_extract(details, '$.limit_minor') AS limit_minor
        FROM the_events
        WHERE action = 'agent.limit' OR (
            action = 'access.approved' AND json_type(details, '$.limit_minor') IS NOT NULL)
    ),
    balances AS (
        SELECT order_id, key, CAST(substr(account, 8) AS INTEGER) AS agent_id,
            -sum(amount_minor) OVER (PARTITION BY account ORDER BY entry_id, line) AS minor
        FROM the_lines WHERE account LIKE 'wallet:%'
    ),
    timeline AS (
        SELECT agent_id, seq, seq AS told, NULL AS order_id, NULL AS minor FROM limits
        UNION ALL
        SELECT balances.agent_id, seq, NULL, order_id, minor
        FROM balances JOIN the_events USING (order_id)
        WHERE key = 'order:' || order_id || ':hold' AND action = 'order.confirmed'
    ),
    purchases AS (
        SELECT agent_id, order_id, minor,
            max(told) OVER (PARTITION BY agent_id ORDER BY seq) AS told,
            count(told) OVER (PARTITION BY agent_id) AS limits_told
        FROM timeline
    ),
    bounded AS (
        SELECT order_id, minor,
            CASE limits_told WHEN 0 THEN credit_limit_minor ELSE limit_minor END AS limit_minor
        FROM purchases JOIN the_wallets USING (agent_id) LEFT JOIN limits ON limits.seq = told
        WHERE order_id IS NOT NULL
    )
    SELECT 'order', order_id, 'took its wallet to ' || amount(minor)
        || ', beyond the limit of ' || amount(limit_minor)
    FROM bounded WHERE minor < -limit_minor
"""

CHECKS = ((Check.LIMITS, OVERSPENT),)
