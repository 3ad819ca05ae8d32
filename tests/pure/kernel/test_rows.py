"""Frozen rows with some fields changed."""

from dataclasses import dataclass, replace

import pytest

from sevenpanel.kernel.rows import changed


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """A row like those that queries give."""

    number: int
    name: str
    books: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Checked:
    """A row that refuses some values."""

    low: int
    high: int

    def __post_init__(self) -> None:
        """Refuse what does not fit."""
        assert self.low <= self.high


def test_a_changed_row_is_what_replacing_gives_and_the_first_stays_as_it_was() -> None:
    first = Shelf(number=1, name="Poems", books=("One",))

    assert changed(first, {"name": "Novels"}) == replace(first, name="Novels")
    assert changed(first, {}) == first
    assert first.name == "Poems"


def test_a_field_that_does_not_exist_is_not_written() -> None:
    with pytest.raises(AttributeError):
        changed(Shelf(number=1, name="Poems"), {"colour": "red"})


def test_a_row_that_checks_its_values_is_not_copied_past_its_check() -> None:
    with pytest.raises(AssertionError):
        changed(Checked(1, 2), {"high": 0})
