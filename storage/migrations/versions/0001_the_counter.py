"""The whole counter: people, books, orders, cards, outbox, catalogue, journal.

The guards that money rests on are here and nowhere else: CHECK on every state and amount,
UNIQUE on every key that makes a repeat harmless, and triggers. Vocabularies that only name a
message or a reason (kinds, reasons) are left open. A statement may hold no ` :word`, which
would be a bind parameter.
"""

from alembic import op

revision = "0001"
down_revision = None

PEOPLE = (
    """
    CREATE TABLE person (
        id             INTEGER NOT NULL PRIMARY KEY,
        name           TEXT NOT NULL,
        username       TEXT,
        language       TEXT CHECK (language IN ('en', 'fr', 'ar')),
        unreachable_at INTEGER
    ) STRICT
    """,
    """
    CREATE TABLE agent (
        id           INTEGER NOT NULL PRIMARY KEY,
        name         TEXT NOT NULL,
        margin_bp    INTEGER CHECK (margin_bp >= 0),
        suspended_at INTEGER,
        created_at   INTEGER NOT NULL
    ) STRICT
    """,
    "CREATE INDEX agent_by_name ON agent (name, id)",
    """
    CREATE TABLE member (
        person_id INTEGER NOT NULL PRIMARY KEY REFERENCES person (id),
        agent_id  INTEGER NOT NULL REFERENCES agent (id),
        joined_at INTEGER NOT NULL
    ) STRICT
    """,
    "CREATE INDEX member_of_agent ON member (agent_id, joined_at)",
    """
    CREATE TABLE access_request (
        id         INTEGER NOT NULL PRIMARY KEY,
        person_id  INTEGER NOT NULL REFERENCES person (id),
        state      TEXT NOT NULL CHECK (state IN ('asked', 'approved', 'declined')),
        asked_at   INTEGER NOT NULL,
        decided_at INTEGER,
        decided_by INTEGER,
        CHECK ((state = 'asked') = (decided_at IS NULL))
    ) STRICT
    """,
    """
    CREATE UNIQUE INDEX access_request_undecided ON access_request (person_id)
    WHERE state = 'asked'
    """,
)

CATALOG = (
    """
    CREATE TABLE catalog_reading (
        provider    TEXT NOT NULL,
        environment TEXT NOT NULL CHECK (environment IN ('sandbox', 'production')),
        read_at     INTEGER NOT NULL,
        PRIMARY KEY (provider, environment)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE category (
        id          INTEGER NOT NULL PRIMARY KEY,
        provider    TEXT NOT NULL,
        environment TEXT NOT NULL CHECK (environment IN ('sandbox', 'production')),
        key         TEXT NOT NULL,
        title       TEXT NOT NULL,
        place       INTEGER NOT NULL,
        UNIQUE (provider, environment, key)
    ) STRICT
    """,
    """
    CREATE TABLE product (
        id          INTEGER NOT NULL PRIMARY KEY,
        provider    TEXT NOT NULL,
        environment TEXT NOT NULL CHECK (environment IN ('sandbox', 'production')),
        category_id INTEGER NOT NULL REFERENCES category (id),
        key         TEXT NOT NULL,
        title       TEXT NOT NULL,
        region      TEXT,
        enabled     INTEGER NOT NULL CHECK (enabled IN (0, 1)),
        place       INTEGER NOT NULL,
        UNIQUE (provider, environment, key)
    ) STRICT
    """,
    "CREATE INDEX product_of_category ON product (category_id, place)",
    """
    CREATE TABLE card_type (
        id            INTEGER NOT NULL PRIMARY KEY,
        product_id    INTEGER NOT NULL REFERENCES product (id),
        key           TEXT NOT NULL,
        name          TEXT NOT NULL,
        cost_minor    INTEGER NOT NULL CHECK (cost_minor >= 0),
        cost_currency TEXT NOT NULL,
        stock         INTEGER NOT NULL CHECK (stock >= 0),
        read_at       INTEGER NOT NULL,
        place         INTEGER NOT NULL,
        UNIQUE (product_id, key)
    ) STRICT
    """,
)

