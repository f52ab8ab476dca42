"""`make torture`: the real bot process in bad weather, killed again and again; 1 when it fails."""

import argparse
import asyncio
import secrets
import signal
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.e2e.template import make_template
from tests.torture.stage import MONEY
from tests.torture.storm import Outcome, Plan, storm


def main() -> int:
    """Run the campaign that was asked for."""
    asked = _arguments()
    plan = Plan(orders=asked.orders, kills=asked.kills, seed=asked.seed)
    with TemporaryDirectory() as name:
        folder = Path(asked.keep or name)
        folder.mkdir(parents=True, exist_ok=True)
        outcome = asyncio.run(_run(plan, folder))
    return _report(outcome)


async def _run(plan: Plan, folder: Path) -> Outcome:
    running = asyncio.current_task()
    if running is not None:  # who is asked to end takes his bot with him
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, running.cancel)
    template = folder / "template.db"
    await make_template(template, cash=MONEY)
    return await storm(plan, folder, template)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make torture", description=__doc__)
    parser.add_argument("--orders", type=int, default=2000, help="orders to be confirmed")
    parser.add_argument("--kills", type=int, default=100, help="times that the bot is killed")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(1_000_000))
    parser.add_argument("--keep", help="a folder that keeps the database and the log")
    return parser.parse_args()


def _report(outcome: Outcome) -> int:
    for name, value in outcome.figures().items():
        print(f"{name:>26}  {value}")
    for line in outcome.findings.lines():
        print(line)
    return int(bool(outcome.findings))


if __name__ == "__main__":
    sys.exit(main())
