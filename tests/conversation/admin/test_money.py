from datetime import timedelta

import pytest
from telegram import Update

from tests.conversation.admin.stage import Stage
from tests.unit.samples import dinars
from tests.unit.services.shop import AMINA, BILAL


async def test_top_up_credits_cash_and_can_be_undone(scene: Stage) -> None:
    """Cash that a shop brought is in its wallet; the answer shows the balance, with Undo."""
    agent = await scene.shop.open_agent(paid_in=0)
    answer = await scene.says(scene.karim, "/topup Chez Amina 10 000 cash")
    assert "Chez Amina" in answer.text
    assert "Balance: \u206810\u00a0000\u00a0DA\u2069" in answer.text
    assert "cash" in answer.text
    assert answer.find_button("undo:topup:1:") is not None
    assert (await scene.wallet(agent.id)).balance == dinars(10_000)


async def test_an_agent_is_named_by_a_members_number(scene: Stage) -> None:
    """A member's Telegram id names the shop."""
    agent = await scene.shop.open_agent(paid_in=0)
    await scene.says(scene.karim, f"/topup {AMINA} 500")
    assert (await scene.wallet(agent.id)).balance == dinars(500)


async def test_adjust_corrects_downwards_with_a_reason(scene: Stage) -> None:
    """A correction may go below zero and carries its reason."""
    agent = await scene.shop.open_agent(paid_in=100)
    answer = await scene.says(scene.karim, "/adjust amina -200,50 wrong card")
    assert "wrong card" in answer.text
    assert (await scene.wallet(agent.id)).balance.minor == -10_050


@pytest.mark.parametrize("amount", ["10OOO", "10.000", "1e3", "0", "-5"])
async def test_a_typo_in_an_amount_moves_nothing(scene: Stage, amount: str) -> None:
    """What is not clearly an amount is asked for again, and no money moves."""
    await scene.shop.open_agent(paid_in=0)
    before = await scene.entries()
    answer = await scene.says(scene.karim, f"/topup Chez Amina {amount} cash")
    assert answer.text.startswith("I cannot read this amount")
    assert await scene.entries() == before


async def test_a_reading_that_could_be_two_moves_nothing(scene: Stage) -> None:
    """`Chez 2 500` may be 2500 for one shop or 500 for another: nobody's money is guessed at."""
    await scene.shop.open_agent(AMINA, name="Chez", paid_in=0)
    await scene.shop.open_agent(BILAL, name="Chez 2", paid_in=0)
    before = await scene.entries()
    answer = await scene.says(scene.karim, "/topup Chez 2 500")
    assert "more than one way" in answer.text
    assert "2\u00a0500\u00a0DA" in answer.text
    assert await scene.entries() == before


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("/topup Nobody 500", "No shop was found"),
        ("/topup Chez 500", "Several shops fit"),
        ("/topup Chez Amina", "I cannot read this amount"),
    ],
)
async def test_an_agent_must_be_named_clearly(scene: Stage, text: str, said: str) -> None:
    """No shop, or several: the admin is told which, and no money moves."""
    await scene.shop.open_agent(AMINA, name="Chez Amina", paid_in=0)
    await scene.shop.open_agent(BILAL, name="Chez Bilal", paid_in=0)
    before = await scene.entries()
    assert (await scene.says(scene.karim, text)).text.startswith(said)
    assert await scene.entries() == before


async def test_a_doubled_message_makes_one_entry(scene: Stage) -> None:
    """The same message of an admin, served twice, moves money once and says so."""
    agent = await scene.shop.open_agent(paid_in=0)
    await scene.says(scene.karim, "/topup Chez Amina 500")
    asked = next(m for m in reversed(scene.karim.messages) if not m.by_bot)
    mark = scene.telegram.mark()
    await scene.app.update_queue.put(again(scene, asked.id, "/topup Chez Amina 500"))
    answer = await scene.karim.sees("carried out before", since=mark)
    assert answer.find_button("undo:") is not None
    assert (await scene.wallet(agent.id)).balance == dinars(500)


