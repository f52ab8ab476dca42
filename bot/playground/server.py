"""Serve an ASGI application on the loopback, in the running event loop, and cut wires on demand."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

_LOOPBACK = "127.0.0.1"
_IDLE_SECONDS = 3600  # a double cuts wires when it is told to, never because one was idle


class Cut(Response):
    """Drop the connection without a byte of answer; works under `serve` only.

    The caller sees a closed or reset connection and cannot know whether its request took effect.
    """

    async def __call__(
        self,
        scope: Scope,
        receive: Receive,
        send: Send,  # noqa: ARG002  # ASGI fixes the signature
    ) -> None:
        """Abort the transport and wait until the loop has noticed."""
        scope["state"]["transport"].abort()
        while (await receive())["type"] != "http.disconnect":
            pass


@asynccontextmanager
async def serve(app: ASGIApp) -> AsyncIterator[str]:
    """Yield the base address (`http://127.0.0.1:PORT`) of `app` while the context is open.

    Connections still open at the end are aborted and their requests cancelled, so leaving never
    waits, whatever a request waits for.  There is no lifespan, no signal handler and no `Date`
    header: an application that wants one sends it, by its own clock.
    """
    config = uvicorn.Config(
        _forgiving(app),
        log_config=None,
        access_log=False,
        lifespan="off",
        ws="none",
        timeout_keep_alive=_IDLE_SECONDS,
    )
    config.load()
    state = ServerState()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: _Connection(config=config, server_state=state, app_state={}), _LOOPBACK, 0
    )
    port = server.sockets[0].getsockname()[1]
    try:
        yield f"http://{_LOOPBACK}:{port}"
    finally:
        server.close()
        await _hang_up(state)
        await server.wait_closed()


class _Connection(H11Protocol):
    """uvicorn's connection, which also shows its transport to the application."""

    def connection_made(  # type: ignore[override]  # uvicorn narrows the argument the same way
        self, transport: asyncio.Transport
    ) -> None:
        self.app_state = {"transport": transport}
        super().connection_made(transport)


async def _hang_up(state: ServerState) -> None:
    for connection in list(state.connections):
        connection.transport.abort()
    await asyncio.sleep(0)  # lets every connection learn of it before its request is cancelled
    tasks = list(state.tasks)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def _forgiving(app: ASGIApp) -> ASGIApp:
    """Let a request whose caller is gone end in silence: uvicorn would log a failure.

    `_hang_up` cancels a request when nobody waits for its answer any more; a caller that dies in
    the middle of its request leaves half of one.
    """

    async def forgiving(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await app(scope, receive, send)
        except (asyncio.CancelledError, ClientDisconnect):
            return

    return forgiving
