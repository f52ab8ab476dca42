"""The three languages are complete, equal and properly written."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import product

import pytest

from bot.domain.refusals import RefusalReason
from bot.texts import LANGUAGES, Translator
from tests.unit.texts.source import PLACE, Written, written

COUNTS = (0, 1, 2, 3, 11, 100)
PLURAL_FORMS = {
    "en": {"one", "other"},
    "fr": {"one", "other"},
    "ar": {"zero", "one", "two", "few", "many", "other"},
}
EXACT = {"0": "zero", "1": "one", "2": "two"}
LIMITS = {
    "button-": 48,
    "toast-": 200,
    "refusal-": 200,
    "command-": 256,
    "bot-description": 512,
    "bot-short-description": 120,
}
LATIN_IN_ARABIC = {
    *("Telegram", "OneClickDZ", "Plum", "Wakil", "SQLite", "Google", "Steam", "PSN"),
    *("API", "IP", "ID", "URL", "UTC", "DZD", "USD", "DA", "CARD_KEYS"),
}
TAGS = {"b", "i", "u", "s", "blockquote", "tg-spoiler"}


def of(language: str) -> list[Written]:
    """List the messages of one language."""
    return list(written(language).values())


def samples(message: Written) -> Iterator[dict[str, object]]:
    """Give every combination of arguments that chooses another variant of `message`."""
    values: dict[str, list[object]] = {name: ["x"] for name in message.variables}
    for choice in message.choices:
        values[choice.variable] = list(COUNTS) if is_plural(choice.variants) else named(message)
    for chosen in product(*values.values()):
        yield dict(zip(values, chosen, strict=True))


def named(message: Written) -> list[object]:
    """List the words that choose a variant in any language, and one that chooses none."""
    twins = [written(language)[message.id] for language in LANGUAGES]
    choices = [choice for twin in twins for choice in twin.choices]
    return [*sorted({word for choice in choices for word in choice.variants}), "none-of-them"]


def is_plural(variants: frozenset[str]) -> bool:
    """Tell a choice by count from a choice by word."""
    return bool(variants & (PLURAL_FORMS["ar"] - {"other"}))


@pytest.mark.parametrize("language", LANGUAGES)
def test_languages_are_complete(language: str) -> None:
    """Each language says everything that English says, from files of the same names."""
    assert {m.id: m.file for m in of(language)} == {m.id: m.file for m in of("en")}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_is_found(language: str, translator: Translator) -> None:
    """What begins a message for us, who parse each when it is said, begins one for Fluent."""
    assert translator.ids(language) == {message.id for message in of(language)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_languages_take_the_same_arguments(language: str) -> None:
    """A message needs the same facts in all languages, so that none of them can lack one."""
    assert {m.id: m.variables for m in of(language)} == {m.id: m.variables for m in of("en")}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_variant_can_be_said(language: str, translator: Translator) -> None:
    """Every message renders whole, whatever the count and whatever the word it chooses by."""
    for message in of(language):
        for arguments in samples(message):
            text = translator.label(language, message.id, **arguments)
            assert text.strip(), message
            assert not set("{}$") & set(text), message


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_refusal_has_its_sentence(language: str) -> None:
    """Nobody is told no without being told why, and no reason is left that nobody gives."""
    sentences = {m.id for m in of(language) if m.id.startswith("refusal-")}
    assert sentences == {f"refusal-{reason}" for reason in RefusalReason}


@pytest.mark.parametrize("language", LANGUAGES)
def test_counts_have_every_plural_form(language: str) -> None:
    """Where a count chooses, all the forms that the language has are written."""
    for message in of(language):
        for choice in message.choices:
            forms = {EXACT.get(name, name) for name in choice.variants}
            assert not is_plural(choice.variants) or forms >= PLURAL_FORMS[language], message


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_choose_the_same_everywhere(language: str) -> None:
    """A word that chooses a sentence in one language chooses one in all of them."""
    assert {m.id: words(m) for m in of(language)} == {m.id: words(m) for m in of("en")}


@pytest.mark.parametrize("language", LANGUAGES)
def test_tags_are_sound_and_never_make_a_code(language: str) -> None:
    """Tags are closed and known to Telegram; a code brings its own, so none is written here."""
    for message, pattern in patterns(language):
        checker = Tags()
        checker.feed(pattern)
        checker.close()
        assert checker.open == [], message
        assert checker.seen <= TAGS, message


@pytest.mark.parametrize("language", LANGUAGES)
def test_texts_fit_where_telegram_shows_them(language: str, translator: Translator) -> None:
    """Buttons, toasts and menus are plain text, and as short as Telegram wants them."""
    for message in of(language):
        for limit in (limit for prefix, limit in LIMITS.items() if message.id.startswith(prefix)):
            assert not any(set("<&") & set(pattern) for pattern in message.patterns), message
            for arguments in samples(message):
                long = {n: "n" * 12 if v == "x" else v for n, v in arguments.items()}
                assert len(translator.label(language, message.id, **long)) <= limit, message


@pytest.mark.parametrize("language", LANGUAGES)
def test_digits_are_western(language: str) -> None:
    """The Maghreb writes 0-9, and a code or an amount is never in two sorts of digits."""
    assert offenders(language, "[٠-٩۰-۹]") == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_translators_type_no_invisible_marks(language: str) -> None:
    """Isolates and direction marks are set by the program, never typed into a file."""
    assert offenders(language, "[\u200b-\u200f\u202a-\u202e\u2066-\u2069]") == []


def test_arabic_holds_no_foreign_words() -> None:
    """Only names and commands stand in Latin letters."""
    words = re.compile(r"(?<![/@\w])[A-Za-z]\w*", re.ASCII)
    found = {(m, w) for m, p in patterns("ar") for w in words.findall(without_markup(p))}
    assert {(str(m), word) for m, word in found if word not in LATIN_IN_ARABIC} == set()


def test_arabic_has_its_own_punctuation() -> None:
    """Arabic asks with ؟ and lists with ، and ؛."""
    assert offenders("ar", r"[?;]|,(?!\d)") == []


@pytest.mark.parametrize(
    "wrong", [r"[^\u00a0\u202f;?!:…][;?!]", r"[^\u00a0\u202f]:(?=\s|$|\ufffc)"]
)
def test_french_is_spaced_as_french_is(wrong: str) -> None:
    """A no-break space stands before : ; ? and !, never an ordinary one or none."""
    assert offenders("fr", wrong) == []


def test_french_quotes_are_spaced() -> None:
    """A no-break space stands inside « »."""
    assert offenders("fr", r"[^\u00a0\u202f]»|«[^\u00a0\u202f]") == []


def patterns(language: str) -> list[tuple[Written, str]]:
    """List every text and every variant of a language."""
    return [(message, pattern) for message in of(language) for pattern in message.patterns]


def offenders(language: str, wrong: str) -> list[str]:
    """Name the messages whose words match `wrong`."""
    found = re.compile(wrong)
    return [str(m) for m, pattern in patterns(language) if found.search(without_markup(pattern))]


def words(message: Written) -> dict[str, frozenset[str]]:
    """Tell which words choose a variant of `message`, by argument."""
    return {c.variable: c.variants for c in message.choices if not is_plural(c.variants)}


def without_markup(pattern: str) -> str:
    """Leave the words that are read."""
    return re.sub(r"<[^>]*>|&\w+;|https?://\S+", "", pattern)


class Tags(HTMLParser):
    """Which tags were seen, and which stay open."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: set[str] = set()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert PLACE not in (self.get_starttag_text() or ""), "no argument inside a tag"
        self.seen.add(tag)
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag
