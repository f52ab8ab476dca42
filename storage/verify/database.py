"""Checks of what only a database holds: cards, quotes, requests, the order of postings."""

from bot.domain.verifying import Check

LINES = """
    SELECT 'line', entry_id || '/' || line, 'continues its entry at ' || amount(sum_minor)
        || ', but its lines add up to ' || amount(so_far)
    FROM (
        SELECT entry_id, line, sum_minor,
            sum(amount_minor) OVER (PARTITION BY entry_id ORDER BY line) AS so_far
        FROM main.posting
    )
    WHERE sum_minor <> so_far
    UNION ALL
    SELECT 'entry', id, 'should have ' || lines || ' lines, and has ' || count(entry_id)
    FROM main.entry LEFT JOIN main.posting ON entry_id = id GROUP BY id
    HAVING count(entry_id) <> lines
"""

# Cards beyond what was ordered are kept, neither charged nor shown.
CARDS = """
    SELECT 'order', id, 'has ' || the_orders.cards || ' cards, but ' || kept || ' are kept'
    FROM the_orders JOIN (
        SELECT orders.id AS order_id, count(owner) AS kept, coalesce(max(slot), 0) AS last
        FROM main.orders LEFT JOIN main.card ON owner = 'order:' || orders.id GROUP BY orders.id
    ) ON order_id = id
    WHERE min(kept, quantity) <> the_orders.cards OR kept <> last
    UNION ALL
    SELECT stands_in, provider_order_id, 'is ' || state || ' with ' || the_unowned.cards
        || ' cards, but ' || count(owner) || ' are kept'
    FROM the_unowned LEFT JOIN main.card
        ON owner = 'shelf:' || provider || ':' || provider_order_id
    GROUP BY provider, environment, provider_order_id
    HAVING count(owner) <> CASE WHEN state = 'shelf' THEN the_unowned.cards ELSE 0 END
    AND state IN ('shelf', 'sold', 'adopted')
    UNION ALL
    SELECT 'card', owner || '/' || slot, 'belongs to nothing that is there'
    FROM main.card
    WHERE (owner LIKE 'order:%' AND substr(owner, 7) NOT IN (SELECT id || '' FROM main.orders))
    OR (owner LIKE 'shelf:%' AND NOT EXISTS (
        SELECT 1 FROM main.unowned_order
        WHERE owner = 'shelf:' || provider || ':' || provider_order_id
    ))
    OR (owner NOT LIKE 'order:%' AND owner NOT LIKE 'shelf:%')
"""

_PROMISE = (
    "{0}.person_id, {0}.agent_id, {0}.provider, {0}.environment, {0}.card_type_id,"
    " {0}.product_key, {0}.type_key, {0}.product_title, {0}.type_name, {0}.quantity,"
    " {0}.unit_price_minor, {0}.unit_price_currency, {0}.unit_cost_currency, {0}.rate_millionths"
)

# An order's cost may be read again before it is sent; what the agent was promised may not.
QUOTES = f"""
    SELECT 'order', orders.id, 'is not what was quoted'
    FROM main.orders LEFT JOIN main.quote ON quote.id = quote_id
    WHERE ({_PROMISE.format("orders")}) IS NOT ({_PROMISE.format("quote")})
"""  # noqa: S608 # of constants

SPENT_ONCE = """
    SELECT 'order', max(id), 'spent the quote of order ' || min(id) || ' again'
    FROM main.orders GROUP BY quote_id HAVING count(*) > 1
"""

# A hash is bound to the owner of its card: no two owners can come to the same.
COPIED = """
    SELECT 'card', owner || '/' || slot, 'is a copy of card ' || first
    FROM main.card JOIN (
        SELECT code_index, min(owner || '/' || slot) AS first FROM main.card
        GROUP BY code_index HAVING count(*) > 1
    ) USING (code_index)
    WHERE owner || '/' || slot <> first
"""

