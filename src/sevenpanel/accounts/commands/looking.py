"""How the site looks to a person, kept with their account so that another device begins with it."""

from sevenpanel.accounts import models
from sevenpanel.accounts.domain import Look
from sevenpanel.kernel import db


@db.command
def keep_look(*, user_id: int, look: Look) -> None:
    """Keep a person's choices; kept again, they change nothing."""
    chosen = {"theme": look.theme.value, "sidenav": look.sidenav.value, "is_navbar_fixed": look.is_navbar_fixed}
    models.Look.objects.update_or_create(user_id=user_id, defaults=chosen)
