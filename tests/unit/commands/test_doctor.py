import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import timedelta

import pytest

from bot.commands import doctor
from bot.commands.examining import Mark, look_at_sqlite
from bot.commands.system import SystemClock
from bot.domain.catalog import Environment
from bot.playground.oneclickdz import DEMO_KEY, OneClickDZ
from bot.playground.plum import Plum
from bot.playground.settings import plum_settings
from bot.playground.telegram import Telegram
from bot.providers.oneclickdz import OneClickDZProvider
from bot.providers.plum import account_at
from bot.services.marks import Frozen, set_frozen
from bot.services.tokens import KeptTokens
from storage.lock import only_process
from storage.store import SqlStore
from tests.unit.commands.conftest import KEYS, NOWHERE, OLD_KEY, Folder, make_older
from tests.unit.storage.busy_shop import VAULT

KARIM = 4001


@pytest.fixture
async def telegram() -> AsyncIterator[Telegram]:
    """Serve a Telegram in which the admin has written to the bot."""
    telegram = Telegram()
    async with telegram.serve():
        await telegram.person(KARIM, "Karim", "fr").start()
        yield telegram


@pytest.fixture
def provider() -> OneClickDZ:
    """Open an account at the provider."""
    return OneClickDZ()


@pytest.fixture
async def well(shop: Folder, telegram: Telegram, provider: OneClickDZ) -> AsyncIterator[Folder]:
    """Make a shop whose Telegram and provider answer."""
    async with provider.serve() as address:
        shop.environment |= {
            "TELEGRAM_BOT_TOKEN": telegram.token,
            "TELEGRAM_API_URL": telegram.url,
            "ADMIN_IDS": str(KARIM),
            "ONECLICKDZ_API_KEY": DEMO_KEY,
            "ONECLICKDZ_API_URL": address,
        }
        yield shop


async def examine(folder: Folder, capsys: pytest.CaptureFixture[str]) -> tuple[int, list[str]]:
    """Call doctor; gives its exit code and lines, and holds it to telling no secret."""
    code = await doctor.run(None, environment=folder.environment, root=folder.root)
    said = capsys.readouterr().out
    for name in ("TELEGRAM_BOT_TOKEN", "ONECLICKDZ_API_KEY", "CARD_KEYS"):
        if value := folder.environment.get(name):
            assert value not in said
    return code, said.splitlines()


def about(lines: list[str], what: str) -> list[str]:
    """Give what was said about something, by its mark."""
    return [line for line in lines if line[6:].startswith(f"{what}: ")]


