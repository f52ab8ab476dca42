"""Planted secrets, and the search for them in everything that was written."""

import base64
import html
import json
import os
import secrets
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import quote

from bot.playground.plum import (
    DEMO_ACCESS_TOKEN,
    DEMO_CLIENT_ID,
    DEMO_CLIENT_SECRET,
    DEMO_REFRESH_TOKEN,
    Plum,
)
from bot.playground.telegram.model import Chat
from tests.e2e.shop import Shop

TOKEN = "700000009:AAE-canary-" + secrets.token_urlsafe(18)
API_KEY = "ca9a27ee-1111-4222-8333-" + secrets.token_hex(6)
CARD_KEY = os.urandom(32)
CANARIES = {
    "CARD_KEYS": "canary:" + base64.b64encode(CARD_KEY).decode(),
    "LOG_LEVEL": "DEBUG",
}
SHORTEST_BARE = 8
"""Anything shorter, without its dashes, stands in ordinary numbers."""

WRONG_TOKEN = "700000009:AAE-wrong-" + secrets.token_urlsafe(18)
WRONG_KEY = "ca9a27ee-9999-4999-8999-" + secrets.token_hex(6)


PLUM_SECRETS = {DEMO_CLIENT_ID, DEMO_CLIENT_SECRET, DEMO_ACCESS_TOKEN, DEMO_REFRESH_TOKEN}
"""What a fresh double of the second provider lets in."""


def live_tokens(double: Plum) -> set[str]:
    """Give the tokens that work now, and the other halves of their pairs."""
    return {token for one in double.live_pairs for token in (one.access_token, one.refresh_token)}


def spelled(stand: Shop) -> set[str]:
    """Give every code, serial and PIN that the providers sold."""
    return {text for one in stand.sides for texts in one.secrets().values() for text in texts}


async def told(stand: Shop, planted: Iterable[str]) -> list[str]:
    """Name the chats that ever showed a secret: what was bought is shown to its buyer alone."""
    buyers = {(one.account, one.provider_order_id): one.person_id for one in await stand.peek()}
    own: defaultdict[int, set[str]] = defaultdict(set)
    for side in stand.sides:
        for its_id, texts in side.secrets().items():
            own[buyers.get((side.account, its_id), 0)] |= texts
    everything = {*planted, *spelled(stand)}
    return [
        found
        for chat in stand.telegram.world.chats
        for found in leaks(
            {f"the chat of {chat.id}": said(stand, chat)}, [*everything - own[chat.id]]
        )
    ]


def said(stand: Shop, chat: Chat) -> bytes:
    """Give all that the bot ever said in a chat: texts, buttons, pop-ups, what files are called."""
    versions = [v for one in chat.everything for v in (one, *one.earlier) if v.by_bot]
    buttons = [button for one in versions for button in one.buttons]
    queries = [one for one in stand.telegram.world.queries.values() if one.chat_id == chat.id]
    lines = [
        *(one.text for one in versions),
        *(one.document.name for one in versions if one.document),
        *(text for b in buttons for text in (b.label, b.data, b.url, b.copies)),
        *(text for q in queries if q.answer for text in (q.answer.text, q.answer.url)),
    ]
    return "\n".join(lines).encode()


def contents(folder: Path) -> dict[str, bytes]:
    """Read every file that the processes of a shop wrote."""
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def leaks(
    written: dict[str, bytes], planted: list[str], keys: tuple[bytes, ...] = (CARD_KEY,)
) -> list[str]:
    """Name the files that hold a secret, in clear or written in another way."""
    small = {name: content.lower() for name, content in written.items()}
    values = [*(secret.encode() for secret in planted), *keys]
    return sorted(
        f"{name}: {value!r} as {shape!r}"
        for value in values
        for shape in shapes(value)
        for name, content in small.items()
        if shape.lower() in content
    )


def shapes(value: bytes) -> set[bytes]:
    """Write a value as it is, in hexadecimal, in base64 wherever it may begin in it, as text.

    As text: escaped for JSON, HTML or a URL, without its dashes, and in UTF-16.
    """
    found = {value, value.hex().encode(), *map(str.encode, _texts(value))}
    found |= {value.decode(errors="replace").encode("utf-16-le")}
    for before in range(3):
        whole = base64.b64encode(bytes(before) + value)
        # The first and last characters also hold bits of what stands beside it.
        inner = whole[-(-before * 4 // 3) : (before + len(value)) * 8 // 6]
        found |= {inner, inner.replace(b"+", b"-").replace(b"/", b"_")}
    return found


def _texts(value: bytes) -> set[str]:
    """Spell a secret as what writes a text may; bytes that are none are spelled by no one."""
    if not value.isascii():
        return set()
    text = value.decode()
    signs = {"".join(f"\\u{ord(sign):04x}" for sign in text), json.dumps(text)[1:-1]}
    plain = text.replace("-", "")
    bare = {plain} if len(plain) >= SHORTEST_BARE else set()
    return signs | bare | {html.escape(text), quote(text, safe=""), quote(text)}
