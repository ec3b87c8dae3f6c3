"""The test suite on both database engines: ``python -m tests.engines``."""
