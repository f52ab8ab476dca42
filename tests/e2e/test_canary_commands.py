"""Every command, button and artefact there is, and no secret in what comes of any of them."""

import asyncio
import base64
import os
import shutil
import signal
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import fields, is_dataclass
from itertools import chain
from pathlib import Path

import httpx
import pytest
from telegram.ext import CommandHandler, ConversationHandler

from bot.commands import init
from bot.commands.line import COMMANDS
from bot.domain.secret import Secret
from bot.playground.oneclickdz import Call
from bot.playground.plum import Plum
from bot.playground.settings import plum_settings
from bot.playground.telegram import Person
from bot.settings import ROOT, load
from handlers.app import AREAS
from handlers.callbacks import Verb
from handlers.routes import Route
from tests.e2e.canary import (
    API_KEY,
    CANARIES,
    CARD_KEY,
    PLUM_SECRETS,
    TOKEN,
    contents,
    leaks,
    live_tokens,
    said,
    spelled,
    told,
)
from tests.e2e.shop import FREE_FIRE, PATIENCE_SECONDS, PSN, Shop, shop
from tests.e2e.template import ADMIN_ID, CASH, settings_for
from tests.e2e.test_plum import FLIPKART, PHONE
from tests.e2e.test_two_providers import opened
from tests.e2e.test_webhook import free_port

pytestmark = pytest.mark.e2e

WEBHOOK_KEY = "canary0Of0A0Webhook"
NUMBERS = ("555123456", "555 12 34 56")
"""What every way to write the phone number ends with."""

NEW_KEY = f"newer:{base64.b64encode(os.urandom(32)).decode()}"

TYPED: dict[str, tuple[str, ...]] = {
    "start": (),
    "language": (),
    "help": (),
    "cancel": (),
    "buy": (),
    "orders": (),
    "wallet": (),
    "agents": (),
    "agent": ("4001", "nobody"),
    "suspend": ("4024",),
    "reinstate": ("4024",),
    "margin": ("5", "4001 7", "4001 default"),
    "rate": ("", "USD 250", "DZD 1", "USD much"),
    "topup": ("4001 10 cash", "nobody 1"),
    "adjust": ("4001 -10 wrong card",),
    "limit": ("4001 500", "4001 none", "4001 0"),
    "pause": (),
    "resume": (),
    "sales": (),
    "provider": ("", "refresh", "thaw"),
    "health": (),
    "order": ("1", "999"),
    "resolve": ("1", "1 settle", "1 absent", "1 68fc0a2b1c9d440000a1b2c3"),
    "adopt": ("68fc0a2b1c9d440000a1b2c3", "68fc0a2b1c9d440000a1b2c3 1"),
    "export": (),
}
"""What an admin and a member type after each command; a new command must be added here."""

PRESSED: dict[Verb, str] = {
    Verb.LANGUAGE: "en",
    Verb.QUANTITY: "1:1",
    Verb.CONFIRM: "nothing",
    Verb.PAGE: "categories:1",
    Verb.BACK: "categories",
    Verb.ALERT: "1:look",
    Verb.RESOLVE: "1:absent",
    Verb.UNDO: "topup:1",
    Verb.ACCESS: "",
}
"""What follows a verb where it is not an id alone."""

CROWD = 6
"""A chat takes that many answers at once: the typing is shared."""

LINES: dict[str, tuple[tuple[str, ...], ...]] = {
    "serve": (("serve",),),
    "migrate": (("migrate",),),
    "doctor": (("doctor",),),
    "export": (("export", "audit.db"), ("export", "no/such/folder")),
    "verify": (
        ("verify",),
        ("verify", "--json"),
        ("verify", "--provider"),
        ("verify", "audit.db"),
        ("verify", "command-1.log"),
    ),
    "backup": (("backup", "copy.db"), ("backup", "no/such/folder")),
    "rotate-keys": (("rotate-keys",),),
    "restore": (("restore", "nothing.db"), ("restore", "audit.db"), ("restore", "copy.db")),
}
"""Each command of run.py as it goes well and as it does not; a new command must be added here."""

APART = {
    "init": "has a test of its own",
    "demo": "shows the codes of its own double on purpose",
}


