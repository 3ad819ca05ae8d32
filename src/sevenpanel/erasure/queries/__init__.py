"""Reads of deletions, and what must hold of deleted accounts."""

from sevenpanel.erasure.queries.checks import CHECKS, broken_invariants
from sevenpanel.erasure.queries.standing import asked, due, is_erased, is_of_the_erased, standing

__all__ = ["CHECKS", "asked", "broken_invariants", "due", "is_erased", "is_of_the_erased", "standing"]
