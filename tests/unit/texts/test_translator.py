"""What is said is whole, escaped once, and never holds a code that cannot be pasted."""

import html
import logging
import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.money import Money
from bot.domain.refusals import RefusalReason
from bot.errors import Refusal, TextError
from bot.texts import Percent, Translator, closest, code, link, rows
from bot.texts.markup import escaped, plain

ALGIERS = ZoneInfo("Africa/Algiers")

TEXTS = {
    "en": """
one-line = Hello { $name }!
card = { $index }. { $code }
cards =
    Cards:
    { $cards }
    Thank you
count = { $n ->
    [one] { $n } card
   *[other] { $n } cards
}
state = { $state ->
    [handling] on its way
   *[other] done
}
bare = { $name }
pair = { $first } — { $second }
order = Order { $order }, { $chat_id }
only-english = English only
""",
    "fr": "one-line = Bonjour { $name }\u202f!\n",
    "ar": """
one-line = مرحبا { $name }!
card = { $index }. { $code }
count = { $n ->
    [zero] لا بطاقات
    [one] بطاقة واحدة
    [two] بطاقتان
    [few] { $n } بطاقات
    [many] { $n } بطاقة
   *[other] { $n } بطاقة
}
send = أرسل /buy 2 ثم <b>OK</b>
pair = { $first } — { $second }
mixed = الطلب { $first }
chosen = { $n ->
   *[other] { $first } { $n }
} — { $second }
""",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Write a few texts of our own."""
    for language, text in TEXTS.items():
        (tmp_path / language).mkdir()
        (tmp_path / language / "some.ftl").write_text(text, encoding="utf-8")
    return tmp_path


@pytest.fixture
def strict(folder: Path) -> Translator:
    """Raise at every fault."""
    return Translator(ALGIERS, strict=True, folder=folder)


@pytest.fixture
def lenient(folder: Path) -> Translator:
    """Do as production does."""
    return Translator(ALGIERS, folder=folder)


def without_isolates(text: str) -> str:
    """Take out what nobody sees."""
    return re.sub("[\u2066-\u2069\u200f]", "", text)


def test_arguments_are_escaped_once_and_isolated(strict: Translator) -> None:
    """A shop named like a tag is shown by its name, and turns no text around."""
    said = strict.say("en", "one-line", name="Steam <Wallet> & Co")
    assert said == "Hello \u2068Steam &lt;Wallet&gt; &amp; Co\u2069!"
    assert strict.say("en", "one-line", name=said).count("&amp;") == 1


def test_labels_show_text_as_it_is(strict: Translator) -> None:
    """A button shows `&`, not `&amp;`, since Telegram reads no HTML there."""
    assert strict.label("en", "one-line", name="A & B") == "Hello \u2068A & B\u2069!"


REAL = Translator(ALGIERS, strict=True)


@given(value=st.text(min_size=1, max_size=60))
def test_the_code_entity_holds_exactly_the_code(value: str) -> None:
    """Whatever characters a provider puts into a code, a tap copies these and nothing else."""
    said = REAL.say("ar", "error-unexpected", error_id=code(value))
    entity = re.search("<code>(.*)</code>\u2069?$", said, re.DOTALL)
    assert entity is not None
    assert html.unescape(entity[1]) == html.unescape(html.escape(value)) == value


def test_a_card_stands_outside_its_isolates_in_rows(strict: Translator) -> None:
    """Cards in a list are as exact as a card alone, and the list is not isolated as a whole."""
    cards = rows(strict.say("en", "card", index=i, code=code(c)) for i, c in enumerate("<B", 1))
    said = strict.say("en", "cards", cards=cards)
    assert "<code>&lt;</code>" in said
    assert "<code>B</code>" in said
    assert without_isolates(said) == ("Cards:\n1. <code>&lt;</code>\n2. <code>B</code>\nThank you")
    assert all(line.count("\u2068") == line.count("\u2069") for line in said.split("\n"))


def test_text_of_many_lines_is_not_isolated(strict: Translator) -> None:
    """An isolate ends with its line, so that a message typed by an admin goes without one."""
    assert strict.say("en", "bare", name="a\n<b") == "a\n&lt;b"
    assert "\u2068" not in strict.say("en", "one-line", name="a\nb")


def test_hostile_direction_marks_are_taken_out(strict: Translator) -> None:
    """A product name cannot turn the rest of a receipt around."""
    assert strict.say("en", "one-line", name="a\u202eb\u2069c") == "Hello \u2068abc\u2069!"
    assert plain("قهوة\u200c\n!") == "قهوة\u200c\n!"


@pytest.mark.parametrize(
    ("n", "expected"),
    [
        (0, "لا بطاقات"),
        (1, "بطاقة واحدة"),
        (2, "بطاقتان"),
        (3, "3 بطاقات"),
        (10, "10 بطاقات"),
        (11, "11 بطاقة"),
        (100, "100 بطاقة"),
        (102, "102 بطاقة"),
        (103, "103 بطاقات"),
    ],
)
def test_arabic_counts_in_six_forms(strict: Translator, n: int, expected: str) -> None:
    """Arabic says one, two, a few and many cards each in its own way."""
    assert without_isolates(strict.label("ar", "count", n=n)) == expected


def test_a_number_that_names_a_thing_keeps_its_digits(strict: Translator) -> None:
    """Order 12345 is not order 12 345, while a count of cards is grouped."""
    said = without_isolates(strict.label("en", "order", order=12345, chat_id=9876543210))
    assert said == "Order 12345, 9876543210"
    assert without_isolates(strict.label("en", "count", n=12345)) == "12\u00a0345 cards"


class State(StrEnum):
    """States as the domain has them."""

    HANDLING = "handling"
    FULFILLED = "fulfilled"


def test_a_state_chooses_its_sentence(strict: Translator) -> None:
    """A state goes in as it is, and the text chooses by it."""
    assert strict.say("en", "state", state=State.HANDLING) == "on its way"
    assert strict.say("en", "state", state=State.FULFILLED) == "done"


def test_every_sort_of_value_is_written_for_the_reader(strict: Translator) -> None:
    """Money, shares, instants and lengths of time need no formatting by whoever speaks."""
    at = datetime(2026, 9, 3, 23, 5, tzinfo=UTC)
    written: dict[object, str] = {
        Money(minor=290000, currency="DZD"): "2\u00a0900\u00a0DA",
        Percent(550): "5,5\u00a0%",
        Decimal("134.85"): "134,85",
        at: "04/09/2026, 00:05",
        at.date(): "03/09/2026",
        timedelta(minutes=10): "10 minutes",
    }
    for value, expected in written.items():
        assert strict.label("en", "bare", name=value) == expected


@pytest.mark.parametrize("value", [True, None, 1.5, object(), datetime(2026, 9, 3)])  # noqa: DTZ001 # no zone
def test_what_cannot_be_written_is_refused(strict: Translator, value: object) -> None:
    """A float, a bare None or an instant without a zone is a bug, not a text."""
    with pytest.raises(TextError):
        strict.say("en", "bare", name=value)


def test_a_label_takes_no_markup(strict: Translator) -> None:
    """A tag on a button would be read aloud, so that it cannot get there."""
    with pytest.raises(TextError, match="Markup"):
        strict.label("en", "one-line", name=code("X"))


def test_tests_see_every_hole(strict: Translator) -> None:
    """A missing text, a missing argument and an unknown language stop a test."""
    with pytest.raises(TextError, match="no-such-text"):
        strict.say("en", "no-such-text")
    with pytest.raises(TextError, match="name"):
        strict.say("en", "one-line")
    with pytest.raises(TextError, match="'de'"):
        strict.voice("de")


def test_the_shop_hears_another_language_rather_than_nothing(
    lenient: Translator, caplog: pytest.LogCaptureFixture
) -> None:
    """Production falls back to French, then English, then the id, and tells the log each time."""
    with caplog.at_level(logging.ERROR):
        assert lenient.say("ar", "only-english") == "English only"
        assert lenient.say("ar", "no-such-text") == "no-such-text"
    assert "[ar] There is no text only-english" in caplog.text
    assert "[fr] There is no text only-english" in caplog.text


def test_a_text_with_a_hole_is_better_than_its_id(lenient: Translator) -> None:
    """When an argument is missing everywhere, the reader's own language is said with the hole."""
    assert lenient.say("fr", "one-line") == "Bonjour \u2068name\u2069\u202f!"


@pytest.mark.parametrize(
    ("text", "fault"),
    [("broken = {", "does not parse"), ("a = 1\na = 2", "a second time"), ("", "no texts")],
)
def test_a_spoilt_file_is_noticed(
    tmp_path: Path, text: str, fault: str, caplog: pytest.LogCaptureFixture
) -> None:
    """What Fluent would skip without a word is a fault: Junk, an id given twice, an empty file."""
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "some.ftl").write_text(text, encoding="utf-8")
    with pytest.raises(TextError, match=fault):
        Translator(ALGIERS, strict=True, folder=tmp_path).ids("en")
    lenient = Translator(ALGIERS, folder=tmp_path)
    assert isinstance(lenient.ids("en"), frozenset)
    assert lenient.say("en", "broken") == "broken"
    assert fault in caplog.text


