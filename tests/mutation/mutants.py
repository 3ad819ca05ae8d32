"""Every small way to break a file of rules: one changed place each, as source."""

import ast
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Change = tuple[str, Callable[[], object]]

COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
OPERATORS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.FloorDiv, ast.FloorDiv: ast.Mult, ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}  # fmt: skip
SWAPPED = {"min": "max", "max": "min", "any": "all", "all": "any"}


@dataclass(frozen=True)
class Mutant:
    """One changed place.

    :param name: the function or class it lies in; None when it lies in a table of the module.
    """

    path: Path
    line: int
    what: str
    source: str
    name: str | None

    def __str__(self) -> str:
        return f"{'/'.join(self.path.parts[-2:])}:{self.line} {self.what}"


def mutants(path: Path) -> Iterator[Mutant]:
    """Every mutant of one file."""
    tree = ast.parse(path.read_text())
    for place, (top, node) in enumerate(_places(tree)):
        name = top.name if isinstance(top, ast.FunctionDef | ast.ClassDef) else None
        for change in range(len(list(_changes(node)))):
            copy = deepcopy(tree)
            what, carry_out = list(_changes(list(_places(copy))[place][1]))[change]
            carry_out()
            yield Mutant(path, node.lineno, what, ast.unparse(ast.fix_missing_locations(copy)), name)


def _places(tree: ast.Module) -> Iterator[tuple[ast.stmt, ast.expr | ast.stmt]]:
    """Everything inside functions, classes and tables; no docstrings, annotations, assertions."""
    for top in tree.body:
        if isinstance(top, ast.FunctionDef | ast.ClassDef | ast.Assign | ast.AnnAssign):
            yield from ((top, node) for node in _inside(top))


def _inside(node: ast.AST) -> Iterator[ast.expr | ast.stmt]:
    if isinstance(node, ast.Assert | ast.JoinedStr | ast.arguments):
        return
    if isinstance(node, ast.ClassDef):
        # What a field is when nobody says it is convenience, not a rule.
        for method in node.body:
            if isinstance(method, ast.FunctionDef):
                yield from _inside(method)
        return
    if isinstance(node, ast.expr | ast.stmt):
        yield node
    skipped = {"annotation", "returns", "decorator_list", "bases", "type_params"}
    for name, value in ast.iter_fields(node):
        if name not in skipped:
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST):
                    yield from _inside(child)


def _changes(node: ast.AST) -> Iterator[Change]:
    for kind, changes in _CHANGES.items():
        if isinstance(node, kind):
            yield from changes(node)


def _compared(node: ast.Compare) -> Iterator[Change]:
    for place, op in enumerate(node.ops):
        other = COMPARISONS[type(op)]

        def swap(place: int = place, other: type[ast.cmpop] = other) -> None:
            node.ops[place] = other()

        yield f"{type(op).__name__} -> {other.__name__}", swap


def _joined(node: ast.BoolOp) -> Iterator[Change]:
    other = ast.Or if isinstance(node.op, ast.And) else ast.And
    yield f"{type(node.op).__name__} -> {other.__name__}", lambda: setattr(node, "op", other())
    for place in range(len(node.values)):
        yield f"operand {place} left out", lambda p=place: node.values.pop(p)


def _constant(node: ast.Constant) -> Iterator[Change]:
    value = node.value
    if value is True or value is False:
        yield f"{value} -> {not value}", lambda: setattr(node, "value", not value)
    elif isinstance(value, int):
        yield f"{value} -> {value + 1}", lambda: setattr(node, "value", value + 1)
        yield f"{value} -> {value - 1}", lambda: setattr(node, "value", value - 1)
    elif isinstance(value, str) and value and value[0].isdigit() and len(value) < 4:
        yield f"clause {value} -> 9.9", lambda: setattr(node, "value", "9.9")


def _reordered(node: ast.AnnAssign) -> Iterator[Change]:
    rows = node.value
    if getattr(node.target, "id", "") != "PRECEDENCE" or not isinstance(rows, ast.Tuple):
        return
    for upper in range(len(rows.elts) - 1):

        def swap(upper: int = upper) -> None:
            rows.elts[upper], rows.elts[upper + 1] = rows.elts[upper + 1], rows.elts[upper]

        yield f"rows {upper} and {upper + 1} change places", swap
    for place in range(len(rows.elts)):
        yield f"row {place} is missing", lambda p=place: rows.elts.pop(p)


def _become(node: ast.AST, other: ast.expr) -> None:
    """Put another expression in the place of this node, without knowing its parent."""
    node.__class__ = other.__class__  # type: ignore[assignment]
    node.__dict__.clear()
    node.__dict__.update(other.__dict__)


def _operator(node: ast.BinOp) -> Iterator[Change]:
    if (other := OPERATORS.get(type(node.op))) is not None:
        yield f"{type(node.op).__name__} -> {other.__name__}", lambda: setattr(node, "op", other())


def _negated(node: ast.UnaryOp) -> Iterator[Change]:
    if isinstance(node.op, ast.Not):
        yield "not dropped", lambda: _become(node, ast.Call(ast.Name("bool", ast.Load()), [node.operand], []))


def _conditional(node: ast.If | ast.IfExp) -> Iterator[Change]:
    yield "condition always true", lambda: setattr(node, "test", ast.Constant(True))
    yield "condition always false", lambda: setattr(node, "test", ast.Constant(False))


def _called(node: ast.Call) -> Iterator[Change]:
    name = node.func
    if isinstance(name, ast.Name) and name.id in SWAPPED:
        yield f"{name.id} -> {SWAPPED[name.id]}", lambda: setattr(name, "id", SWAPPED[name.id])


def _silenced(node: ast.FunctionDef) -> Iterator[Change]:
    if node.returns is not None and ast.unparse(node.returns) == "Ruling | None":
        yield f"{node.name} falls silent", lambda: setattr(node, "body", [ast.Return(ast.Constant(None))])


_CHANGES: dict[Any, Callable[[Any], Iterator[Change]]] = {
    ast.Compare: _compared,
    ast.BinOp: _operator,
    ast.BoolOp: _joined,
    ast.UnaryOp: _negated,
    ast.Constant: _constant,
    ast.If: _conditional,
    ast.IfExp: _conditional,
    ast.Call: _called,
    ast.FunctionDef: _silenced,
    ast.AnnAssign: _reordered,
}
