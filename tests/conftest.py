"""What holds for the whole suite; the settings are in ``tests/settings.py``."""

from __future__ import annotations

import os

import hypothesis

# A slow machine is not a bug, hence no deadline; CI tries the same examples each time, so that a red run
# can be repeated.
hypothesis.settings.register_profile("local", deadline=None)
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True, database=None)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "local")