def test_a_spoilt_line_after_a_message_is_noticed(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """What stands behind a message and is none is told when that message is said, once."""
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "some.ftl").write_text("a = Hello\nspoilt\nb = Bye\n", encoding="utf-8")
    with pytest.raises(TextError, match="spoilt"):
        Translator(ALGIERS, strict=True, folder=tmp_path).ids("en")
    lenient = Translator(ALGIERS, folder=tmp_path)
    assert [lenient.say("en", name) for name in "aba"] == ["Hello", "Bye", "Hello"]
    assert caplog.text.count("spoilt") == 1


def test_a_message_without_a_value_is_missing(tmp_path: Path) -> None:
    """A message of attributes alone cannot be said."""
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "some.ftl").write_text("a =\n    .b = c\n", encoding="utf-8")
    with pytest.raises(TextError, match="no value"):
        Translator(ALGIERS, strict=True, folder=tmp_path).say("en", "a")


def test_commands_keep_their_order_in_arabic(strict: Translator) -> None:
    """`/buy` is isolated in Arabic, where it would be shown as `buy/`; tags stay tags."""
    assert strict.say("ar", "send") == ("أرسل \u2066/buy 2\u2069 ثم <b>\u2066OK\u2069</b>")


def test_an_arabic_line_of_arguments_starts_at_the_right(strict: Translator) -> None:
    """A line that holds nothing but names says no direction, so that it is told one."""
    said = strict.say("ar", "pair", first="PSN", second=strict.say("ar", "mixed", first="A"))
    assert said.startswith("\u200f\u2068PSN\u2069 — ")
    assert strict.say("ar", "chosen", n=2, first="PSN", second="B").startswith("\u200f\u2068\u2068")
    assert strict.say("ar", "mixed", first="PSN").startswith("الطلب")
    assert strict.label("ar", "pair", first="PSN", second="B").startswith("\u2068")


