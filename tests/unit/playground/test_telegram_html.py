import html as standard
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.playground.telegram import html
from bot.playground.telegram.answers import Refused
from bot.playground.telegram.entities import Entity, units
from bot.playground.telegram.formatting import formatted_caption, formatted_text, plain
from bot.playground.telegram.params import Params

TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1)


def marked(source: str) -> list[tuple[str, str]]:
    text, entities = html.parse(source)
    return [(entity.kind, entity.of(text)) for entity in entities]


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("a &lt;b&gt; &amp; &quot;c&quot;", 'a <b> & "c"'),
        ("&#1583;&#x2e;&#62 &#X41;", "د.> &#X41;"),
        ("&nbsp; &eacute; & &; &#0; &#1114112;", "&nbsp; &eacute; & &; &#0; &#1114112;"),
        ("2 > 1", "2 > 1"),
    ],
)
def test_references_are_decoded(source: str, text: str) -> None:
    """Four names and numbers are characters; every other reference stays as it is written."""
    assert html.parse(source) == (text, [])


@pytest.mark.parametrize(
    ("tags", "kind"),
    [
        (("b", "strong"), "bold"),
        (("i", "em"), "italic"),
        (("u", "ins"), "underline"),
        (("s", "strike", "del"), "strikethrough"),
        (("tg-spoiler", 'span class="tg-spoiler"', "SPAN class=tg-spoiler"), "spoiler"),
        (("code", "code class='language-'"), "code"),
        (("pre", "pre  "), "pre"),
        (("blockquote", 'blockquote cite="x"'), "blockquote"),
        (("blockquote expandable", "blockquote a expandable='' "), "expandable_blockquote"),
    ],
)
def test_tags_mark(tags: tuple[str, ...], kind: str) -> None:
    """Every tag Telegram knows marks its text, with or without attributes, in any case."""
    for tag in tags:
        assert marked(f"😀<{tag}>é😀</>.") == [(kind, "é😀")]


def test_offsets_count_utf16() -> None:
    """Offsets and lengths are UTF-16 code units, also for nested tags."""
    assert html.parse("😀<b>é<i>😀</i></b>")[1] == [
        Entity(kind="italic", offset=3, length=2),
        Entity(kind="bold", offset=2, length=3),
    ]


def test_links_are_normalised() -> None:
    """A link gets a scheme and a path; one that leads nowhere is plain text."""
    urls = {
        "t.me/wakil_bot?start=x": "http://t.me/wakil_bot?start=x",
        "https://example.com": "https://example.com/",
        "https://example.com?a": "https://example.com/?a",
        "tg://user?id=1": "tg://user?id=1",
    }
    for url, normalised in urls.items():
        (entity,) = html.parse(f'<a href="{url}">x</a>')[1]
        assert (entity.kind, entity.url) == ("text_link", normalised)
    assert html.parse("<a>example.com</a>")[1][0].url == "http://example.com/"
    assert html.parse('<a href="nowhere">x</a>') == ("x", [])


def test_code_in_pre_has_a_language() -> None:
    """A class on `code` names the language of the `pre` round it."""
    assert html.parse('<pre><code class="language-sql">x</code></pre>')[1] == [
        Entity(kind="pre", offset=0, length=1, language="sql")
    ]
    assert marked("<pre><code>x</code></pre>") == [("code", "x"), ("pre", "x")]


