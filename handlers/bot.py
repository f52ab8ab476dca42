"""The bot: the library's own, which reads no more updates than can be served."""

from typing import Any

from telegram import Update
from telegram.ext import ExtBot
from telegram.request import BaseRequest

from handlers.backlog import BATCH, Backlog
from handlers.pacing import Pacing


class CounterBot(ExtBot[None]):
    """Asks for the next batch of updates when its `backlog` has room for one."""

    def __init__(
        self,
        token: str,
        *,
        api_url: str,
        request: BaseRequest,
        get_updates_request: BaseRequest,
        pacing: Pacing,
    ) -> None:
        super().__init__(
            token,
            base_url=f"{api_url}/bot",
            base_file_url=f"{api_url}/file/bot",
            request=request,
            get_updates_request=get_updates_request,
            rate_limiter=pacing,
        )
        self._backlog = Backlog()

    @property
    def backlog(self) -> Backlog:
        """The updates that were read and are not served yet."""
        return self._backlog

    async def get_updates(self, *args: Any, **kwargs: Any) -> tuple[Update, ...]:  # noqa: ANN401 # the library's signature
        await self._backlog.room()
        return await super().get_updates(*args, **{"limit": BATCH, **kwargs})