REQUESTS = """
    SELECT 'access_request', min(id), 'is approved ' || sum(state = 'approved') || ' times for '
        || person_id || ', but the journal has ' || approvals
    FROM main.access_request JOIN (
        SELECT person_id AS whose, (
            SELECT count(*) FROM the_events
            WHERE action = 'access.approved' AND subject = 'person:' || person_id
        ) AS approvals
        FROM main.access_request GROUP BY person_id
    ) ON whose = person_id
    GROUP BY person_id HAVING sum(state = 'approved') <> approvals
"""

CALLS = """
    SELECT 'provider_call', order_id || '/' || attempt, 'says accepted, but the order is '
        || the_orders.state
    FROM main.provider_call JOIN the_orders ON the_orders.id = order_id
    WHERE outcome = 'accepted' AND the_orders.provider_order_id IS NULL
"""

KEYS = """
    SELECT 'mark', 'keys-in-use', 'does not name ' || key_id || ', which seals cards'
    FROM (
        SELECT code_key_id AS key_id FROM main.card UNION SELECT serial_key_id FROM main.card
        UNION SELECT pin_key_id FROM main.card UNION SELECT phone_key_id FROM main.recipient
        UNION SELECT exchange_key_id FROM main.provider_call
    )
    WHERE key_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM main.mark, json_each(CASE WHEN json_valid(mark.value) THEN mark.value END)
        WHERE mark.name = 'keys-in-use' AND json_each.value = key_id
    )
"""

RATES = """
    SELECT 'mark', name, 'is not the rate that the journal says was set last'
    FROM main.mark LEFT JOIN (
        SELECT subject || ':' || json_extract(details, '$.currency') AS which,
            json_extract(details, '$.millionths') AS millionths, at, max(seq)
        FROM the_events WHERE action = 'rate.set' GROUP BY which
    ) ON which = name
    WHERE name LIKE 'rate:%' AND value IS NOT json_array(millionths, at)
"""

# What is looked for, where and since when: by these an order is found, or called absent.
WINDOWS = """
    SELECT 'order', id, 'is looked for at another time than it was sent'
    FROM main.orders JOIN (
        SELECT order_id, details, max(seq) FROM the_events WHERE action = 'order.unknown'
        GROUP BY order_id
    ) ON order_id = id
    WHERE (state = 'unknown' OR reason = 'absent') AND json_type(details, '$.ahead_ms') IS NOT NULL
    AND (json_extract(details, '$.sent_until_ms'), json_extract(details, '$.ahead_ms'))
        IS NOT (sent_until, provider_ahead)
    UNION ALL
    SELECT 'order', id, CASE WHEN absent_at IS NULL THEN 'was missed once, and does not say so'
        ELSE 'was missed at another time than the journal says' END
    FROM main.orders LEFT JOIN (
        SELECT order_id, details, max(seq) AS seq FROM the_events
        WHERE action = 'order.absent-once' GROUP BY order_id
    ) ON order_id = id
    WHERE state = 'unknown' AND (
        (seq IS NULL) <> (absent_at IS NULL)
        OR absent_at <> coalesce(json_extract(details, '$.began_ms'), absent_at)
    )
"""

RECIPIENTS = """
    SELECT DISTINCT 'order', id, CASE WHEN sealed_phone IS NULL
        THEN 'was for a phone number, which is not kept any more'
        ELSE 'was for no phone number, but one is kept' END
    FROM main.orders JOIN the_events ON order_id = id AND action = 'order.sending'
        LEFT JOIN main.recipient USING (quote_id)
    WHERE json_extract(details, '$.recipient') <> (sealed_phone IS NOT NULL)
"""

