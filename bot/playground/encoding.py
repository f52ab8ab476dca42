"""JSON as the doubles write it: money with exactly its digits."""

import json
from collections.abc import Mapping
from decimal import Decimal

Json = Mapping[str, object]


def encode(value: object) -> str:
    """Write JSON; a Decimal becomes a number with exactly its digits, a whole one an integer."""
    match value:
        case Decimal():
            return (
                f"{value.quantize(Decimal(1)) if value == value.to_integral_value() else value:f}"
            )
        case Mapping():
            members = (f"{json.dumps(str(key))}:{encode(each)}" for key, each in value.items())
            return "{" + ",".join(members) + "}"
        case list() | tuple():
            return "[" + ",".join(encode(each) for each in value) + "]"
        case _:
            return json.dumps(value)
