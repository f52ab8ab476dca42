import sqlite3
from contextlib import closing

import pytest

from bot.commands import rotate_keys, verify
from bot.errors import SettingsError
from bot.settings import load
from bot.settings.parse import card_keys
from bot.vault import KeyRingVault
from storage.lock import only_process
from tests.unit.commands.conftest import KEYS, OLD_KEY, Folder

NEW_KEY = "k3:" + "A" * 42 + "8="


async def new_line(folder: Folder, capsys: pytest.CaptureFixture[str]) -> str:
    """Ask for a new line of keys."""
    assert await rotate_keys.run(None, environment=folder.environment, root=folder.root) == 0
    said = capsys.readouterr().out
    (line,) = [one for one in said.splitlines() if one.startswith("CARD_KEYS=")]
    return line.removeprefix("CARD_KEYS=")


async def test_a_new_key_goes_first(folder: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    """The line is what CARD_KEYS takes: the new key seals, the old ones still open."""
    line = await new_line(folder, capsys)
    keys = card_keys(line)
    assert keys[1:] == card_keys(KEYS)
    assert keys[0][0] != "k2"
    assert folder.names() == set()  # nothing was made or changed
    assert line != await new_line(folder, capsys)


async def test_older_keys_are_rotated_out_while_the_bot_is_stopped(
    shop: Folder, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every card and call is sealed with the newest key; the next call makes another key."""
    shop.environment["CARD_KEYS"] = f"{NEW_KEY},{KEYS}"
    assert await rotate_keys.run(None, environment=shop.environment, root=shop.root) == 0
    assert "Every card is sealed with k3 now" in capsys.readouterr().out
    with closing(sqlite3.connect(shop.database)) as file:
        used = file.execute(
            "SELECT code_key_id FROM card UNION SELECT serial_key_id FROM card"
            " UNION SELECT exchange_key_id FROM provider_call"
        ).fetchall()
        sealed = file.execute("SELECT sealed_code FROM card").fetchall()
    assert used == [("k3",)]
    vault = KeyRingVault(load({**shop.environment, "CARD_KEYS": NEW_KEY}, shop.root).card_keys)
    assert {vault.key_id(one) for (one,) in sealed} == {"k3"}
    assert await verify.run(None, environment={}, root=shop.root) == 0
    assert (await new_line(shop, capsys)).endswith(f",{NEW_KEY},{KEYS}")


async def test_a_rotation_needs_the_keys_and_the_database_alone(
    shop: Folder, capsys: pytest.CaptureFixture[str]
) -> None:
    """Who keeps the card keys can rotate them without the bot's token or a provider's key."""
    environment = {"CARD_KEYS": f"{NEW_KEY},{KEYS}"}
    assert await rotate_keys.run(None, environment=environment, root=shop.root) == 0
    assert "Every card is sealed with k3 now" in capsys.readouterr().out
    with pytest.raises(SettingsError, match=r"^CARD_KEYS is missing: [^\n]*$"):
        await rotate_keys.run(None, environment={}, root=shop.root)


async def test_a_running_bot_rotates_by_itself(
    shop: Folder, capsys: pytest.CaptureFixture[str]
) -> None:
    """While the bot runs nothing is written, and no further key is made."""
    shop.environment["CARD_KEYS"] = f"{NEW_KEY},{KEYS}"
    with only_process(shop.database):
        assert await rotate_keys.run(None, environment=shop.environment, root=shop.root) == 0
    said = capsys.readouterr().out
    assert "The bot is running" in said
    assert "CARD_KEYS=" not in said


async def test_a_key_that_is_missing_stops_it(shop: Folder) -> None:
    """What a lost key sealed cannot be sealed anew: the sentence names the key."""
    shop.environment["CARD_KEYS"] = f"{NEW_KEY},{OLD_KEY}"
    with pytest.raises(SettingsError, match="CARD_KEYS lacks k2"):
        await rotate_keys.run(None, environment=shop.environment, root=shop.root)


async def test_what_does_not_open_is_named_and_the_rest_rotates(
    shop: Folder, capsys: pytest.CaptureFixture[str]
) -> None:
    """A damaged card keeps the old key, and nothing else of it; the next key can be made."""
    swap_two_codes(shop)
    shop.environment["CARD_KEYS"] = f"{NEW_KEY},{KEYS}"
    assert await rotate_keys.run(None, environment=shop.environment, root=shop.root) == 1
    said = capsys.readouterr().out
    assert "These do not open any more" in said
    assert said.count("  card order:") == 2
    assert "Everything else is sealed with k3 now; k2 must stay in CARD_KEYS." in said
    assert "CARD_KEYS=" not in said
    with closing(sqlite3.connect(shop.database)) as file:
        used = file.execute("SELECT count(*) FROM card WHERE code_key_id = 'k2'").fetchall()
    assert used == [(2,)]
    assert (await new_line(shop, capsys)).endswith(f",{NEW_KEY},{KEYS}")


def swap_two_codes(shop: Folder) -> None:
    """Put the sealed codes of two cards in each other's place, where neither opens."""
    with closing(sqlite3.connect(shop.database)) as file:
        one, other = file.execute("SELECT rowid, sealed_code FROM card LIMIT 2").fetchall()
        for (rowid, _), (_, sealed) in ((one, other), (other, one)):
            file.execute("UPDATE card SET sealed_code = ? WHERE rowid = ?", (sealed, rowid))
        file.commit()
