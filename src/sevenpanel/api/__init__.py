"""The resellers' door: API v2 over a lean ASGI application in front of the site (docs/api.md)."""
