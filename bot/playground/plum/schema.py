"""Holds a request against what its operation must hold."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from bot.playground.plum.calls import TAG, Call, Field, Kind, Operation

Data = Mapping[str, object]
"""What an operation asks for: the innermost `data` of its request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """A request that the provider never promised to answer; names fields, and no values."""

    call: Call
    fault: str


def data_of(body: Data, operation: Operation) -> Data:
    """The innermost `data`, or nothing where there is none."""
    envelope = body.get(operation.envelope)
    data = envelope.get("data") if isinstance(envelope, Mapping) else None
    return data if isinstance(data, Mapping) else {}


def faults_of(body: Data, operation: Operation) -> list[str]:
    """Why a request is refused: a fault of its envelope, or each fault of its data."""
    if body.get("tag") != TAG:
        return [f"tag must be {TAG}"]
    envelope = body.get(operation.envelope)
    if not isinstance(envelope, Mapping) or not isinstance(envelope.get("data"), Mapping):
        return [f"{operation.envelope}.data must be an object"]
    return list(_faults(envelope["data"], operation.fields, ""))


def strangers_in(body: Data, operation: Operation) -> list[str]:
    """Fields that nobody documents: they are passed over in silence, and are a slip of ours."""
    return list(_strangers(data_of(body, operation), operation.fields, ""))


def _faults(data: Data, fields: Mapping[str, Field], path: str) -> Iterator[str]:
    for name, field in fields.items():
        if name in data:
            yield from _faults_of_value(data[name], field, f"{path}{name}")
        elif field.required:
            yield f"{path}{name} is required"


def _faults_of_value(value: object, field: Field, path: str) -> Iterator[str]:
    if value is None and field.nullable:
        return
    if not _FITS[field.kind](value):
        yield f"{path} must be {field.kind.value}"
    elif field.longest is not None and len(str(value)) > field.longest:
        yield f"{path} has more than {field.longest} characters"
    for inner in _objects(value):
        yield from _faults(inner, field.fields, f"{path}.")


def _strangers(data: Data, fields: Mapping[str, Field], path: str) -> Iterator[str]:
    for name, value in data.items():
        if name not in fields:
            yield f"{path}{name} is no field of this operation"
        else:
            for inner in _objects(value):
                yield from _strangers(inner, fields[name].fields, f"{path}{name}.")


def _objects(value: object) -> Iterator[Data]:
    """The objects that a value is, or holds."""
    for each in value if isinstance(value, list) else [value]:
        if isinstance(each, Mapping):
            yield each


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_email(value: object) -> bool:
    return isinstance(value, str) and re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", value) is not None


def _is_date(value: object) -> bool:
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_key(value: object) -> bool:
    return _is_whole(value) or (isinstance(value, str) and re.fullmatch(r"\d+", value) is not None)


def _is_number(value: object) -> bool:
    return _is_whole(value) or (isinstance(value, Decimal) and value.is_finite())


def _is_flag(value: object) -> bool:
    return _is_whole(value) and value in {0, 1}


def _is_direction(value: object) -> bool:
    return value in ("ASC", "DESC")


def _is_object(value: object) -> bool:
    return isinstance(value, Mapping)


def _is_objects(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(each, Mapping) for each in value)


_FITS: Mapping[Kind, Callable[[object], bool]] = {
    Kind.TEXT: _is_text,
    Kind.EMAIL: _is_email,
    Kind.DATE: _is_date,
    Kind.WHOLE: _is_whole,
    Kind.KEY: _is_key,
    Kind.NUMBER: _is_number,
    Kind.FLAG: _is_flag,
    Kind.DIRECTION: _is_direction,
    Kind.OBJECT: _is_object,
    Kind.OBJECTS: _is_objects,
}
