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

# What an entry's key says is on which accounts it moves, and in what (bot/domain/ledger.py). What
# is undone, and what a provider order of nobody took, is held against what it was.
SHAPES = """
    SELECT 'entry', entry_id, 'is keyed ' || key || ', but moves ' || currency || ' between '
        || first || ' and ' || coalesce(second, 'nothing')
        || CASE WHEN lines = 2 THEN '' ELSE ' in ' || lines || ' lines' END
    FROM (
        SELECT the_shapes.*, CASE
            WHEN key GLOB 'order:*:hold' THEN 'wallet:' || the_orders.agent_id
            WHEN key GLOB 'order:*:release' OR key GLOB 'order:*:capture:*'
                THEN 'held:' || the_orders.agent_id
            WHEN key GLOB 'order:*:cost:*' THEN 'cost-of-cards'
            WHEN key GLOB 'topup:*' THEN 'cash'
            WHEN key GLOB 'adjust:*' THEN 'adjustments'
            WHEN key GLOB 'provider:*' THEN CASE
                WHEN substr(key, 1, length(first) + 1) = first || ':'
                    AND (first GLOB 'provider:*:sandbox' OR first GLOB 'provider:*:production')
                THEN first END
            ELSE first END AS its_first,
        CASE
            WHEN key GLOB 'order:*:hold' THEN 'held:' || the_orders.agent_id
            WHEN key GLOB 'order:*:capture:*' THEN 'sales'
            WHEN key GLOB 'order:*:release' THEN 'wallet:' || the_orders.agent_id
            WHEN key GLOB 'order:*:cost:*' THEN CASE WHEN the_orders.id IN (
                    SELECT order_id FROM the_events WHERE action = 'order.from-shelf')
                THEN 'stock:' ELSE 'provider:' END || provider || ':' || environment
            WHEN key GLOB 'topup:*' OR key GLOB 'adjust:*' THEN 'wallet:' || the_wallets.agent_id
            WHEN key GLOB 'provider:*' THEN 'cash'
            ELSE second END AS its_second,
        CASE
            WHEN key GLOB 'order:*:cost:*' THEN cost_currency
            WHEN key GLOB 'order:*' THEN the_orders.currency
            WHEN key GLOB 'topup:*' OR key GLOB 'adjust:*' THEN the_wallets.currency
            ELSE the_shapes.currency END AS its_currency
        FROM the_shapes LEFT JOIN the_orders ON the_orders.id = the_shapes.order_id
            LEFT JOIN the_wallets ON the_wallets.agent_id = CAST(substr(second, 8) AS INTEGER)
                AND second GLOB 'wallet:*'
    )
    WHERE (lines, first, second, currency) IS NOT (2, its_first, its_second, its_currency)
"""

_PLACE = "provider || ':' || environment || ':' || provider_order_id"
_ACCOUNT = "provider || ':' || environment"

UNOWNED_COSTS = f"""
    SELECT stands_in, provider_order_id, 'took ' || amount(amount_minor)
        || coalesce(', but entry ' || entry_id || ' booked ' || amount(minor) || ' of ' || second,
            ', of which the books have nothing')
    FROM the_unowned LEFT JOIN the_shapes ON key = 'unowned:' || {_PLACE}
    WHERE CASE WHEN coalesce(amount_minor, 0) = 0 THEN entry_id IS NOT NULL ELSE
        (lines, first, second, minor, the_shapes.currency)
        IS NOT (2, 'unexplained:' || {_ACCOUNT}, 'provider:' || {_ACCOUNT}, amount_minor,
            the_unowned.currency) END
    UNION ALL
    SELECT stands_in, provider_order_id, 'took ' || amount(amount_minor)
        || coalesce(', but entry ' || entry_id || ' put ' || amount(minor) || ' into ' || first,
            ', of which the books put nothing in stock')
    FROM the_unowned LEFT JOIN the_shapes ON key = 'shelf:' || {_PLACE}
    WHERE CASE WHEN entry_id IS NULL
        THEN state IN ('shelf', 'sold') AND coalesce(amount_minor, 0) <> 0
        ELSE (lines, first, second, minor, the_shapes.currency)
        IS NOT (2, 'stock:' || {_ACCOUNT}, 'unexplained:' || {_ACCOUNT}, amount_minor,
            the_unowned.currency) END
"""  # noqa: S608 # of constants

# What an order of ours turned out to be is taken off the books of the unexplained, and no other.
UNBOOKED = """
    SELECT 'entry', booked.entry_id, 'is keyed ' || booked.key || ', and is '
        || CASE WHEN undoing.key IS NULL THEN 'an order''s, but was never undone'
        ELSE 'no order''s, but was undone' END
    FROM the_unowned LEFT JOIN the_orders USING (provider, environment, provider_order_id)
        JOIN the_shapes AS booked ON booked.key IN (
            'unowned:' || provider || ':' || environment || ':' || provider_order_id,
            'shelf:' || provider || ':' || environment || ':' || provider_order_id)
        LEFT JOIN the_shapes AS undoing ON undoing.key = 'undo:' || booked.key
    WHERE (the_orders.id IS NULL) <> (undoing.key IS NULL)
"""

OVERDRAWN = """
    SELECT 'wallet', agent_id, 'is ' || amount(-balance_minor - credit_limit_minor)
        || ' below its limit: right if the limit was lowered or a correction took it there'
    FROM the_wallets WHERE balance_minor < -credit_limit_minor
"""

CHECKS = (
    (Check.ENTRIES, BALANCED),
    (Check.ENTRIES, SHAPES),
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
    (Check.ORDER_MONEY, UNBOOKED),
)
WARNINGS = ((Check.LIMITS, OVERDRAWN),)
