"""How fast a bot may write before Telegram answers 429."""

import math

from bot.playground.telegram.answers import flood


class Pace:
    """About one message a second to a chat and thirty a second in all, with short bursts allowed.

    The figures are those of Telegram's own FAQ for bots ("My bot is hitting limits"); how long a
    burst may be is written nowhere.  A refused call does not count against the pace.
    """

    def __init__(
        self, *, chat_seconds: float = 1.0, chat_burst: int = 3, all_per_second: int = 30
    ) -> None:
        self._chat = (chat_seconds, chat_burst)
        self._all = (1 / all_per_second, all_per_second)
        self._free_at: dict[int | None, float] = {}

    def admit(self, chat_id: int, *, at_seconds: float) -> None:
        """Let one message to a chat pass.

        Raises:
            Refused: 429 with the seconds after which it would have passed.
        """
        later: dict[int | None, float] = {}
        for key, (interval, burst) in ((None, self._all), (chat_id, self._chat)):
            free_at = max(self._free_at.get(key, 0.0), at_seconds) + interval
            early = free_at - at_seconds - interval * burst
            if early > 1e-9:  # not a rounding error
                raise flood(math.ceil(early))
            later[key] = free_at
        self._free_at.update(later)
