"""The pattern language of the Nekos API: one pattern against one text, or against very many names.

`parse` reads a pattern, `Automaton` matches texts one after the other, `Names` finds all that match among
names that it holds. Nothing here backtracks: see README.md.
"""

from polybooru.search.pattern.automaton import Automaton
from polybooru.search.pattern.budget import Budget, BudgetSpent
from polybooru.search.pattern.names import Names
from polybooru.search.pattern.parser import MAX_CHARACTERS, PatternError, Percent, lowered, parse
from polybooru.search.pattern.tree import Sequence

__all__ = [
    "MAX_CHARACTERS",
    "Automaton",
    "Budget",
    "BudgetSpent",
    "Names",
    "PatternError",
    "Percent",
    "Sequence",
    "lowered",
    "parse",
]
