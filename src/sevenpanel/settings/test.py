"""Settings of the tests: quick where that changes no meaning, with a PostgreSQL of their own.

The address of that PostgreSQL has to be known when settings are read, before it runs: it follows from a home
that is named here after the process of the test run, and inherited by its workers.
"""

import os

# Whatever home the person at the terminal has: this one is removed afterwards.
if "SEVENPANEL_TEST_RUN" not in os.environ:
    os.environ["SEVENPANEL_TEST_RUN"] = str(os.getpid())
    os.environ["SEVENPANEL_HOME"] = f"/tmp/sevenpanel-tests-{os.getuid()}-{os.getpid()}"  # noqa: S108
os.environ.setdefault("SEVENPANEL_SECRET_KEY", "only-for-tests-" + "0" * 50)

from sevenpanel.settings.base import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
# One connection per thread: a test that races threads closes them, and a pool would keep the test database open.
del DATABASES["default"]["OPTIONS"]["pool"]  # type: ignore[attr-defined]  # noqa: F405
IS_THROWAWAY = True
# The web server of browser tests looks files up by their plain names, before any middleware of ours.
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}  # noqa: F405
