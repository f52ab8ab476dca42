"""What the documents name is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted([*(ROOT / "docs").rglob("*.md"), *ROOT.glob("*.md")])

_PATH = re.compile(r"`((?:bot|handlers|storage|locales|tests|deploy|bench)/[\w/.-]+)(?:::(\w+))?`")
_LINK = re.compile(r"\]\((?!https?:)([^)#]+)")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_what_a_page_names_exists(page: Path) -> None:
    """Every file, test and page that a document refers to is in the project."""
    text = page.read_text(encoding="utf-8")
    missing = [path for path, test in _PATH.findall(text) if not _is_there(path, test)]
    missing += [link for link in _LINK.findall(text) if not (page.parent / link).exists()]
    assert missing == []


def _is_there(path: str, test: str) -> bool:
    file = ROOT / path
    if not test:
        return file.exists()
    return file.is_file() and f"def {test}(" in file.read_text(encoding="utf-8")
