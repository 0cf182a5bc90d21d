"""Every row of the book under one test: d(f) as the directional derivative of f on random instances of its domain."""

from __future__ import annotations

import numpy as np
import pytest

from derive import check, derive, scalar
from derive import functions as f
from derive.algebra import call
from derive.book import identities, standard_book
from derive.draw import draw_instances
from derive.latex import latex
from derive.nodes import Node, const, symbol, walk
from derive.numeric import evaluate
from derive.oracle import complex_step
from derive.properties import directions
from derive.rule import Identity, Primary, Rule, instantiate
from derive.sizes import named_size

M, N = named_size("m"), named_size("n")
ROWS = sorted(standard_book().rows.values(), key=lambda r: r.name)
RULES = [r for r in ROWS if isinstance(r, Rule)]
PRIMARY = [r for r in ROWS if isinstance(r, Primary)]
IDENTITIES = [r for r in identities() if isinstance(r, Identity)]


def argument(row: Rule, position: int) -> Node:
    """A symbol for an argument: a whole matrix where the function is elementwise; parameters are numbers."""
    slot = row.placeholders[position]
    if row.function.name.startswith("eigen") and slot.is_scalar:
        return const(1)
    if slot.is_scalar and row.tangents[position] is None and position > 0:
        return scalar(slot.name, "positive")
    shape = (M, N) if slot.is_scalar else slot.shape
    return symbol(f"{slot.name}_{position}", shape, slot.properties)


@pytest.mark.parametrize("row", RULES, ids=[r.name for r in RULES])
@pytest.mark.parametrize("seed", [0, 1])
def test_the_right_side_is_the_directional_derivative(row: Rule, seed: int) -> None:
    arguments = [argument(row, i) for i in range(len(row.placeholders))]
    node = call(row.function, arguments)
    instances = draw_instances([node], 3, seed)
    for k, instance in enumerate(instances):
        rng = np.random.default_rng(100 * seed + k)
        mapping = dict(zip(row.placeholders, arguments, strict=True))
        values = dict(instance.values)
        wanted = np.zeros(instance.value(node).shape)
        for a, t in zip(arguments, row.tangents, strict=True):
            if t is None:
                continue
            d = directions(a.properties, instance.values[a], rng, 1)[0]
            slot = symbol(f"d{a.name}", a.shape)
            mapping[t], values[slot] = slot, d
            rows, _ = complex_step(node, a, instance, d[None])
            wanted = wanted + rows[0].reshape(wanted.shape)
        right = instantiate(row.rhs, mapping)
        found = evaluate(right, values, instance.sizes)
        scale = max(np.abs(wanted).max(), np.abs(found).max(), 1e-6)
        assert np.abs(wanted - found).max() <= 1e-7 * scale, (row.name, instance.values)


@pytest.mark.parametrize("row", PRIMARY, ids=[r.name for r in PRIMARY])
def test_a_matrix_function_is_differentiated_in_a_trace_and_along_a_line(row: Primary) -> None:
    y, t = symbol("Y", (N, N)), scalar("t", "positive")
    trace = f.tr(call(row.function, (y,)))
    assert check.check_gradient(trace, y, derive(trace, y).gradient)
    line = call(
        row.function, (t * symbol("Y", (N, N), ("positive eigenvalues", "invertible", "positive determinant")),)
    )
    assert check.check_jacobian(line, t, derive(line, t).result)


@pytest.mark.parametrize("row", IDENTITIES, ids=[r.name for r in IDENTITIES])
def test_the_two_sides_of_an_identity_agree(row: Identity) -> None:
    (slot,) = {n for side in row.lhs for n in _symbols(side)}
    rng = np.random.default_rng(0)
    for value in rng.uniform(0.3, 2, size=5) * rng.choice([-1, 1], size=5):
        left = np.prod([evaluate(side, {slot: value}) for side in row.lhs])
        assert left == pytest.approx(evaluate(row.rhs, {slot: value}).item(), rel=1e-12)


def _symbols(node: Node) -> set[Node]:
    return {n for n in walk(node) if n.op == "symbol"}


@pytest.mark.parametrize("row", [*RULES, *PRIMARY, *IDENTITIES], ids=lambda r: r.name)
def test_a_row_has_its_source_and_prints(row: Rule | Primary | Identity) -> None:
    assert row.name
    assert row.cite
    if isinstance(row, Rule):
        assert latex(row.lhs)
        assert latex(row.rhs)
        assert all(c.to_latex() for c in row.where)


def test_names_of_rows_are_unique() -> None:
    names = [r.name for r in ROWS]
    assert sorted(set(names)) == names


def test_a_wrong_row_would_be_caught() -> None:
    """The test above must be able to fail: the sine with its derivative negated is refused by it."""
    row = standard_book().rows["sin"]
    assert isinstance(row, Rule)
    wrong = Rule("wrong sine", row.lhs, -row.rhs, cite="none")
    with pytest.raises(AssertionError):
        test_the_right_side_is_the_directional_derivative(wrong, 0)
