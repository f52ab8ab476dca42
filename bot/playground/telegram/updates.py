"""The queue of updates: redelivered until a higher offset confirms them, one reader at a time."""

from itertools import count

from bot.playground.telegram.answers import Json, bad_request, conflict
from bot.playground.telegram.waiting import Changes

# Bot API, getUpdates: an empty list of allowed updates means all but these.
_ONLY_ON_REQUEST = {"chat_member", "message_reaction", "message_reaction_count"}
_FIRST_ID = 100_000_001
_MOST_AT_ONCE = 100
_LONGEST_POLL_SECONDS = 50


class Updates:
    """Updates that wait for the bot."""

    def __init__(self, changes: Changes) -> None:
        self._changes = changes
        self._ids = count(_FIRST_ID)
        self._pending: list[dict[str, Json]] = []
        self._allowed: frozenset[str] = frozenset()
        self._readers = 0
        self._waiting = 0

    @property
    def polled(self) -> bool:
        """Tell whether a long poll waits right now."""
        return self._waiting > 0

    @property
    def pending(self) -> int:
        """Return how many updates the bot has not confirmed."""
        return len(self._pending)

    def put(self, kind: str, payload: Json) -> None:
        """Queue an update, unless the bot asked not to get its kind."""
        wanted = kind in self._allowed if self._allowed else kind not in _ONLY_ON_REQUEST
        if wanted:
            self._pending.append({"update_id": next(self._ids), kind: payload})
        self._changes.tell()

    def allow(self, kinds: Json) -> None:
        """Remember which kinds the bot wants from now on; None changes nothing."""
        if kinds is None:
            return
        if not isinstance(kinds, list):
            raise bad_request("can't parse allowed updates list JSON object")
        self._allowed = frozenset(str(kind) for kind in kinds)

    def clear(self) -> None:
        """Forget everything that waits."""
        self._pending.clear()
        self._changes.tell()

    async def take(self, *, offset: int, limit: int, timeout_seconds: int) -> list[Json]:
        """Confirm what is below `offset`; return what waits, or wait for it.

        A negative offset keeps only that many of the newest.  A second reader ends the first.

        Raises:
            Refused: 409, a newer reader came while this one waited.
        """
        self._confirm(offset)
        self._readers += 1
        turn, most = self._readers, max(1, min(limit, _MOST_AT_ONCE))

        def look() -> list[Json]:
            if self._readers != turn:
                raise conflict()
            return list(self._pending[:most])

        if timeout_seconds <= 0:
            return look()
        self._waiting += 1
        self._changes.tell()
        try:
            return await self._changes.until(
                look, timeout_seconds=min(timeout_seconds, _LONGEST_POLL_SECONDS)
            )
        except TimeoutError:
            return []
        finally:
            self._waiting -= 1
            self._changes.tell()

    def _confirm(self, offset: int) -> None:
        if offset < 0:
            del self._pending[:offset]
        else:
            self._pending = [update for update in self._pending if _id(update) >= offset]
        self._changes.tell()


def _id(update: dict[str, Json]) -> int:
    number = update["update_id"]
    assert isinstance(number, int)  # noqa: S101  # made by `put`
    return number
