"""Dumps: what everybody may know of a library, written down for bulk users, and read back into an empty one.

Format and contents: docs/reference/dump.md
"""
