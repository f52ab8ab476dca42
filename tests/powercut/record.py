"""What the shim wrote down, and a process that runs under it."""

import shutil
import struct
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

SHIM = Path(__file__).with_name("shim.c")

_HEADER = struct.Struct("=BQQII")


class Kind(StrEnum):
    """What was done; the letters are those of the shim."""

    CREATE = "c"
    WRITE = "w"
    TRUNCATE = "t"
    SYNC_FILE = "s"
    SYNC_FOLDER = "f"
    UNLINK = "u"
    RENAME = "r"
    TELL = "o"


SYNCS = (Kind.SYNC_FILE, Kind.SYNC_FOLDER)


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing that a process did; `data` is what it wrote or told, or the name of a file."""

    kind: Kind
    inode: int
    offset: int
    data: bytes
    to: str

    @property
    def name(self) -> str:
        """The file that was created, unlinked or renamed."""
        return self.data.decode()


def read_record(path: Path) -> Iterator[Deed]:
    """Give the deeds in their order; one that its process died over is not among them."""
    with path.open("rb") as record:
        while len(header := record.read(_HEADER.size)) == _HEADER.size:
            kind, inode, offset, first, second = _HEADER.unpack(header)
            parts = record.read(first + second)
            if len(parts) == first + second:
                yield Deed(Kind(chr(kind)), inode, offset, parts[:first], parts[first:].decode())


def lacking() -> str:
    """Say what this machine lacks to build the shim; nothing when it lacks nothing."""
    if sys.platform != "linux":
        return "the shim is preloaded as Linux does it"
    return "" if shutil.which("cc") else "there is no C compiler (cc) to build the shim with"


def build_shim(folder: Path) -> Path:
    """Compile the shim."""
    built = folder / "shim.so"
    flags = ("-O2", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC")
    subprocess.run(["cc", *flags, "-o", built, SHIM, "-ldl", "-lpthread"], check=True)
    return built


def recording(
    shim: Path, folder: Path, record: Path, *, fuse: Path | None = None
) -> dict[str, str]:
    """Give the environment of a process that is watched, and that a `fuse` may end."""
    watched = {
        "LD_PRELOAD": str(shim),
        "POWERCUT_FOLDER": str(folder),
        "POWERCUT_RECORD": str(record),
    }
    return watched if fuse is None else {**watched, "POWERCUT_FUSE": str(fuse)}


def light(fuse: Path, *, syncs: int) -> None:
    """End the process when so many more syncs are done and it asks for another."""
    half = fuse.with_suffix(".half")
    half.write_text(str(syncs))
    half.replace(fuse)
