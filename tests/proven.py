"""A session of somebody who has just shown who they are, as signing in by the form leaves it (S-27)."""

import time

from django.test import Client


def prove(client: Client, user_id: int) -> None:
    """Let this signed-in client count as somebody who gave their password a moment ago."""
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time()}]
    session["account_authentication_methods_user"] = str(user_id)
    session.save()
