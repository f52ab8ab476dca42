"""Make a new card key and say where to put it; finish a rotation while the bot is stopped."""

import base64
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from bot.commands.opening import Opened, open_store
from bot.commands.system import SystemClock
from bot.errors import AlreadyRunning
from bot.services import marks
from bot.services.recovery import keys_in_use, open_keeper
from bot.services.rotation import DONE, Rotation
from bot.settings import ROOT, StoreSettings, load_store
from bot.vault import new_key_line

BROKEN = 1

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
            if (ended := await _reseal(settings)) is not None:
                return ended
        except AlreadyRunning:
            print("The bot is running, and seals every card with the newest key by itself.")
            print("`python run.py doctor` says which keys are still in use.")
            return 0
    print(WHAT_TO_DO)
    print()
    print(f"CARD_KEYS={new_key_line()},{_written(settings)}")
    return 0


async def _reseal(settings: StoreSettings) -> int | None:
    """Seal everything with the newest key; gives how that ended, None when it had no need."""
    async with open_store(settings) as opened:
        newest = opened.vault.newest_key_id
        if await _used(opened) <= {newest}:
            return None
        again = await _index_key_id(opened) == newest
        keeper = await open_keeper(opened.store, opened.vault)
        rotation = Rotation(store=opened.store, keeper=keeper, clock=SystemClock())
        while await rotation.step() != DONE:
            pass
        older = await _used(opened) - {newest}
    if rotation.broken:
        _tell_broken(rotation.broken, newest, sorted(older))
        # What never opens must not keep anybody from making the next key.
        return None if again else BROKEN
    print(f"Every card is sealed with {newest} now: the other keys can go from CARD_KEYS.")
    print("Keep them for as long as you keep backups from before.")
    return 0


async def _index_key_id(opened: Opened) -> str | None:
    """Name the key that seals the index key: the newest, once a round has come to its end."""
    async with opened.store.read() as work:
        kept = await work.marks.find(marks.INDEX_KEY)
    return None if kept is None else opened.vault.key_id(base64.b64decode(kept))


def _tell_broken(broken: Sequence[str], newest: str, older: Sequence[str]) -> None:
    print("These do not open any more, because they were damaged or changed:")
    for row in broken:
        print(f"  {row}")
    print(
        f"Everything else is sealed with {newest} now; {', '.join(older)} must stay in CARD_KEYS."
    )
    print('docs/operations.md says what to do, under "Changing keys".')


async def _used(opened: Opened) -> frozenset[str]:
    async with opened.store.read() as work:
        return keys_in_use(await work.marks.find(marks.KEYS_IN_USE))


def _written(settings: StoreSettings) -> str:
    return ",".join(
        f"{key_id}:{base64.b64encode(key.reveal()).decode()}" for key_id, key in settings.card_keys
    )
