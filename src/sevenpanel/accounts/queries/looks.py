"""How the site looks to a person."""

from sevenpanel.accounts import models
from sevenpanel.accounts.domain import Look, Sidenav, Theme


def look(*, user_id: int) -> Look:
    """What a person chose last, on whatever device; the untouched look when they chose nothing."""
    row = models.Look.objects.filter(user_id=user_id).first()
    if row is None:
        return Look()
    return Look(theme=Theme(row.theme), sidenav=Sidenav(row.sidenav), is_navbar_fixed=row.is_navbar_fixed)
