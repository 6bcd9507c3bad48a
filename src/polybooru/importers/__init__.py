"""Bringing in collections that exist.

Readers of what others wrote, and one run that uploads what they read.
"""
