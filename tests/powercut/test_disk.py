"""What the shim and the disk make of a process that is careless, and of one that is not."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random
from textwrap import dedent

import pytest

from tests.powercut.disk import Disk, Kept
from tests.powercut.record import light, read_record, recording

OLD, NEW = b"o" * 8192, b"n" * 8192

PRELUDE = """
    import ctypes, mmap, os, shutil, sys
    libc = ctypes.CDLL(None)
    def sync(path):
        handle = os.open(path, os.O_RDONLY)
        os.fsync(handle)
        os.close(handle)
    folder = sys.argv[1]
    old, new = folder + "/old", folder + "/new"
"""


class Script:
    """A few lines of Python under the shim, in a folder with one file of old content."""

    def __init__(self, shim: Path, folder: Path) -> None:
        self._shim, self._folder, self._record = shim, folder / "disk", folder / "record"
        self._fuse = folder / "fuse"
        self._folder.mkdir()
        (self._folder / "old").write_bytes(OLD)
        self.disk = Disk(self._folder)

    def run(self, lines: str, *, syncs: int | None = None) -> None:
        if syncs is not None:
            light(self._fuse, syncs=syncs)
        watched = recording(self._shim, self._folder, self._record, fuse=self._fuse)
        code = dedent(PRELUDE) + dedent(lines)
        command = [sys.executable, "-S", "-c", code, str(self._folder)]
        subprocess.run(command, env={**os.environ, **watched}, check=syncs is None)
        for deed in read_record(self._record):
            self.disk.do(deed)
        assert self.disk.differing(self._folder) == []

    def refused(self, lines: str) -> str:
        """Run lines that end the process; gives what it said on standard error."""
        watched = recording(self._shim, self._folder, self._record)
        code = dedent(PRELUDE) + dedent(lines)
        command = [sys.executable, "-S", "-c", code, str(self._folder)]
        done = subprocess.run(
            command, env={**os.environ, **watched}, check=False, capture_output=True, text=True
        )
        assert done.returncode == -signal.SIGABRT, (done.returncode, done.stderr)
        return done.stderr

    def left(self, kept: Kept = Kept.NOTHING) -> dict[str, bytes]:
        return self.disk.cut(kept, Random(1))

    def lefts(self) -> Iterator[dict[str, bytes]]:
        """Give many states that a cut may leave."""
        chance = Random(1)
        return (self.disk.cut(Kept.SOME, chance) for _ in range(200))


@pytest.fixture
def script(shim: Path, tmp_path: Path) -> Script:
    return Script(shim, tmp_path)


def test_what_was_not_synced_is_lost(script: Script) -> None:
    """A write that returned is not on the disk."""
    script.run("open(old, 'r+b').write(b'n' * 8192)")
    assert script.left() == {"old": OLD}
    assert script.left(Kept.EVERYTHING) == {"old": NEW}


def test_what_was_synced_is_kept(script: Script) -> None:
    """A sync that returned keeps all that was written before it, and nothing after."""
    script.run("""
        with open(old, "r+b", buffering=0) as file:
            file.write(b"n" * 8192)
            os.fdatasync(file.fileno())
            file.truncate(10)
            file.write(b"more")
    """)
    assert script.left() == {"old": NEW}
    assert all(left["old"][:10] == NEW[:10] for left in script.lefts())


def test_a_write_is_torn_between_sectors(script: Script) -> None:
    """Each sector of a write reaches the disk or does not, whichever was written first."""
    script.run("open(old, 'r+b').write(b'n' * 8192)")
    seen = {left["old"] for left in script.lefts()}
    halves = [OLD[:4096] + NEW[4096:], NEW[:4096] + OLD[4096:]]
    assert {OLD, NEW, *halves} <= seen
    assert all(len(set(left[n : n + 512])) == 1 for left in seen for n in range(0, 8192, 512))


def test_a_new_file_needs_its_folder_synced(script: Script) -> None:
    """The content of a file is of no use while the folder does not know its name."""
    script.run("""
        with open(new, "wb") as file:
            file.write(b"n" * 8192)
        sync(new)
    """)
    assert script.left() == {"old": OLD}
    assert {len(left) for left in script.lefts()} == {1, 2}
    script.run("sync(folder)")


def test_a_renamed_file_needs_its_folder_synced(script: Script) -> None:
    """Renaming over a file keeps the one or the other, until the folder is synced."""
    lines = """
        shutil.copyfile(old, new)
        open(new, "r+b").write(b"n" * 8192)
        sync(new)
        sync(folder)
        os.rename(new, old)
    """
    script.run(lines)
    assert script.left() == {"old": OLD, "new": NEW}
    assert {left["old"] for left in script.lefts()} == {OLD, NEW}


def test_a_removed_file_may_come_back(script: Script) -> None:
    """Removals and renamings reach the folder in any order."""
    script.run("""
        open(new, "wb").close()
        sync(folder)
        os.unlink(new)
        os.rename(old, folder + "/elsewhere")
    """)
    seen = {tuple(sorted(left)) for left in script.lefts()}
    assert seen == {("new", "old"), ("old",), ("elsewhere", "new"), ("elsewhere",)}


def test_the_power_fails_at_a_chosen_sync(script: Script) -> None:
    """The process dies asking for a sync, and what it would have synced is not safe."""
    lines = """
        for content in (b"1", b"2", b"3"):
            with open(old, "r+b") as file:
                file.write(content * 8192)
            sync(old)
    """
    script.run(lines, syncs=2)
    assert script.left() == {"old": b"2" * 8192}
    assert script.left(Kept.EVERYTHING) == {"old": b"3" * 8192}


@pytest.mark.parametrize(
    ("call", "lines"),
    [
        ("openat", "os.open('new', os.O_CREAT | os.O_WRONLY, dir_fd=os.open(folder, os.O_RDONLY))"),
        ("open by a relative path", "os.chdir(folder); open('old', 'wb')"),
        ("open for synchronous writes", "os.open(old, os.O_WRONLY | os.O_DSYNC)"),
        ("creat", "libc.creat(new.encode(), 0o600)"),
        ("fopen", "libc.fopen(old.encode(), b'r+')"),
        ("writev", "os.writev(os.open(old, os.O_WRONLY), [b'n'])"),
        ("pwritev", "os.pwritev(os.open(old, os.O_WRONLY), [b'n'], 0)"),
        ("truncate", "os.truncate(old, 1)"),
        ("posix_fallocate", "os.posix_fallocate(os.open(old, os.O_WRONLY), 0, 99)"),
        ("link", "os.link(old, folder + '/../elsewhere')"),
        ("symlink", "os.symlink('/elsewhere', new)"),
        ("renameat", "at = os.open(folder, os.O_RDONLY); os.rename('old', 'new', src_dir_fd=at)"),
        ("unlinkat", "os.unlink('old', dir_fd=os.open(folder, os.O_RDONLY))"),
        ("remove", "libc.remove(old.encode())"),
        ("sync", "os.sync()"),
        ("syncfs", "libc.syncfs(os.open(folder, os.O_RDONLY))"),
        ("sync_file_range", "libc.sync_file_range(os.open(old, os.O_WRONLY), 0, 0, 7)"),
        ("mmap for writing", "mmap.mmap(os.open(old, os.O_RDWR), 0)"),
    ],
)
def test_what_cannot_be_written_down_is_refused(script: Script, call: str, lines: str) -> None:
    """A way to change or sync a file that the record lacks ends the process, by its name."""
    said = script.refused(lines)
    assert said.startswith(f"powercut: {call}"), said
    assert said.endswith("in the watched folder is not written down\n")


def test_elsewhere_everything_can_be_done(script: Script) -> None:
    """What happens outside of the folder is nobody's business."""
    script.run("""
        elsewhere = folder + "/../elsewhere"
        with open(elsewhere, "wb") as file:
            os.writev(file.fileno(), [b"n"])
        os.truncate(elsewhere, 0)
        os.link(elsewhere, elsewhere + ".link")
        os.unlink("elsewhere", dir_fd=os.open(folder + "/..", os.O_RDONLY))
        libc.remove((elsewhere + ".link").encode())
    """)


def test_what_passed_the_shim_by_is_named(script: Script, tmp_path: Path) -> None:
    """A file that is other than the record says is an error, and not a more careful disk."""
    script.run("open(old, 'r+b').write(b'n' * 8192)")
    folder = tmp_path / "disk"
    (folder / "old").write_bytes(OLD)
    (folder / "unheard-of").touch()
    (folder / "wakil.db-shm").touch()
    assert script.disk.differing(folder) == ["old", "unheard-of"]
