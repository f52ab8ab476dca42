import asyncio
import base64
import gc
import json
import logging
import pickle
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from io import StringIO

import httpx
import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st
from telegram.error import TelegramError
from telegram.request import BaseRequest

from bot import log
from bot.domain.secret import Secret
from bot.log import Redactor

TOKEN = "123456789:AAExample-token_that_is_35_chars_long"
SHORT_TOKEN = "42:ZYXW"
API_KEY = "sk_live_4f'9\\\"<&>é"
CARD_KEY = bytes(range(240, 256)) + b"abcdefghijklmnop"
CODE = "ABCD-1234-EFGH"


class Written:
    """One logger of its own, behind the real handler."""

    def __init__(self, log_format: str = "json") -> None:
        self.redactor = Redactor()
        self.stream = StringIO()
        self.logger = logging.Logger("test", logging.DEBUG)  # noqa: LOG001 - out of the tree
        self.handler = log.handler(self.stream, log_format=log_format, redact=self.redactor)
        self.logger.addHandler(self.handler)

    @property
    def text(self) -> str:
        return self.stream.getvalue()

    @property
    def event(self) -> dict[str, object]:
        (line,) = self.text.splitlines()
        found: dict[str, object] = json.loads(line)
        return found


@pytest.fixture(params=["json", "console"])
def written(request: pytest.FixtureRequest) -> Written:
    return Written(request.param)


@pytest.fixture
def process() -> Iterator[StringIO]:
    """Everything that `configure` changes for the process, put back afterwards."""
    root = logging.getLogger()
    loggers = [root, *map(logging.getLogger, log.FLOORS)]
    levels = [logger.level for logger in loggers]
    handlers = root.handlers[:]
    hooks = sys.excepthook, sys.unraisablehook, threading.excepthook
    yield StringIO()
    structlog.reset_defaults()
    logging.captureWarnings(capture=False)
    sys.excepthook, sys.unraisablehook, threading.excepthook = hooks
    root.handlers[:] = handlers
    for logger, level in zip(loggers, levels, strict=True):
        logger.setLevel(level)


SHAPES: dict[str, Callable[[Written], object]] = {
    "argument": lambda w: w.logger.info("key %s", API_KEY),
    "named": lambda w: w.logger.info("code %(code)s", {"code": CODE}),
    "nested": lambda w: w.logger.info("request %s", {"key": API_KEY, "list": [API_KEY]}),
    "json": lambda w: w.logger.info(json.dumps({"key": API_KEY})),
    "url": lambda w: w.logger.info(httpx.URL("https://host/", params={"key": API_KEY})),
    "base64": lambda w: w.logger.info("ring %s", base64.b64encode(CARD_KEY).decode()),
    "url-safe": lambda w: w.logger.info("ring %s", base64.urlsafe_b64encode(CARD_KEY).decode()),
    "hex": lambda w: w.logger.info("ring %s %r", CARD_KEY.hex(), CARD_KEY),
    "token": lambda w: w.logger.info("The token `%s` was rejected", SHORT_TOKEN),
}


@pytest.mark.parametrize("speak", SHAPES.values(), ids=SHAPES)
def test_secrets_are_masked(written: Written, speak: Callable[[Written], object]) -> None:
    """A secret that the log was told appears in no shape: escaped, quoted, encoded or nested."""
    written.redactor.hide(API_KEY, CARD_KEY, SHORT_TOKEN, CODE)
    speak(written)
    assert "•••" in written.text
    for fragment in FRAGMENTS:
        assert fragment not in written.text.lower()


FRAGMENTS = ("sk_live", "4f", "abcdef", "8phy", "f0f1f2", "zyxw", "1234-efgh")


def test_told_twice(written: Written) -> None:
    """A code that two orders hold open stays masked until both have let go of it."""
    with written.redactor.hiding(CODE):
        with written.redactor.hiding(CODE):
            pass
        written.logger.info(CODE)
    assert CODE not in written.text
    written.logger.info(CODE)
    assert CODE in written.text


def test_what_leaves_is_masked(written: Written) -> None:
    """An exception that left while a code was open is logged without it, by whoever logs it."""
    try:
        with written.redactor.hiding(CODE), written.redactor.hiding(CODE):
            raise ValueError(f"refused {CODE}")
    except ValueError:
        written.logger.exception("handler failed")
    assert "handler failed" in written.text
    assert CODE not in written.text
    gc.collect()
    written.logger.info(CODE)  # nothing is hidden for longer than somebody may tell it
    assert CODE in written.text


def test_short_values() -> None:
    """A value too short to be a secret tears no holes into ordinary words."""
    redactor = Redactor()
    redactor.hide("", "7", "ord")
    assert redactor("order 17") == "order 17"


