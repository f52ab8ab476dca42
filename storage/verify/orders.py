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

RECEIPTS = """
    SELECT 'order', id, 'has ' || cards || ' cards, but messages are owed for ' || owed
    FROM (
        SELECT the_orders.id, cards, coalesce(sum(last_slot - first_slot + 1), 0) AS owed,
            coalesce(min(first_slot), 1) AS first, coalesce(max(last_slot), 0) AS last
        FROM the_orders LEFT JOIN the_deliveries
            ON the_deliveries.order_id = the_orders.id AND kind = 'receipt'
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

STOCKED = """
    SELECT stands_in, provider_order_id, 'is on the shelf, but was never put there'
    FROM the_unowned
    WHERE state = 'shelf' AND NOT EXISTS (
        SELECT 1 FROM the_events
        WHERE action = 'shelf.stocked' AND subject = 'provider-order:' || provider_order_id
    )
"""

CHECKS = (
    (Check.CARDS, COUNTS),
    (Check.LIVES, ENDS),
    (Check.OWNERS, BOUND),
    (Check.OWNERS, OWNED_ONCE),
    (Check.OWNERS, SOLD_FROM_THE_SHELF),
    (Check.OWNERS, STOCKED),
    (Check.RECEIPTS, RECEIPTS),
    (Check.RECEIPTS, TOLD_TO_THE_BUYER),
    (Check.RECEIPTS, SENT),
)
