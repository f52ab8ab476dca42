"""What an agent reads of each error that a provider names by an id, in every language."""

from collections.abc import Sequence

import pytest

from bot.domain.alerts import AlertKind
from bot.domain.orders import Order, OrderState
from bot.ports.messenger import Outcome, Progress
from bot.ports.provider import Line, Placement, Refused, Unknown
from bot.texts import LANGUAGES, Translator
from handlers.messages import render
from tests.conversation.stage import ZONE
from tests.engine import AMINA, Engine, opened_finding
from tests.fakes.provider import MemoryProvider
from tests.unit.providers.test_plum_placing import REFUSED, UNKNOWN, error, judged

TRANSLATOR = Translator(ZONE, strict=True)

NOT_HERE, NOT_TAKEN, AWAY = "reason-not-available", "reason-refused", "reason-frozen"

READS = {
    "PLE10001": NOT_TAKEN,
    "PLE10014": AWAY,
    "PLE10015": NOT_HERE,
    "PLE10017": NOT_HERE,
    "PLE10018": NOT_HERE,
    "PLE10019": NOT_HERE,
    "PLE10024": "reason-out-of-stock",
    "PLE10041": NOT_TAKEN,
    "PLE10042": NOT_HERE,
    "PIPE10013": AWAY,
    "PIPE10015": AWAY,
    "PIPE10016": AWAY,
    "PIPE10017": AWAY,
}
"""The sentence under each refusal; what is unknown is said to be looked for."""


class Saying(MemoryProvider):
    """A provider that answers a placing with what it is told to."""

    verdicts: Sequence[Placement] = ()

    async def place(self, line: Line, *, reference: str) -> Placement:
        verdict, *self.verdicts = self.verdicts
        return verdict


async def answered(verdict: Placement) -> tuple[Engine, Order]:
    """Buy where a placing is answered so, and let the member be told."""
    engine = await opened_finding(Saying)
    assert isinstance(engine.provider, Saying)
    engine.provider.verdicts = [verdict]
    order = await engine.buy()
    await engine.deliver()
    return engine, order


def test_every_refusal_has_its_sentence() -> None:
    """No id that refuses an order is left without words for the agent."""
    assert set(READS) == set(REFUSED)


@pytest.mark.parametrize("error_id", READS)
async def test_a_refusal_is_said_with_what_to_do(error_id: str) -> None:
    """The agent reads why, that nothing is charged, and what to do; never an id or their words."""
    verdict = judged(REFUSED[error_id][0], error(error_id))
    assert isinstance(verdict, Refused)
    engine, order = await answered(verdict)
    message = engine.messenger.messages(AMINA)[-1]
    assert isinstance(message, Outcome)
    assert order.given_back == order.total
    for language in LANGUAGES:
        voice = TRANSLATOR.voice(language)
        shown = render(message, voice, support_contact=None).html
        assert voice.say(READS[error_id]) in shown
        assert error_id not in shown
        assert "Not today" not in shown


@pytest.mark.parametrize("error_id", UNKNOWN)
async def test_an_unclear_error_is_said_to_be_looked_into(error_id: str) -> None:
    """The agent reads that it is being checked; where money is in trouble the admins read it."""
    verdict = judged(UNKNOWN[error_id], error(error_id))
    assert isinstance(verdict, Unknown)
    engine, order = await answered(verdict)
    message = engine.messenger.messages(AMINA)[-1]
    assert isinstance(message, Progress)
    assert (order.state, order.charged.minor) == (OrderState.UNKNOWN, 0)
    for language in LANGUAGES:
        voice = TRANSLATOR.voice(language)
        assert voice.say("progress-checking") in render(message, voice, support_contact=None).html
    told = [AlertKind.MONEY_TROUBLE] if verdict.alarming else []
    assert [one.kind for one in await engine.alerts()] == told