def test_longest_first() -> None:
    """Where one secret begins with another, nothing of the longer one is left."""
    redactor = Redactor()
    redactor.hide("ABCD", "ABCD-EFGH")
    assert redactor("ABCD-EFGH") == "•••"


@pytest.mark.parametrize(
    "text",
    [
        f"POST https://api.telegram.org/bot{TOKEN}/sendMessage",
        "GET http://127.0.0.1:1/bot42:ZYXW/getMe",
        "GET http://127.0.0.1:1/file/bot42%3AZYXW/photo.jpg",
        f"Bot[token={TOKEN}]",
    ],
)
def test_any_bot_token(text: str) -> None:
    """What looks like a bot's token is masked even when nobody told the log about it."""
    masked = Redactor()(text)
    assert "AAExample" not in masked
    assert "ZYXW" not in masked
    assert "•••" in masked


@given(st.text(alphabet="0123456789:- abcT", max_size=40))
def test_ordinary_texts_stay(text: str) -> None:
    """Times, amounts and identifiers are not mistaken for tokens."""
    assert Redactor()(text) == text


def test_exceptions(written: Written) -> None:
    """Tracebacks name the fault and its causes, masked and without local variables."""
    written.redactor.hide(CODE)
    try:
        fail_with_a_cause()
    except RuntimeError:
        written.logger.exception("order failed")
    assert CODE not in written.text
    assert "seen only as" not in written.text
    for told in ("order failed", "ValueError", "RuntimeError: outer", "direct cause", "noted"):
        assert told in written.text


def fail_with_a_cause() -> None:
    code, hint = CODE, f"seen only {'as a local'}"
    try:
        raise ValueError(f"inner {code}")
    except ValueError as error:
        error.add_note(f"noted {code}")
        raise RuntimeError(f"outer {code}" if hint else "") from error


@pytest.mark.parametrize("log_format", ["json", "console"])
async def test_httpx_at_debug(log_format: str) -> None:
    """Even with its loggers lowered to DEBUG, httpx tells no token."""
    written = Written(log_format)
    loggers = [logging.getLogger(name) for name in ("httpx", "httpcore")]
    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    for logger in loggers:
        logger.addHandler(written.handler)
        logger.setLevel(logging.DEBUG)
    try:
        async with server, httpx.AsyncClient(trust_env=False) as client:
            await client.post(f"http://127.0.0.1:{port}/bot{TOKEN}/getMe")
            await client.post(f"http://127.0.0.1:{port}/bot{SHORT_TOKEN}/getMe")
    finally:
        for logger in loggers:
            logger.removeHandler(written.handler)
            logger.setLevel(logging.NOTSET)
    assert "HTTP Request: POST" in written.text
    assert "receive_response_headers" in written.text
    for token in (TOKEN, SHORT_TOKEN):
        assert token.partition(":")[2] not in written.text


async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
    await writer.drain()
    writer.close()
    await writer.wait_closed()


INJECTION = "Karim\n2026-01-01 [info] paid\r\x1b[2J\u202e\u2028"


def test_injection(written: Written) -> None:
    """A shop's name can neither begin a line of the log nor steer the terminal it is read on."""
    written.logger.info("agent %s", INJECTION)
    (line,) = written.text.splitlines()
    assert "Karim" in line
    assert not {"\r", "\x1b", "\u202e", "\u2028"} & set(line)


def test_injection_by_exception() -> None:
    """The lines of a traceback are set in, so that none of them passes for an event."""
    written = Written("console")
    try:
        raise ValueError(INJECTION)
    except ValueError:
        written.logger.exception("failed")
    first, *others = written.text.splitlines()
    assert first.startswith("20")
    assert any("paid" in line for line in others)
    assert all(line.startswith("  ") for line in others)


def test_languages(written: Written) -> None:
    """Arabic and French are logged as they are written."""
    written.logger.info("وكيل à Béjaïa")
    assert "وكيل à Béjaïa" in written.text


