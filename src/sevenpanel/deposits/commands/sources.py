"""Setting up sources: which adapter, with which settings and secret, and when they are looked at next."""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sevenpanel.deposits import models
from sevenpanel.deposits.queries.adapters import PURPOSE
from sevenpanel.deposits.sources.registry import ADAPTERS, SourceSettings, source_of
from sevenpanel.kernel import db, sealing
from sevenpanel.kernel.private_keys import refuse_private_key
from sevenpanel.kernel.refusals import Refusal

_NAME = re.compile(r"[a-z0-9][a-z0-9.:_-]{0,63}", re.IGNORECASE)


class UnableToSaveSource(Refusal):
    """A source that cannot be kept as it is."""

    status = 422


@db.command
def save_source(*, name: str, kind: str, settings: Mapping[str, Any], secret: str | None = None, now: datetime) -> None:
    """Keep a source; one of the same name is changed, and its mark stays. Its adapter has to understand the settings.

    :param secret: what lets the adapter in; None keeps the one there is.
    :raises UnableToSaveSource: for a name or kind that cannot be.
    :raises UnableToReadSource: when its adapter cannot use the settings.
    :raises UnableToKeepPrivateKey: when anything of it looks like a key that can spend.
    """
    if not _NAME.fullmatch(name):
        raise UnableToSaveSource("A source's name has letters, digits, points, colons and dashes, at most 64.")
    if kind not in ADAPTERS:
        raise UnableToSaveSource(f"The kinds of sources are: {', '.join(sorted(ADAPTERS))}.")
    refuse_private_key(json.dumps(dict(settings)), field="A setting")
    before = models.Source.objects.filter(name=name).first()
    sealed = sealing.seal(secret, purpose=PURPOSE) if secret else (before.sealed if before else "")
    known = secret or (sealing.unseal(sealed, purpose=PURPOSE) if sealed else "")
    source_of(kind, SourceSettings(name=name, settings=settings, secret=known))
    models.Source.objects.update_or_create(
        name=name, defaults={"kind": kind, "settings": dict(settings), "sealed": sealed, "due_at": now, "is_on": True}
    )


@db.command
def switch_source(*, name: str, is_on: bool, now: datetime) -> None:
    """Stop looking with a source, or go on.

    :raises UnableToSaveSource: when there is none of this name.
    """
    if not models.Source.objects.filter(name=name).update(is_on=is_on, due_at=now):
        raise UnableToSaveSource(f"There is no source named {name}.")


@db.command
def wake_source(*, name: str, now: datetime) -> None:
    """Look with a source at once: a hint that there may be something to see, and nothing more."""
    models.Source.objects.filter(name=name, due_at__gt=now).update(due_at=now)
