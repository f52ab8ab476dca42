"""What keeps the bot from starting is said in one sentence, without a secret."""

import base64
import re

import pytest

from bot.playground.oneclickdz import DEMO_KEY, Call
from bot.settings import ROOT
from tests.e2e.shop import PSN, Said, Shop, sees
from tests.e2e.template import CARD_KEYS

pytestmark = pytest.mark.e2e

OTHER_TOKEN = "700000001:AAE-a-token-that-telegram-does-not-know"
OTHER_API_KEY = "99999999-8888-7777-6666-555555555555"
OTHER_KEY = base64.b64encode(b"a key that never sealed anything").decode()

SETTINGS_ERROR = 78
LOG_LINE = re.compile(r"\d{4}-\d\d-\d\dT\S+ \[")


def sentence(said: Said, *secrets: str) -> str:
    """Give the one line that a refused start wrote for the person at the terminal."""
    assert "Traceback" not in said.text
    assert not [secret for secret in secrets if secret in said.text]
    (line,) = [line for line in said.text.splitlines() if not LOG_LINE.match(line)]
    return line


async def test_one_process_for_each_database(stand: Shop) -> None:
    """A second process on the same database refuses to start, and the first one goes on."""
    bot = await stand.serve()
    said = await stand.command()
    assert said.code == 1
    assert "Another process already serves" in sentence(said)
    await stand.buy(stand.agents[0], PSN, 1)
    assert await bot.stop() == 0


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TELEGRAM_BOT_TOKEN", OTHER_TOKEN),
        ("TELEGRAM_BOT_TOKEN", "no token at all"),
        ("ONECLICKDZ_API_KEY", OTHER_API_KEY),
        ("ONECLICKDZ_ENVIRONMENT", "production"),
        ("TRACK_SECONDS", "soon"),
        ("CARD_KEYS", f"tests:{OTHER_KEY[:-8]}"),
    ],
)
async def test_a_wrong_setting_is_named(stand: Shop, name: str, value: str) -> None:
    """A setting that is malformed, or rejected by Telegram or the provider, ends the start by name.

    Nothing was sold from this database yet, so that nobody waits for anything.
    """
    said = await stand.command(more={name: value})
    assert said.code == SETTINGS_ERROR
    assert name in sentence(said, value if len(value) > len("production") else OTHER_KEY)


@pytest.mark.skipif((ROOT / ".env").exists(), reason="the .env file here fills what is missing")
@pytest.mark.parametrize("name", ["TELEGRAM_BOT_TOKEN", "CARD_KEYS", "ADMIN_IDS"])
async def test_a_missing_setting_is_named(stand: Shop, name: str) -> None:
    """A setting that is missing ends the start, and the sentence says how to get it."""
    said = await stand.command(more={name: ""})
    assert said.code == SETTINGS_ERROR
    assert sentence(said).startswith(f"{name} is missing: ")


@pytest.mark.parametrize("key", [f"other:{OTHER_KEY}", f"tests:{OTHER_KEY}"])
async def test_cards_need_their_key(stand: Shop, key: str) -> None:
    """Without the key that cards are sealed with nothing starts, whatever the key is called."""
    bot = await stand.serve()
    assert await bot.stop() == 0
    said = await stand.command(more={"CARD_KEYS": key})
    assert said.code == SETTINGS_ERROR
    assert "CARD_KEYS" in sentence(said, OTHER_KEY, CARD_KEYS)


@pytest.mark.parametrize("content", [b"This is no database. " * 1000, b"SQLite format 3\0 torn"])
async def test_a_foreign_file_is_left_alone(stand: Shop, content: bytes) -> None:
    """A file that is no database of this program is named, and not touched."""
    stand.database.write_bytes(content)
    said = await stand.command()
    assert said.code == 1
    assert sentence(said).startswith(
        f"DATABASE_URL names a file that cannot serve: {stand.database}"
    )
    assert stand.database.read_bytes() == content


async def test_a_database_that_cannot_be_opened(stand: Shop) -> None:
    """A database that cannot be opened at all is named, and the setting that leads there."""
    stand.database.unlink()
    stand.database.mkdir()
    said = await stand.command()
    assert said.code == 1
    assert sentence(said).startswith(
        f"DATABASE_URL names a file that cannot serve: {stand.database}"
    )


async def test_a_rejected_key_while_cards_are_owed(stand: Shop) -> None:
    """While cards are owed to somebody a rejected key stops nothing: the admins are told of it."""
    bot, member = await stand.serve(), stand.agents[0]
    await stand.ask(stand.admin, "/start")
    confirm = await stand.choose(member, PSN, 1)
    on_its_way = stand.provider.stall(Call.PLACE_ORDER, after=True)
    await member.tap("confirm:", on=confirm)
    await stand.at_provider(lambda: bool(stand.provider.orders))
    await bot.kill()
    on_its_way.set()

    mark = stand.telegram.mark()
    stand.provider.key.value = OTHER_API_KEY
    bot = await stand.serve()
    alert = await sees(stand.admin, "alert:", since=mark)
    stand.provider.key.value = DEMO_KEY
    await stand.admin.tap("alert:", on=alert)
    await stand.delivered(member, 1)
    assert await bot.stop() == 0
    await stand.reckon()