def test_values_keep_their_kind() -> None:
    """Numbers and truths stay what they are in JSON, so that they can be searched."""
    written = Written()
    logger = structlog.wrap_logger(
        written.logger,
        processors=[structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    logger.info("settled", order=17, paid=True, late=None, key=Secret("hunter2"), ids=(1, 2))
    assert written.event == {
        "event": "settled",
        "order": 17,
        "paid": True,
        "late": None,
        "key": "Secret(•••)",
        "ids": "(1, 2)",
    }


class Unprintable:
    def __str__(self) -> str:
        raise ValueError(CODE)


def test_unwritable_event(written: Written, capsys: pytest.CaptureFixture[str]) -> None:
    """An event that cannot be rendered is counted, and nothing of it is printed."""
    written.logger.error("code %s %s", CODE, Unprintable())
    assert written.text == "an event of test could not be written\n"
    assert capsys.readouterr().err == ""


def test_closed_stream(capsys: pytest.CaptureFixture[str]) -> None:
    """When standard error is gone, logging does not stop the sale."""
    written = Written()
    written.stream.close()
    written.logger.error(CODE)
    assert capsys.readouterr().err == ""


def test_configure(process: StringIO) -> None:
    """Our events and the libraries' come out in the same form, with time, level and logger."""
    log.configure(log_format="json", log_level="DEBUG", secrets=[CODE], stream=process)
    structlog.stdlib.get_logger("bot.test").debug("ours", order=17, code=CODE)
    logging.getLogger("library").info("theirs")
    ours, theirs = map(json.loads, process.getvalue().splitlines())
    log.redactor.forget(CODE)
    assert ours.keys() == {"timestamp", "level", "logger", "event", "order", "code"}
    assert theirs.keys() == {"timestamp", "level", "logger", "event"}
    assert (ours["logger"], ours["level"], ours["code"]) == ("bot.test", "debug", "•••")
    assert ours["timestamp"].endswith("Z")


def test_level(process: StringIO) -> None:
    """Below the level that is set, nothing is written."""
    log.configure(log_format="json", log_level="WARNING", stream=process)
    structlog.stdlib.get_logger("bot.test").info("ours")
    logging.getLogger("telegram").info("theirs")
    assert process.getvalue() == ""


def test_talkative_libraries(process: StringIO) -> None:
    """At DEBUG the libraries that print URLs, parameters and statements still keep them."""
    log.configure(log_format="json", log_level="DEBUG", stream=process)
    for name in ("httpx", "httpcore.http11", "aiosqlite", "sqlalchemy.engine.Engine"):
        logging.getLogger(name).info("secret")
    for name in ("telegram.Bot", "telegram.ext.ExtBot"):
        logging.getLogger(name).debug("secret")
    assert process.getvalue() == ""


def test_broken_answers_are_not_printed(process: StringIO) -> None:
    """An answer of Telegram that breaks off holds the message with its codes: it is not printed."""
    log.configure(log_format="json", log_level="DEBUG", stream=process)
    with pytest.raises(TelegramError, match="Invalid server response"):
        BaseRequest.parse_json_payload(b'{"ok":true,"result":{"text":"CODE-1')
    assert process.getvalue() == ""


def test_uncaught(process: StringIO) -> None:
    """An exception that nobody caught, in any thread, is logged and masked like every other."""
    log.configure(log_format="json", log_level="INFO", stream=process)
    with log.hiding(CODE):
        fault = ValueError(CODE)
        sys.excepthook(ValueError, fault, None)
        thread = threading.Thread(target=int, args=(CODE,))
        thread.start()
        thread.join()
        forgetful = Forgetful()
        del forgetful
        gc.collect()
    lines = [json.loads(line) for line in process.getvalue().splitlines()]
    assert [line["event"] for line in lines] == ["uncaught exception"] * 3
    assert all("ValueError" in line["exception"] for line in lines)
    assert CODE not in process.getvalue()


class Forgetful:
    def __del__(self) -> None:
        raise ValueError(CODE)


def test_stopping_is_no_fault(process: StringIO) -> None:
    """Ctrl-C is not an exception that anybody should read about."""
    log.configure(log_format="json", log_level="INFO", stream=process)
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert process.getvalue() == ""


def test_warnings(process: StringIO) -> None:
    """A library's warning goes to the log, not past it."""
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        log.configure(log_format="json", log_level="INFO", stream=process)
        warnings.warn("soon gone", DeprecationWarning, stacklevel=1)
    assert "soon gone" in process.getvalue()


SHOWN = {"repr": repr, "str": str, "format": "{:>20}".format, "percent": "%s".__mod__}


@pytest.mark.parametrize("show", SHOWN.values(), ids=SHOWN)
def test_secret_shows_a_mask(show: Callable[[Secret[str]], str]) -> None:
    """However a secret is printed, it shows a mask."""
    assert "hunter2" not in show(Secret("hunter2"))
    assert "•••" in show(Secret("hunter2"))


def test_secret_is_not_pickled() -> None:
    """A secret cannot be written out by accident, and is compared by its value."""
    with pytest.raises(TypeError, match="not written"):
        pickle.dumps(Secret("hunter2"))
    assert Secret("hunter2") == Secret("hunter2")
    assert len({Secret("a"), Secret("a"), Secret("b")}) == 2
