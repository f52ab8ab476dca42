"""Checks of what only an export holds: its manifest, and the tables that repeat others."""

import sqlite3
from collections.abc import Iterator

from bot.domain.verifying import Check, Finding
from storage.export import sums

ORDER_SUMS = """
    SELECT 'order', id, 'does not multiply: ' || quantity || ' or ' || cards || ' times '
        || amount(unit_price_minor) || ' is another amount'
    FROM main.orders
    WHERE total_minor IS NOT quantity * unit_price_minor
    OR charged_minor IS NOT cards * unit_price_minor
"""

ONE_SIDED = """
    SELECT 'line', entry_id || '/' || line, 'is not either a debit or a credit'
    FROM main.ledger
    WHERE debit_minor < 0 OR credit_minor < 0 OR (debit_minor = 0) = (credit_minor = 0)
"""

ADMIN_ACTIONS = """
    SELECT 'admin_actions', seq, 'is not in the journal like this'
    FROM main.admin_actions LEFT JOIN main.journal USING (seq)
    WHERE (admin_actions.at_utc, 'admin:' || admin_id, admin_actions.action,
        admin_actions.subject, admin_actions.details)
    IS NOT (journal.at_utc, journal.actor, journal.action, journal.subject, journal.details)
    UNION ALL
    SELECT 'journal', seq, 'is not among the admin actions'
    FROM main.journal
    WHERE actor LIKE 'admin:%' AND seq NOT IN (SELECT seq FROM main.admin_actions)
"""

DEPOSITS = """
    SELECT 'provider_deposits', entry_id, 'is not in the ledger like this'
    FROM main.provider_deposits LEFT JOIN main.ledger USING (entry_id, account)
    WHERE (amount_minor, provider_deposits.currency, account || ':' || movement,
        provider_deposits.at_utc)
    IS NOT (debit_minor - credit_minor, ledger.currency, key, ledger.at_utc)
    UNION ALL
    SELECT 'ledger', entry_id, 'is not among the provider deposits'
    FROM main.ledger
    WHERE account LIKE 'provider:%' AND key LIKE account || ':%'
    AND entry_id NOT IN (SELECT entry_id FROM main.provider_deposits)
"""

CHECKS = (
    (Check.ORDER_MONEY, ORDER_SUMS),
    (Check.ENTRIES, ONE_SIDED),
    (Check.MANIFEST, ADMIN_ACTIONS),
    (Check.MANIFEST, DEPOSITS),
)


def check_manifest(connection: sqlite3.Connection) -> Iterator[Finding]:
    """Count and hash every table again."""
    says = dict(connection.execute("SELECT name, value FROM manifest").fetchall())
    head = connection.execute("SELECT hash FROM journal ORDER BY seq DESC LIMIT 1").fetchone()
    true = sums(connection) | ({"journal_head": head[0]} if head else {})
    for name in sorted(true):
        if says.get(name) != true[name]:
            was = says.get(name, "nothing")
            says_so = f"says {was}, but it is {true[name]}"
            yield Finding(check=Check.MANIFEST, table="manifest", row=name, says=says_so)
