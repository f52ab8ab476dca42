"""Other currencies: rates, open amounts, receivers' numbers, cards with PINs and last days."""

from alembic import op

revision = "0002"
down_revision = "0001"

CATALOG = (
    """
    ALTER TABLE product ADD COLUMN needs_phone INTEGER NOT NULL DEFAULT 0
    CHECK (needs_phone IN (0, 1))
    """,
    "ALTER TABLE product ADD COLUMN delayed INTEGER NOT NULL DEFAULT 0 CHECK (delayed IN (0, 1))",
    "ALTER TABLE product ADD COLUMN validity TEXT",
    "ALTER TABLE product ADD COLUMN redemption TEXT",
    "ALTER TABLE card_type ADD COLUMN most INTEGER CHECK (most > 0)",
    "ALTER TABLE card_type ADD COLUMN face_minor INTEGER CHECK (face_minor > 0)",
    """
    ALTER TABLE card_type ADD COLUMN face_currency TEXT
    CHECK ((face_minor IS NULL) = (face_currency IS NULL))
    """,
    "ALTER TABLE card_type ADD COLUMN open_currency TEXT",
    "ALTER TABLE card_type ADD COLUMN open_least_minor INTEGER CHECK (open_least_minor > 0)",
    """
    ALTER TABLE card_type ADD COLUMN open_most_minor INTEGER
    CHECK (open_most_minor >= open_least_minor)
    """,
    "ALTER TABLE card_type ADD COLUMN open_step_minor INTEGER CHECK (open_step_minor > 0)",
    """
    ALTER TABLE card_type ADD COLUMN open_cost_millionths INTEGER
    CHECK (open_cost_millionths > 0)
    """,
    "ALTER TABLE card_type ADD COLUMN asked INTEGER NOT NULL DEFAULT 0 CHECK (asked IN (0, 1))",
)

ORDERS = (
    "ALTER TABLE quote ADD COLUMN rate_millionths INTEGER CHECK (rate_millionths > 0)",
    "ALTER TABLE orders ADD COLUMN rate_millionths INTEGER CHECK (rate_millionths > 0)",
    """
    CREATE TRIGGER orders_keep_their_rate BEFORE UPDATE ON orders
    WHEN NEW.rate_millionths IS NOT OLD.rate_millionths
    BEGIN
        SELECT RAISE(ABORT, 'what was confirmed is never changed');
    END
    """,
    """
    CREATE TABLE recipient (
        quote_id     TEXT NOT NULL PRIMARY KEY REFERENCES quote (id) ON DELETE CASCADE,
        sealed_phone BLOB NOT NULL,
        phone_key_id TEXT NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX recipient_by_key ON recipient (phone_key_id)",
)

CARDS = (
    "ALTER TABLE card ADD COLUMN sealed_pin BLOB",
    """
    ALTER TABLE card ADD COLUMN pin_key_id TEXT
    CHECK ((sealed_pin IS NULL) = (pin_key_id IS NULL))
    """,
    "ALTER TABLE card ADD COLUMN valid_until TEXT NOT NULL DEFAULT ''",
    "DROP INDEX card_by_key",
    "CREATE INDEX card_by_key ON card (code_key_id, serial_key_id, pin_key_id)",
)


def upgrade() -> None:
    for statement in (*CATALOG, *ORDERS, *CARDS):
        op.execute(statement)
