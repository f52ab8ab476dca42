"""The updates that were read and are not served yet: when there are too many, no more is read.

Those that nobody read wait at Telegram, for a day (Bot API, getUpdates), and in no memory of ours.
"""

import asyncio

MOST = 2_000
"""Updates that wait before the bot reads no more: some 20 MB of ordinary ones."""

BATCH = 25
"""Updates asked for at once: with the largest texts they are about 4 MB."""


class Backlog(asyncio.Queue[object]):
    """The Application's queue, which knows how many of its updates are not served yet."""

    def __init__(self, most: int = MOST) -> None:
        super().__init__()
        self._most = most
        self._unserved = 0
        self._has_room = asyncio.Event()
        self._has_room.set()
        self._ending = False

    @property
    def unserved(self) -> int:
        """How many were read and are not served yet."""
        return self._unserved

    async def room(self) -> None:
        """Wait until there is room for another batch; at once when the reading `ends`."""
        await self._has_room.wait()

    def ends(self) -> None:
        """Keep nobody waiting for room any more: the last call only confirms what was read."""
        self._ending = True
        self._has_room.set()

    def put_nowait(self, item: object) -> None:
        super().put_nowait(item)
        self._unserved += 1
        if self._unserved >= self._most and not self._ending:
            self._has_room.clear()

    def task_done(self) -> None:
        super().task_done()
        self._unserved -= 1
        if self._unserved < self._most:
            self._has_room.set()
