"""The Application: python-telegram-bot put together for this counter."""

from itertools import chain
from ssl import SSLContext

from telegram.ext import ApplicationBuilder, ContextTypes, ExtBot

from bot.domain.secret import Secret
from handlers import admin, buy, fallbacks, orders, start, wallet
from handlers.answers import bounded
from handlers.bot import CounterBot
from handlers.context import EDGE, App, Context, Edge
from handlers.errors import last_resort
from handlers.incoming import IncomingRequest
from handlers.pacing import Pacing
from handlers.requests import TelegramRequest
from handlers.routes import Routes
from handlers.turns import PerPerson

AREAS: tuple[Routes, ...] = (
    fallbacks.GROUPS,
    start.HANDLERS,
    orders.HANDLERS,
    wallet.HANDLERS,
    admin.ROUTES,
    buy.HANDLERS,
    fallbacks.HANDLERS,
)
"""Every handler; the first that fits an update takes it."""

CONNECTIONS = 16
"""Requests in flight to Telegram; more make the HTTP pool slower (measured)."""

POLLS = 2
"""The long poll, and the last call of a stop: with one connection for both, that call can wait in
vain for the connection of the poll that was just cancelled (seen with httpcore 1.0.9)."""

CONNECT_SECONDS, READ_SECONDS, WRITE_SECONDS = 5.0, 10.0, 10.0

POOL_SECONDS = 30.0
"""How long a request waits for a free connection; it has not been sent then."""


def make_bot(
    token: Secret[str],
    *,
    api_url: str,
    tls: SSLContext | None = None,
    pacing: Pacing | None = None,
) -> CounterBot:
    """Make the bot that the messenger and the Application share; nothing is opened yet.

    `api_url` has no slash at its end: methods are under `/bot<token>/`, files under `/file/…`.
    `tls` says whom to trust: by default certifi's authorities, read anew.
    """
    return CounterBot(
        token.reveal(),
        api_url=api_url,
        request=_request(CONNECTIONS, tls),
        get_updates_request=_request(POLLS, tls, IncomingRequest),
        pacing=pacing or Pacing(),
    )


def build(bot: CounterBot, edge: Edge) -> App:
    """Make the Application, with every handler in its place."""
    plain: ExtBot[None] = bot
    app: App = (
        ApplicationBuilder()
        .bot(plain)
        .update_queue(bot.backlog)
        .concurrent_updates(PerPerson())
        .context_types(ContextTypes(context=Context))
        .build()
    )
    app.bot_data[EDGE] = edge
    app.add_handlers(list(chain.from_iterable(AREAS)))
    app.add_error_handler(last_resort)
    return app


def _request(
    connections: int, tls: SSLContext | None, kind: type[TelegramRequest] = TelegramRequest
) -> TelegramRequest:
    return kind(
        connection_pool_size=connections,
        connect_timeout=CONNECT_SECONDS,
        read_timeout=READ_SECONDS,
        write_timeout=WRITE_SECONDS,
        pool_timeout=POOL_SECONDS,
        httpx_kwargs={"verify": tls or True, **bounded()},
    )
