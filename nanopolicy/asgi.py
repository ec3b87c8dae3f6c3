"""The ASGI entry point, for granian and others."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nanopolicy.settings")
application = get_asgi_application()
