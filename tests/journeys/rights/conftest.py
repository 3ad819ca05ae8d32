"""The desk of these journeys."""

from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache
from tests.journeys.rights.scene import Scene, scene


@pytest.fixture(scope="session", autouse=True)
def _static_root() -> None:
    """Whitenoise warns, and warnings are errors here, when the folder of collected files is missing."""
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)


@pytest.fixture
def desk(db: None, monkeypatch: pytest.MonkeyPatch) -> Scene:
    """One of everything."""
    cache.clear()
    return scene(monkeypatch)