@pytest.mark.parametrize(
    ("language", "name", "mark"),
    [("en", "PSN", ""), ("en", "محل", "\u200e"), ("ar", "محل", "\u200f"), ("ar", "PSN", "\u200f")],
)
def test_a_line_runs_as_its_language_does(
    strict: Translator, language: str, name: str, mark: str
) -> None:
    """A shop's Arabic name does not turn a French line around, nor a brand an Arabic one.

    Apps differ in whether an isolated name tells a line's direction: no line leaves it to them.
    """
    assert strict.say(language, "pair", first=name, second="B").startswith(f"{mark}\u2068")


def test_large_counts_are_not_mistaken_for_fractions(strict: Translator) -> None:
    """CLDR's Arabic writes 12.345 for twelve thousand; digits without a mark leave no doubt."""
    assert without_isolates(strict.label("ar", "count", n=12345)) == "12345 بطاقة"


def test_a_voice_speaks_one_language(strict: Translator) -> None:
    """A voice says what its translator says, and knows where its lines start."""
    voice = strict.voice("fr")
    assert voice.say("one-line", name="A") == strict.say("fr", "one-line", name="A")
    assert voice.label("one-line", name="A") == strict.label("fr", "one-line", name="A")
    assert [strict.voice(name).right_to_left for name in ("en", "fr", "ar")] == [False, False, True]


def test_a_refusal_is_a_message_or_a_pop_up(translator: Translator) -> None:
    """What was refused is said with its facts, whether in the chat or above a button."""
    refusal = Refusal(RefusalReason.TOO_LATE_TO_CANCEL, {"order": 1234})
    voice = translator.voice("en")
    assert "Order \u20681234\u2069 can no longer" in voice.refusal(refusal)
    assert voice.refusal_toast(refusal) == voice.refusal(refusal)


def test_links_are_whole(strict: Translator) -> None:
    """An address is not broken by isolates, and its text is escaped."""
    said = strict.say("en", "bare", name=link('https://t.me/a?b=1&c="', "@a<"))
    assert said == '<a href="https://t.me/a?b=1&amp;c=&quot;">@a&lt;</a>'
    assert escaped(said) is said


@pytest.mark.parametrize(
    ("spoken", "expected"),
    [("fr-FR", "fr"), ("ar", "ar"), ("EN-us", "en"), ("kab", "fr"), ("", "fr"), (None, "fr")],
)
def test_the_first_question_is_asked_in_a_likely_language(
    spoken: str | None, expected: str
) -> None:
    """The app's language is taken when it is one of ours, the shop's default otherwise."""
    assert closest(spoken, "fr") == expected


def test_long_lists_are_said_whole(strict: Translator) -> None:
    """Fluent refuses pieces above 2500 characters; a list of forty cards is longer."""
    cards = rows(code("A" * 60) for _ in range(100))
    assert strict.say("en", "cards", cards=cards).count("<code>") == 100
