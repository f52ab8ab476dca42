"""Show the whole counter on this machine: the real bot against doubles, and the books beside."""

import sys
import tempfile
import time
from pathlib import Path

from bot.commands import verify
from bot.commands.comparing import compare
from bot.playground.demo import SCENES, NotStarted, Stage, stage
from bot.playground.telegram import NotSeen, render
from bot.settings import ROOT

LOG_LINES = 40


async def run(_file: Path | None) -> int:
    """Play every scene and compare the providers' records with ours; 0 only if they agree."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="wakil-demo-") as folder:
        try:
            agreed = await _play(Path(folder))
        except NotStarted as fault:
            _say(f"The bot did not start. Its last words:\n{fault}")
            agreed = False
    _say(f"\nThat took {time.monotonic() - began:.0f} seconds.")
    return 0 if agreed else 1


async def _play(scratch: Path) -> bool:
    shown = 0
    async with stage(ROOT, scratch, both=True) as shop:
        for number, scene in enumerate(SCENES, 1):
            _say(f"\n{'=' * 76}\n{number}. {scene.title}\n{'=' * 76}\n")
            try:
                await scene.play(shop)
            except (NotSeen, TimeoutError) as fault:
                _show_fault(shop, fault)
                return False
            events = list(shop.telegram.transcript)
            _say(render(events[shown:]))
            shown = len(events)
        await shop.bot.stop()
        report = await compare(shop)
        _say(report.text + "\n")
        verified = await verify.run(shop.database)
    return report.agreed and verified == 0


def _show_fault(shop: Stage, fault: Exception) -> None:
    _say(f"The scene broke off: {fault}\n\nThe bot's last words:")
    lines = shop.bot.log.read_text(errors="replace").splitlines()
    _say("\n".join(lines[-LOG_LINES:]))


def _say(text: str) -> None:
    # Written as UTF-8 whatever the terminal claims: the demo speaks Arabic.
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode() + b"\n")
    sys.stdout.buffer.flush()