@pytest.mark.parametrize(
    ("source", "refusal"),
    [
        ("é<br>", 'Unsupported start tag "br" at byte offset 2'),
        ("a < b", 'Unsupported start tag "" at byte offset 2'),
        ("a <b", "Unclosed start tag at byte offset 2"),
        ("<a href=", 'Unclosed start tag "a" at byte offset 0'),
        ("<a href", 'Unclosed start tag "a" at byte offset 0'),
        ('<a href="x', "Unclosed start tag at byte offset 0"),
        ('<a ="x">y</a>', 'Empty attribute name in the tag "a" at byte offset 0'),
        ("<a href=x/>", "Unexpected end of name token at byte offset 8"),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("<span class='x'>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ("<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("<b><i>x</i>", 'Can\'t find end tag corresponding to start tag "b"'),
        ("&#xd83d;", "Text contains invalid Unicode characters after decoding HTML entities"),
    ],
)
def test_bad_markup_is_refused(source: str, refusal: str) -> None:
    """What Telegram cannot parse is refused in Telegram's words, and where it stands."""
    with pytest.raises(Refused) as refused:
        html.parse(source)

    assert refused.value.description.startswith(f"Bad Request: can't parse entities: {refusal}")
    assert refused.value.status == 400


@given(TEXT, TEXT)
def test_escaped_text_survives(before: str, code: str) -> None:
    """Escaped text comes out as it went in, and a code entity holds exactly the code."""
    source = f"{standard.escape(before)}<code>{standard.escape(code)}</code>"

    text, (entity,) = html.parse(source)

    assert text == before + code
    assert entity.of(text) == code
    assert entity.length == units(code)


def formatted(text: str) -> tuple[str, list[tuple[str, str]]]:
    found = formatted_text(Params({"text": text, "parse_mode": "HTML"}))
    return found.text, [(entity.kind, entity.of(found.text)) for entity in found.entities]


def test_trimming_moves_entities() -> None:
    """Blanks round a text go, and entities stay on their words."""
    assert formatted(" \n<b>\nBold\n</b>\n <i> </i>") == ("Bold", [("bold", "Bold")])


def test_code_holds_nothing_else() -> None:
    """Bold is cut round a code, because a code can hold and be held by nothing."""
    assert formatted("<b>one <code>two</code> three</b>") == (
        "one two three",
        [("bold", "one "), ("code", "two"), ("bold", " three")],
    )


def test_entities_are_in_order() -> None:
    """Entities come by their place, the longer first, a quote before what it holds."""
    assert [
        kind for kind, _ in formatted("<blockquote><i><b>x</b></i></blockquote><u>y</u>")[1]
    ] == [
        "blockquote",
        "bold",
        "italic",
        "underline",
    ]


def test_only_a_hundred_entities_count() -> None:
    """From the hundred and first on, marked text is plain."""
    assert len(formatted("<b>x</b>y" * 101)[1]) == 100


def test_some_characters_do_not_arrive() -> None:
    """Embeddings and line separators vanish, control characters become blanks; isolates stay."""
    assert plain("a\u202ab\u2028\tc\u2067د\u2069\r").text == "ab c\u2067د\u2069"


def test_commands_are_marked() -> None:
    """A slash word is a command, at the start or later, but not in a path or a code."""
    assert plain("/start abc /help@wakil_bot a/b //c").entities == (
        Entity(kind="bot_command", offset=0, length=6),
        Entity(kind="bot_command", offset=11, length=15),
    )
    assert formatted("<code>/buy</code> /buy")[1] == [("code", "/buy"), ("bot_command", "/buy")]


@pytest.mark.parametrize(
    ("values", "refusal"),
    [
        ({"parse_mode": "Fancy"}, "unsupported parse_mode"),
        ({"parse_mode": "MarkdownV2"}, "the double has no Markdown"),
        ({"entities": json.dumps([])}, "the double has no explicit entities"),
    ],
)
def test_other_modes_are_refused(values: dict[str, str], refusal: str) -> None:
    """What the double cannot read it refuses, rather than showing something else."""
    with pytest.raises(Refused) as refused:
        formatted_caption(Params({"caption": "x", **values}))

    assert refused.value.description == f"Bad Request: {refusal}"


def test_parameters_are_a_mapping() -> None:
    """Recorded parameters can be counted and printed as they came."""
    params = Params({"chat_id": "1", "text": "x"})

    assert (len(params), repr(params)) == (2, "Params({'chat_id': '1', 'text': 'x'})")
