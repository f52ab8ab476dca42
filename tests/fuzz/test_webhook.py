"""The webhook's door against callers who send anything at all, over real sockets."""

import asyncio
from random import Random

from bot.domain.secret import Secret
from bot.webhook import ADDRESS, LARGEST, door, listening
from tests.fuzz.chance import chances
from tests.fuzz.heard import overheard

KEY = "a1B2c3D4e5F6g7"
HONEST = (
    f"POST {ADDRESS} HTTP/1.1\r\nhost: x\r\nx-api-key: {KEY}\r\ncontent-length: 2\r\n\r\n{{}}"
).encode()
MANY = 300
PATIENCE = 20
HEADS = (
    *(b"GET / HTTP/1.1", b"POST * HTTP/1.0", b"PRI * HTTP/2.0", b"\x16\x03\x01\x02\x00\x01", b""),
    *(b"POST /" + b"a" * 70_000 + b" HTTP/1.1", b"POST /hooks/orders?\xff\xfe HTTP/1.1"),
    *(b"CONNECT x:1 HTTP/1.1", b"POST /../../etc/passwd HTTP/1.1", b"POST http://[ HTTP/1.1"),
)
FIELDS = (
    *(b"content-length: 99999999999999999999", b"content-length: 2\r\ncontent-length: 3"),
    *(b"transfer-encoding: chunked", b"transfer-encoding: gzip, chunked", b"expect: 100-continue"),
    *(
        b"upgrade: websocket\r\nconnection: upgrade",
        b"x-api-key: \xff\xfe",
        b"x-api-key:",
        b"x" * 9,
    ),
    *(b"host: \r\nhost: y", b"cookie: " + b"c" * 60_000, b"connection: keep-alive", b"a: b\r\n c"),
)


def spoilt(chance: Random) -> bytes:
    """Spoil a knock: its head, its fields, its bytes, or its end."""
    said = HONEST
    if chance.random() < 0.4:
        said = chance.choice(HEADS) + said[said.index(b"\r\n") :]
    for _ in range(chance.choice((0, 1, 2))):
        said = said.replace(b"\r\nhost", b"\r\n" + chance.choice(FIELDS) + b"\r\nhost", 1)
    if chance.random() < 0.3:
        flipped = bytearray(said)
        flipped[chance.randrange(len(flipped))] = chance.randrange(256)
        said = bytes(flipped)
    ways = (said, said * 3, said[: chance.randrange(len(said))], said + b"x" * (2 * LARGEST))
    return chance.choice(ways)


async def say(port: int, said: bytes) -> bytes:
    """Say this, hang up, and give what was answered."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(said)
        writer.write_eof()
        async with asyncio.timeout(PATIENCE):
            return await reader.read()
    except ConnectionError:
        return b""  # cut off, as it may be
    finally:
        writer.close()


async def test_no_caller_breaks_the_door() -> None:
    """Whatever a caller sends is answered or cut, nothing of it is logged, and knocks go on."""
    knocks: list[None] = []
    app = door(Secret(KEY), lambda: knocks.append(None))
    with overheard() as log:
        async with listening(app, host="127.0.0.1", port=0) as port:
            for case, chance in chances("webhook", MANY):
                answered = await say(port, spoilt(chance))
                assert b" 500 " not in answered[:20], case
                assert KEY.encode() not in answered, case
            knocks.clear()
            assert b" 200 " in (await say(port, HONEST))[:20]
    assert len(knocks) == 1
    assert log.getvalue().splitlines() == []
