import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.commands import init
from bot.errors import SettingsError
from bot.settings import ROOT, load

ANSWERS = {
    "TELEGRAM_BOT_TOKEN": "123456789:AAE-token",
    "ADMIN_IDS": "42, 43",
    "ONECLICKDZ_API_KEY": "a-key",
    "ONECLICKDZ_ENVIRONMENT": "production",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Make a folder with the example that init fills in."""
    shutil.copy(ROOT / ".env.example", tmp_path)
    return tmp_path


def replies(*said: str) -> Callable[[str], str]:
    """Answer each question with the next reply."""
    left = iter(said)
    return lambda _: next(left)


async def test_init_writes_a_fresh_key(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The file is its owner's alone, and what is still missing is named; the key is not shown."""
    assert await init.run(None, root=root) == 0
    written = (root / ".env").read_text()
    assert (root / ".env").stat().st_mode & 0o777 == 0o600
    (line,) = [one for one in written.splitlines() if one.startswith("CARD_KEYS=")]
    said = capsys.readouterr().out
    assert "Fill in TELEGRAM_BOT_TOKEN, ADMIN_IDS, ONECLICKDZ_API_KEY.\n" in said
    assert line.partition(":")[2] not in said
    with pytest.raises(SettingsError, match=r"TELEGRAM_BOT_TOKEN is missing.*\n.*\n.*API_KEY"):
        load({}, root)


async def test_what_is_answered_is_a_whole_env(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """After four answers nothing is missing; secrets are asked for hidden, and not repeated."""
    ask = replies("42, 43", "production")
    hidden = replies("123456789:AAE-token", "a-key")
    assert await init.run(None, root=root, ask=ask, ask_hidden=hidden) == 0
    settings = load({}, root)
    assert settings.admin_ids == (42, 43)
    assert settings.telegram_bot_token.reveal() == "123456789:AAE-token"
    assert settings.oneclickdz is not None
    assert settings.oneclickdz.environment == "production"
    assert settings.plum is None
    assert len(settings.card_keys) == 1
    said = capsys.readouterr().out
    assert "Fill in" not in said
    assert "AAE-token" not in said


async def test_a_malformed_answer_is_asked_again(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The sentence says what to write; Enter leaves it for later."""
    ask = replies("me", "-5", "42", "")
    assert await init.run(None, root=root, ask=ask, ask_hidden=replies(*[""] * 5)) == 0
    said = capsys.readouterr().out
    assert said.count("ADMIN_IDS: write your Telegram id") == 2
    assert "Fill in TELEGRAM_BOT_TOKEN, ONECLICKDZ_API_KEY.\n" in said


async def test_the_second_provider_is_asked_for_without_the_first(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Who leaves the first provider's key out is asked for the second's credentials."""
    ask, hidden = replies("42", ""), replies("123456789:AAE-token", "", "an-id", "", "a-token")
    assert await init.run(None, root=root, ask=ask, ask_hidden=hidden) == 0
    assert "Fill in PLUM_CLIENT_SECRET.\n" in capsys.readouterr().out
    with pytest.raises(SettingsError, match="PLUM_CLIENT_SECRET is missing: "):
        load({}, root)
    settings = load({"PLUM_CLIENT_SECRET": "a-secret"}, root)
    assert settings.oneclickdz is None
    assert settings.plum is not None


async def test_an_env_that_is_there_is_never_touched(root: Path) -> None:
    """The keys in it may be the only ones that open the cards."""
    (root / ".env").write_text("CARD_KEYS=the only one")
    with pytest.raises(SettingsError, match="exists already: nothing was changed"):
        await init.run(None, root=root)
    assert (root / ".env").read_text() == "CARD_KEYS=the only one"


async def test_a_folder_that_takes_no_file(root: Path) -> None:
    """The system's reason is told in one sentence."""
    (root / ".env").symlink_to(root / "nowhere" / ".env")
    with pytest.raises(SettingsError, match=r"\.env cannot be written: "):
        await init.run(None, root=root)


async def test_a_folder_without_the_example(tmp_path: Path) -> None:
    """Where only the program was installed, the file that is missing is named."""
    with pytest.raises(SettingsError, match=r"\.env\.example cannot be read: "):
        await init.run(None, root=tmp_path)


async def test_two_keys_are_never_alike(root: Path, tmp_path: Path) -> None:
    """Each counter has a key of its own."""
    await init.run(None, root=root)
    first = (root / ".env").read_text()
    (root / ".env").unlink()
    await init.run(None, root=root)
    assert (root / ".env").read_text() != first
