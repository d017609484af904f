"""The program's settings, for tests: quick password hashing, a database and a home of their own."""

import os
import tempfile
from pathlib import Path

_home = Path(os.environ.setdefault("MOORING_HOME", tempfile.mkdtemp(prefix="mooring-tests-")))
os.environ.setdefault("MOORING_SECRET_KEY", "for tests only, never for people")
# Playwright's event loop lives in the thread of the browser tests; Django would refuse its database there.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")

from mooring.web.settings import *  # noqa: E402, F403
from mooring.web.settings import DATABASES  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
if "sqlite" in str(DATABASES["default"]["ENGINE"]):
    DATABASES["default"]["TEST"] = {"NAME": str(_home / "test.sqlite3")}
