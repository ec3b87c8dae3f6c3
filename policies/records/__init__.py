"""Licenses and provider terms in and out: written for a spreadsheet, read back, planned, applied.

``writing`` makes the file; ``reading`` takes one apart, trusting nothing about it; ``planning`` says
row by row what it would do; ``applying`` does all of it in one revision, or nothing.
"""
