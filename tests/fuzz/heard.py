"""What a serving bot would write in its log."""

import logging
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO

import structlog

from bot import log


@contextmanager
def overheard() -> Iterator[StringIO]:
    """Hear all that this process logs at DEBUG, one JSON object a line, with no secret hidden."""
    root, stream = logging.getLogger(), StringIO()
    loggers = [root, *map(logging.getLogger, log.FLOORS)]
    levels = [logger.level for logger in loggers]
    handlers = root.handlers[:]
    hooks = sys.excepthook, sys.unraisablehook, threading.excepthook
    log.configure(log_format="json", log_level="DEBUG", stream=stream)
    try:
        yield stream
    finally:
        structlog.reset_defaults()
        logging.captureWarnings(capture=False)
        sys.excepthook, sys.unraisablehook, threading.excepthook = hooks
        root.handlers[:] = handlers
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