async def test_a_shop_that_is_well(well: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    """Every line is OK, also while a bot is serving the database; no message is sent."""
    code, lines = await examine(well, capsys)
    assert (code, lines[-1]) == (0, "Ready to serve.")
    assert [line for line in lines[:-1] if not line.startswith("OK    ")] == []
    assert about(lines, "database") == [
        f"OK    database: {well.database} is up to date; no bot is serving it now."
    ]
    assert about(lines, "Telegram") == ["OK    Telegram: the token is @wakil_bot's."]
    assert about(lines, "admin") == [f"OK    admin: {KARIM} can be written to."]
    assert about(lines, "keys") == ["OK    keys: k2 seals every card."]
    assert about(lines, "OneClickDZ") == [
        "OK    OneClickDZ: the key is taken, for sandbox.",
        "OK    OneClickDZ: the balance is 250,000.00 DZD.",
    ]
    assert len(about(lines, "clock")) == 1
    with only_process(well.database):
        code, lines = await examine(well, capsys)
    assert code == 0
    assert "a bot is serving it" in about(lines, "database")[0]


async def test_before_the_first_start(well: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    """A database that is not there yet is no failure, and looking makes none."""
    well.database.unlink()
    code, lines = await examine(well, capsys)
    assert code == 0
    assert about(lines, "database")[0].startswith("WARN  database: ")
    assert "wakil.db" not in well.names()


async def test_settings_that_are_missing_are_all_named(
    folder: Folder, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each gets its line, with how to mend it."""
    folder.environment.clear()
    code, lines = await examine(folder, capsys)
    assert code == 1
    named = [line.split()[2] for line in about(lines, "settings")]
    assert named == ["TELEGRAM_BOT_TOKEN", "ADMIN_IDS", "CARD_KEYS", "ONECLICKDZ_API_KEY"]
    assert lines[-1].startswith("Something will not work")


async def test_nobody_answers(shop: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    """Without a network both are told, in a sentence each, and the database is still looked at."""
    code, lines = await examine(shop, capsys)
    assert code == 1
    assert [line for line in lines if line.startswith("FAIL")] == [
        "FAIL  Telegram: not reached (NetworkError): check the network and try again.",
        *about(lines, "OneClickDZ"),
    ]
    assert len(about(lines, "OneClickDZ")) == 1
    assert "not reached" in about(lines, "OneClickDZ")[0]
    assert NOWHERE not in "".join(lines)
    assert len(about(lines, "books")) == 1


async def test_a_token_of_nobody(well: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    """Telegram's refusal is told with where the right one is found."""
    well.environment["TELEGRAM_BOT_TOKEN"] = "1:AAE-of-nobody"
    code, lines = await examine(well, capsys)
    assert code == 1
    assert about(lines, "Telegram") == [
        "FAIL  Telegram: TELEGRAM_BOT_TOKEN was rejected: copy it from @BotFather."
    ]


async def test_an_admin_who_never_wrote(well: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    """Alerts would not reach him: he is told to press /start."""
    well.environment["ADMIN_IDS"] = f"{KARIM},4444"
    code, lines = await examine(well, capsys)
    assert code == 0
    assert about(lines, "admin") == [
        f"OK    admin: {KARIM} can be written to.",
        "WARN  admin: 4444 cannot be written to: press /start at @wakil_bot.",
    ]


async def test_an_admin_who_blocked_the_bot(
    well: Folder, telegram: Telegram, capsys: pytest.CaptureFixture[str]
) -> None:
    """He is told the same: to press /start again."""
    telegram.person(4002, "Nadia", "fr").block()
    well.environment["ADMIN_IDS"] = "4002"
    _, lines = await examine(well, capsys)
    assert about(lines, "admin")[0].startswith("WARN  admin: 4002 cannot be written to")


# --- The provider ---------------------------------------------------------------------------------


async def test_a_key_that_is_rejected(
    well: Folder, provider: OneClickDZ, capsys: pytest.CaptureFixture[str]
) -> None:
    """The key is tried once, and its name told."""
    well.environment["ONECLICKDZ_API_KEY"] = "another-key"
    code, lines = await examine(well, capsys)
    assert code == 1
    (line,) = about(lines, "OneClickDZ")
    assert line.startswith("FAIL  OneClickDZ: OneClickDZ rejected the key (validate: HTTP 401): ")
    assert line.endswith("copy ONECLICKDZ_API_KEY from its dashboard.")
    assert len(provider.calls) == 1


@pytest.mark.parametrize(("minutes", "calls"), [(1, 0), (16, 3)])
async def test_a_key_that_was_rejected_is_not_tried_again(
    well: Folder,
    provider: OneClickDZ,
    capsys: pytest.CaptureFixture[str],
    minutes: int,
    calls: int,
) -> None:
    """Five wrong tries lock the address out: what the bot noted minutes ago is heeded."""
    account = OneClickDZProvider(
        address=NOWHERE, key=DEMO_KEY, environment=Environment.SANDBOX, clock=SystemClock()
    )
    await account.close()
    since = SystemClock().now() - timedelta(minutes=minutes)
    frozen = Frozen(key_hash=account.key_hash, since=since, reason="BAD_KEY")
    async with SqlStore(well.database, key_id=VAULT.key_id) as store, store.begin() as work:
        await set_frozen(work, account.account, frozen)
    code, lines = await examine(well, capsys)
    assert code == (0 if calls else 1)
    assert len(provider.calls) == calls
    assert ("rejected minutes ago" in "".join(lines)) == (not calls)


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("environment", "PRODUCTION", "ONECLICKDZ_ENVIRONMENT says sandbox"),
        ("scope", "READ-ONLY", "only read (ONECLICKDZ_API_KEY)"),
    ],
)
async def test_a_key_that_cannot_trade(
    well: Folder,
    provider: OneClickDZ,
    capsys: pytest.CaptureFixture[str],
    name: str,
    value: str,
    says: str,
) -> None:
    """A key that is of the other environment, or may only read, is told apart."""
    setattr(provider.key, name, value)
    code, lines = await examine(well, capsys)
    assert code == 1
    assert says in about(lines, "OneClickDZ")[0]


async def test_an_empty_account_and_a_wrong_clock(
    well: Folder, provider: OneClickDZ, capsys: pytest.CaptureFixture[str]
) -> None:
    """Neither stops the counter, and both are told with how to mend them."""
    provider.deposit(-provider.balance)
    provider.clock_ahead = timedelta(minutes=5)
    code, lines = await examine(well, capsys)
    assert code == 0
    assert "WARN  OneClickDZ: the balance is 0.00 DZD: nothing can be bought before" in "".join(
        about(lines, "OneClickDZ")
    )
    assert "seconds behind OneClickDZ's: set the time (NTP)." in about(lines, "clock")[0]
    provider.clock_ahead = -timedelta(minutes=5)
    _, lines = await examine(well, capsys)
    assert "seconds ahead of OneClickDZ's" in about(lines, "clock")[0]


async def test_a_currency_that_the_provider_does_not_trade_in(
    well: Folder, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is no failure, but sells at a rate, which is told."""
    well.environment["CURRENCY"] = "EUR"
    code, lines = await examine(well, capsys)
    assert code == 0
    assert about(lines, "OneClickDZ")[-1] == (
        "WARN  OneClickDZ: it trades in DZD, so it sells at the rate that /rate sets."
    )


# --- The database and its keys --------------------------------------------------------------------


async def test_keys_in_every_state(well: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    """Missing, misnamed, older and spare keys are told apart; only the first two stop it."""
    new = "k3:" + "A" * 42 + "8="
    for keys, code, says in (
        (new, 1, "FAIL  keys: CARD_KEYS lacks k2, which cards are sealed with: put it back."),
        (KEYS.replace("AAEC", "AAED"), 1, "FAIL  keys: CARD_KEYS holds another key by an old name"),
        (f"{new},{KEYS}", 0, "WARN  keys: Cards are still sealed with k2: serving re-seals them."),
        (f"{KEYS},{OLD_KEY}", 0, "OK    keys: k1 can go from CARD_KEYS; keep them with old"),
    ):
        well.environment["CARD_KEYS"] = keys
        given, lines = await examine(well, capsys)
        assert given == code
        assert says in "\n".join(lines)


@pytest.mark.parametrize(
    ("keys", "stay"),
    [(KEYS, ""), ("k3:" + "A" * 42 + "8=," + KEYS, ", so k2 must stay in CARD_KEYS")],
)
async def test_sealed_values_that_do_not_open(
    well: Folder, capsys: pytest.CaptureFixture[str], keys: str, stay: str
) -> None:
    """They are no trouble of the books: they are told with the keys, and which key they hold."""
    with closing(sqlite3.connect(well.database)) as file:
        file.execute("UPDATE card SET sealed_code = (SELECT max(sealed_code) FROM card)")
        (cards,) = file.execute("SELECT count(*) FROM card").fetchone()
        file.commit()
    well.environment["CARD_KEYS"] = keys
    code, lines = await examine(well, capsys)
    assert code == 1
    says = f"{cards - 1} sealed values do not open{stay}: python run.py verify names them."
    assert about(lines, "keys") == [f"FAIL  keys: {says}"]
    assert about(lines, "books")[0].startswith("OK")


async def test_a_database_that_was_migrated_and_never_served(
    well: Folder, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without an index key and without cards any key will do."""
    well.database.unlink()
    async with SqlStore(well.database, key_id=VAULT.key_id) as store:
        await store.migrate()
    code, lines = await examine(well, capsys)
    assert code == 0
    assert about(lines, "keys") == ["OK    keys: k2 seals every card."]


async def test_a_database_that_is_due(well: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    """An older one is brought up to date by the next start."""
    make_older(well.database)
    code, lines = await examine(well, capsys)
    assert code == 0
    assert about(lines, "database") == [
        "WARN  database: 1 revisions are due: the next start applies them."
    ]


async def test_a_database_of_another_program(
    well: Folder, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is told once, and the others are asked all the same."""
    well.database.write_text("no database at all" * 100)
    code, lines = await examine(well, capsys)
    assert code == 1
    assert "is not a database" in about(lines, "database")[0]
    assert len(about(lines, "OneClickDZ")) == 2


async def test_books_that_do_not_agree(well: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    """A changed row is counted, and verify names it."""
    with closing(sqlite3.connect(well.database)) as file:
        file.execute("UPDATE wallet SET balance_minor = balance_minor + 1 WHERE agent_id = 1")
        file.commit()
    code, lines = await examine(well, capsys)
    assert code == 1
    assert about(lines, "books") == [
        "FAIL  books: 1 rows do not agree: python run.py verify names them."
    ]


async def test_files_that_others_can_read(well: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    """The mode is told with the command that mends it."""
    (well.root / ".env").touch(mode=0o644)
    (well.root / ".env").chmod(0o644)
    _, lines = await examine(well, capsys)
    env = well.root / ".env"
    assert about(lines, "files") == [f"WARN  files: {env} can be read by others: chmod 600 {env}"]


def test_an_sqlite_that_is_too_old() -> None:
    """Tables are STRICT, which older ones cannot read."""
    old = look_at_sqlite((3, 36, 0))
    assert (old.mark, old.says) == (
        Mark.FAIL,
        "3.36.0 is too old: use a Python that has 3.38.0 or newer.",
    )


# --- Two providers --------------------------------------------------------------------------------


@pytest.fixture
async def both(well: Folder) -> AsyncIterator[tuple[Folder, Plum]]:
    """Make a shop that sells from two providers, both of which answer."""
    double = Plum()
    async with double.serve() as address:
        well.environment |= plum_settings(address)
        yield well, double


async def test_every_provider_is_asked(
    both: tuple[Folder, Plum], capsys: pytest.CaptureFixture[str]
) -> None:
    """Each has its lines, under the name that people know, in the order of configuration."""
    shop, _ = both
    code, lines = await examine(shop, capsys)
    assert code == 0
    named = [line[6:].partition(":")[0] for line in lines]
    assert named.index("OneClickDZ") < named.index("Xoxoday Plum")
    assert about(lines, "Xoxoday Plum") == [
        "OK    Xoxoday Plum: the key is taken, for sandbox.",
        "OK    Xoxoday Plum: the balance is 5,000.00 USD.",
        "WARN  Xoxoday Plum: it trades in USD, so it sells at the rate that /rate sets.",
    ]
    assert len(about(lines, "clock")) == 2


async def test_tokens_are_used_and_never_renewed(
    both: tuple[Folder, Plum], capsys: pytest.CaptureFixture[str]
) -> None:
    """A renewal belongs to the bot that serves: doctor uses its tokens, or says that it cannot."""
    shop, double = both
    del shop.environment["PLUM_ACCESS_TOKEN"]
    code, lines = await examine(shop, capsys)
    assert code == 0
    (line,) = about(lines, "Xoxoday Plum")
    assert line.startswith("WARN  Xoxoday Plum: no access token is let in now")
    assert double.calls == []
    shop.database.unlink()
    assert about((await examine(shop, capsys))[1], "Xoxoday Plum") == [line]


async def test_keys_that_open_no_tokens_are_told_once(
    both: tuple[Folder, Plum], capsys: pytest.CaptureFixture[str]
) -> None:
    """Tokens that cannot be opened are as if there were none; the keys have their own line."""
    shop, _ = both
    account = account_at(shop.environment["PLUM_API_URL"])
    async with SqlStore(shop.database, key_id=VAULT.key_id) as store:
        kept = KeptTokens(store=store, vault=VAULT, clock=SystemClock(), account=account)
        await kept.save(b"a pair of tokens")
    shop.environment["CARD_KEYS"] = OLD_KEY
    _, lines = await examine(shop, capsys)
    assert about(lines, "Xoxoday Plum")[0].startswith("OK")
    assert about(lines, "keys")[0].startswith("FAIL")
