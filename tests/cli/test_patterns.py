"""`polybooru pattern`: the dialect's vectors by the command line."""

import json

from tests.programs import Commands
from tests.repository import ROOT

VECTORS = json.loads((ROOT / "tests/vectors/nekos-pattern.json").read_text())


def test_a_line_for_each_text(polybooru: Commands) -> None:
    for vector in VECTORS[::6]:
        texts = [*vector["matches"], *vector["not"]]
        ended = polybooru("pattern", vector["pattern"], *texts)
        if not vector["valid"]:
            assert (ended.status, ended.stdout) == (1, ""), vector
            assert ended.stderr.count("\n") == 1
            continue
        said = ["match"] * len(vector["matches"]) + ["no match"] * len(vector["not"])
        assert (ended.status, ended.stdout.splitlines(), ended.stderr) == (0, said, ""), vector


def test_texts_may_begin_with_a_hyphen(polybooru: Commands) -> None:
    ended = polybooru("pattern", "(-sama)?", "", "-sama", "-sam", "--sama")
    assert ended.stdout.split("\n") == ["match", "match", "no match", "no match", ""]
    assert polybooru("pattern", "-%", "-a").stdout == "match\n"


def test_a_pattern_without_texts_is_only_judged(polybooru: Commands) -> None:
    ended = polybooru("pattern", "a|")
    assert (ended.status, ended.stdout, ended.stderr) == (0, "", "")
    ended = polybooru("pattern", "(a")
    assert (ended.status, ended.stdout, ended.stderr) == (1, "", "A group is never closed.\n")
    assert polybooru("pattern").status == 2
