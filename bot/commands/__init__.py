"""The commands: each names the concrete classes that it needs, and nothing imports them."""

import gc
from importlib import import_module
from types import ModuleType


def imported(name: str) -> ModuleType:
    """Import the command `name`.

    What comes with it stays as long as the process: looking for garbage in it meanwhile would
    take a fifth of a start.
    """
    gc.disable()
    module = import_module(f"{__name__}.{name.replace('-', '_')}")
    gc.freeze()
    gc.enable()
    return module
