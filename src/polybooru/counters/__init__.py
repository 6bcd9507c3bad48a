"""Counters that all processes of one machine share: how often somebody has asked lately.

What is counted and when it is too much are the dialects' own rules, pure functions from a state to the next;
here such a step is taken once and by one process at a time. `Counters` keeps the states in a small SQLite
file that may be lost at any time: all it forgets is who asked in the last seconds.
"""

from polybooru.counters.counters import Counters, State

__all__ = ["Counters", "State"]
