"""The shim, built once from its source."""

from pathlib import Path

import pytest

from tests.e2e.template import template
from tests.powercut.record import build_shim, lacking

__all__ = ["template"]


@pytest.fixture(scope="session")
def shim(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if why := lacking():
        pytest.skip(why)
    return build_shim(tmp_path_factory.mktemp("shim"))
