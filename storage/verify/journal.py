"""Checks of the journal against the rest: what it says was done stands so in the tables."""

from bot.domain.verifying import Check

CONFIRMED = """
    SELECT 'order', id, 'is not what was confirmed: the journal has '
        || json_extract(details, '$.quantity') || ' cards at '
        || amount(json_extract(details, '$.unit_price_minor'))
    FROM the_orders JOIN the_events ON order_id = id AND action = 'order.confirmed'
    WHERE (json_extract(details, '$.quantity'), json_extract(details, '$.unit_price_minor'),
        json_extract(details, '$.agent'), actor, at)
    IS NOT (quantity, unit_price_minor, the_orders.agent_id, 'member:' || person_id, confirmed_at)
"""

# By its reference an order of which nobody knows is found, by its cost's currency a rate is asked.
PROMISED = """
    SELECT 'order', id, 'has not the reference, the currencies or the rate that were confirmed'
    FROM the_orders JOIN the_events ON order_id = id AND action = 'order.confirmed'
    WHERE json_type(details, '$.reference') IS NOT NULL
    AND (json_extract(details, '$.reference'), json_extract(details, '$.currency'),
        json_extract(details, '$.cost_currency'), json_extract(details, '$.rate_millionths'))
    IS NOT (reference, currency, unit_cost_currency, rate_millionths)
"""

# One that was never sent, and that a lost process may have sent, counts from its confirmation.
SENT_AT = """
    SELECT 'order', id, 'was sent at another time than the journal says'
    FROM the_orders LEFT JOIN (
        SELECT order_id, action, at, max(seq) FROM the_events
        WHERE action IN ('order.sending', 'order.not-sent') GROUP BY order_id
    ) AS last ON last.order_id = id
    WHERE sending_at IS NOT CASE WHEN action = 'order.sending' THEN at
        WHEN id IN (SELECT order_id FROM the_events WHERE action = 'order.unknown')
        THEN confirmed_at END
"""

FINISHED = """
    SELECT 'order', id, 'is ' || state || ' with ' || cards || ' cards, for '
        || amount(unit_price_minor * cards) || ', cost ' || coalesce(amount(cost_minor), 'nothing')
        || '; the journal has ' || json_extract(details, '$.cards') || ', for '
        || amount(json_extract(details, '$.charged_minor')) || ', cost '
        || coalesce(amount(json_extract(details, '$.cost_minor')), 'nothing')
    FROM the_orders JOIN the_events ON order_id = id AND action = 'order.' || state
    WHERE state IN ('fulfilled', 'partially_filled', 'refunded')
    AND (json_extract(details, '$.cards'), json_extract(details, '$.charged_minor'),
        json_extract(details, '$.released_minor'),
        coalesce(json_extract(details, '$.cost_minor'), 0), at)
    IS NOT (cards, unit_price_minor * cards, unit_price_minor * (quantity - cards),
        coalesce(cost_minor, 0), final_at)
"""

ENDED_UNPAID = """
    SELECT 'order', id, 'is ' || state || ' for ' || coalesce(reason, 'no reason')
        || '; the journal says ' || coalesce(json_extract(details, '$.reason'), 'no reason')
    FROM the_orders JOIN the_events ON order_id = id AND action = 'order.' || state
    WHERE state IN ('refused', 'withdrawn')
    AND (json_extract(details, '$.reason'), at) IS NOT (reason, final_at)
"""

BOUND = """
    SELECT 'order', id, 'has the provider order ' || coalesce(provider_order_id, 'none')
        || '; the journal says ' || json_extract(details, '$.provider_order')
    FROM the_orders JOIN the_events ON order_id = id AND action = 'order.handling'
    WHERE (json_extract(details, '$.provider_order'), at) IS NOT (provider_order_id, handling_at)
"""

OF_NOBODY = """
    SELECT 'event', seq, 'is about ' || subject || ', which is not there'
    FROM the_events
    WHERE (order_id IS NOT NULL AND order_id NOT IN (SELECT id FROM the_orders))
    OR (agent_id IS NOT NULL AND agent_id NOT IN (SELECT agent_id FROM the_wallets))
"""

