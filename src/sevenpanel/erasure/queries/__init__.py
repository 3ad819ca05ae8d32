"""Reads of deletions, and what must hold of deleted accounts."""

from sevenpanel.erasure.queries.checks import CHECKS, broken_invariants
from sevenpanel.erasure.queries.listed import come_back, come_back_breaches, kept, kept_file
from sevenpanel.erasure.queries.standing import asked, due, is_erased, is_of_the_erased, standing

__all__ = [
    "CHECKS",
    "asked",
    "broken_invariants",
    "come_back",
    "come_back_breaches",
    "due",
    "is_erased",
    "is_of_the_erased",
    "kept",
    "kept_file",
    "standing",
]
