"""Letters to the people of an account about what happened, by kind, as each of them chose (docs/letters.md)."""
