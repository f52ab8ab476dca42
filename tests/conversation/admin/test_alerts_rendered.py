from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from bot.domain.agents import (
    AccessRequest,
    Agent,
    AgentId,
    Person,
    PersonId,
    RequestId,
    RequestState,
)
from bot.domain.alerts import Alert, AlertId, AlertKind
from bot.domain.audit import Detail
from bot.errors import TURNED_AWAY
from bot.ports.messenger import AccessAsked, AlertRaised
from bot.texts import LANGUAGES, Translator, Voice
from handlers.messages.admin import NOTHING, render
from handlers.rendered import Rendered
from tests.fakes.world import NOON
from tests.unit.samples import ORDER, dinars

TRANSLATOR = Translator(ZoneInfo("Africa/Algiers"), strict=True)
THEIR_ID = "68fc0a2b1c9d440000a1b2c3"
HOSTILE = "<b>Chez</b> & <a href='x'>Ali"
ESCAPED = "&lt;b&gt;Chez&lt;/b&gt; &amp; &lt;a href=&#x27;x&#x27;&gt;Ali"
KARIM = Person(id=PersonId(1), name="Karim", username=None, language=None)
LYDIA = Person(id=PersonId(2), name=HOSTILE, username="lydia_dz", language=None)
AGENT = Agent(id=AgentId(3), name=HOSTILE, margin_bp=None, suspended_at=None, created_at=NOON)
SOLD = replace(ORDER, cards=1, cost=dinars(1500))

RAISED: dict[AlertKind, tuple[str, dict[str, Detail], list[str]]] = {
    AlertKind.PROVIDER_BALANCE_LOW: (
        "provider:memory",
        {"needed_minor": 138_000, "currency": "DZD"},
        ["seen"],
    ),
    AlertKind.PROVIDER_BALANCE_SOON: (
        "provider:memory",
        {"left_minor": 100_000, "day_minor": 276_000, "currency": "DZD"},
        ["seen"],
    ),
    AlertKind.PROVIDER_FROZEN: (
        "provider:memory",
        {"reason": "<401>", "settings": "AN_ID, A_SECRET"},
        ["thaw"],
    ),
    AlertKind.ORDER_UNKNOWN: ("order:17", {}, ["look", "seen"]),
    AlertKind.ORDER_AMBIGUOUS: (
        "order:17",
        {"count": 2, "candidates": f"{THEIR_ID} 42"},
        [f"adopt:{THEIR_ID}", "adopt:42", "look"],
    ),
    AlertKind.MONEY_TROUBLE: ("order:17", {"reason": "<refund failed>"}, ["look", "seen"]),
    AlertKind.FOREIGN_ORDER: (
        f"provider-order:{THEIR_ID}",
        {"product": "psn", "type": "psn-10", "quantity": 2},
        ["shelve", "seen"],
    ),
    AlertKind.SHELF_ORDER: (f"provider-order:{THEIR_ID}", {"cards": 2}, ["seen"]),
    AlertKind.ORDER_SLOW: (
        "order:17",
        {"status": "HANDLING", "its_order": THEIR_ID},
        ["look", "seen"],
    ),
    AlertKind.COUNT_MISMATCH: (
        "order:17",
        {"status": "FULFILLED", "ordered": 2, "fulfilled": None, "cards": 1},
        ["settle", "look"],
    ),
    AlertKind.SETTLED_CHANGED: (
        "order:17",
        {"before": "FULFILLED", "now": "REFUNDED", "amount_minor": 0},
        ["look", "seen"],
    ),
    AlertKind.DELIVERY_PARKED: ("order:17", {"reason": "Forbidden: <blocked>"}, ["look", "seen"]),
    AlertKind.COST_ABOVE_PRICE: ("order:17", {}, ["look", "seen"]),
    AlertKind.RESTORED: ("shop", {"orders": "17 18 21"}, ["resume"]),
    AlertKind.TWO_BOTS: ("shop", {}, ["seen"]),
    AlertKind.RATE_MISSING: ("rate:USD", {"currency": "USD"}, ["seen"]),
    AlertKind.RATE_STALE: (
        "rate:USD",
        {"currency": "USD", "target": "DZD", "millionths": 249_750_000, "since_ms": 0},
        ["seen"],
    ),
    AlertKind.SEAL_BROKEN: (
        "seals:0123456789abcdef",
        {"values": 2, "rows": "card order:17/1, recipient q-1", "keys": "k1, k2"},
        ["seen"],
    ),
}
"""Each kind as the services raise it: what it is about, its facts, and its buttons."""


def raised(kind: AlertKind) -> AlertRaised:
    subject, facts, _ = RAISED[kind]
    about_order = subject.startswith("order:")
    return AlertRaised(
        alert=Alert(
            id=AlertId(5), key="k", kind=kind, subject=subject, raised_at=NOON, facts=facts
        ),
        order=SOLD if about_order else None,
        agent=AGENT if about_order else None,
        acted_by=None,
    )


def asked(state: RequestState = RequestState.ASKED) -> AccessAsked:
    request = AccessRequest(
        id=RequestId(4),
        person_id=LYDIA.id,
        state=state,
        asked_at=NOON,
        decided_at=None,
        decided_by=None,
    )
    decided_by = None if state is RequestState.ASKED else KARIM
    return AccessAsked(request=request, person=LYDIA, decided_by=decided_by)


def actions(rendered: Rendered) -> list[object]:
    rows = rendered.keyboard.inline_keyboard if rendered.keyboard else ()
    return [button.callback_data for row in rows for button in row]


@pytest.fixture(params=LANGUAGES)
def voice(request: pytest.FixtureRequest) -> Voice:
    """Speak each language in turn."""
    return TRANSLATOR.voice(str(request.param))


