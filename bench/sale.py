"""What one sale costs on this machine: taps, calls, CPU, start and memory.

    python -m bench.sale [--json] [--sales N]

Everything is loopback: the real bot as a process, the doubles in this one. Times are ratios of
what was measured in this run, since machines differ: CPU beside a bare python-telegram-bot
conversation of as many updates, start beside `import telegram.ext`.
"""

import argparse
import asyncio
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path

from bot.playground.demo.stage import PATIENCE_SECONDS, Stage, stage
from bot.playground.oneclickdz import Call
from bot.playground.process import BotProcess
from bot.playground.telegram import Telegram
from bot.playground.telegram.transcript import Kind

ROOT = Path(__file__).resolve().parent.parent
STARTS = 5
USUAL = {"TRACK_SECONDS": "5", "ONECLICKDZ_CALLS_PER_MINUTE": "6000"}
"""The pace of a real shop; only the rate limit is out of the way. Orders are handled at once."""

WALK = ("Game Stores", "PSN", "PSN 10 USD")


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """One run. `looks` are the provider calls that only ask how an order stands."""

    taps: int
    bot_api_calls: int
    provider_calls: int
    looks: int
    cpu_ms_per_sale: float
    cpu_ms_per_bare_conversation: float
    cpu_ratio: float
    start_seconds: float
    import_seconds: float
    start_ratio: float
    memory_mb: float


GOALS = {
    "taps": 5,
    "bot_api_calls": 12,
    "provider_calls": 4,
    "cpu_ratio": 1.5,
    "start_ratio": 2.5,
    "memory_mb": 90,
}
"""What is to be reached; `provider_calls` is without looks, of which one per 5 s may be added."""


def cpu_ms(pid: int) -> float:
    """The CPU time that a process has used, user and system."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    ticks = int(fields[11]) + int(fields[12])
    return ticks * 1000 / os.sysconf("SC_CLK_TCK")


def memory_mb(pid: int) -> float:
    """The most memory that a process has held (peak resident set)."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    line = next(line for line in lines if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


async def one_sale(shop: Stage) -> dict[str, int]:
    """Count what one sale takes, from /buy to the cards."""
    mark, calls = shop.telegram.mark(), len(shop.provider.calls)
    events = len(tuple(shop.telegram.transcript))
    await shop.buy(shop.karim, *WALK, quantity=2)
    taken = list(shop.telegram.transcript)[events:]
    provider = [record.call for record in shop.provider.calls[calls:]]
    looks = sum(call in {Call.CHECK_ORDER, Call.LIST} for call in provider)
    return {
        "taps": sum(event.kind is Kind.TAPPED for event in taken),
        "bot_api_calls": sum(shop.telegram.count(since=mark).values()),
        "provider_calls": len(provider) - looks,
        "looks": looks,
    }


async def cpu_of(pid: int, times: int, act: Callable[[], Awaitable[object]]) -> float:
    """The CPU of a process for each of `times` acts, one after the other."""
    before = cpu_ms(pid)
    for _ in range(times):
        await act()
    return (cpu_ms(pid) - before) / times


async def bare_cpu(times: int, scratch: Path) -> float:
    """The CPU of a bare conversation of as many updates."""
    telegram = Telegram()
    async with telegram.serve() as url:
        settings = {"TELEGRAM_BOT_TOKEN": telegram.token, "TELEGRAM_API_URL": url}
        command = ["-m", "bench.bare"]
        bot = BotProcess(command, settings, folder=ROOT, log=scratch / "bare.log")
        await bot.start()
        await telegram.listening(PATIENCE_SECONDS)
        person = telegram.person(7001, "Bare", "en")

        async def converse() -> None:
            mark = telegram.mark()
            await person.send("/buy")
            for step in ("category", "product", "type", "quantity", "confirm"):
                screen = await person.sees(step, since=mark)
                mark = telegram.mark()
                await person.tap(f"{step}:0", on=screen)
            await person.sees(lambda message: message.codes, since=mark)

        await converse()
        used = await cpu_of(bot.pid, times, converse)
        await bot.stop()
    return used


async def import_seconds() -> float:
    """How long a process takes that only imports python-telegram-bot."""
    began = time.perf_counter()
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", "import telegram.ext")
    await process.wait()
    return time.perf_counter() - began


async def start_seconds(shop: Stage) -> float:
    """How long a restart takes, until the bot listens."""
    await shop.bot.stop()
    began = time.perf_counter()
    await shop.bot.start()
    await shop.telegram.listening(PATIENCE_SECONDS)
    return time.perf_counter() - began


async def measure(sales: int) -> Figures:
    """Open a shop, sell, and measure."""
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        async with stage(ROOT, scratch, handling=timedelta(), more=USUAL) as shop:
            await shop.admin.start()
            await shop.let_in(shop.karim, "fr")
            await shop.top_up(shop.karim, 500_000)
            starts = [(await start_seconds(shop), await import_seconds()) for _ in range(STARTS)]
            # From here on a process that was restarted, as they all are: nothing to migrate.
            await shop.buy(shop.karim, *WALK, quantity=1)
            counts = await one_sale(shop)
            cpu = await cpu_of(shop.bot.pid, sales, lambda: one_sale(shop))
            memory = memory_mb(shop.bot.pid)
        bare = await bare_cpu(sales, scratch)
    start = statistics.median(start for start, _ in starts)
    imports = statistics.median(imported for _, imported in starts)
    return Figures(
        **counts,
        cpu_ms_per_sale=round(cpu, 1),
        cpu_ms_per_bare_conversation=round(bare, 1),
        cpu_ratio=round(cpu / bare, 2),
        start_seconds=round(start, 2),
        import_seconds=round(imports, 2),
        start_ratio=round(start / imports, 2),
        memory_mb=round(memory, 1),
    )


def show(figures: Figures) -> None:
    """Print the figures, and the goals beside them."""
    for name, value in asdict(figures).items():
        goal = f"   (to reach: ≤ {GOALS[name]})" if name in GOALS else ""
        print(f"{name:32} {value}{goal}")


def main() -> None:
    """Measure and print; with --json one object for programs."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--sales", type=int, default=10, help="sales to take the CPU of")
    options = parser.parse_args()
    figures = asyncio.run(measure(options.sales))
    if options.json:
        print(json.dumps(asdict(figures)))
    else:
        show(figures)


if __name__ == "__main__":
    main()
