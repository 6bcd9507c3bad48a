"""Queries as SQL, on both databases."""
