"""Make a new card key and say where to put it; finish a rotation while the bot is stopped."""

import base64
import os
from collections.abc import Mapping
from pathlib import Path

from bot.commands.opening import Opened, open_store
from bot.commands.system import SystemClock
from bot.errors import AlreadyRunning
from bot.services import marks
from bot.services.recovery import keys_in_use, open_keeper
from bot.services.rotation import DONE, Rotation
from bot.settings import ROOT, StoreSettings, load_store
from bot.vault import new_key_line

WHAT_TO_DO = """\
1. In .env, put this line in the place of CARD_KEYS; the old keys stay behind the new one.
2. Start the bot again: it seals every card with the new key, in the background.
   (Or keep it stopped, and call rotate-keys once more.)
3. When `python run.py doctor` says that only the new key is in use, take the old ones out of the
   line, and keep them for as long as you keep backups from before."""


async def run(
    _file: Path | None, *, environment: Mapping[str, str] = os.environ, root: Path = ROOT
) -> int:
    """Print a new CARD_KEYS line; or, while older keys are still in use, re-seal what they seal."""
    settings = load_store(environment, root)
    if len(settings.card_keys) > 1 and settings.database.exists():
        try:
            if await _reseal(settings):
                return 0
        except AlreadyRunning:
            print("The bot is running, and seals every card with the newest key by itself.")
            print("`python run.py doctor` says which keys are still in use.")
            return 0
    print(WHAT_TO_DO)
    print()
    print(f"CARD_KEYS={new_key_line()},{_written(settings)}")
    return 0


async def _reseal(settings: StoreSettings) -> bool:
    """Seal everything with the newest key; tell whether anything was sealed with another."""
    async with open_store(settings) as opened:
        newest = opened.vault.newest_key_id
        if await _used(opened) <= {newest}:
            return False
        keeper = await open_keeper(opened.store, opened.vault)
        rotation = Rotation(store=opened.store, keeper=keeper, clock=SystemClock())
        while await rotation.step() != DONE:
            pass
    print(f"Every card is sealed with {newest} now: the other keys can go from CARD_KEYS.")
    print("Keep them for as long as you keep backups from before.")
    return True


async def _used(opened: Opened) -> frozenset[str]:
    async with opened.store.read() as work:
        return keys_in_use(await work.marks.find(marks.KEYS_IN_USE))


def _written(settings: StoreSettings) -> str:
    return ",".join(
        f"{key_id}:{base64.b64encode(key.reveal()).decode()}" for key_id, key in settings.card_keys
    )
