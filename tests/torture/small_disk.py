"""A disk that can be full: a small one of its own, or a limit on what the bot may write."""

import errno
import resource
import subprocess
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

MEGABYTES = 16
CHUNK = 4096


class SmallDisk(Protocol):
    """Where the database lies. `is_told`: what it refuses can still be written to the log."""

    is_told: bool

    def fill(self, pid: int | None) -> None:
        """Leave no room, for the process that runs now."""
        ...

    def empty(self, pid: int | None) -> None:
        """Make room again."""
        ...


class Mounted:
    """A file system of its own, filled to the last block."""

    is_told = True

    def __init__(self, folder: Path) -> None:
        self._ballast = folder / "ballast"

    def fill(self, pid: int | None) -> None:
        with self._ballast.open("ab", buffering=0) as ballast:
            try:
                while True:
                    ballast.write(bytes(CHUNK))
            except OSError as error:
                if error.errno != errno.ENOSPC:
                    raise

    def empty(self, pid: int | None) -> None:
        self._ballast.unlink(missing_ok=True)


class Limited:
    """No file of the process can be written to, its log included."""

    is_told = False

    def fill(self, pid: int | None) -> None:
        self._limit(pid, 0)

    def empty(self, pid: int | None) -> None:
        self._limit(pid, resource.RLIM_INFINITY)

    def _limit(self, pid: int | None, size: int) -> None:
        if pid is not None:
            _, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, hard))


@contextmanager
def small_disk(folder: Path, *, mounted: bool) -> Iterator[SmallDisk]:
    """Give a disk for a folder: mounted where that is wanted; says so where it is not allowed."""
    folder.mkdir()
    if not (mounted and _mount(folder)):
        if mounted:
            warnings.warn("nothing can be mounted: a limit stands in for a full disk", stacklevel=3)
        yield Limited()
        return
    try:
        yield Mounted(folder)
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def _mount(folder: Path) -> bool:
    words = ["mount", "-t", "tmpfs", "-o", f"size={MEGABYTES}m", "tmpfs", str(folder)]
    try:
        return subprocess.run(words, check=False, capture_output=True).returncode == 0
    except FileNotFoundError:
        return False
