"""Catalogs in: files are parsed, planned against what is stored, and applied as one revision."""
