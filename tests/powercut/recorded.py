"""A process that ran to its end under the shim, and is played again to be cut at any moment."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path

from bot.settings import ROOT
from tests.powercut.disk import Disk
from tests.powercut.record import SYNCS, Deed, Kind, read_record, recording


@dataclass(frozen=True, slots=True)
class Moment:
    """A deed that was just done, all that the world was told so far, and the disk."""

    number: int
    deed: Deed
    told: bytes
    disk: Disk


class Recorded:
    """A process of Python in the repository, whose files are those in `folder`."""

    def __init__(
        self,
        shim: Path,
        folder: Path,
        record: Path,
        *command: str,
        more: Mapping[str, str] | None = None,
    ) -> None:
        self._folder, self._record, self._before = folder, record, Disk(folder)
        environment = {**os.environ, **recording(shim, folder, record), **(more or {})}
        done = subprocess.run(
            [sys.executable, *command],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            check=True,
        )
        self._heard = done.stdout

    def moments(self) -> Iterator[Moment]:
        """Play it from the beginning; at the end nothing may have passed the shim by."""
        disk, told = deepcopy(self._before), b""
        for number, deed in enumerate(read_record(self._record)):
            disk.do(deed)
            told += deed.data if deed.kind is Kind.TELL else b""
            yield Moment(number, deed, told, disk)
        assert told == self._heard
        assert disk.differing(self._folder) == []

    def points(self) -> list[int]:
        """Number the moments that matter most: before a sync is done, after something was told."""
        return sorted(
            max(0, number - (deed.kind in SYNCS))
            for number, deed in enumerate(read_record(self._record))
            if deed.kind in SYNCS or deed.kind is Kind.TELL
        )
