"""Telling customers' programs of their orders: signed, and again until it arrives (docs/webhooks.md)."""
