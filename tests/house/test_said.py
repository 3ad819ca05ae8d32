"""What customers read is said so that it can be translated: literals, whole, and in no refusal a bare text (U-14)."""

import ast
import re
from collections.abc import Iterator

import pytest
from tests.house.sources import modules

# What starts the desk has a word `say` of its own, for whoever sits before it.
LAUNCH = "src/sevenpanel/launch/"
TREES = {str(path): tree for path, tree in modules().items() if not str(path).startswith(LAUNCH)}

# Refusals that only people of the house and programs read: the desk, the command line and the API are English.
READ_BY_STAFF = {
    "IncorrectRequest", "NothingDone", "NotKnown", "TooManyRequests",  # the API
    "UnableToBook", "UnableToCorrect", "UnableToDecide", "UnableToDecideOrder", "UnableToDecidePost",
    "UnableToFindReceipt", "UnableToFindTrouble", "UnableToJudge", "UnableToLiftStop", "UnableToListService",
    "UnableToMeasure", "UnableToMoveDispatch", "UnableToPropose", "UnableToProve", "UnableToPublish",
    "UnableToReadFinding", "UnableToReadProvider", "UnableToReadSource", "UnableToReadVerdict", "UnableToRecount",
    "UnableToSaveMethod", "UnableToSaveSource", "UnableToSetMeter", "UnableToSetPolicy", "UnableToSetRate",
    "UnableToSetUpProvider", "UnableToSetWallet", "UnableToShowEvidence", "UnableToUseKey", "UnableToWatchChain",
    "UnableToWriteOff", "UnableToWriteService", "UnableToAct", "UnableToReadAddress",
    "UnableToCheckDelivery", "UnableToFindHook", "UnableToTakeDelivery",  # programs of processors
    "UnableToKeepPrivateKey", "UnableToUnsealKey",  # the command line
}  # fmt: skip
# A refusal that customers and staff share, where it is raised for staff.
FOR_STAFF_HERE = {("src/sevenpanel/support/commands/keeping.py", "UnableToWrite")}


def calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield node.func.id, node


def refusals() -> set[str]:
    """Every class that is a refusal, however far down."""
    bases = {
        node.name: {base.id for base in node.bases if isinstance(base, ast.Name)}
        for tree in TREES.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
    }
    known = {"Refusal"}
    while found := {name for name, over in bases.items() if over & known} - known:
        known |= found
    return known - {"Refusal"}


def test_everybody_knows_who_reads_a_refusal() -> None:
    assert sorted(READ_BY_STAFF - refusals()) == []


def is_bare(said: ast.expr) -> bool:
    """Whether this is a text that was put together here and can be translated by nobody."""
    is_text = isinstance(said, ast.JoinedStr | ast.BinOp) or (
        isinstance(said, ast.Constant) and isinstance(said.value, str)
    )
    is_joined = isinstance(said, ast.Call) and isinstance(said.func, ast.Attribute) and said.func.attr in {
        "join", "format", "strip",
    }  # fmt: skip
    return is_text or is_joined


def bare_refusals(tree: ast.AST, wanted: set[str]) -> list[tuple[str, int]]:
    return [(name, call.lineno) for name, call in calls(tree) if name in wanted and call.args and is_bare(call.args[0])]


def test_u_14_no_refusal_that_customers_read_is_a_bare_text() -> None:
    wanted = refusals() - READ_BY_STAFF
    found = [
        (path, name, line)
        for path, tree in TREES.items()
        for name, line in bare_refusals(tree, wanted)
        if (path, name) not in FOR_STAFF_HERE
    ]

    assert found == []


@pytest.mark.parametrize(
    ("line", "is_found"),
    [
        ('raise UnableToWrite("Write what it is about.")', True),
        ('raise UnableToWrite(f"You have no order {n}.")', True),
        ('raise UnableToWrite(", ".join(reasons))', True),
        ('raise UnableToWrite("You have no order " + n)', True),
        ('raise UnableToWrite(say("Write what it is about."))', False),
        ("raise UnableToWrite(passage(reasons))", False),
        ('raise UnableToLiftStop("Say why.")', False),
    ],
)
def test_a_bare_text_is_seen_however_it_is_written(line: str, is_found: bool) -> None:
    assert bool(bare_refusals(ast.parse(line), {"UnableToWrite"})) is is_found


def said_messages() -> Iterator[tuple[str, ast.Call, list[ast.expr]]]:
    for path, tree in TREES.items():
        for name, call in calls(tree):
            if name in ("say", "say_many"):
                yield path, call, call.args


def test_u_14_every_message_is_a_literal_so_that_it_is_found_and_translated() -> None:
    loose = [
        (path, call.lineno)
        for path, call, said in said_messages()
        if not said or not all(isinstance(each, ast.Constant) and isinstance(each.value, str) for each in said)
    ]

    assert loose == []


def test_u_14_every_place_in_a_message_has_a_name_and_every_value_a_place() -> None:
    wrong = []
    for path, call, said in said_messages():
        given = {each.arg for each in call.keywords}
        for text in (str(each.value) for each in said if isinstance(each, ast.Constant)):
            places = set(re.findall(r"%\((\w+)\)s", text))
            is_filled = None in given or given - {"n"} <= places
            left = re.sub(r"%%|%\(\w+\)s", "", text) if given else ""
            if not is_filled or "%" in left:
                wrong.append((path, call.lineno, text))

    assert wrong == []