def again(scene: Stage, message_id: int, text: str) -> Update:
    """Make the update that Telegram would send for this message a second time."""
    who = {"id": scene.karim.id, "first_name": "Karim", "is_bot": False}
    entity = {"type": "bot_command", "offset": 0, "length": len(text.split(maxsplit=1)[0])}
    message = {
        "message_id": message_id,
        "date": 1,
        "chat": {"id": scene.karim.id, "type": "private", "first_name": "Karim"},
        "from": who,
        "text": text,
        "entities": [entity],
    }
    return Update.de_json({"update_id": 10_000, "message": message}, scene.app.bot)


async def test_undo_reverses_once(scene: Stage) -> None:
    """Undo takes the money back; pressed again it does nothing, and says so."""
    agent = await scene.shop.open_agent(paid_in=0)
    answer = await scene.says(scene.karim, "/topup Chez Amina 500")
    first = await scene.karim.tap("undo:", on=answer)
    assert [a.text for a in await first.answered()] == ["Undone."]
    undone = await scene.karim.sees("undone by \u2068Karim\u2069")
    assert undone.id == answer.id
    assert undone.buttons == ()
    assert "undone before" in await scene.pressed(scene.karim, "undo:", answer)
    assert (await scene.wallet(agent.id)).balance == dinars(0)


async def test_undo_has_ten_minutes(scene: Stage) -> None:
    """After ten minutes a movement is corrected in the open, with /adjust."""
    agent = await scene.shop.open_agent(paid_in=0)
    answer = await scene.says(scene.karim, "/topup Chez Amina 500")
    scene.shop.clock.advance(timedelta(minutes=11))
    (told,) = await (await scene.karim.tap("undo:", on=answer)).answered()
    assert "/adjust" in told.text
    assert (await scene.wallet(agent.id)).balance == dinars(500)


async def test_undo_reaches_only_what_admins_moved(scene: Stage) -> None:
    """Forged data cannot reverse an order's money."""
    await scene.shop.open_agent()
    order = await scene.shop.confirmed()
    answer = await scene.says(scene.karim, "/topup Chez Amina 500")
    before = await scene.entries()
    press = await scene.karim.tap_raw(f"undo:order:{order.id}:hold", answer)
    (told,) = await press.answered()
    assert told.text == "There is nothing to do here any more."
    assert await scene.entries() == before


async def test_limits_are_set_and_lifted(scene: Stage) -> None:
    """A shop may buy on credit as far as the admin says."""
    agent = await scene.shop.open_agent()
    assert "5\u00a0000\u00a0DA" in (await scene.says(scene.karim, "/limit Chez Amina 5 000")).text
    assert (await scene.wallet(agent.id)).credit_limit == dinars(5_000)
    assert "unlimited" in (await scene.says(scene.karim, "/limit Chez Amina none")).text
    assert (await scene.wallet(agent.id)).credit_limit is None


@pytest.mark.parametrize("amount", ["-5", "lots", "10.000"])
async def test_a_limit_is_an_amount_or_none(scene: Stage, amount: str) -> None:
    """A limit that cannot be read changes nothing."""
    agent = await scene.shop.open_agent()
    answer = await scene.says(scene.karim, f"/limit Chez Amina {amount}")
    assert answer.text.startswith("I cannot read this amount")
    assert (await scene.wallet(agent.id)).credit_limit == dinars(0)


async def test_a_limit_that_could_be_two_changes_nothing(scene: Stage) -> None:
    """A limit too is not guessed at."""
    await scene.shop.open_agent(AMINA, name="Chez")
    await scene.shop.open_agent(BILAL, name="Chez 2")
    answer = await scene.says(scene.karim, "/limit Chez 2 500")
    assert "more than one way" in answer.text


async def test_a_long_note_is_cut_to_fit(scene: Stage) -> None:
    """The answer to a top-up always fits, so that the admin always learns of it."""
    await scene.shop.open_agent(paid_in=0)
    answer = await scene.says(scene.karim, f"/topup Chez Amina 500 {'note ' * 800}")
    assert "topped up" in answer.text
