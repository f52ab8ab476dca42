"""Checks of the money: entries balance, wallets are what their entries add up to, holds are right.

`amount(minor)` writes an amount, as `1450.00`.
"""

from bot.domain.verifying import Check

BALANCED = """
    SELECT 'entry', entry_id, 'adds up to ' || amount(sum(amount_minor)) || ', not to zero'
    FROM the_lines GROUP BY entry_id, currency HAVING sum(amount_minor) <> 0
"""

WALLET_BALANCES = """
    SELECT 'wallet', agent_id, 'has the balance ' || amount(balance_minor)
        || ', but its entries add up to ' || amount(-coalesce(minor, 0))
    FROM the_wallets LEFT JOIN the_sums
        ON account = 'wallet:' || agent_id AND the_sums.currency = the_wallets.currency
    WHERE balance_minor <> -coalesce(minor, 0)
"""

WALLET_HOLDS = """
    SELECT 'wallet', agent_id, 'holds ' || amount(held_minor)
        || ', but its entries add up to ' || amount(-coalesce(minor, 0))
    FROM the_wallets LEFT JOIN the_sums
        ON account = 'held:' || agent_id AND the_sums.currency = the_wallets.currency
    WHERE held_minor <> -coalesce(minor, 0)
"""

OPEN_HOLDS = """
    SELECT 'wallet', agent_id, 'holds ' || amount(held_minor)
        || ', but its open orders still need ' || amount(needed)
    FROM (
        SELECT the_wallets.agent_id, held_minor,
            coalesce(sum((quantity - cards) * unit_price_minor), 0) AS needed
        FROM the_wallets LEFT JOIN the_orders ON the_orders.agent_id = the_wallets.agent_id
            AND state IN ('confirmed', 'sending', 'unknown', 'handling')
        GROUP BY the_wallets.agent_id
    )
    WHERE held_minor <> needed
"""

WALLETS_KNOWN = """
    SELECT 'line', entry_id || '/' || line, 'moves ' || account || ', which no agent has'
    FROM the_lines
    WHERE (account LIKE 'wallet:%' OR account LIKE 'held:%')
    AND substr(account, instr(account, ':') + 1) NOT IN (SELECT agent_id || '' FROM the_wallets)
"""

ORDER_HOLDS = """
    SELECT 'order', id, CASE
        WHEN holds <> 1 THEN 'has ' || holds || ' holds in the books, not one'
        ELSE 'costs ' || amount(total) || ', but the books held ' || amount(held) END
    FROM the_holdings WHERE holds <> 1 OR held <> total
"""

ORDER_CAPTURES = """
    SELECT 'order', id, 'has cards for ' || amount(charged) || ', but the books took '
        || amount(captured)
    FROM the_holdings WHERE captured <> charged
"""

ORDER_RELEASES = """
    SELECT 'order', id, 'is ' || state || ' and gives back '
        || amount(CASE WHEN is_final THEN total - charged ELSE 0 END)
        || ', but the books gave back ' || amount(released)
    FROM the_holdings
    WHERE released <> CASE WHEN is_final THEN total - charged ELSE 0 END
    OR reserved <> CASE WHEN is_final THEN 0 ELSE total - charged END
"""

ORDER_COSTS = """
    SELECT 'order', id, 'cost ' || coalesce(amount(cost_minor), 'nothing')
        || ', but the books have ' || amount(cost)
    FROM the_holdings WHERE cost <> coalesce(cost_minor, 0)
"""

ORDER_ENTRIES = """
    SELECT 'entry', entry_id, 'is keyed ' || key || ', but belongs to '
        || coalesce('order ' || order_id, 'no order')
    FROM the_lines
    WHERE (key LIKE 'order:%' OR order_id IS NOT NULL)
    AND key NOT LIKE 'order:' || coalesce(order_id, '') || ':%'
    GROUP BY entry_id
    UNION ALL
    SELECT 'entry', entry_id, 'belongs to order ' || order_id || ', which is not there'
    FROM the_lines
    WHERE order_id IS NOT NULL AND order_id NOT IN (SELECT id FROM the_orders) GROUP BY entry_id
"""

UNOWNED_COSTS = """
    SELECT stands_in, the_unowned.provider_order_id, 'took ' || amount(the_unowned.amount_minor)
        || ', but entry ' || entry_id || ' booked ' || amount(-the_lines.amount_minor)
    FROM the_unowned JOIN the_lines
        ON key = 'unowned:' || provider || ':' || environment || ':' || provider_order_id
    WHERE account = 'provider:' || provider || ':' || environment
    AND (-the_lines.amount_minor, the_lines.currency)
        IS NOT (the_unowned.amount_minor, the_unowned.currency)
    UNION ALL
    SELECT stands_in, the_unowned.provider_order_id, 'took ' || amount(the_unowned.amount_minor)
        || ', but entry ' || entry_id || ' put ' || amount(the_lines.amount_minor) || ' in stock'
    FROM the_unowned JOIN the_lines
        ON key = 'shelf:' || provider || ':' || environment || ':' || provider_order_id
    WHERE account = 'stock:' || provider || ':' || environment
    AND (the_lines.amount_minor, the_lines.currency)
        IS NOT (the_unowned.amount_minor, the_unowned.currency)
"""

OVERDRAWN = """
    SELECT 'wallet', agent_id, 'is ' || amount(-balance_minor - credit_limit_minor)
        || ' below its limit: right if the limit was lowered or a correction took it there'
    FROM the_wallets WHERE balance_minor < -credit_limit_minor
"""

CHECKS = (
    (Check.ENTRIES, BALANCED),
    (Check.WALLETS, WALLET_BALANCES),
    (Check.WALLETS, WALLET_HOLDS),
    (Check.WALLETS, WALLETS_KNOWN),
    (Check.HOLDS, OPEN_HOLDS),
    (Check.ORDER_MONEY, ORDER_HOLDS),
    (Check.ORDER_MONEY, ORDER_CAPTURES),
    (Check.ORDER_MONEY, ORDER_RELEASES),
    (Check.ORDER_MONEY, ORDER_COSTS),
    (Check.ORDER_MONEY, ORDER_ENTRIES),
    (Check.ORDER_MONEY, UNOWNED_COSTS),
)
WARNINGS = ((Check.LIMITS, OVERDRAWN),)
