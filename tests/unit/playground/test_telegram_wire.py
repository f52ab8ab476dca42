import json

import httpx
import pytest
from telegram import Bot
from telegram.error import RetryAfter

from bot.playground.telegram import Telegram
from bot.playground.telegram.answers import Refused
from bot.playground.telegram.pacing import Pace
from bot.playground.telegram.people import Person
from bot.providers.http import tls

KEYBOARD = {"inline_keyboard": [[{"text": "A", "callback_data": "a"}]]}


@pytest.fixture
async def call(double: Telegram) -> "Call":
    return Call(double)


class Call:
    """Calls the double as curl would."""

    def __init__(self, double: Telegram) -> None:
        self.base = f"{double.url}/bot{double.token}/"

    async def get(self, method: str, **params: str) -> httpx.Response:
        async with httpx.AsyncClient(base_url=self.base, verify=tls()) as client:
            return await client.get(method, params=params)

    async def post(self, method: str, body: object) -> httpx.Response:
        async with httpx.AsyncClient(base_url=self.base, verify=tls()) as client:
            return await client.post(method, json=body)


async def test_parameters_travel_in_every_way(call: Call, karim: Person) -> None:
    """Query, form, JSON and multipart mean the same, and capitals in a method do not matter."""
    answers = [
        await call.get("SENDMESSAGE", chat_id=str(karim.id), text="1", reply_markup="{}"),
        await call.post(
            "sendMessage",
            {"chat_id": karim.id, "text": "2", "reply_markup": KEYBOARD, "parse_mode": None},
        ),
    ]
    async with httpx.AsyncClient(base_url=call.base, verify=tls()) as client:
        form = {"chat_id": str(karim.id), "reply_markup": json.dumps(KEYBOARD)}
        answers.append(await client.post("sendMessage", data={**form, "text": "3 & 4"}))
        answers.append(
            await client.post("sendMessage", data={**form, "text": "5"}, files={"x": b"unused"})
        )

    assert [answer.json()["ok"] for answer in answers] == [True] * 4
    assert [message.text for message in karim.messages[1:]] == ["1", "2", "3 & 4", "5"]
    assert [len(message.buttons) for message in karim.messages[1:]] == [0, 1, 1, 1]


@pytest.mark.parametrize(
    ("method", "body", "status", "description"),
    [
        ("sendPigeon", {}, 404, "Not Found: method not found"),
        ("sendMessage", [], 400, "Bad Request: can't parse JSON object"),
        ("sendMessage", {"text": "x"}, 400, "Bad Request: chat_id is empty"),
        ("sendMessage", {"chat_id": "@karim", "text": "x"}, 400, "Bad Request: chat not found"),
        ("deleteMessages", {"chat_id": 4001}, 400, "message identifiers are not specified"),
        (
            "deleteMessages",
            {"chat_id": 4001, "message_ids": list(range(101))},
            400,
            "too many message identifiers specified",
        ),
        (
            "editMessageText",
            {"inline_message_id": "x", "chat_id": 4001, "text": "x"},
            400,
            "no inline messages",
        ),
        ("editMessageCaption", {"chat_id": 4001, "message_id": 2}, 400, "no caption"),
        ("answerCallbackQuery", {}, 400, "query ID is invalid"),
        ("getUpdates", {"allowed_updates": "message"}, 400, "can't parse allowed updates list"),
        ("getUpdates", {"allowed_updates": {}}, 400, "can't parse allowed updates list"),
        ("sendDocument", {"chat_id": 4001}, 400, "there is no document in the request"),
        ("setMyCommands", {}, 400, "can't parse commands"),
        ("getMyCommands", {"scope": []}, 200, None),
        ("getMyCommands", {"scope": [1]}, 400, "can't parse BotCommandScope"),
        ("getMyCommands", {"scope": {"type": "moon"}}, 400, "can't parse BotCommandScope"),
    ],
)
async def test_refusals_are_telegrams(
    call: Call, bot: Bot, karim: Person, method: str, body: object, status: int, description: str
) -> None:
    """A call that means nothing is refused with Telegram's status and words."""
    await bot.send_message(karim.id, "Sure?")

    answer = await call.post(method, body)

    assert answer.status_code == status
    assert (answer.json().get("error_code", 200), answer.json()["ok"]) == (status, status == 200)
    assert (description or "") in answer.json().get("description", "")


@pytest.mark.parametrize(
    ("markup", "refusal"),
    [
        ("[]", "object expected as reply markup"),
        ("{", "can't parse reply keyboard markup JSON object"),
        ('{"keyboard": [["A"]]}', "the double has no reply keyboards"),
        ('{"inline_keyboard": [{}]}', "must be an Array"),
        ('{"inline_keyboard": [["A"]]}', "expected an Object"),
        ('{"inline_keyboard": [[{"text": 1}]]}', 'Field "text" must be of type String'),
        ('{"inline_keyboard": [[{"text": "A", "style": "pink", "url": "t.me"}]]}', "style"),
    ],
)
async def test_odd_keyboards_are_refused(
    call: Call, karim: Person, markup: str, refusal: str
) -> None:
    """A keyboard that is no inline keyboard is refused, not ignored."""
    answer = await call.get("sendMessage", chat_id=str(karim.id), text="x", reply_markup=markup)

    assert refusal in answer.json()["description"]


async def test_broken_json_is_refused(call: Call) -> None:
    """A body that claims to be JSON and is not is refused; a number that is none counts as none."""
    async with httpx.AsyncClient(base_url=call.base, verify=tls()) as client:
        broken = await client.post(
            "getMe", content=b"{", headers={"content-type": "application/json"}
        )
    absent = await call.get("getUpdates", limit="many")

    assert (broken.status_code, absent.json()["result"]) == (400, [])


async def test_forced_replies_show_no_buttons(call: Call, karim: Person) -> None:
    """Asking for a reply or removing a keyboard leaves a message without buttons."""
    await call.get(
        "sendMessage", chat_id=str(karim.id), text="x", reply_markup='{"force_reply":true}'
    )

    assert (karim.last.text, karim.last.buttons) == ("x", ())


async def test_files_need_the_token(double: Telegram) -> None:
    """A file is found by its path and the bot's token alone."""
    async with httpx.AsyncClient(base_url=double.url, verify=tls()) as client:
        wrong = await client.get(f"/file/bot{double.token[:-1]}x/documents/file1")
        missing = await client.get(f"/file/bot{double.token}/documents/file1")

    assert (wrong.status_code, missing.status_code) == (401, 404)


@pytest.mark.filterwarnings("ignore:.*retry_after.*timedelta")  # of the library, about itself
async def test_a_hasty_bot_is_slowed_down() -> None:
    """With a pace, a burst to one chat is refused with the time to wait, other chats are not."""
    double = Telegram(pace=Pace(chat_seconds=60, chat_burst=2))
    karim, samia = double.person(1, "Karim"), double.person(2, "Samia")
    await karim.start()
    await samia.start()
    async with double.serve(), Bot(double.token, base_url=f"{double.url}/bot") as bot:
        await bot.send_message(karim.id, "1")
        await bot.send_message(karim.id, "2")
        with pytest.raises(RetryAfter, match="Retry in"):
            await bot.send_message(karim.id, "3")
        await bot.send_message(samia.id, "1")


def test_a_pace_forgives_with_time() -> None:
    """After as long as the refusal said, the same message passes."""
    pace = Pace(chat_burst=1, all_per_second=2)
    pace.admit(1, at_seconds=0)
    with pytest.raises(Refused) as hasty:
        pace.admit(1, at_seconds=0.5)
    pace.admit(2, at_seconds=0.5)

    assert hasty.value.retry_after_seconds == 1
    pace.admit(1, at_seconds=1.0)
    pace.admit(3, at_seconds=1.0)
    with pytest.raises(Refused):
        pace.admit(4, at_seconds=1.0)