async def test_no_command_and_no_button_tells_a_secret(template: Path, tmp_path: Path) -> None:
    """Each command and each button, of a member and of an admin, leaves no secret anywhere.

    Nor does a database that breaks under the bot, or a process that aborts. Both providers sell,
    one of the orders is for a phone, and the webhook is knocked at, with its key and with another.
    """
    port = free_port()
    admins = ",".join(str(ADMIN_ID + number) for number in range(CROWD))
    more = {**CANARIES, "ADMIN_IDS": admins, "PYTHONFAULTHANDLER": "1"}
    more |= {"WEBHOOK_KEY": WEBHOOK_KEY, "WEBHOOK_PORT": str(port)}
    double = Plum()
    async with shop(tmp_path, template, token=TOKEN, key=API_KEY, more=more, plum=double) as stand:
        bot = await stand.serve()
        await opened(stand)
        await stand.buy(stand.agents[0], FLIPKART, 1, amount="100", phone=PHONE)
        await stand.buy(stand.agents[0], PSN, 2)
        await knocks(port)
        others = [stand.telegram.person(ADMIN_ID + n, "Lydia", "ar") for n in range(1, CROWD)]
        for people in ((stand.admin, *others), stand.agents[:CROWD]):
            await asyncio.gather(*(stand.ask(person, "/start") for person in people))
            await asyncio.gather(
                *(types(stand, person, share) for share, person in enumerate(people))
            )
            await presses_everything(people[0])
        await stand.ask(stand.admin, "/resume")
        await breaks_the_update(stand, stand.agents[CROWD])
        await breaks_the_store(stand, stand.agents[CROWD])
        assert await told(stand, (TOKEN, API_KEY, WEBHOOK_KEY, *PLUM_SECRETS)) == []
        for admin in (stand.admin, *others):
            assert leaks({"chat": said(stand, admin.chat)}, [*NUMBERS]) == []
        os.kill(bot.pid, signal.SIGABRT)
        await bot.ended()
        written = contents(tmp_path)
        assert b"no such table" in written["bot.log"]
        assert b"Fatal Python error: Aborted" in written["bot.log"]
        planted = [TOKEN, API_KEY, WEBHOOK_KEY, *PLUM_SECRETS, *NUMBERS, *spelled(stand)]
        assert leaks(written, planted) == []


async def test_no_command_line_tells_a_secret(tmp_path: Path) -> None:
    """No command of run.py writes a secret, and what it writes is its owner's alone to read.

    Both providers are asked; the tokens of one were renewed, and are kept in the database.
    """
    double = Plum()
    double.expire_access()
    async with shop(tmp_path, None, token=TOKEN, key=API_KEY, more=CANARIES, plum=double) as stand:
        bot = await stand.serve()
        member = stand.agents[0]
        await stand.let_in(member, "fr")
        await stand.top_up(member, CASH)
        await stand.buy(member, PSN, 2)
        for name in ("serve", "migrate", "doctor", "export", "verify", "backup"):
            await calls(stand, name)
        assert readable_by_others(tmp_path) == []
        await bot.kill()
        stand.settings["CARD_KEYS"] = f"{NEW_KEY},{stand.settings['CARD_KEYS']}"
        for name in ("rotate-keys", "restore", "verify"):
            await calls(stand, name)
        assert LINES.keys() | APART.keys() == COMMANDS.keys()
        planted = [TOKEN, API_KEY, *PLUM_SECRETS, *live_tokens(double), *spelled(stand)]
        newest = base64.b64decode(NEW_KEY.removeprefix("newer:"))
        assert leaks(contents(tmp_path), planted, keys=(CARD_KEY, newest)) == []
        assert readable_by_others(tmp_path) == []


