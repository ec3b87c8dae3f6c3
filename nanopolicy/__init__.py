"""The Django project around the one app: settings, URLs, middleware. No domain code."""

__version__ = "0.1.0"
