"""Telling others of new revisions: an outbox filled with the revision, and what empties it.

A message is written in the revision's own transaction, so none is lost and none tells of what was
rolled back. ``manage.py deliver`` sends it, again and again with growing pauses, until it is taken.
"""
