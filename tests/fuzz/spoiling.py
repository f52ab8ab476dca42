"""JSON that went wrong: what a broken or a wicked server may write for an honest value."""

import json
from collections.abc import Callable, Iterator
from random import Random
from typing import TypeAlias

Place: TypeAlias = tuple[str | int, ...]
"""The way to a value: names and indices from the root."""

Saying: TypeAlias = Callable[[Random], str]

DEPTH = 10_000

LITERALS = (
    *("null", "true", "false", "[]", "{}", '""', '"   "', "[null]", "[[]]", "[{}]", '{"":null}'),
    *("0", "-0", "-1", "1.5", "-0.001", "1e400", "-1e-400", "1e2147483647", "1E+99999999999999"),
    *("NaN", "Infinity", "-Infinity", "9223372036854775808", "-9223372036854775809"),
    *('"NaN"', '"sNaN"', '"-sNaN123"', '"Infinity"', '"-Infinity"', '"1E+999999999"'),
    *('"1E-999999999"', '"1_000"', '"0x10"', '"١٢٣"', '"½"', '"1,5"', '"12 DA"', '" 7 "'),
    *('"0001-01-01T00:00:00Z"', '"9999-12-31T23:59:59.999999Z"', '"2026-02-30T00:00:00Z"'),
    *('"0001-01-01T00:00:00+14:00"', '"9999-12-31T23:59:59-14:00"', '"20261121T12"', '"-1"'),
    *('"2026-11-21T12:00:00+99:99"', '"2026-W53-7"', '"1761402236"', "1761402236000"),
    *('"../../../etc/passwd"', '".."', '"%2e%2e%2f"', '"?a=b#c"', '"a/b"', '"\'; DROP TABLE"'),
    *('"<b>bold</b>&amp;"', '"{$x}"', '"%s%n"', r'"line\nbreak\r\n"', r'"\u0000"', r'"a\u0000b"'),
    *(r'"\ud800"', r'"\udc00\ud800"', r'"\ud83d\ude00"', r'"\u202e\u2066\u200f"', r'"\ufeff"'),
    *(
        r'"e\u0301\u0489"',
        r'"\u001b[2J"',
        '"ffffffffffffffffffffffff"',
        '"000000000000000000000000"',
    ),
    *('"FULFILLED"', '"PARTIALLY_FILLED"', '"REFUNDED"', '"SANDBOX"', '"PRODUCTION"'),
    *("tru", "'single'", "undefined", "01", "+1", ".5", "1.", '"\\x"', '"open', "{", "]", ""),
)
"""Values, and what is none, as they would be written."""

SAYINGS: tuple[Saying, ...] = (
    lambda chance: "9" * chance.choice((19, 300, 4_301, 100_000)),
    lambda chance: "0." + "3" * chance.choice((30, 5_000)),
    lambda chance: '"' + "9" * chance.choice((19, 300, 5_000)) + '"',
    lambda _: "[" * DEPTH + "]" * DEPTH,
    lambda _: '{"a":' * DEPTH + "1" + "}" * DEPTH,
    lambda _: "[" * DEPTH,
    lambda chance: '"' + "x" * chance.choice((200, 5_000, 200_000)) + '"',
    lambda chance: "[" + ",".join(["{}"] * chance.choice((101, 5_000))) + "]",
    lambda chance: "{" + ",".join(f'"k{n}":{n}' for n in range(chance.choice((50, 5_000)))) + "}",
    lambda chance: json.dumps("".join(map(chr, chance.choices(range(0x1, 0xD800), k=40)))),
    lambda chance: json.dumps("".join(map(chr, chance.choices(range(0xE000, 0x110000), k=20)))),
)


def spoil(chance: Random, body: bytes) -> bytes:
    """Spoil a few values of a JSON document."""
    text = body.decode()
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        try:
            tree = json.loads(text)
        except (ValueError, RecursionError):
            break  # what is no JSON any more is spoilt enough
        if not isinstance(tree, dict | list) or not tree:
            break
        text = chance.choice(HARMS)(chance, tree)
    return text.encode()


def _replaced(chance: Random, tree: object) -> str:
    said = chance.choice(SAYINGS)(chance) if chance.random() < 0.25 else chance.choice(LITERALS)
    return _written(tree, _any(chance, tree), said)


def _retyped(chance: Random, tree: object) -> str:
    place = _any(chance, tree)
    value = _at(tree, place)
    text = json.dumps(value)
    ways = [f"[{text}]", f'{{"value":{text}}}', f'{{"0":{text}}}', json.dumps(text)]
    if isinstance(value, str):
        ways += [str(len(value)), value, f'"{value.upper()}"', f'" {value} "', f'"-{value}"']
    if isinstance(value, int | float):
        ways += [f"-{text}", f"{text}.5", f"{text}e3", f'"{text}"', f"{text}000000000000"]
    return _written(tree, place, chance.choice(ways))


def _removed(chance: Random, tree: object) -> str:
    *way, last = _any(chance, tree, rootless=True)
    holder = _at(tree, tuple(way))
    if isinstance(holder, dict | list):
        del holder[last]  # type: ignore[arg-type] # the way was walked in this very tree
    return json.dumps(tree)


def _doubled(chance: Random, tree: object) -> str:
    """Write a member twice, the second time another value; or an item of a list."""
    *way, last = _any(chance, tree, rootless=True)
    text = json.dumps(_at(tree, (*way, last)))
    other = chance.choice(LITERALS)
    both = f"{text},{other}" if isinstance(last, int) else f"{text},{json.dumps(last)}:{other}"
    return _written(tree, (*way, last), both)


def _nulled(chance: Random, tree: object) -> str:
    return _written(tree, _any(chance, tree), "null")


def _swapped(chance: Random, tree: object) -> str:
    """Put one value of the document in the place of another."""
    value = _at(tree, _any(chance, tree))
    return _written(tree, _any(chance, tree), json.dumps(value))


HARMS = (_replaced, _replaced, _replaced, _retyped, _removed, _removed, _doubled, _nulled, _swapped)


def _places(tree: object, way: Place = ()) -> Iterator[Place]:
    yield way
    inside: Iterator[tuple[str | int, object]] = iter(())
    if isinstance(tree, dict):
        inside = iter(tree.items())
    elif isinstance(tree, list):
        inside = iter(enumerate(tree[:20]))
    for step, value in inside:
        if len(way) < 20:
            yield from _places(value, (*way, step))


def _any(chance: Random, tree: object, *, rootless: bool = False) -> Place:
    return chance.choice(list(_places(tree))[rootless:])


def _at(tree: object, place: Place) -> object:
    for step in place:
        if isinstance(tree, dict | list):
            tree = tree[step]  # type: ignore[index] # the way was walked in this very tree
    return tree


def _written(tree: object, place: Place, text: str) -> str:
    """Write a document with `text` as it stands in one place."""
    mark = "\N{OBJECT REPLACEMENT CHARACTER} here"
    if not place:
        return text
    *way, last = place
    holder = _at(tree, tuple(way))
    if isinstance(holder, dict | list):
        holder[last] = mark  # type: ignore[index] # the way was walked in this very tree
    return json.dumps(tree).replace(json.dumps(mark), text)
