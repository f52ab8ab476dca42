"""A disk that keeps what was synced, and of the rest what chance lets it keep.

The model is that of a file system which promises no more than POSIX does:

- A file's content is safe once the file was synced, its name once the folder was.
- Until then each sector holds what it should have held at some moment since the last sync, each
  for itself: so writes come late, in another order, or by halves.
- The length of a file is as of some such moment too, and what was cut off by then is gone. A part
  that was never written to the disk holds zeros, or whatever was there before.
- Each creation, removal and renaming reached the folder or did not, each for itself.

SQLite's index of the log (`-shm`) is shared memory: what a cut leaves of it is anything.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from itertools import pairwise
from pathlib import Path
from random import Random

from tests.powercut.record import Deed, Kind

SECTORS = (512, 4096)
"""What real disks write whole or not at all."""


def is_shared_memory(name: str) -> bool:
    """Tell whether a file is one that only those processes can read that have it open."""
    return name.endswith("-shm")


class Kept(Enum):
    """What became of the changes that nobody had synced."""

    NOTHING = "nothing"
    SOME = "some"
    EVERYTHING = "everything"


@dataclass(frozen=True, slots=True)
class Change:
    """A file's bytes from `start` on become `data`, and its length `length`.

    What a cutting off zeroes goes with the length, all of it or nothing.
    """

    start: int
    data: bytes
    length: int
    cuts_off: bool = False


@dataclass(slots=True)
class File:
    """The content that is safe, and what was done since, oldest first."""

    safe: bytearray = field(default_factory=bytearray)
    since: list[Change] = field(default_factory=list)

    @property
    def length(self) -> int:
        """The length as its process sees it."""
        return self.since[-1].length if self.since else len(self.safe)

    def write(self, start: int, data: bytes) -> None:
        gap = bytes(max(0, start - self.length))
        first = start - len(gap)
        self.since.append(Change(first, gap + data, max(self.length, start + len(data))))

    def truncate(self, length: int) -> None:
        """What is cut off reads as zeros when the file grows again."""
        first, last = sorted((length, self.length))
        self.since.append(Change(first, bytes(last - first), length, cuts_off=True))

    def sync(self) -> None:
        _make(self.safe, self.since)
        self.since.clear()

    def content(self) -> bytearray:
        """The content as its process sees it."""
        content = bytearray(self.safe)
        _make(content, self.since)
        return content

    def torn(self, chance: Random) -> bytearray:
        """A content that a cut may leave."""
        sector, length_as_of = chance.choice(SECTORS), chance.randint(0, len(self.since))
        content, lasts = bytearray(self.safe), dict[int, int]()
        longest = max((one.start + len(one.data) for one in self.since), default=0)
        content.extend(bytes(max(0, longest - len(content))))
        for moment, change in enumerate(self.since):
            for start, end in _sectors(change, sector):
                last = lasts.setdefault(start // sector, chance.randint(0, len(self.since)))
                if moment < (length_as_of if change.cuts_off else last):
                    content[start:end] = change.data[start - change.start : end - change.start]
        self._leave_stale(content, [n * sector for n, last in lasts.items() if not last], chance)
        return content[: (len(self.safe), *(one.length for one in self.since))[length_as_of]]

    def _leave_stale(self, content: bytearray, starts: list[int], chance: Random) -> None:
        """Where the file grew into a sector that was never written there may be anything."""
        stale = chance.randbytes(min(SECTORS))
        if chance.getrandbits(1):
            for start in starts:
                if start >= len(self.safe):
                    content[start : start + len(stale)] = stale


def _make(content: bytearray, changes: list[Change]) -> None:
    """Make changes, one after the other."""
    for change in changes:
        content[change.start : change.start + len(change.data)] = change.data
        del content[change.length :]


def _sectors(change: Change, sector: int) -> list[tuple[int, int]]:
    """Cut a change at the borders of sectors."""
    end = change.start + len(change.data)
    inner = range((change.start // sector + 1) * sector, end, sector)
    return list(pairwise((change.start, *inner, end))) if change.data else []


@dataclass(frozen=True, slots=True)
class Naming:
    """A name that came to mean a file, or came to mean nothing; one may go as another comes."""

    name: str
    file: File | None
    gone: str | None = None


class Disk:
    """One folder, as a process sees it and as a power cut would leave it."""

    def __init__(self, folder: Path) -> None:
        """Begin with what is in `folder`, all of it safe."""
        self._inodes: dict[int, File] = {}
        self._safe: dict[str, File] = {}
        for path in folder.iterdir():
            file = self._inodes[path.stat().st_ino] = File(bytearray(path.read_bytes()))
            self._safe[path.name] = file
        self._names = dict(self._safe)
        self._since: list[Naming] = []

    def do(self, deed: Deed) -> None:
        """Let a process do something."""
        match deed.kind:
            case Kind.CREATE | Kind.UNLINK | Kind.RENAME:
                self._since.append(self._naming(deed))
                _rename(self._names, self._since[-1])
            case Kind.SYNC_FOLDER:
                self._safe = dict(self._names)
                self._since.clear()
            case Kind.WRITE:
                self._inodes[deed.inode].write(deed.offset, deed.data)
            case Kind.TRUNCATE:
                self._inodes[deed.inode].truncate(deed.offset)
            case Kind.SYNC_FILE:
                self._inodes[deed.inode].sync()
            case Kind.TELL:
                pass

    def seen(self) -> dict[str, bytes]:
        """Give the files as processes see them, but for shared memory."""
        return {
            name: bytes(file.content())
            for name, file in self._names.items()
            if not is_shared_memory(name)
        }

    def differing(self, folder: Path) -> list[str]:
        """Name the files of a real folder that are not as they should be by what was done."""
        real = {path.name: path.read_bytes() for path in folder.iterdir()}
        seen = self.seen()
        names = (name for name in real.keys() | seen.keys() if not is_shared_memory(name))
        return sorted(name for name in names if real.get(name) != seen.get(name))

    def cut(self, kept: Kept, chance: Random) -> dict[str, bytes]:
        """Give the files that a power cut at this moment leaves."""
        names = dict(self._safe)
        for naming in self._since:
            if kept is Kept.EVERYTHING or (kept is Kept.SOME and chance.getrandbits(1)):
                _rename(names, naming)
        return {name: self._left_of(name, file, kept, chance) for name, file in names.items()}

    def _left_of(self, name: str, file: File, kept: Kept, chance: Random) -> bytes:
        if is_shared_memory(name):
            return chance.randbytes(chance.choice((0, 3, 32_768)))
        if kept is Kept.SOME:
            return bytes(file.torn(chance))
        return bytes(file.content() if kept is Kept.EVERYTHING else file.safe)

    def _naming(self, deed: Deed) -> Naming:
        if deed.kind is Kind.RENAME:
            return Naming(deed.to, self._names[deed.name], gone=deed.name)
        if deed.kind is Kind.UNLINK:
            return Naming(deed.name, None)
        self._inodes[deed.inode] = File()
        return Naming(deed.name, self._inodes[deed.inode])


def _rename(names: dict[str, File], naming: Naming) -> None:
    names.pop(naming.gone or naming.name, None)
    if naming.file is not None:
        names[naming.name] = naming.file


def lay_out(files: Mapping[str, bytes], folder: Path) -> Path:
    """Make a folder be what a cut left."""
    folder.mkdir(exist_ok=True)
    for path in folder.iterdir():
        path.unlink()
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder
