"""Handlers: read, call the library, present."""