@pytest.mark.parametrize("kind", AlertKind)
def test_every_alert_is_a_sentence_with_something_to_do(kind: AlertKind, voice: Voice) -> None:
    """Whatever needs a person is told in that person's language, with a button to act."""
    rendered = render(raised(kind), voice)
    assert actions(rendered) == [f"alert:5:{what}" for what in RAISED[kind][2]]
    assert rendered.html.count("<b>") == rendered.html.count("</b>") == 1


@pytest.mark.parametrize("kind", AlertKind)
def test_an_alert_that_was_acted_on_tells_by_whom(kind: AlertKind, voice: Voice) -> None:
    """When one admin acts, the buttons of all copies go, and each names him."""
    told = raised(kind)
    settled = replace(told.alert, acted_at=NOON, acted_by=KARIM.id, action="seen")
    rendered = render(replace(told, alert=settled, acted_by=KARIM), voice)
    assert actions(rendered) == []
    assert rendered.html.startswith(render(told, voice).html)
    assert "Karim" in rendered.html


def test_names_and_reasons_cannot_break_a_message(voice: Voice) -> None:
    """A shop's name, a stranger's name and a provider's words are shown as they are written."""
    assert ESCAPED in render(raised(AlertKind.ORDER_UNKNOWN), voice).html
    assert "&lt;401&gt;" in render(raised(AlertKind.PROVIDER_FROZEN), voice).html
    assert ESCAPED in render(asked(), voice).html


def test_a_frozen_account_says_where_a_new_key_goes(voice: Voice) -> None:
    """In whatever language, the admin reads the names of the settings to change."""
    assert "AN_ID, A_SECRET" in render(raised(AlertKind.PROVIDER_FROZEN), voice).html


def test_a_freeze_without_the_providers_words_is_told_in_ours(voice: Voice) -> None:
    """Where nobody kept what the provider said, the admin reads so, in his language."""
    told = raised(AlertKind.PROVIDER_FROZEN)
    unsaid = replace(told.alert, facts={**told.alert.facts, "reason": TURNED_AWAY})
    shown = render(replace(told, alert=unsaid), voice).html
    assert TURNED_AWAY not in shown
    assert shown.count("\n") == render(told, voice).html.count("\n")


def test_the_facts_are_told(voice: Voice) -> None:
    """What an alert is about stands in it: the amounts, the counts, the provider's words."""
    low = render(raised(AlertKind.PROVIDER_BALANCE_LOW), voice).html
    assert "380" in low
    mismatch = render(raised(AlertKind.COUNT_MISMATCH), voice).html
    assert "FULFILLED" in mismatch
    assert NOTHING in mismatch
    assert "PSN 10 USD × 2" in mismatch
    assert "REFUNDED" in render(raised(AlertKind.SETTLED_CHANGED), voice).html
    assert f"{THEIR_ID}" in render(raised(AlertKind.FOREIGN_ORDER), voice).html


@pytest.mark.parametrize("kind", [AlertKind.FOREIGN_ORDER, AlertKind.SHELF_ORDER])
def test_a_provider_order_is_named_with_its_provider(kind: AlertKind, voice: Voice) -> None:
    """An id alone would not say in whose dashboard to look for it."""
    told = replace(raised(kind), provider="Cards & Co")
    assert f"Cards &amp; Co {THEIR_ID}" in render(told, voice).html


def test_cards_on_the_shelf_of_an_old_copy_accuse_nobody(voice: Voice) -> None:
    """An admin who restored a backup is asked where the cards are, not told of a stolen key."""
    foreign = raised(AlertKind.FOREIGN_ORDER)
    doubted = replace(foreign.alert, facts={**foreign.alert.facts, "doubted": True})
    told = render(replace(foreign, alert=doubted), voice)
    assert told.html != render(foreign, voice).html
    assert "/adjust" in told.html
    assert actions(told) == actions(render(foreign, voice))


def test_a_provider_order_that_no_button_can_carry_is_left_to_typing(voice: Voice) -> None:
    """An id that is too long or strange for a button does not stop the alert."""
    told = raised(AlertKind.ORDER_AMBIGUOUS)
    strange = replace(told.alert, facts={"count": 2, "candidates": f"{'9' * 60} a/b"})
    assert actions(render(replace(told, alert=strange), voice)) == ["alert:5:look"]


def test_a_request_shows_who_asks_and_two_buttons(voice: Voice) -> None:
    """An admin sees who asks, by name and number, and decides with one tap."""
    rendered = render(asked(), voice)
    assert "@lydia_dz 2" in rendered.html
    assert sorted(map(str, actions(rendered))) == ["approve:4", "decline:4"]


def test_buttons_are_mirrored_in_arabic() -> None:
    """Approve comes first in the direction of reading."""
    first = [actions(render(asked(), TRANSLATOR.voice(one)))[0] for one in ("en", "ar")]
    assert first == ["approve:4", "decline:4"]


@pytest.mark.parametrize("state", [RequestState.APPROVED, RequestState.DECLINED])
def test_a_decided_request_tells_by_whom(state: RequestState, voice: Voice) -> None:
    """Once decided, nobody can decide again, and everybody sees who did."""
    rendered = render(asked(state), voice)
    assert actions(rendered) == []
    assert "Karim" in rendered.html


def test_somebody_elses_words_are_cut_to_fit(voice: Voice) -> None:
    """A provider that answers with a page of text does not keep the alert from being sent."""
    told = raised(AlertKind.PROVIDER_FROZEN)
    wordy = replace(told.alert, facts={"reason": "x" * 5000})
    assert len(render(replace(told, alert=wordy), voice).html) < 1500
