import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram import InlineKeyboardButton

from bot.errors import DomainError
from bot.texts import Translator
from handlers.callbacks import SHAPES, Verb, data, shape_of
from handlers.keyboards import column, fitting, keyboard, pages, press
from tests.conversation.stage import ZONE

TRANSLATOR = Translator(ZONE, strict=True)
ENGLISH, ARABIC = TRANSLATOR.voice("en"), TRANSLATOR.voice("ar")

MADE = [
    (Verb.LANGUAGE, ("ar",)),
    (Verb.ACCESS, ()),
    (Verb.APPROVE, (7,)),
    (Verb.QUANTITY, (5, 2)),
    (Verb.CONFIRM, ("A" * 22,)),
    (Verb.PAGE, ("orders", 2)),
    (Verb.PAGE, ("types", 5, 2)),
    (Verb.BACK, ("categories",)),
    (Verb.BACK, ("types", 5)),
    (Verb.UNDO, ("topup:123456789:42",)),
]


@pytest.mark.parametrize(("verb", "arguments"), MADE)
def test_what_is_made_can_be_read(verb: Verb, arguments: tuple[object, ...]) -> None:
    """A button's data comes back as the arguments that it was made of."""
    read = SHAPES[verb].fullmatch(data(verb, *arguments))
    assert read is not None
    assert [one for one in read.groups() if one] == [str(one) for one in arguments]


@pytest.mark.parametrize(
    ("verb", "arguments"),
    [(Verb.TYPE, ("x",)), (Verb.CONFIRM, ("A" * 60,)), (Verb.TYPE, ()), (Verb.UNDO, ("ع",))],
)
def test_what_could_not_be_read_is_not_made(verb: Verb, arguments: tuple[object, ...]) -> None:
    """A button that nothing would answer is a bug where it is made."""
    with pytest.raises(DomainError):
        data(verb, *arguments)


@given(st.text(max_size=64))
def test_no_text_is_misread(text: str) -> None:
    """Whatever is sent either has the exact shape of a verb, in plain digits, or fits none."""
    for verb in Verb:
        read = shape_of(verb).match(text)
        assert read is None or (text.isascii() and text.startswith(f"{verb}:"))


def test_a_place_narrows_to_one_screen() -> None:
    """A page of one list never turns another."""
    shape = shape_of(Verb.PAGE, "types")
    assert shape.match("page:types:5:2") is not None
    assert shape.match("page:orders:2") is None
    assert shape.match("page:types:5:2\n") is None


def labels(row: tuple[InlineKeyboardButton, ...]) -> list[str]:
    return [one.text for one in row]


def test_rows_follow_the_language() -> None:
    """Rows are mirrored where the language starts at the right; Back is alone at the end."""
    row = [press(str(n), Verb.TYPE, n) for n in (1, 2)]
    english = keyboard(ENGLISH, row, (), back=("categories",))
    arabic = keyboard(ARABIC, row, (), back=("categories",))
    assert english is not None
    assert arabic is not None
    assert labels(english.inline_keyboard[0]) == ["1", "2"]
    assert labels(arabic.inline_keyboard[0]) == ["2", "1"]
    assert [len(one.inline_keyboard[-1]) for one in (english, arabic)] == [1, 1]
    assert keyboard(ENGLISH) is None


def test_columns_keep_the_reading_order() -> None:
    """Buttons fill one row after the other; the last may be short."""
    buttons = [press(str(n), Verb.TYPE, n) for n in range(5)]
    assert [len(row) for row in column(buttons, width=2)] == [2, 2, 1]
    assert [len(row) for row in column(buttons)] == [1] * 5


def test_no_price_is_cut_off() -> None:
    """Two buttons share a row only where half a small phone's width shows both whole."""
    short, long = (press(text, Verb.TYPE, 1) for text in ("\u20685 USD\u2069 — 750 DA", "n" * 17))
    assert [len(row) for row in fitting([short] * 3)] == [2, 1]
    assert [len(row) for row in fitting([short, long])] == [1, 1]


@pytest.mark.parametrize(
    ("page", "turns"), [(1, ["1", "2"]), (2, ["1", "2", "3"]), (3, ["2", "3"])]
)
def test_arrows_lead_where_pages_are(page: int, turns: list[str]) -> None:
    """The first page has no arrow back, the last none forward."""
    row = pages(ENGLISH, page, 3, "orders")
    assert [str(one.callback_data).rsplit(":", 1)[1] for one in row] == turns
    assert pages(ENGLISH, 1, 1, "orders") == ()
