import asyncio
from datetime import timedelta

import pytest
from telegram.error import RetryAfter

from handlers.pacing import REMEMBERED, Pacing, wait_of

INTERVAL = 0.05


async def sends(pacing: Pacing, chat: object, endpoint: str = "sendMessage") -> float:
    """Make one call; gives how long it was kept waiting, in seconds."""
    loop = asyncio.get_running_loop()
    began = loop.time()

    async def call() -> bool:
        return True

    assert await pacing.process_request(call, (), {}, endpoint, {"chat_id": chat}, None)
    return loop.time() - began


async def test_a_busy_chat_is_paced() -> None:
    """After a small burst, messages to one chat leave an interval apart, however they come."""
    pacing = Pacing(burst=2, interval_seconds=INTERVAL)
    loop = asyncio.get_running_loop()
    began = loop.time()
    left: list[float] = []

    async def send() -> None:
        await sends(pacing, 1)
        left.append(loop.time() - began)

    await asyncio.gather(*(send() for _ in range(5)))
    assert [at >= n * INTERVAL * 0.9 for n, at in enumerate(left[2:], 1)] == [True] * 3


async def test_other_chats_and_other_calls_do_not_wait() -> None:
    """A busy chat delays neither another one nor the answer to a press."""
    pacing = Pacing(burst=1, interval_seconds=60)
    await sends(pacing, 1)
    assert await sends(pacing, 2) < 1
    assert await sends(pacing, 1, "editMessageText") < 1
    assert await sends(pacing, None, "answerCallbackQuery") < 1


async def test_a_halted_chat_is_left_alone() -> None:
    """Until the time that Telegram named, calls to that chat are refused without being made."""
    pacing, made = Pacing(), 0

    async def flooded() -> bool:
        nonlocal made
        made += 1
        raise RetryAfter(30)

    for _ in range(3):
        with pytest.raises(RetryAfter) as refused:
            await pacing.process_request(flooded, (), {}, "sendMessage", {"chat_id": 1}, None)
        assert timedelta(0) < wait_of(refused.value) <= timedelta(seconds=30)
    assert made == 1
    assert await sends(pacing, 2) < 1


async def test_quiet_chats_are_forgotten() -> None:
    """Memory does not grow with everybody who ever wrote."""
    pacing = Pacing(interval_seconds=0)
    for chat in range(REMEMBERED + 10):
        await sends(pacing, chat)
    assert len(pacing._paid_until) <= REMEMBERED + 1
