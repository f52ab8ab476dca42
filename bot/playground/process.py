"""The real bot as a process of its own, which can be started, stopped and killed."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

STOPPING_SECONDS = 40
"""How long a stop may take: what is under way ends by itself, or by its own timeout."""


class BotProcess:
    """Runs a command of the bot with settings of its own; its output goes to a file.

    `settings` are all that it gets of the environment, beside what Python itself needs.
    """

    def __init__(
        self, command: Sequence[str], settings: Mapping[str, str], *, folder: Path, log: Path
    ) -> None:
        self._command = command
        self._settings = settings
        self._folder = folder
        self.log = log
        self._process: asyncio.subprocess.Process | None = None

    @property
    def running(self) -> bool:
        """Tell whether the process was started and has not ended."""
        return self._process is not None and self._process.returncode is None

    @property
    def pid(self) -> int:
        """The id of the process that was started last."""
        if self._process is None:
            raise ValueError("the bot was never started")
        return self._process.pid

    async def start(self) -> None:
        """Start it; its output is added to the log."""
        with self.log.open("ab") as output:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                *self._command,
                cwd=self._folder,
                env=self._environment(),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=asyncio.subprocess.STDOUT,
            )

    async def ended(self) -> int:
        """Wait until it has ended; gives its exit code, negative for a signal."""
        if self._process is None:
            raise ValueError("the bot was never started")
        return await self._process.wait()

    async def kill(self) -> None:
        """Kill it as a power cut would: SIGKILL, no goodbye."""
        self._signal(signal.SIGKILL)
        await self.ended()

    async def stop(self) -> int:
        """Ask it to end (SIGTERM) and wait; one that does not is killed. Gives its exit code."""
        self._signal(signal.SIGTERM)
        try:
            return await asyncio.wait_for(self.ended(), STOPPING_SECONDS)
        except TimeoutError:
            await self.kill()
            raise

    def _signal(self, number: signal.Signals) -> None:
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                self._process.send_signal(number)

    def _environment(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        return {**kept, "PYTHONUNBUFFERED": "1", **self._settings}
