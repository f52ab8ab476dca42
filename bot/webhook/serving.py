"""Serving the door in the running event loop, to callers who have little time."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from itertools import count

import structlog
import uvicorn
from h11 import LocalProtocolError
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from bot.errors import SettingsError

log = structlog.stdlib.get_logger(__name__)

LONGEST = timedelta(seconds=10)
"""No connection lasts longer, whatever it is doing: who sends a byte a minute keeps no place."""

MOST_AT_ONCE = 50
"""For one more the oldest is cut: a knock takes milliseconds, so that one has no good reason."""


@asynccontextmanager
async def listening(
    app: ASGIApp, *, host: str, port: int, longest: timedelta = LONGEST
) -> AsyncIterator[int]:
    """Serve `app` while the context is open; gives the port, which for 0 is the system's choice.

    Nothing of a request is logged. At the end connections are cut: a knock that is cut off comes
    again, or is made up for by the next look. Raises `SettingsError` for an address that cannot be
    listened at.
    """
    config = uvicorn.Config(
        _logged(app),
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=False,
        lifespan="off",
        ws="none",
    )
    config.load()
    state = ServerState()
    server = await _listen(lambda: _Connection(config, state, longest), host, port)
    try:
        yield int(server.sockets[0].getsockname()[1])
    finally:
        server.close()
        for connection in list(state.connections):
            connection.transport.abort()
        await asyncio.gather(*state.tasks, return_exceptions=True)
        await server.wait_closed()


async def _listen(make: Callable[[], asyncio.Protocol], host: str, port: int) -> asyncio.Server:
    try:
        return await asyncio.get_running_loop().create_server(make, host, port)
    except OSError as error:
        why = error.strerror or "there is no such address"
        raise SettingsError(
            f"WEBHOOK_HOST and WEBHOOK_PORT cannot be listened at: {why}. Set another one."
        ) from error


def _logged(app: ASGIApp) -> ASGIApp:
    """Log what goes wrong in the app, and not what callers do to HTTP: uvicorn tells both alike."""

    async def logged(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await app(scope, receive, send)
        except LocalProtocolError:
            raise  # the caller broke HTTP half-way, and was answered for it
        except Exception:
            log.exception("webhook failed")
            raise

    return logged


class _Connection(H11Protocol):
    """uvicorn's connection, which ends by itself, and makes room for itself.

    uvicorn's own limit is looked at when a request was read, turns the newest away, and does not
    see those who say nothing.
    """

    def __init__(self, config: uvicorn.Config, state: ServerState, longest: timedelta) -> None:
        super().__init__(config=config, server_state=state, app_state={})
        self._longest = longest
        self.number = next(_NUMBERS)

    def connection_made(  # type: ignore[override]  # uvicorn narrows the argument the same way
        self, transport: asyncio.Transport
    ) -> None:
        self._make_room()
        super().connection_made(transport)
        asyncio.get_running_loop().call_later(self._longest.total_seconds(), transport.abort)

    def _make_room(self) -> None:
        mine = (one for one in self.connections if isinstance(one, _Connection))
        lasting = [one for one in mine if not one.transport.is_closing()]
        if len(lasting) >= MOST_AT_ONCE:
            min(lasting, key=lambda one: one.number).transport.abort()


_NUMBERS = count()
"""Which connection came first."""
