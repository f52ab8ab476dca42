"""Where settings come from: the environment, then systemd's credentials, then `.env`.

A credential is a file in `$CREDENTIALS_DIRECTORY` that bears the setting's name, as systemd's
`LoadCredential=` provides it (systemd.exec(5)).
"""

import re
from collections.abc import Mapping
from pathlib import Path

from bot.errors import SettingsError

ROOT = Path(__file__).resolve().parents[2]
"""The folder of run.py: `.env` stands in it, and a relative DATABASE_URL starts from it."""

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_COMMENT = re.compile(r"(^|\s)#.*")


def merged(environment: Mapping[str, str], root: Path) -> dict[str, str]:
    """Lay the three over each other; an empty value counts as absent."""
    layers = (
        read_env_file(root / ".env"),
        _credentials(environment.get("CREDENTIALS_DIRECTORY")),
        environment,
    )
    return {
        name: value.strip() for layer in layers for name, value in layer.items() if value.strip()
    }


def read_env_file(path: Path) -> dict[str, str]:
    """Read lines of NAME=value; a file that is not there holds nothing.

    `#` at the start or after a space begins a comment. A value may stand in quotes, and is then
    taken as it is. Raises `SettingsError` for a line that is neither, or a file that is not text.
    """
    if not path.is_file():
        return {}
    settings = {}
    for number, text in enumerate(_read(path).splitlines(), 1):
        line = text.strip().removeprefix("export ")
        if line and not line.startswith("#"):
            name, _, value = line.partition("=")
            if "=" not in line or not _NAME.fullmatch(name.strip()):
                raise SettingsError(f"Line {number} of {path.name} is not NAME=value: mend it.")
            settings[name.strip()] = _value(value.strip())
    return settings


def _value(written: str) -> str:
    quote = written[:1]
    if quote in ("'", '"') and quote in written[1:]:
        return written[1:].partition(quote)[0]
    return _COMMENT.sub("", written)


def _credentials(folder: str | None) -> dict[str, str]:
    if not folder or not Path(folder).is_dir():
        return {}
    files = (path for path in Path(folder).iterdir() if path.name.isupper() and path.is_file())
    return {path.name: _read(path) for path in files}


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        # Not chained: the decoder's error carries the file's bytes.
        raise SettingsError(f"{path.name} cannot be read: make it a UTF-8 file of yours.") from None
