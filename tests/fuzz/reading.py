"""What a client made of an answer, and what anybody would read in it."""

import json
from collections.abc import Iterator
from dataclasses import fields, is_dataclass


def understood(body: bytes) -> dict[str, object]:
    """Read an answer as anybody's JSON reader would; nothing where it is none."""
    try:
        read = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError):
        return {}
    return read if isinstance(read, dict) else {}


def texts(value: object) -> Iterator[str]:
    """Give every text in a value of the port."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for each in value:
            yield from texts(each)
    elif is_dataclass(value):
        for one in fields(value):
            yield from texts(getattr(value, one.name))
