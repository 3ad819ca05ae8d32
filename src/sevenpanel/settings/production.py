"""The desk as customers meet it; `sevenpanel run`, `serve` and `worker` all use this."""

from sevenpanel.settings.base import *  # noqa: F403 - settings are a flat list of names
