"""API v3: resources over HTTP, described by an OpenAPI document that is made from this code (ADR 32)."""