# Money that a person moved, or that moved at a provider, is journaled with its entry's key.
MOVED = """
    SELECT 'entry', entry_id, 'moves ' || amount(-amount_minor)
        || coalesce(', but the journal says ' || amount(minor),
            ', of which the journal says nothing')
    FROM the_lines LEFT JOIN the_moves ON entry = key
    WHERE account LIKE 'wallet:%' AND order_id IS NULL
    AND (action, minor, subject, the_moves.actor, the_moves.at)
    IS NOT ('wallet.moved', -amount_minor, 'agent:' || substr(account, 8), the_lines.actor,
        the_lines.at)
    UNION ALL
    SELECT 'entry', entry_id, 'moves ' || amount(amount_minor) || ' at the provider'
        || coalesce(', but the journal says ' || amount(minor)
            || coalesce(' ' || the_moves.currency, ''), ', of which the journal says nothing')
    FROM the_lines LEFT JOIN the_moves ON entry = key
    WHERE account LIKE 'provider:%' AND key LIKE account || ':%'
    AND (minor, coalesce(the_moves.currency, the_lines.currency))
        IS NOT (amount_minor, the_lines.currency)
"""

UNMOVED = """
    SELECT 'event', seq, 'tells of ' || entry || ', which is not in the books'
    FROM the_moves WHERE minor <> 0 AND entry NOT IN (SELECT key FROM the_lines)
"""

# An order's entries are weighed against the order; here each must have something that tells why.
UNEXPLAINED = """
    SELECT 'entry', entry_id, 'is keyed ' || key || ', of which the journal says nothing'
    FROM (SELECT entry_id, key, order_id, max(account LIKE 'wallet:%' OR key LIKE account || ':%')
        AS is_told FROM the_lines GROUP BY entry_id)
    WHERE NOT CASE
        WHEN key LIKE 'order:%:hold' THEN order_id IN (
            SELECT order_id FROM the_events WHERE action = 'order.confirmed')
        WHEN key LIKE 'order:%:capture:%' OR key LIKE 'order:%:cost:%' THEN order_id IN (
            SELECT order_id FROM the_events
            WHERE action IN ('order.handling', 'order.from-shelf'))
        WHEN key LIKE 'order:%:release' THEN order_id IN (
            SELECT order_id FROM the_events
            WHERE action IN ('order.partially_filled', 'order.refunded', 'order.refused',
                'order.withdrawn'))
        WHEN key LIKE 'unowned:%' OR key LIKE 'shelf:%' OR key LIKE 'undo:unowned:%'
            OR key LIKE 'undo:shelf:%' THEN EXISTS (
            SELECT 1 FROM the_unowned WHERE key LIKE '%:' || provider || ':' || environment || ':'
                || provider_order_id)
        ELSE is_told END
"""

# An undone entry is told as a movement of its own when it moved a wallet.
UNDONE = """
    SELECT 'entry', undoing.entry_id, 'undoes ' || substr(undoing.key, 6)
        || ', which moved something else'
    FROM the_lines AS undoing LEFT JOIN the_lines AS undone
        ON undone.key = substr(undoing.key, 6) AND undone.line = undoing.line
    WHERE undoing.key LIKE 'undo:%'
    AND (undone.account, undone.amount_minor, undone.currency)
        IS NOT (undoing.account, -undoing.amount_minor, undoing.currency)
    GROUP BY undoing.entry_id
"""

# Every provider order that was seen unowned has a row for ever; the journal names it.
UNOWNED_TOLD = """
    SELECT kind, its_id, 'is told by event ' || seq || ', and is not there'
    FROM (
        SELECT min(seq) AS seq, substr(subject, 16) AS its_id, CASE action
            WHEN 'foreign.seen' THEN 'foreign' ELSE 'shelved' END AS kind
        FROM the_events
        WHERE action IN ('foreign.seen', 'shelf.expected', 'shelf.stocked', 'shelf.adopted',
            'shelf.empty', 'shelf.doubted')
        GROUP BY subject
    )
    WHERE its_id NOT IN (SELECT provider_order_id FROM the_unowned)
"""

# What an earlier version showed is told by its first card alone; a copy may be owed anew.
SHOWN = """
    SELECT 'delivery', id, 'is ' || state || ', but its cards were '
        || CASE WHEN shown THEN 'shown' ELSE 'never shown' END
    FROM (
        SELECT id, state, EXISTS (
            SELECT 1 FROM the_events
            WHERE the_events.subject = 'order:' || the_deliveries.order_id
            AND action = 'cards.shown' AND CASE
                WHEN json_extract(details, '$.delivery') IS NOT NULL
                THEN json_extract(details, '$.delivery') = the_deliveries.id
                ELSE json_extract(details, '$.first') = first_slot AND (state = 'sent' OR copy = 0)
                END
        ) AS shown
        FROM the_deliveries WHERE kind = 'receipt'
    )
    WHERE shown <> (state = 'sent')
"""

