"""Checks of orders: their cards, their provider orders, and the messages owed for them."""

from bot.domain.verifying import Check

COUNTS = """
    SELECT 'order', id, 'is ' || state || ' with ' || cards || ' of ' || quantity || ' cards'
    FROM the_orders
    WHERE (state = 'fulfilled' AND cards <> quantity)
    OR (state = 'partially_filled' AND (cards < 1 OR cards >= quantity))
    OR (state NOT IN ('fulfilled', 'partially_filled', 'handling') AND cards <> 0)
    OR cards > quantity
"""

ENDS = """
    SELECT 'order', id, 'is ' || state || ', but '
        || CASE WHEN final_at IS NULL THEN 'has no end' ELSE 'has ended' END
    FROM the_orders
    WHERE (state IN ('confirmed', 'sending', 'unknown', 'handling')) <> (final_at IS NULL)
"""

# What a person settled, and what came from the shelf, is told by the journal.
BOUND = """
    SELECT 'order', id, 'is ' || state || ' without an order at the provider'
    FROM the_orders
    WHERE provider_order_id IS NULL
    AND state IN ('handling', 'fulfilled', 'partially_filled', 'refunded')
    AND id NOT IN (SELECT order_id FROM the_events WHERE action = 'order.from-shelf')
"""

OWNED_ONCE = """
    SELECT 'order', max(id), 'has the provider order ' || provider_order_id
        || ', which belongs to order ' || min(id)
    FROM the_orders WHERE provider_order_id IS NOT NULL
    GROUP BY provider, environment, provider_order_id HAVING count(*) > 1
    UNION ALL
    SELECT stands_in, provider_order_id, 'is ' || the_unowned.state || ', but order '
        || the_orders.id || ' has it'
    FROM the_unowned JOIN the_orders USING (provider, environment, provider_order_id)
    WHERE the_unowned.state <> 'adopted'
"""

# The last cards are owed a second time when the order ends without more.
RECEIPTS = """
    SELECT 'order', id, 'has ' || cards || ' cards, but messages are owed for ' || owed
    FROM (
        SELECT the_orders.id, cards, coalesce(sum(last_slot - first_slot + 1), 0) AS owed,
            coalesce(min(first_slot), 1) AS first, coalesce(max(last_slot), 0) AS last
        FROM the_orders LEFT JOIN (
            SELECT DISTINCT order_id, first_slot, last_slot FROM the_deliveries
            WHERE kind = 'receipt'
        ) AS owed ON owed.order_id = the_orders.id
        GROUP BY the_orders.id
    )
    WHERE owed <> cards OR first <> 1 OR last <> cards
"""

TOLD_TO_THE_BUYER = """
    SELECT 'delivery', the_deliveries.id, 'shows cards of order ' || order_id
        || ' to ' || the_deliveries.person_id || ', who did not buy them'
    FROM the_deliveries JOIN the_orders ON the_orders.id = order_id
    WHERE kind = 'receipt' AND the_deliveries.person_id <> the_orders.person_id
"""

SENT = """
    SELECT 'delivery', id, 'is ' || state || ', but '
        || CASE WHEN sent_at IS NULL THEN 'was sent at no time' ELSE 'was sent' END
    FROM the_deliveries WHERE (state = 'sent') <> (sent_at IS NOT NULL)
"""

DROPPED = """
    SELECT 'delivery', id, 'is dropped: the cards that it owes would never be shown'
    FROM the_deliveries WHERE kind = 'receipt' AND state = 'dropped'
"""

SOLD_FROM_THE_SHELF = """
    SELECT stands_in, provider_order_id, 'is ' || state || ', but '
        || coalesce('order ' || taken_by || ' did not take it', 'nobody took it')
    FROM the_unowned
    WHERE (state = 'sold' OR taken_by IS NOT NULL)
    AND (state <> 'sold' OR NOT EXISTS (
        SELECT 1 FROM the_events
        WHERE action = 'order.from-shelf' AND subject = 'order:' || taken_by
        AND json_extract(details, '$.provider_order') = provider_order_id
    ))
    UNION ALL
    SELECT 'event', seq, 'sells from the shelf what was not there: '
        || json_extract(details, '$.provider_order')
    FROM the_events
    WHERE action = 'order.from-shelf' AND NOT EXISTS (
        SELECT 1 FROM the_unowned WHERE taken_by = order_id
    )
"""

# What became of it last; one that is older than our books was never told of, and cost them nothing.
STANDING = """
    SELECT stands_in, provider_order_id, 'is ' || state || ', but '
        || CASE WHEN owner IS NOT NULL THEN 'order ' || owner || ' has it'
        ELSE 'the journal says ' || coalesce(last, 'nothing of it') END
    FROM (
        SELECT the_unowned.*, the_orders.id AS owner, (
            SELECT action FROM the_events
            WHERE the_events.subject = 'provider-order:' || the_unowned.provider_order_id
            AND coalesce(json_extract(details, '$.provider'), the_unowned.provider)
                = the_unowned.provider
            AND action IN ('foreign.seen', 'shelf.expected', 'shelf.adopted', 'shelf.stocked',
                'shelf.empty', 'shelf.doubted')
            ORDER BY seq DESC LIMIT 1
        ) AS last
        FROM the_unowned LEFT JOIN the_orders USING (provider, environment, provider_order_id)
    )
    WHERE state NOT IN (CASE WHEN owner IS NOT NULL THEN 'adopted' ELSE CASE last
        WHEN 'foreign.seen' THEN 'foreign'
        WHEN 'shelf.doubted' THEN 'foreign'
        WHEN 'shelf.stocked' THEN 'shelf'
        WHEN 'shelf.empty' THEN 'adopted'
        ELSE 'expected' END END,
        CASE WHEN owner IS NULL AND last = 'shelf.stocked' THEN 'sold' ELSE '' END,
        CASE WHEN last IS NULL AND amount_minor = 0 THEN 'adopted' ELSE '' END)
"""

# Cards on the shelf are sold to whoever buys what they are.
GOODS = """
    SELECT stands_in, provider_order_id, 'has ' || cards || ' of ' || quantity || ' cards of '
        || product_key || '/' || type_key || '; the journal says '
        || coalesce(json_extract(details, '$.cards') || ' of ', '')
        || json_extract(details, '$.quantity') || ' of ' || json_extract(details, '$.product')
        || '/' || json_extract(details, '$.type')
    FROM the_unowned JOIN the_events ON subject = 'provider-order:' || provider_order_id
        AND (json_extract(details, '$.provider'), json_extract(details, '$.environment'))
            = (provider, environment)
    WHERE (json_extract(details, '$.product'), json_extract(details, '$.type'),
        json_extract(details, '$.quantity'))
    IS NOT (product_key, type_key, quantity)
    OR (state IN ('shelf', 'sold') AND json_extract(details, '$.cards') <> cards AND seq = (
        SELECT max(later.seq) FROM the_events AS later
        WHERE later.subject = the_events.subject AND later.action = 'shelf.stocked'))
    GROUP BY stands_in, provider, environment, provider_order_id
"""

CHECKS = (
    (Check.CARDS, COUNTS),
    (Check.LIVES, ENDS),
    (Check.OWNERS, BOUND),
    (Check.OWNERS, OWNED_ONCE),
    (Check.OWNERS, SOLD_FROM_THE_SHELF),
    (Check.OWNERS, STANDING),
    (Check.OWNERS, GOODS),
    (Check.RECEIPTS, RECEIPTS),
    (Check.RECEIPTS, TOLD_TO_THE_BUYER),
    (Check.RECEIPTS, SENT),
    (Check.RECEIPTS, DROPPED),
)
