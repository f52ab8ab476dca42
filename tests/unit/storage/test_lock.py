import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bot.errors import AlreadyRunning, StoreError
from storage.lock import lock_file, only_process

HOLD = """
import sys
from pathlib import Path
from storage.lock import only_process
with only_process(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_one_process_serves_a_database(path: Path) -> None:
    """A second one is turned away at once, in one sentence that says what to do."""
    with (
        only_process(path),
        pytest.raises(AlreadyRunning, match="stop it first") as refused,
        only_process(path),
    ):
        pass
    assert str(path) in str(refused.value)
    assert "\n" not in str(refused.value)


def test_the_lock_is_let_go_at_the_end(path: Path) -> None:
    """The next process can start, whether the one before ended well or not."""
    with pytest.raises(ZeroDivisionError), only_process(path):
        raise ZeroDivisionError
    with only_process(path):
        assert lock_file(path).stat().st_mode & 0o777 == 0o600
    assert lock_file(path).exists()


def test_databases_do_not_lock_each_other(path: Path) -> None:
    """Two counters on one machine are two databases."""
    with only_process(path), only_process(path.with_name("other.db")):
        pass


def test_a_link_leads_to_the_same_lock(path: Path) -> None:
    """Whatever name it is opened by, a database is served once."""
    path.touch()
    link = path.with_name("link.db")
    link.symlink_to(path)
    with only_process(path), pytest.raises(AlreadyRunning), only_process(link):
        pass


def test_a_folder_that_cannot_hold_the_lock(path: Path) -> None:
    """A database in a folder that is not there is told in one sentence."""
    with (
        pytest.raises(StoreError, match=r"nowhere/wakil\.db\.lock cannot be opened"),
        only_process(path.parent / "nowhere" / "wakil.db"),
    ):
        pass


async def test_a_killed_process_holds_nothing(path: Path) -> None:
    """After kill -9 the next process starts at once: nobody has to delete a file."""
    holder = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        HOLD,
        str(path),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])},
    )
    assert holder.stdout is not None
    async with asyncio.timeout(60):
        assert await holder.stdout.readline() == b"held\n"
        with pytest.raises(AlreadyRunning), only_process(path):
            pass
        holder.send_signal(signal.SIGKILL)
        await holder.wait()
    with only_process(path):
        pass
