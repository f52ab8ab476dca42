"""Logging: one line an event on standard error, and no secret in it, whoever wrote the event.

Modules log through structlog (`structlog.stdlib.get_logger(__name__)`) with keywords:
`log.info("order settled", order=17)`. Libraries log through the standard library; both end in one
handler, whose formatter masks the finished text: message, arguments, traceback, causes.
"""

import logging
import sys
import threading
from collections.abc import Iterable
from types import TracebackType
from typing import TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from bot.log.redaction import Redactor

__all__ = ["Redactor", "configure", "handler", "hiding", "redactor"]

redactor = Redactor()
"""What no log of this process may hold. Logging is one for the process, and so is this."""

hiding = redactor.hiding

FLOORS = {
    "aiosqlite": logging.WARNING,  # at DEBUG it prints every statement with its values
    "alembic": logging.WARNING,
    "asyncio": logging.INFO,
    "httpcore": logging.WARNING,
    "httpx": logging.WARNING,  # at INFO it prints every URL, and Telegram's hold the token
    "sqlalchemy": logging.WARNING,
    "telegram": logging.INFO,  # at DEBUG it prints all parameters and results, card codes too
    # At ERROR it prints an answer that broke off: the message with the codes. It also raises.
    "telegram.request.BaseRequest": logging.CRITICAL,
    "uvicorn": logging.CRITICAL,  # it prints a line, or a whole trace, for each junk request
}
"""The least level of libraries that would say too much at a lower one."""

_BOTH: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def configure(
    *,
    log_format: str,
    log_level: str,
    secrets: Iterable[str | bytes] = (),
    stream: TextIO | None = None,
) -> None:
    """Send every log, warning and uncaught exception of this process to `stream` (stderr).

    `log_format` is console or json. May be called again: the last call counts, but a secret
    stays hidden.
    """
    redactor.hide(*secrets)
    level = logging.getLevelNamesMapping()[log_level]
    root = logging.getLogger()
    root.handlers[:] = [handler(stream or sys.stderr, log_format=log_format)]
    root.setLevel(level)
    for name, floor in FLOORS.items():
        logging.getLogger(name).setLevel(max(floor, level))
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_BOTH,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    logging.captureWarnings(capture=True)
    sys.excepthook = _uncaught
    sys.unraisablehook = lambda fault: _uncaught(
        fault.exc_type, fault.exc_value, fault.exc_traceback
    )
    threading.excepthook = lambda fault: _uncaught(
        fault.exc_type, fault.exc_value, fault.exc_traceback
    )


def handler(
    stream: TextIO, *, log_format: str, redact: Redactor = redactor
) -> logging.StreamHandler[TextIO]:
    """Build the one handler: it writes to `stream` what `redact` leaves of an event."""
    renderer: Processor = structlog.processors.JSONRenderer(ensure_ascii=False)
    if log_format == "console":
        renderer = structlog.dev.ConsoleRenderer(
            colors=stream.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
    built = _Handler(stream)
    built.setFormatter(_Formatter(renderer, redact))
    return built


class _Formatter(structlog.stdlib.ProcessorFormatter):
    """Renders events of both kinds, and masks what was rendered."""

    def __init__(self, renderer: Processor, redact: Redactor) -> None:
        self._redact = redact
        super().__init__(
            foreign_pre_chain=_BOTH,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.StackInfoRenderer(),
                structlog.processors.format_exc_info,  # never with local variables
                self._plain,
                renderer,
            ],
        )

    def format(self, record: logging.LogRecord) -> str:
        # Once more over the whole: a secret may have come together only in rendering.
        return self._redact(super().format(record))

    def _plain(self, _logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
        """Turn each value into masked text that can neither end its line nor steer a terminal."""
        return {name: self._value(name, value) for name, value in event.items()}

    def _value(self, name: str, value: object) -> object:
        if value is None or isinstance(value, bool | int | float):
            return value
        text = self._redact(value if isinstance(value, str) else repr(value))
        if name in {"exception", "stack"}:
            return "\n".join("  " + _escaped(line) for line in text.split("\n"))
        return _escaped(text)


class _Handler(logging.StreamHandler[TextIO]):
    """Says that an event could not be written, and not which: the default prints its arguments."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's name
        try:
            self.stream.write(f"an event of {record.name} could not be written\n")
        except (OSError, ValueError):
            return  # standard error is gone, and with it the last place to say so


def _escaped(text: str) -> str:
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def _uncaught(
    kind: type[BaseException], fault: BaseException | None, trace: TracebackType | None
) -> None:
    if issubclass(kind, KeyboardInterrupt | SystemExit):
        return  # somebody asked for it
    exc_info = (kind, fault, trace) if fault else None
    logging.getLogger("wakil").critical("uncaught exception", exc_info=exc_info)