async def test_what_is_typed_at_init_is_in_the_env_file_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`init` writes token and key into `.env`, which nobody else can read, and repeats neither."""
    shutil.copy(ROOT / ".env.example", tmp_path)
    answers = {"Telegram id": "1", "sandbox or production": "sandbox", "token": TOKEN}

    def reply(question: str) -> str:
        return next((answers[one] for one in answers if one in question), API_KEY)

    assert await init.run(None, root=tmp_path, ask=reply, ask_hidden=reply) == 0
    settings = load({}, tmp_path)
    ((_, key),) = settings.card_keys
    assert (tmp_path / ".env").stat().st_mode & 0o077 == 0
    said = capsys.readouterr()
    assert leaks({"said": (said.out + said.err).encode()}, [TOKEN, API_KEY]) == []
    assert base64.b64encode(key.reveal()).decode() not in said.out


def test_every_command_and_every_button_is_tried() -> None:
    """A command that the canary does not type, or a setting it does not plant, fails here."""
    assert TYPED.keys() == set(commands(chain.from_iterable(AREAS)))
    more = {**CANARIES, **plum_settings("http://127.0.0.1:9"), "WEBHOOK_KEY": WEBHOOK_KEY}
    settings = load(settings_for(Path("x"), telegram_token=TOKEN, provider_key=API_KEY, more=more))
    planted = {TOKEN, API_KEY, CARD_KEY, WEBHOOK_KEY, *PLUM_SECRETS}
    assert set(secrets_in(settings)) == planted
    assert set(settings.secrets()) == planted


async def types(stand: Shop, person: Person, share: int) -> None:
    """Type one's share of all commands."""
    typed = [f"/{name} {words}" for name, said in TYPED.items() for words in said or ("",)]
    for text in typed[share::CROWD]:
        await stand.ask(person, text.rstrip())


async def presses_everything(person: Person) -> None:
    """Press each button there is, on a message that has another."""
    message = next(one for one in person.messages if one.by_bot)
    for verb in Verb:
        press = await person.tap_raw(f"{verb}:{PRESSED.get(verb, '1')}", message)
        await press.answered(PATIENCE_SECONDS)


async def knocks(port: int) -> None:
    """Knock with the key, with another, and with the key where it does not belong."""
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as caller:
        for key in (WEBHOOK_KEY, WEBHOOK_KEY.lower()):
            await caller.post(
                "/hooks/orders", headers={"x-api-key": key}, json={"key": WEBHOOK_KEY}
            )
        await caller.post(f"/hooks/{WEBHOOK_KEY}", params={"key": WEBHOOK_KEY})


async def breaks_the_update(stand: Shop, member: Person) -> None:
    """Let somebody answer a message with cards, in a shape that nobody can read."""
    said = " ".join(sorted(spelled(stand)))
    stand.telegram.world.updates.put("message", {"reply_to_message": {"text": said}})
    await stand.ask(member, "/wallet")


async def breaks_the_store(stand: Shop, member: Person) -> None:
    """Take the table of cards away while some come, and put it back."""
    looks = stand.provider.count(Call.CHECK_ORDER)
    _rename(stand, "card", "away")
    await stand.press_confirm(member, FREE_FIRE, 3)
    await stand.at_provider(lambda: stand.provider.count(Call.CHECK_ORDER) > looks + 1)
    _rename(stand, "away", "card")
    await stand.delivered(member, 3)


def _rename(stand: Shop, old: str, new: str) -> None:
    with closing(sqlite3.connect(stand.database, timeout=PATIENCE_SECONDS)) as file:
        file.execute(f"ALTER TABLE {old} RENAME TO {new}")


async def calls(stand: Shop, name: str) -> None:
    """Call a command of run.py in each of its ways."""
    for words in LINES[name]:
        said = await stand.command(*(_in_folder(stand, word) for word in words))
        assert "Traceback" not in said.text, said.text


def _in_folder(stand: Shop, word: str) -> str:
    is_file = "." in word or "/" in word
    return str(stand.folder / word) if is_file else word


def readable_by_others(folder: Path) -> list[str]:
    """Name the files that others could read; the logs were opened by this test."""
    found = (path for path in folder.rglob("*") if path.is_file() and path.suffix != ".log")
    return sorted(path.name for path in found if path.stat().st_mode & 0o077)


def commands(routes: Iterable[Route]) -> Iterator[str]:
    """Give the name of every command that leads anywhere."""
    for route in routes:
        if isinstance(route, CommandHandler):
            yield from route.commands
        elif isinstance(route, ConversationHandler):
            yield from commands(route.entry_points)


def secrets_in(value: object) -> Iterator[str | bytes]:
    """Give every secret in the settings, however deep."""
    if isinstance(value, Secret):
        yield value.reveal()
    elif isinstance(value, tuple):
        for each in value:
            yield from secrets_in(each)
    elif is_dataclass(value):
        for one in fields(value):
            yield from secrets_in(getattr(value, one.name))
