"""What the web server runs."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = get_wsgi_application()

from portal import fallback  # noqa: E402 -- needs the applications loaded

fallback.start()  # gunicorn loads this in each worker after the fork (no --preload)