# The tries after the last event are minutes apart, unless Telegram asks for more: never for a week.
WAITING = """
    SELECT 'delivery', delivery.id, 'waits for a person who can be reached'
    FROM main.delivery JOIN main.person ON person.id = person_id
    WHERE delivery.kind = 'receipt' AND delivery.state = 'parked' AND unreachable_at IS NULL
    AND NOT EXISTS (
        SELECT 1 FROM main.alert WHERE alert.key = 'delivery-parked:delivery:' || delivery.id
    )
    UNION ALL
    SELECT 'delivery', id, 'owes cards, and is put off for longer than anything is'
    FROM main.delivery
    WHERE kind = 'receipt' AND state IN ('due', 'trying')
    AND due_at > max(created_at, (SELECT coalesce(max(at), 0) FROM the_journal))
        + attempts * 600000 + 7 * 86400000
"""

_LAST = "FROM the_events WHERE action {} ORDER BY seq DESC LIMIT 1"

# What stops selling, and what prices without a margin of their own are made by, is somebody's word.
MARKS = f"""
    SELECT 'mark', name, 'is ' || coalesce(value, 'not there') || '; the journal says '
        || coalesce(told, 'nothing')
    FROM (
        SELECT 'default-margin-bp' AS name, (
            SELECT json_extract(details, '$.margin_bp') || ''
            {_LAST.format("= 'margin.set' AND subject = 'shop'")}) AS told
        UNION ALL SELECT 'epoch', (
            SELECT json_extract(details, '$.epoch') || '' {_LAST.format("= 'bot.started'")})
        UNION ALL SELECT 'paused', (
            SELECT CASE action WHEN 'selling.paused' THEN at || '' END
            {_LAST.format("IN ('selling.paused', 'selling.resumed')")})
        UNION ALL SELECT 'restored', (
            SELECT CASE action WHEN 'restore.entered' THEN at || '' END
            {_LAST.format("IN ('restore.entered', 'selling.resumed')")})
        UNION ALL SELECT 'backed-up', (
            SELECT CASE action WHEN 'restore.entered'
                THEN json_extract(details, '$.backed_up_ms') || '' END
            {_LAST.format("IN ('restore.entered', 'selling.resumed')")})
    ) LEFT JOIN main.mark USING (name)
    WHERE value IS NOT told AND (told IS NOT NULL OR name <> 'backed-up')
    UNION ALL
    SELECT 'mark', name, 'is ' || value || '; the journal does not say so'
    FROM main.mark LEFT JOIN (
        SELECT action, at, details
        {_LAST.format("IN ('restore.entered', 'restore.read', 'selling.resumed')")}) ON TRUE
    WHERE (name = 'restore-read'
        AND value IS NOT CASE action WHEN 'restore.read' THEN at || ''
            WHEN 'restore.entered'
                THEN CASE WHEN json_type(details, '$.backed_up_ms') IS NULL THEN value END
            END)
    OR (name = 'backed-up' AND coalesce(action, 'selling.resumed') = 'selling.resumed')
"""  # noqa: S608 # of constants

# Without its tokens an account would have to be let in anew; they are never thrown away.
TOKENS = """
    SELECT 'mark', 'provider-tokens', 'lacks the tokens of ' || account
    FROM (
        SELECT DISTINCT substr(subject, 10) || ':'
            || coalesce(json_extract(details, '$.environment'), '*') AS account
        FROM the_events WHERE action = 'provider.tokens-renewed'
    )
    WHERE NOT EXISTS (
        SELECT 1 FROM main.mark, json_each(CASE WHEN json_valid(mark.value) THEN mark.value END)
        WHERE mark.name = 'provider-tokens' AND json_each.key GLOB account
    )
"""

CHECKS = (
    (Check.ENTRIES, LINES),
    (Check.KEPT_CARDS, CARDS),
    (Check.KEPT_CARDS, COPIED),
    (Check.QUOTES, QUOTES),
    (Check.QUOTES, SPENT_ONCE),
    (Check.TOLD, REQUESTS),
    (Check.TOLD, RATES),
    (Check.TOLD, WINDOWS),
    (Check.TOLD, MARKS),
    (Check.TOLD, TOKENS),
    (Check.TOLD, RECIPIENTS),
    (Check.RECEIPTS, WAITING),
    (Check.OWNERS, CALLS),
)
WARNINGS = ((Check.SEALS, KEYS),)
