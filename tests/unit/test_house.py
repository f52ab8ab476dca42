import ast
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HIDDEN = re.compile(r"\.(?!ci$)|__pycache__$")
LONGEST_MODULE = 400
LONGEST_DOOR = 60


def files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.is_file():
            yield path
        elif not HIDDEN.match(path.name):
            yield from files(path)


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def offenders(paths: Iterable[Path], judge: Callable[[str], object]) -> dict[str, object]:
    """Give what `judge` finds in the text of each file, where it finds anything."""
    found = {name(path): judge(path.read_text("utf-8")) for path in paths}
    return {path: fault for path, fault in found.items() if fault}


FILES = list(files(ROOT))
MODULES = [path for path in FILES if path.suffix == ".py"]
PRODUCT = [path for path in MODULES if name(path).startswith(("bot/", "handlers/", "storage/"))]
TESTS = [path for path in MODULES if name(path).startswith("tests/")]


def outside(*folders: str) -> list[Path]:
    return [path for path in PRODUCT if not name(path).startswith(folders)]


def lines(text: str) -> int:
    return len(text.splitlines())


def test_modules_are_short() -> None:
    """A module that cannot be read in one go is cut in two; a revision is one statement."""
    modules = outside("storage/migrations/versions/")
    assert offenders(modules, lambda text: max(0, lines(text) - LONGEST_MODULE)) == {}


def test_the_door_is_small() -> None:
    """run.py stands outside the layers, so it only opens doors."""
    assert lines((ROOT / "run.py").read_text("utf-8")) <= LONGEST_DOOR


# --- One word per concept -------------------------------------------------------------------------

INSTEAD = {
    "cart": "quote",
    "client": "agent",
    "customer": "agent",
    "history": "journal",
    "poller": "tracker",
    "purchase": "order",
    "seller": "agent",
    "sku": "card_type",
    "supplier": "provider",
    "user": "person, member or agent",
    "vendor": "provider",
    "voucher": "card",
}
WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")


def named(tree: ast.AST) -> Iterator[str]:
    """Give the names that a module makes up itself; a library's attributes are not among them."""
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                yield node.name
            case ast.arg(arg=made) | ast.alias(asname=str(made)):
                yield made
            case ast.Name(id=made, ctx=ast.Store()) | ast.Attribute(attr=made, ctx=ast.Store()):
                yield made
            case _:
                pass


def banned(text: str) -> list[str]:
    """Give "name: say word" for each name in `text` that holds another word for a concept."""
    return [
        f"{made}: say {INSTEAD[word]}"
        for made in sorted(set(named(ast.parse(text))))
        for part in WORD.findall(made)
        for word in {part.lower(), part.lower().removesuffix("s")} & INSTEAD.keys()
    ]


def test_one_word_per_concept() -> None:
    """Each concept has one name in the code, the one in docs/glossary.md.

    The providers' and Telegram's own words stand where their wire is spoken or their credentials
    are read, and nowhere else.
    """
    assert offenders(outside("bot/providers/", "bot/playground/", "bot/settings/"), banned) == {}


def test_banned_words_are_found() -> None:
    """Another word is seen in snake case, in camel case and in the plural."""
    text = "class UserCart: ...\ndef f(vendor_id): self.skus = reuse = userland = update.user"
    assert {complaint.split(":")[0] for complaint in banned(text)} == {
        "UserCart",
        "vendor_id",
        "skus",
    }


EDGES = ("bot/providers/", "bot/playground/", "bot/settings/")
WIRING = tuple(f"bot/commands/{one}.py" for one in ("asking_around", "comparing", "init", "terms"))
"""Where settings become providers, and a person or the demo is told of one by its name."""

PROVIDER = re.compile(r"one[ _-]?click|plum|xoxo", re.IGNORECASE)


def test_providers_are_named_at_the_edges_only() -> None:
    """Nothing between the edges knows which provider it deals with, and no text names one."""
    texts = [path for path in FILES if name(path).startswith("locales/")]
    between = [*outside(*EDGES, *WIRING), *texts, ROOT / "run.py"]
    assert offenders(between, PROVIDER.findall) == {}


@pytest.mark.parametrize("word", ["OneClickDZ", "ONECLICKDZ_API_KEY", "plum", "Xoxoday", "a_plum"])
def test_a_named_provider_is_found(word: str) -> None:
    """However a provider's name is written, it is seen."""
    assert PROVIDER.search(f"the key of {word} was rejected")


# --- The repository stands alone ------------------------------------------------------------------

TEXTS = {".py", ".md", ".toml", ".ftl", ".txt", ".in", ".service", ".yaml", ".mako", ""}
# Written with gaps, so that this file does not find itself.
FOREIGN = re.compile(r"/[w]ork/|/[t]mp/w/|bash[_]jobs|[-]-(extra-)?index-url |[-]-find-links ")


GENERATED = re.compile(r"\.env.*|\.coverage.*|\.git")
"""Names of files that are this machine's alone, and never committed (`.git` of a worktree)."""


def test_no_machine_is_named() -> None:
    """No file of the repository depends on, or tells of, the machine that it was written on."""
    kept = [path for path in FILES if not GENERATED.fullmatch(path.name)]
    texts = [path for path in [*kept, ROOT / ".env.example"] if path.suffix in TEXTS]
    assert offenders(texts, FOREIGN.findall) == {}


@pytest.mark.parametrize("lock", ["requirements.txt", "requirements-dev.txt"])
def test_locks_hold_versions_and_hashes(lock: str) -> None:
    """A lock holds exact versions with hashes, and no address to load them from."""
    version = r"[a-z0-9-]+==\S+ (; [^\n]+ )?\\\n( {4}--hash=sha256:[0-9a-f]{64}( \\)?\n)+"
    assert re.fullmatch(f"({version})+", (ROOT / lock).read_text("utf-8"))


# --- How tests are written ------------------------------------------------------------------------


def silent(text: str) -> list[str]:
    """Give the tests that do not say what they guard."""
    return [
        node.name
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.name.startswith("test_")
        and not (ast.get_docstring(node) or "").endswith((".", "?"))
    ]


def test_tests_state_their_rule() -> None:
    """Every test says in a sentence which rule it guards."""
    assert offenders(TESTS, silent) == {}


# Written with gaps, so that this file does not find itself.
PRETENCE = re.compile(r"(?:asyncio|time)\.[s]leep\((?!0\))|[m]onkeypatch|[u]nittest")


def test_tests_use_the_real_thing() -> None:
    """Tests replace nothing behind the code's back, and wait for events instead of sleeping."""
    assert offenders(TESTS, PRETENCE.findall) == {}


@pytest.mark.parametrize(
    "text",
    ["await asyncio.[s]leep(1)", "time.[s]leep(0.5)", "def test_it([m]onkeypatch)", "[u]nittest"],
)
def test_pretences_are_found(text: str) -> None:
    """A pause, a patch and a mock are seen; giving way to other tasks is none of them."""
    text = text.replace("[", "").replace("]", "")
    assert PRETENCE.search(text)
    assert not PRETENCE.search("await asyncio.sleep(0)")
