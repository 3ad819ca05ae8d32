"""Meters: whoever can be asked how much is there, each behind the same interface."""
