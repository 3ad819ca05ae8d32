"""Names of functions in other rooms, loaded only when they are called.

A command imports nothing that it does not run: the sandbox provider has no need of Django, and the start of
the desk is as quick as its imports.
"""

import importlib
from typing import Any


def resolve(target: str) -> Any:
    """This function loads what a name like `sevenpanel.jobs.worker:main` means."""
    module, _, name = target.partition(":")
    return getattr(importlib.import_module(module), name)
