"""Finds unfinished work in the rows, takes it under a lease, calls the library, parks what keeps failing."""
