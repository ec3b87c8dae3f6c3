"""The WSGI entry point, for granian and others."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nanopolicy.settings")
application = get_wsgi_application()
