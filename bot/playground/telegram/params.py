"""The parameters of one call, however they travelled: query, form, JSON or multipart."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email.message import Message as Headers
from email.parser import BytesHeaderParser
from urllib.parse import parse_qsl

from starlette.requests import Request

from bot.playground.telegram.answers import Json, bad_request

_TRUE = {"true", "yes", "1"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file as it arrived in a multipart body."""

    name: str
    mime: str
    content: bytes


class Params(Mapping[str, str]):
    """What the bot sent, as text; the readers below say what Telegram makes of it."""

    def __init__(
        self, values: Mapping[str, str], uploads: Mapping[str, Upload] | None = None
    ) -> None:
        self._values = dict(values)
        self.uploads = dict(uploads or {})

    def __getitem__(self, name: str) -> str:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return f"Params({self._values!r})"

    @property
    def chat_id(self) -> int | None:
        """Return the chat the call is about, if it names one by number."""
        return _whole(self.get("chat_id", ""))

    def flag(self, name: str) -> bool:
        """Tell whether the parameter is there and true."""
        return self.get(name, "").lower() in _TRUE

    def whole(self, name: str, default: int = 0) -> int:
        """Return a whole number, or `default` where there is none."""
        found = _whole(self.get(name, ""))
        return default if found is None else found

    def json(self, name: str, *, called: str) -> Json:
        """Return the parsed JSON, None where it is absent; `called` is Telegram's word for it."""
        text = self.get(name, "")
        if not text:
            return None
        try:
            parsed: Json = json.loads(text)
        except ValueError:
            raise bad_request(f"can't parse {called} JSON object") from None
        return parsed


async def read(request: Request) -> Params:
    """Collect the parameters of `request`; the body wins over the query."""
    values = dict(request.query_params)
    body = await request.body()
    kind = request.headers.get("content-type", "")
    if kind.startswith("application/json"):
        return Params({**values, **_from_json(body)})
    if kind.startswith("multipart/form-data"):
        fields, uploads = _from_multipart(body, kind)
        return Params({**values, **fields}, uploads)
    return Params({**values, **dict(parse_qsl(body.decode(), keep_blank_values=True))})


def _whole(text: str) -> int | None:
    digits = text.removeprefix("-")
    return int(text) if digits.isascii() and digits.isdigit() else None


def _from_json(body: bytes) -> dict[str, str]:
    try:
        parsed = json.loads(body)
    except ValueError:
        parsed = None
    if not isinstance(parsed, dict):
        raise bad_request("can't parse JSON object")
    return {
        name: value if isinstance(value, str) else json.dumps(value)
        for name, value in parsed.items()
        if value is not None
    }


def _from_multipart(body: bytes, kind: str) -> tuple[dict[str, str], dict[str, Upload]]:
    boundary = _headers(b"Content-Type: " + kind.encode()).get_param("boundary", "")
    fields: dict[str, str] = {}
    uploads: dict[str, Upload] = {}
    for part in (b"\r\n" + body).split(f"\r\n--{boundary}".encode())[1:-1]:
        head, _, content = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        headers = _headers(head)
        name = str(headers.get_param("name", "", "content-disposition"))
        filename = headers.get_filename()
        if filename is None:
            fields[name] = content.decode()
        else:
            uploads[name] = Upload(name=filename, mime=headers.get_content_type(), content=content)
    return fields, uploads


def _headers(block: bytes) -> Headers:
    return BytesHeaderParser().parsebytes(block)
