"""Serving the door in the running event loop, to callers who have little time."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from bot.errors import SettingsError

LONGEST = timedelta(seconds=10)
"""No connection lasts longer, whatever it is doing: who sends a byte a minute keeps no place."""

MOST_AT_ONCE = 50
"""Connections beyond these are told to come back."""


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
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=False,
        lifespan="off",
        ws="none",
        limit_concurrency=MOST_AT_ONCE,
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


class _Connection(H11Protocol):
    """uvicorn's connection, which ends by itself."""

    def __init__(self, config: uvicorn.Config, state: ServerState, longest: timedelta) -> None:
        super().__init__(config=config, server_state=state, app_state={})
        self._longest = longest

    def connection_made(  # type: ignore[override]  # uvicorn narrows the argument the same way
        self, transport: asyncio.Transport
    ) -> None:
        super().connection_made(transport)
        asyncio.get_running_loop().call_later(self._longest.total_seconds(), transport.abort)
