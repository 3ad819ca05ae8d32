"""Settings of `sevenpanel simulate`: a database that is thrown away, and letters that go nowhere."""

from sevenpanel.settings.base import *  # noqa: F403

IS_THROWAWAY = True
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
# One process, one connection.
del DATABASES["default"]["OPTIONS"]["pool"]  # type: ignore[attr-defined]  # noqa: F405
