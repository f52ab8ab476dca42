"""The bot's process, forked off one that has imported everything: a start without its imports.

It is a process of its own, with its own settings, output and death; only the second that Python
takes to import the product is spent once for all of them.
"""

import asyncio
import os
import runpy
import signal
import sys
from collections.abc import Mapping, Sequence
from multiprocessing import get_context
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from bot.playground.process import BotProcess

_FORKING = get_context("forkserver")
_FORKING.set_forkserver_preload(["tests.e2e.imports"])


class PreloadedProcess(BotProcess):
    """A process of the bot whose imports are done when it is started."""

    _forked: ForkServerProcess | None = None

    @property
    def running(self) -> bool:
        """Tell whether the process was started and has not ended."""
        return self._forked is not None and self._forked.exitcode is None

    @property
    def pid(self) -> int:
        """The id of the process that was started last."""
        if self._forked is None or self._forked.pid is None:
            raise ValueError("the bot was never started")
        return self._forked.pid

    async def start(self) -> None:
        """Start it; its output is added to the log."""
        arguments = (self._command, self._environment(), self._folder, self.log)
        self._forked = _FORKING.Process(target=_run, args=arguments, daemon=True)
        await asyncio.to_thread(self._forked.start)

    async def ended(self) -> int:
        """Wait until it has ended; gives its exit code, negative for a signal."""
        if self._forked is None:
            raise ValueError("the bot was never started")
        loop, over = asyncio.get_running_loop(), asyncio.Event()
        watched = os.dup(self._forked.sentinel)  # several may wait, each at a descriptor of its own
        loop.add_reader(watched, over.set)
        try:
            await over.wait()
        finally:
            loop.remove_reader(watched)
            os.close(watched)
        self._forked.join()
        return int(self._forked.exitcode or 0)

    def _signal(self, number: signal.Signals) -> None:
        if self.running:
            os.kill(self.pid, number)


def _run(command: Sequence[str], environment: Mapping[str, str], folder: Path, log: Path) -> None:
    """Be what `python COMMAND` is: its arguments, environment, folder, output and exit code."""
    output = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o666)
    os.dup2(output, 1)
    os.dup2(output, 2)
    sys.stdout.reconfigure(write_through=True)  # type: ignore[union-attr] # a real stream
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    try:
        _be(list(command))
    except Exception:  # noqa: BLE001 # what nobody caught is told as the product tells it
        sys.excepthook(*sys.exc_info())
        sys.exit(1)


def _be(command: list[str]) -> None:
    if command[0] == "-m":
        sys.argv = command[1:]
        runpy.run_module(command[1], run_name="__main__", alter_sys=True)
    else:
        sys.argv = command
        runpy.run_path(command[0], run_name="__main__")
