"""The table of verbs by states and roles: made by running every cell once, and told as text."""

import importlib
import pkgutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from tests.adapters.verbs.cells import Outcome, run, targets
from tests.adapters.verbs.recipes.every import RECIPES
from tests.adapters.verbs.roles import ROLES
from tests.adapters.verbs.world import World

from polybooru import library
from polybooru.library.verbs import VERBS, Acts, Verb

for _module in pkgutil.walk_packages(library.__path__, f"{library.__name__}."):
    importlib.import_module(_module.name)

KINDS = tuple(kind for kind in Acts if any(verb.acts_on is kind for verb in VERBS.values()))
"""What has verbs, in the order of `Acts`."""
KNOWN = sorted(VERBS.keys() & RECIPES.keys())

Cells = Mapping[str, Mapping[str, Outcome]]
"""What came of one verb: by state, then by role."""


def verbs_of(kind: Acts) -> list[Verb]:
    """By name, as far as they have a recipe."""
    return [VERBS[name] for name in KNOWN if VERBS[name].acts_on is kind]


@dataclass(slots=True)
class VerbTable:
    """Runs a verb's cells when they are first asked for."""

    world: World
    _cells: dict[str, Cells] = field(default_factory=dict)

    def of(self, name: str) -> Cells:
        if name not in self._cells:
            verb, recipe = VERBS[name], RECIPES[name]
            self._cells[name] = {
                state: {role: run(self.world, verb, recipe, role, target) for role in ROLES}
                for state, target in targets(self.world, verb)
            }
        return self._cells[name]

    def every(self, name: str) -> Iterator[tuple[str, str, Outcome]]:
        """State, role, outcome of each cell of a verb."""
        for state, row in self.of(name).items():
            for role, outcome in row.items():
                yield state, role, outcome

    def text(self, kind: Acts) -> str:
        """Every cell of the verbs of one kind; a line for the states that are answered alike."""
        return "".join(line for verb in verbs_of(kind) for line in self._lines(verb.name))

    def _lines(self, name: str) -> Iterator[str]:
        told = {state: _grouped(row) for state, row in self.of(name).items()}
        for answers in dict.fromkeys(told.values()):
            states = _listed(state for state in told if told[state] == answers)
            yield f"{name} · {states or 'always'} · {answers}\n"


def _grouped(row: Mapping[str, Outcome]) -> str:
    names = dict.fromkeys(outcome.name for outcome in row.values())
    return " · ".join(f"{name}: {_listed(r for r in row if row[r].name == name)}" for name in names)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)