# A limit that nobody has set is the one that a shop was opened with, and a margin is none.
LAST_WORDS = """
    SELECT 'wallet', agent_id, 'has the credit limit '
        || coalesce(amount(credit_limit_minor), 'none') || '; the journal says '
        || coalesce(amount(told), 'none')
    FROM (
        SELECT the_wallets.agent_id, credit_limit_minor, CASE
            WHEN last.seq IS NOT NULL THEN json_extract(last.details, '$.limit_minor')
            WHEN the_approvals.seq IS NOT NULL THEN limit_minor
            ELSE credit_limit_minor END AS told
        FROM the_wallets
        LEFT JOIN (
            SELECT agent_id, details, max(seq) AS seq FROM the_events
            WHERE action = 'agent.limit' GROUP BY agent_id
        ) AS last ON last.agent_id = the_wallets.agent_id
        LEFT JOIN the_approvals ON the_approvals.agent_id = the_wallets.agent_id
    )
    WHERE credit_limit_minor IS NOT told
    UNION ALL
    SELECT 'agent', agent_id, 'has the margin ' || coalesce(margin_bp, 'none')
        || '; the journal says ' || coalesce(json_extract(details, '$.margin_bp'), 'none')
    FROM the_wallets LEFT JOIN (
        SELECT agent_id, details, max(seq) FROM the_events WHERE action = 'margin.set'
        GROUP BY agent_id
    ) USING (agent_id)
    WHERE margin_bp IS NOT json_extract(details, '$.margin_bp')
    UNION ALL
    SELECT 'agent', agent_id, CASE
        WHEN suspended_at IS NULL THEN 'is not suspended, but the journal says so'
        ELSE 'is suspended, but the journal does not say so' END
    FROM the_wallets LEFT JOIN (
        SELECT agent_id, action, max(seq) FROM the_events
        WHERE action IN ('agent.suspended', 'agent.reinstated') GROUP BY agent_id
    ) USING (agent_id)
    WHERE (action IS 'agent.suspended') <> (suspended_at IS NOT NULL)
"""

# Whoever acts for a shop spends its wallet: an admin let each in, and opened each shop.
MEMBERS = """
    SELECT 'member', person_id, 'acts for agent ' || the_members.agent_id || ', but was let in '
        || CASE WHEN max(seq) IS NULL THEN 'by nobody' ELSE 'for agent ' || told.agent_id END
    FROM the_members LEFT JOIN the_approvals AS told USING (person_id)
    GROUP BY person_id
    HAVING max(seq) IS NULL OR coalesce(told.agent_id, the_members.agent_id)
        <> the_members.agent_id
    UNION ALL
    SELECT 'event', seq, 'lets in ' || person_id || ', who acts for nobody'
    FROM the_approvals WHERE person_id NOT IN (SELECT person_id FROM the_members)
    UNION ALL
    SELECT 'agent', newest, 'was opened for nobody'
    FROM (
        SELECT max(agent_id) AS newest, count(*) AS untold FROM the_wallets
        WHERE agent_id NOT IN (SELECT agent_id FROM the_approvals WHERE agent_id IS NOT NULL)
    )
    WHERE untold > (SELECT count(*) FROM the_approvals WHERE agent_id IS NULL)
"""

# A quote is made some minutes before its order, by a rate that an admin had set by then.
RATES = """
    SELECT 'order', id, CASE
        WHEN unit_cost_currency = currency
        THEN 'costs ' || currency || ' and is paid in it, but was priced by a rate'
        WHEN rate_millionths IS NULL
        THEN 'costs ' || unit_cost_currency || ' and is paid in ' || currency || ' without a rate'
        ELSE 'was priced by a rate of ' || unit_cost_currency || ' that nobody had set' END
    FROM the_orders
    WHERE unit_cost_currency = currency AND rate_millionths IS NOT NULL
    OR unit_cost_currency <> currency AND NOT EXISTS (
        SELECT 1 FROM the_events
        WHERE the_events.subject = 'rate:' || unit_cost_currency AND action = 'rate.set'
        AND (json_extract(details, '$.currency'), json_extract(details, '$.millionths'))
            IS (currency, rate_millionths)
        AND at <= confirmed_at
    )
"""

CHECKS = (
    (Check.TOLD, CONFIRMED),
    (Check.TOLD, PROMISED),
    (Check.TOLD, SENT_AT),
    (Check.TOLD, FINISHED),
    (Check.TOLD, ENDED_UNPAID),
    (Check.TOLD, BOUND),
    (Check.TOLD, OF_NOBODY),
    (Check.BOOKED, MOVED),
    (Check.BOOKED, UNMOVED),
    (Check.BOOKED, UNEXPLAINED),
    (Check.BOOKED, UNDONE),
    (Check.OWNERS, UNOWNED_TOLD),
    (Check.RECEIPTS, SHOWN),
    (Check.TOLD, LAST_WORDS),
    (Check.TOLD, MEMBERS),
    (Check.TOLD, RATES),
)
