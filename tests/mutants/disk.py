"""Mutants of what is written down, and how."""

from tests.mutants.mutant import Change, Mutant, simulation, tests

DISK = (
    Mutant(
        name="synchronous=NORMAL",
        changes=(
            Change(
                file="storage/engine.py",
                before="PRAGMA synchronous = FULL",
                after="PRAGMA synchronous = NORMAL",
            ),
            Change(
                file="storage/store.py",
                before='DURABLE = ("wal", 2)',
                after='DURABLE = ("wal", 1)',
            ),
        ),
        seen_by=tests("tests/powercut/test_store.py", "-k", "acknowledged_outlives"),
        says="test_a_commit_that_was_acknowledged_outlives_a_power_cut",
        needs="cc",
    ),
    Mutant(
        name="provider order id not unique",
        changes=(
            Change(
                file="storage/migrations/versions/0001_the_counter.py",
                before="        UNIQUE (provider, environment, provider_order_id),\n",
                after="",
            ),
        ),
        seen_by=tests("tests/contract/test_store_orders.py"),
        says="test_a_provider_order_has_one_owner",
    ),
    Mutant(
        name="a card stored before it is sealed",
        changes=(
            Change(
                file="bot/vault.py",
                before="cipher.encrypt(nonce, clear, _place(self._newest, slot))",
                after="clear + bytes(TAG_BYTES)",
            ),
            Change(
                file="bot/vault.py",
                before="""\
cipher.decrypt(envelope.nonce, envelope.sealed, _place(envelope.key_id, slot))
""",
                after="envelope.sealed[:-TAG_BYTES]\n",
            ),
        ),
        seen_by=simulation("8", sales=30),
        says="is on disk in clear",
    ),
)
