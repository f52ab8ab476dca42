"""Keeps secrets out of texts: exact values that were told, and whatever looks like a bot token."""

import base64
import html
import json
import re
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from urllib.parse import quote

from bot.domain.secret import MASK

SHORTEST = 4
"""Shorter values are left alone: they would tear holes into ordinary words and numbers."""

# Telegram's example is 123456:ABC-DEF1234ghIkl-zyx57W2v1u123ew11 (core.telegram.org/bots/api,
# "Authorizing your bot"). It stands in every URL of the Bot API, after /bot or /file/bot.
_TELEGRAM = r"(?<!\d)\d{5,}:[A-Za-z0-9_-]{30,}|(?<=/bot)\d+(?::|%3A)[A-Za-z0-9_-]+"

Values = tuple[str | bytes, ...]


class _Held:
    """Lets go of values when it is freed: it lives as long as the exception that it hangs on."""

    def __init__(self, values: Values, gone: deque[Values]) -> None:
        self._values = values
        self._gone = gone

    def __del__(self) -> None:
        self._gone.append(self._values)


class Redactor:
    """Replaces every secret in a text by a mask, in any shape that a log is likely to give it."""

    def __init__(self) -> None:
        self._values: Counter[str | bytes] = Counter()
        self._gone: deque[Values] = deque()
        self._pattern: re.Pattern[str] | None = None
        self._changing = Lock()  # threads log too

    def __call__(self, text: str) -> str:
        """Give `text` with each secret masked."""
        with self._changing:
            if self._gone:
                self._settle()
            # Codes are hidden for every receipt, and hardly a line is written meanwhile.
            self._pattern = pattern = self._pattern or self._compiled()
        return pattern.sub(MASK, text)

    def hide(self, *values: str | bytes) -> None:
        """Mask `values` from now on, as often as they are hidden and not shown again."""
        with self._changing:
            self._settle()
            self._values.update(values)

    def forget(self, *values: str | bytes) -> None:
        """Take back one `hide`; a value that was hidden twice stays hidden."""
        with self._changing:
            self._gone.append(values)
            self._settle()

    @contextmanager
    def hiding(self, *values: str | bytes) -> Iterator[None]:
        """Mask `values` while they are in memory: card codes, for as long as they are open.

        An exception that leaves may repeat them, and is logged by somebody further out: while it
        lives they stay hidden.
        """
        self.hide(*values)
        try:
            yield
        except BaseException as error:
            self.hide(*values)
            vars(error).setdefault("hides", []).append(_Held(values, self._gone))
            raise
        finally:
            self.forget(*values)

    def _settle(self) -> None:
        """Take back what is gone; an exception ends wherever memory is freed, even in here."""
        while self._gone:
            self._values -= Counter(self._gone.popleft())
        self._pattern = None

    def _compiled(self) -> re.Pattern[str]:
        shapes = {shape for value in self._values for shape in _shapes(value)}
        longest_first = sorted(filter(_is_telling, shapes), key=len, reverse=True)
        # Without regard to case: Telegram's library writes a refusal in small letters.
        return re.compile("|".join([*map(re.escape, longest_first), _TELEGRAM]), re.IGNORECASE)


def _is_telling(shape: str) -> bool:
    return len(shape) >= SHORTEST


def _shapes(value: str | bytes) -> set[str]:
    if isinstance(value, bytes):
        standard = base64.b64encode(value).decode().rstrip("=")
        url_safe = standard.replace("+", "-").replace("/", "_")
        return {standard, url_safe, value.hex(), repr(value)[2:-1]}
    shapes = {value, quote(value), quote(value, safe=""), repr(value)[1:-1], html.escape(value)}
    return shapes | {json.dumps(value, ensure_ascii=asked)[1:-1] for asked in (True, False)}
