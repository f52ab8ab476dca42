"""One process per database: a lock file beside it, held by the operating system.

The kernel lets go when the process ends, however it ends; the file itself stays, because
deleting it would let two processes hold two files of one name.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.errors import AlreadyRunning, StoreError


def lock_file(database: Path) -> Path:
    """Name the lock of a database: beside the file itself, whatever links lead to it."""
    real = database.resolve()
    return real.with_name(real.name + ".lock")


@contextmanager
def only_process(database: Path) -> Iterator[None]:
    """Be the one process that serves `database`, until the block or the process ends.

    Raises `AlreadyRunning` at once when another one does, `StoreError` when the folder cannot
    hold the lock.
    """
    path = lock_file(database)
    try:
        lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise StoreError(f"{path} cannot be opened: {error.strerror}.") from error
    try:
        _take(lock, database)
        yield
    finally:
        os.close(lock)


def _take(lock: int, database: Path) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise AlreadyRunning(
            f"Another process already serves {database}: stop it first, or wait until it ends."
        ) from error
