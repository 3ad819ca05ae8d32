"""How good the tests of the Terms are: break the rules in every small way and see whether a test turns red.

    .venv/bin/python -m tests.mutation.terms [--seconds 270] [--only clauses] [--list]

Each mutant changes one place: a comparison, an operator, a number, a condition, a rule that falls silent, a clause's
id, two rows of the order of precedence that change places or one that is missing. It lives in a forked child, in which
the changed code takes the place of the original; nothing on disk changes. Prints what survived and the share that was
killed; exit status 1 below 95 %. Mutants are shuffled, always in the same way, so that a run that time cuts short has
tried a fair sample.
"""

import argparse
import gc
import importlib
import os
import random
import resource
import signal
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from math import ceil
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

import pytest
from hypothesis import settings
from tests.mutation.mutants import Mutant, mutants

ROOT = Path(__file__).parents[2]
ROOM = ROOT / "src" / "sevenpanel" / "terms"
TESTS = "tests/pure/terms"
ENOUGH_PERCENT = 95
# So many times the computing time of the unbroken rules: a busy machine must not look like a loop without an end.
ENDLESS = 6
# Codes that no accident gives.
KILLED, SURVIVED = 70, 80
PLUGINS = ("cacheprovider", "terminal", "django", "xdist", "socket", "timeout")


class Judge:
    """A plugin that runs the collected tests once for each mutant instead of once.

    Tests that killed mutants of the same file go first, then the quick ones: most mutants die within a few tests.
    """

    def __init__(self, everything: list[Mutant], seconds: float) -> None:
        self.everything, self.seconds = everything, seconds
        self.seconds_each = 1
        self.survivors: list[Mutant] = []
        self.tried = 0
        self.has_failed = False
        self.durations: Counter[str] = Counter()
        self.killers: defaultdict[Path, Counter[str]] = defaultdict(Counter)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note a red test, and how long each takes."""
        self.has_failed = self.has_failed or report.failed
        self.durations[report.nodeid] += round(report.duration * 1_000_000)

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Judge the real thing, then mutants until all are done or time is up."""
        before = time.process_time()
        assert self._killer(session.items) is None, "the tests fail without any mutation"
        self.seconds_each = 1 + ENDLESS * ceil(time.process_time() - before)
        gc.freeze()  # what is there already is not copied into every child by the collector
        started = time.monotonic()
        for mutant in self.everything:
            if time.monotonic() - started > self.seconds:
                break
            self.tried += 1
            killer = self._judge(session, mutant)
            if killer is None:
                self.survivors.append(mutant)
            else:
                self.killers[mutant.path][killer] += 1
        return True

    def _judge(self, session: pytest.Session, mutant: Mutant) -> str | None:
        """Give the test that killed it, if one did."""
        before = self.killers[mutant.path]
        items = sorted(session.items, key=lambda item: (-before[item.nodeid], self.durations[item.nodeid]))
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os._exit(self._run(items, mutant, writing))
        os.close(writing)
        code = _outcome(child)
        with os.fdopen(reading) as pipe:
            killer = pipe.read()
        return None if code == SURVIVED else killer or "no end, or no import"

    def _run(self, items: list[pytest.Item], mutant: Mutant, writing: int) -> int:
        resource.setrlimit(resource.RLIMIT_CPU, (self.seconds_each, self.seconds_each))
        silence = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silence, 1)
        os.dup2(silence, 2)
        try:
            _replace(mutant)
        except Exception:
            return KILLED  # it cannot even be imported
        killer = self._killer(items)
        os.write(writing, (killer or "").encode())
        return SURVIVED if killer is None else KILLED

    def _killer(self, items: list[pytest.Item]) -> str | None:
        for item in items:
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)
            if self.has_failed:
                return item.nodeid
        return None


def _outcome(child: int) -> int:
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    if code in {-signal.SIGKILL, -signal.SIGXCPU}:
        return KILLED  # a loop without an end is noticed by everybody
    assert code in {KILLED, SURVIVED}, f"the tests could not be run: {code}"
    return code


def _replace(mutant: Mutant) -> None:
    """Put the changed code in the place of the original, wherever that is referred to already."""
    module = importlib.import_module(_module(mutant))
    changed = ModuleType(module.__name__)
    changed.__dict__.update(__file__=module.__file__, __package__=module.__package__)
    sys.modules[module.__name__] = changed  # dataclasses look their module up
    exec(compile(mutant.source, str(mutant.path), "exec"), changed.__dict__)  # noqa: S102
    sys.modules[module.__name__] = module
    if mutant.name is not None:
        _take_over(getattr(module, mutant.name), getattr(changed, mutant.name))
    else:
        _replace_tables(module, changed)


def _module(mutant: Mutant) -> str:
    parts = mutant.path.relative_to(ROOT / "src").with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _take_over(old: Any, new: Any) -> None:
    """Give a function, or the methods of a class, the code of another; the objects stay the same."""
    if isinstance(old, FunctionType):
        old.__code__, old.__defaults__, old.__kwdefaults__ = new.__code__, new.__defaults__, new.__kwdefaults__
    elif isinstance(old, property):
        _take_over(old.fget, new.fget)
    elif isinstance(old, type):
        for name, member in vars(new).items():
            _take_over(vars(old).get(name), member)
    elif hasattr(old, "cache_clear"):
        _take_over(old.__wrapped__, new.__wrapped__)
        old.cache_clear()


def _replace_tables(module: ModuleType, changed: ModuleType) -> None:
    """Replace what is neither function, class nor module, in every module that holds it under some name."""
    holders = [
        m for name, m in sys.modules.items() if name.startswith(("sevenpanel.terms", "tests.pure.terms", "test_terms_"))
    ]
    for name, old in list(vars(module).items()):
        new = vars(changed).get(name)
        if name.startswith("__") or isinstance(old, FunctionType | type | ModuleType) or old == new:
            continue
        for holder in holders:
            for held in [key for key, value in vars(holder).items() if value is old]:
                setattr(holder, held, new)


def main(arguments: Sequence[str] | None = None) -> int:
    """Judge mutants and print what survived."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=270)
    parser.add_argument("--only", default="", help="part of a path")
    parser.add_argument("--list", action="store_true", help="print the mutants and judge none")
    chosen = parser.parse_args(arguments)
    files = [p for p in sorted(ROOM.rglob("*.py")) if p != ROOM / "__init__.py" and chosen.only in str(p)]
    everything = [each for path in files for each in mutants(path)]
    if chosen.list:
        print(*everything, sep="\n")
        return 0
    random.Random(1).shuffle(everything)
    return _report(everything, chosen.seconds)


def _report(everything: list[Mutant], seconds: float) -> int:
    os.chdir(ROOT)
    settings.register_profile("quick", max_examples=25, database=None, derandomize=True, deadline=None)
    settings.load_profile("quick")
    judge = Judge(everything, seconds)
    without = [part for name in PLUGINS for part in ("-p", f"no:{name}")]
    plainly = ["--assert=plain", "--noconftest", "-o", "addopts=", "-o", "filterwarnings=ignore"]
    # The test that counts what generated data reaches is slow and says nothing about rules.
    pytest.main([TESTS, "-k", "not reach_every_row", *plainly, *without], plugins=[judge])
    for mutant in judge.survivors:
        print(f"survived: {mutant}")
    killed = judge.tried - len(judge.survivors)
    print(f"{killed} of {judge.tried} killed ({killed / judge.tried:.1%}); {len(everything)} mutants in all")
    return 0 if killed * 100 >= ENOUGH_PERCENT * judge.tried else 1


if __name__ == "__main__":
    sys.exit(main())
