"""The Django project around the one app: settings, URLs, middleware. No domain code."""
