"""Checks of the evidence: each call that may have spent money is kept as the journal tells it."""

from bot.domain.verifying import Check

# Each sending ends in a call that was kept, unless its process was lost, or the disk was full when
# its answer came; they are numbered as made.
KEPT = """
    WITH steps AS (
        SELECT order_id, seq, action, lead(action) OVER life AS ending,
            lead(json_extract(details, '$.reason')) OVER life AS reason
        FROM the_events
        WHERE action IN ('order.sending', 'order.not-sent', 'order.handling', 'order.refused',
            'order.withdrawn', 'order.unknown')
        WINDOW life AS (PARTITION BY order_id ORDER BY seq)
    ), made AS (
        SELECT order_id, reason, row_number() OVER (PARTITION BY order_id ORDER BY seq) AS attempt,
            CASE ending WHEN 'order.handling' THEN 'accepted' WHEN 'order.not-sent' THEN 'not-sent'
            WHEN 'order.unknown' THEN 'unknown' ELSE 'refused' END AS outcome
        FROM steps
        WHERE action = 'order.sending' AND ending IS NOT NULL
        AND NOT (ending = 'order.unknown'
            AND reason IN ('process ended', 'answer not kept', 'restored'))
    )
    SELECT 'call', made.order_id || '/' || made.attempt, CASE
        WHEN the_calls.outcome IS NULL THEN 'is missing: the journal says ' || made.outcome
        ELSE 'says ' || the_calls.outcome || ' ' || code || '; the journal says ' || made.outcome
            || coalesce(' ' || reason, '') END
    FROM made LEFT JOIN the_calls USING (order_id, attempt)
    WHERE the_calls.outcome IS NOT made.outcome
    OR (made.outcome IN ('not-sent', 'unknown') AND code <> reason)
    UNION ALL
    SELECT 'call', the_calls.order_id || '/' || the_calls.attempt, 'was made by nobody'
    FROM the_calls LEFT JOIN made USING (order_id, attempt)
    WHERE made.outcome IS NULL AND order_id NOT IN (
        SELECT order_id FROM the_events
        WHERE action = 'order.unknown' AND json_extract(details, '$.reason') = 'restored'
    )
"""

CHECKS = ((Check.OWNERS, KEPT),)
