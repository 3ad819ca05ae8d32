"""The product's own sources, parsed once for the tests of the house."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "sevenpanel"
TESTS = ROOT / "tests"

Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def modules() -> dict[Path, ast.Module]:
    """Every module of the product but migrations, which are written by a machine, by its path from the root."""
    paths = [p for p in PACKAGE.rglob("*.py") if "migrations" not in p.parts]
    return {path.relative_to(ROOT): ast.parse(path.read_text()) for path in sorted(paths)}


def functions() -> Iterator[tuple[Path, Function]]:
    """Every function and method, with the file it stands in."""
    for path, tree in modules().items():
        for node in ast.walk(tree):
            if isinstance(node, Function):
                yield path, node


def length(node: Function) -> int:
    """How many lines a function has, its docstring and decorators aside."""
    body = node.body[1:] if ast.get_docstring(node) else node.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0
