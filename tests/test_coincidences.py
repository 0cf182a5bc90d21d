"""Free indices meet in every pattern of equal and unequal ones, within the sizes."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from derive.coincidences import MOST, free_indices, large_enough, patterns, placed
from derive.functions import basis
from derive.nodes import Node
from derive.symbols import matrix, scalar

X = matrix("X", "n", "n")


def _entry(i: Node, j: Node) -> Node:
    return basis("n", i).T * X * basis("n", j)


def _indices(names: str) -> list[Node]:
    return [scalar(c, "integer") for c in names]


def test_indices_of_entries_are_found() -> None:
    i, j = _indices("ij")
    assert [i, j] == list(free_indices(_entry(i, j)))


@pytest.mark.parametrize("names", ["ij", "ijkl"])
def test_each_two_indices_are_equal_in_some_pattern_and_unequal_in_another(names: str) -> None:
    found = _indices(names)
    ranges = free_indices(*(_entry(a, b) for a, b in itertools.pairwise(found)))
    ways = patterns(ranges)
    for a, b in itertools.combinations(range(len(ranges)), 2):
        assert {True, False} == {w[a] == w[b] for w in ways}


def test_patterns_are_bounded() -> None:
    ranges = free_indices(*(_entry(a, b) for a, b in itertools.pairwise(_indices("ijklpq"))))
    ways = patterns(ranges)
    assert len(ways) == MOST
    assert any(len(set(w)) == 1 for w in ways)


@pytest.mark.parametrize("seed", range(5))
def test_values_follow_the_pattern_within_the_sizes(seed: int) -> None:
    rng = np.random.default_rng(seed)
    ranges = free_indices(*(_entry(a, b) for a, b in itertools.pairwise(_indices("ijkl"))))
    for way in patterns(ranges):
        sizes = large_enough(ranges, way, rng)
        values = [v.item() for v in placed(ranges, way, rng, sizes).values()]
        assert all(1 <= v <= sizes["n"] for v in values), (seed, way)
        same = [[x == y for y in values] for x in values]
        assert [[x == y for y in way] for x in way] == same, (seed, way)
