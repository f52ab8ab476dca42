"""`make torture`: the real bot process in bad weather, killed again and again; 1 when it fails."""

import argparse
import asyncio
import secrets
import signal
import sys
import time
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.e2e.template import make_template
from tests.findings import Findings
from tests.torture.full_disk import full_disk
from tests.torture.goods import new_plum
from tests.torture.neighbours import neighbours
from tests.torture.old_copy import old_copy
from tests.torture.stage import MONEY
from tests.torture.storm import WHOLE, Outcome, Plan, storm
from tests.torture.two_bots import two_bots

Chapter = Callable[[int, Path, Path], Awaitable[Findings]]

CHAPTERS: dict[str, Chapter] = {
    "full-disk": partial(full_disk, mounted=True, seconds=6.0),
    "full-limit": partial(full_disk, mounted=False, seconds=6.0),
    "two-bots": two_bots,
    "neighbours": neighbours,
    "old-copy": partial(old_copy, orders=40),
}
STORM = "storm"


def main() -> int:
    """Run the campaign that was asked for."""
    asked = _arguments()
    with TemporaryDirectory() as name:
        folder = Path(asked.keep or name)
        for part in (STORM, *CHAPTERS):
            (folder / part).mkdir(parents=True)
        return asyncio.run(_run(asked, folder))


async def _run(asked: argparse.Namespace, folder: Path) -> int:
    running = asyncio.current_task()
    if running is not None:  # who is asked to end takes his bot with him
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, running.cancel)
    template = folder / "template.db"
    await make_template(template, cash=MONEY, plum=new_plum())
    failed = False
    for name, chapter in CHAPTERS.items():
        if name in asked.only:
            began = time.monotonic()
            findings = await chapter(asked.seed, folder / name, template)
            failed |= _tell(name, findings, seconds=time.monotonic() - began)
    if STORM in asked.only:
        least = {"orders": asked.orders, "kills": asked.kills, **WHOLE}
        plan = Plan(least=least, seed=asked.seed)
        failed |= _report(await storm(plan, folder / STORM, template))
    return int(failed)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make torture", description=__doc__)
    parser.add_argument("--orders", type=int, default=2000, help="orders confirmed in the storm")
    parser.add_argument("--kills", type=int, default=100, help="times that it kills the bot")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(1_000_000))
    parser.add_argument("--keep", help="a new folder that keeps the databases and the logs")
    parts = (*CHAPTERS, STORM)
    parser.add_argument("--only", nargs="*", choices=parts, default=parts, help="parts to run")
    return parser.parse_args()


def _tell(name: str, findings: Findings, *, seconds: float) -> bool:
    """Tell what came of a chapter; gives whether anything was found."""
    print(f"{name:>26}  {'failed' if findings else 'passed'} in {seconds:.0f} s", flush=True)
    for line in findings.lines():
        print(f"{'':>26}  {line}", flush=True)
    return bool(findings)


def _report(outcome: Outcome) -> bool:
    for name, value in outcome.figures().items():
        print(f"{name:>26}  {value}")
    return _tell(STORM, outcome.findings, seconds=outcome.seconds)


if __name__ == "__main__":
    sys.exit(main())