ORDERS = (
    """
    CREATE TABLE quote (
        id                  TEXT NOT NULL PRIMARY KEY,
        person_id           INTEGER NOT NULL REFERENCES person (id),
        agent_id            INTEGER NOT NULL REFERENCES agent (id),
        provider            TEXT NOT NULL,
        environment         TEXT NOT NULL CHECK (environment IN ('sandbox', 'production')),
        card_type_id        INTEGER NOT NULL,
        product_key         TEXT NOT NULL,
        type_key            TEXT NOT NULL,
        product_title       TEXT NOT NULL,
        type_name           TEXT NOT NULL,
        quantity            INTEGER NOT NULL CHECK (quantity > 0),
        unit_price_minor    INTEGER NOT NULL CHECK (unit_price_minor >= 0),
        unit_price_currency TEXT NOT NULL,
        unit_cost_minor     INTEGER NOT NULL CHECK (unit_cost_minor >= 0),
        unit_cost_currency  TEXT NOT NULL,
        created_at          INTEGER NOT NULL,
        expires_at          INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX quote_by_expiry ON quote (expires_at)",
    """
    CREATE TABLE orders (
        id                  INTEGER NOT NULL PRIMARY KEY,
        version             INTEGER NOT NULL CHECK (version > 0),
        quote_id            TEXT NOT NULL UNIQUE REFERENCES quote (id),
        reference           TEXT NOT NULL UNIQUE,
        agent_id            INTEGER NOT NULL REFERENCES agent (id),
        person_id           INTEGER NOT NULL REFERENCES person (id),
        provider            TEXT NOT NULL,
        environment         TEXT NOT NULL CHECK (environment IN ('sandbox', 'production')),
        card_type_id        INTEGER NOT NULL,
        product_key         TEXT NOT NULL,
        type_key            TEXT NOT NULL,
        product_title       TEXT NOT NULL,
        type_name           TEXT NOT NULL,
        quantity            INTEGER NOT NULL CHECK (quantity > 0),
        unit_price_minor    INTEGER NOT NULL CHECK (unit_price_minor >= 0),
        unit_price_currency TEXT NOT NULL,
        unit_cost_minor     INTEGER NOT NULL CHECK (unit_cost_minor >= 0),
        unit_cost_currency  TEXT NOT NULL,
        state               TEXT NOT NULL CHECK (state IN (
            'confirmed', 'sending', 'unknown', 'handling', 'fulfilled', 'partially_filled',
            'refunded', 'refused', 'withdrawn'
        )),
        epoch               INTEGER NOT NULL,
        confirmed_at        INTEGER NOT NULL,
        message_id          INTEGER,
        sending_at          INTEGER,
        sent_until          INTEGER,
        provider_ahead      INTEGER,
        not_before          INTEGER,
        handling_at         INTEGER,
        final_at            INTEGER,
        provider_order_id   TEXT,
        provider_status     TEXT,
        cards               INTEGER NOT NULL CHECK (cards >= 0),
        cost_minor          INTEGER,
        cost_currency       TEXT,
        reason              TEXT,
        provider_message    TEXT,
        listed_lag          INTEGER,
        absent_at           INTEGER,
        looked_at           INTEGER,
        UNIQUE (provider, environment, provider_order_id),
        CHECK ((cost_minor IS NULL) = (cost_currency IS NULL)),
        CHECK (state NOT IN ('refunded', 'refused', 'withdrawn') OR cards = 0)
    ) STRICT
    """,
    "CREATE INDEX orders_by_state ON orders (state, id)",
    "CREATE INDEX orders_of_agent ON orders (agent_id, id)",
    "CREATE INDEX orders_by_message ON orders (person_id, message_id)",
    "CREATE INDEX orders_by_sending ON orders (provider, environment, sending_at)",
    "CREATE INDEX orders_by_end ON orders (final_at)",
    """
    CREATE TABLE order_step (
        from_state TEXT NOT NULL,
        to_state   TEXT NOT NULL,
        PRIMARY KEY (from_state, to_state)
    ) STRICT, WITHOUT ROWID
    """,
    """
    INSERT INTO order_step (from_state, to_state) VALUES
        ('confirmed', 'sending'),
        ('confirmed', 'withdrawn'),
        ('confirmed', 'fulfilled'),
        ('confirmed', 'unknown'),
        ('sending', 'confirmed'),
        ('sending', 'handling'),
        ('sending', 'refused'),
        ('sending', 'unknown'),
        ('sending', 'withdrawn'),
        ('unknown', 'handling'),
        ('unknown', 'refused'),
        ('handling', 'fulfilled'),
        ('handling', 'partially_filled'),
        ('handling', 'refunded')
    """,
    """
    CREATE TRIGGER orders_begin_confirmed BEFORE INSERT ON orders WHEN NEW.state <> 'confirmed'
    BEGIN
        SELECT RAISE(ABORT, 'an order begins confirmed');
    END
    """,
    """
    CREATE TRIGGER orders_take_known_steps BEFORE UPDATE ON orders
    WHEN NEW.state <> OLD.state AND NOT EXISTS (
        SELECT 1 FROM order_step WHERE from_state = OLD.state AND to_state = NEW.state
    )
    BEGIN
        SELECT RAISE(ABORT, 'an order cannot take this step');
    END
    """,
    """
    CREATE TRIGGER orders_keep_their_promise BEFORE UPDATE ON orders
    WHEN (NEW.id, NEW.quote_id, NEW.reference, NEW.agent_id, NEW.person_id)
        IS NOT (OLD.id, OLD.quote_id, OLD.reference, OLD.agent_id, OLD.person_id)
    OR (NEW.provider, NEW.environment, NEW.product_key, NEW.type_key, NEW.quantity)
        IS NOT (OLD.provider, OLD.environment, OLD.product_key, OLD.type_key, OLD.quantity)
    OR (NEW.unit_price_minor, NEW.unit_price_currency, NEW.confirmed_at)
        IS NOT (OLD.unit_price_minor, OLD.unit_price_currency, OLD.confirmed_at)
    BEGIN
        SELECT RAISE(ABORT, 'what was confirmed is never changed');
    END
    """,
    """
    CREATE TRIGGER orders_stay BEFORE DELETE ON orders
    BEGIN
        SELECT RAISE(ABORT, 'an order is never deleted');
    END
    """,
    """
    CREATE TABLE provider_call (
        order_id        INTEGER NOT NULL REFERENCES orders (id),
        attempt         INTEGER NOT NULL CHECK (attempt > 0),
        provider        TEXT NOT NULL,
        environment     TEXT NOT NULL CHECK (environment IN ('sandbox', 'production')),
        started_at      INTEGER NOT NULL,
        ended_at        INTEGER NOT NULL,
        outcome         TEXT NOT NULL CHECK (
            outcome IN ('accepted', 'refused', 'not-sent', 'unknown')
        ),
        code            TEXT NOT NULL,
        http_status     INTEGER,
        request_id      TEXT,
        sealed_exchange BLOB NOT NULL,
        exchange_key_id TEXT NOT NULL,
        PRIMARY KEY (order_id, attempt)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX provider_call_by_key ON provider_call (exchange_key_id)",
)

# An entry's currency stands in the entry alone, so that its lines cannot mix any. Its lines
# carry a running sum, and the entry points, at commit, to a last line whose sum is zero:
# an entry that does not balance cannot be committed.
BOOKS = (
    """
    CREATE TABLE wallet (
        agent_id           INTEGER NOT NULL PRIMARY KEY REFERENCES agent (id),
        currency           TEXT NOT NULL,
        balance_minor      INTEGER NOT NULL,
        held_minor         INTEGER NOT NULL CHECK (held_minor >= 0),
        credit_limit_minor INTEGER CHECK (credit_limit_minor >= 0)
    ) STRICT
    """,
    """
    CREATE TABLE entry (
        id         INTEGER NOT NULL PRIMARY KEY,
        key        TEXT NOT NULL UNIQUE,
        at         INTEGER NOT NULL,
        actor      TEXT NOT NULL,
        order_id   INTEGER REFERENCES orders (id),
        memo       TEXT NOT NULL,
        guarded    INTEGER NOT NULL CHECK (guarded IN (0, 1)),
        currency   TEXT NOT NULL,
        lines      INTEGER NOT NULL CHECK (lines > 1),
        rest_minor INTEGER NOT NULL CHECK (rest_minor = 0),
        FOREIGN KEY (id, lines, rest_minor) REFERENCES posting (entry_id, line, sum_minor)
            DEFERRABLE INITIALLY DEFERRED
    ) STRICT
    """,
    "CREATE INDEX entry_of_order ON entry (order_id) WHERE order_id IS NOT NULL",
    """
    CREATE TABLE posting (
        entry_id     INTEGER NOT NULL REFERENCES entry (id),
        line         INTEGER NOT NULL CHECK (line > 0),
        account      TEXT NOT NULL,
        amount_minor INTEGER NOT NULL CHECK (amount_minor <> 0),
        sum_minor    INTEGER NOT NULL,
        PRIMARY KEY (entry_id, line),
        UNIQUE (entry_id, line, sum_minor)
    ) STRICT
    """,
    "CREATE INDEX posting_of_account ON posting (account, entry_id)",
    """
    CREATE TRIGGER postings_add_up BEFORE INSERT ON posting
    WHEN NEW.sum_minor - NEW.amount_minor IS NOT (
        SELECT sum_minor FROM posting WHERE entry_id = NEW.entry_id AND line = NEW.line - 1
        UNION ALL SELECT 0 WHERE NEW.line = 1
    )
    BEGIN
        SELECT RAISE(ABORT, 'a posting does not continue its entry');
    END
    """,
    """
    CREATE TRIGGER postings_end BEFORE INSERT ON posting
    WHEN NEW.line > (SELECT lines FROM entry WHERE id = NEW.entry_id)
    BEGIN
        SELECT RAISE(ABORT, 'an entry takes no more postings');
    END
    """,
)

CARDS = (
    """
    CREATE TABLE card (
        owner         TEXT NOT NULL,
        slot          INTEGER NOT NULL CHECK (slot > 0),
        code_index    BLOB NOT NULL,
        sealed_code   BLOB NOT NULL,
        sealed_serial BLOB,
        code_key_id   TEXT NOT NULL,
        serial_key_id TEXT,
        PRIMARY KEY (owner, slot),
        UNIQUE (owner, code_index),
        CHECK ((sealed_serial IS NULL) = (serial_key_id IS NULL))
    ) STRICT
    """,
    "CREATE INDEX card_by_key ON card (code_key_id, serial_key_id)",
    """
    CREATE TABLE unowned_order (
        provider          TEXT NOT NULL,
        environment       TEXT NOT NULL CHECK (environment IN ('sandbox', 'production')),
        provider_order_id TEXT NOT NULL,
        product_key       TEXT NOT NULL,
        type_key          TEXT NOT NULL,
        quantity          INTEGER NOT NULL CHECK (quantity > 0),
        state             TEXT NOT NULL CHECK (
            state IN ('expected', 'shelf', 'sold', 'foreign', 'adopted')
        ),
        status            TEXT NOT NULL,
        amount_minor      INTEGER,
        amount_currency   TEXT,
        cards             INTEGER NOT NULL CHECK (cards >= 0),
        created_at        INTEGER NOT NULL,
        seen_at           INTEGER NOT NULL,
        taken_by          INTEGER REFERENCES orders (id),
        PRIMARY KEY (provider, environment, provider_order_id),
        CHECK ((amount_minor IS NULL) = (amount_currency IS NULL))
    ) STRICT
    """,
    "CREATE INDEX unowned_order_by_state ON unowned_order (state, created_at)",
)

TOLD = (
    """
    CREATE TABLE delivery (
        id         INTEGER NOT NULL PRIMARY KEY,
        key        TEXT NOT NULL UNIQUE,
        person_id  INTEGER NOT NULL,
        kind       TEXT NOT NULL,
        state      TEXT NOT NULL CHECK (
            state IN ('due', 'trying', 'sent', 'parked', 'dropped')
        ),
        due_at     INTEGER NOT NULL,
        created_at INTEGER NOT NULL,
        order_id   INTEGER REFERENCES orders (id),
        first_slot INTEGER NOT NULL CHECK (first_slot >= 0),
        last_slot  INTEGER NOT NULL CHECK (last_slot >= first_slot),
        facts      TEXT NOT NULL CHECK (facts LIKE '{%}'),
        attempts   INTEGER NOT NULL CHECK (attempts >= 0),
        copy       INTEGER NOT NULL CHECK (copy IN (0, 1)),
        message_id INTEGER,
        sent_at    INTEGER
    ) STRICT
    """,
    "CREATE INDEX delivery_due ON delivery (due_at, id) WHERE state IN ('due', 'trying')",
    "CREATE INDEX delivery_parked ON delivery (person_id, id) WHERE state = 'parked'",
    "CREATE INDEX delivery_of_order ON delivery (order_id, id) WHERE order_id IS NOT NULL",
    "CREATE INDEX delivery_by_kind ON delivery (kind, id)",
    """
    CREATE TABLE alert (
        id        INTEGER NOT NULL PRIMARY KEY,
        key       TEXT NOT NULL UNIQUE,
        kind      TEXT NOT NULL,
        subject   TEXT NOT NULL,
        raised_at INTEGER NOT NULL,
        facts     TEXT NOT NULL CHECK (facts LIKE '{%}'),
        acted_at  INTEGER,
        acted_by  INTEGER,
        action    TEXT
    ) STRICT
    """,
    "CREATE INDEX alert_open ON alert (id) WHERE acted_at IS NULL",
    """
    CREATE TABLE mark (
        name  TEXT NOT NULL PRIMARY KEY,
        value TEXT NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE expected_input (
        person_id INTEGER NOT NULL PRIMARY KEY,
        what      TEXT NOT NULL,
        at        INTEGER NOT NULL
    ) STRICT
    """,
)

JOURNAL = (
    """
    CREATE TABLE journal (
        seq      INTEGER NOT NULL PRIMARY KEY,
        at       INTEGER NOT NULL,
        actor    TEXT NOT NULL,
        action   TEXT NOT NULL,
        subject  TEXT NOT NULL,
        details  TEXT NOT NULL CHECK (details LIKE '{%}'),
        previous BLOB NOT NULL CHECK (length(previous) = 32),
        hash     BLOB NOT NULL UNIQUE CHECK (length(hash) = 32)
    ) STRICT
    """,
    "CREATE INDEX journal_of_subject ON journal (subject, seq)",
    """
    CREATE TRIGGER journal_is_one_chain BEFORE INSERT ON journal
    WHEN (NEW.seq, NEW.previous) IS NOT (
        SELECT seq + 1, hash FROM journal WHERE seq = (SELECT max(seq) FROM journal)
        UNION ALL SELECT 1, zeroblob(32) WHERE NOT EXISTS (SELECT 1 FROM journal)
    )
    BEGIN
        SELECT RAISE(ABORT, 'an event does not continue the journal');
    END
    """,
)

APPEND_ONLY = {
    "entry": "",
    "posting": "",
    "journal": "",
    # A new card key re-seals the exchange; nothing else about a call ever changes.
    "provider_call": "OF order_id, attempt, provider, environment, started_at, ended_at,"
    " outcome, code, http_status, request_id",
}


def upgrade() -> None:
    for statement in (*PEOPLE, *CATALOG, *ORDERS, *BOOKS, *CARDS, *TOLD, *JOURNAL):
        op.execute(statement)
    for table, columns in APPEND_ONLY.items():
        _append_only(table, f"UPDATE {columns}")
        _append_only(table, "DELETE")


def _append_only(table: str, change: str) -> None:
    op.execute(
        f"""
        CREATE TRIGGER {table}_no_{change.split(maxsplit=1)[0].lower()} BEFORE {change} ON {table}
        BEGIN
            SELECT RAISE(ABORT, '{table} is only ever appended to');
        END
        """
    )
