"""Steps: every one of every row of the tables has equal sides by numbers; rule names and order read as on paper."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable
from itertools import pairwise

import pytest

from derive import (
    Step,
    derive,
    det,
    diag,
    expm,
    hadamard,
    logdet,
    matrix,
    norm,
    softmax,
    sqnorm,
    tanh,
    tr,
    vector,
)  # fmt: skip
from derive.algebra import scale
from derive.errors import DeriveError, NoRule
from derive.evidence import Ground, compare
from derive.functions import floor, kron
from derive.law import LAWS, Law
from derive.nodes import Node, const, walk
from derive.rule import is_tangent

from .tables import ALL
from .tables.reading import function, variable
from .tables.row import Row

A, B, X = matrix("A", "n", "n"), matrix("B", "n", "n"), matrix("X", "n", "n")
C, b = matrix("C", "m", "n"), vector("b", "m")
x, a = vector("x", "n"), vector("a", "n")
S = matrix("S", "n", "n", "symmetric")

ROWS = [pytest.param(row, id=f"{table}: {row.name}") for table, rows in ALL.items() for row in rows if row.order == 1]


def all_steps(steps: tuple[Step, ...]) -> list[Step]:
    return [s for step in steps for s in (*all_steps(step.substeps), step)]


def rules(f: Node, wrt: Node, **options: str) -> list[str]:
    return [s.rule for s in derive(f, wrt, **options).steps]


@pytest.mark.parametrize("row", ROWS)
def test_both_sides_of_every_step_agree(row: Row) -> None:
    derivation = derive(function(row), variable(row))
    steps = derivation.steps
    for step in all_steps(steps):
        assert step.check.status == "correct", f"{step}: {step.check}"
    try:
        result = derivation.result
    except DeriveError:
        return
    assert steps[-1].after is result


@pytest.mark.parametrize("row", ROWS[::9])
@pytest.mark.parametrize("layout", ["denominator", "numerator-strict"])
def test_every_layout_ends_in_its_result(row: Row, layout: str) -> None:
    derivation = derive(function(row), variable(row), layout=layout)
    assert derivation.steps[-1].after is derivation.result
    assert all(derivation.steps[-1].check.status == "correct" for step in derivation.steps[-2:])


@pytest.mark.parametrize("row", ROWS[::5])
def test_each_step_begins_where_the_last_ended(row: Row) -> None:
    chain = [s for s in derive(function(row), variable(row)).steps if s.relation != "define"]
    lines = [(s.before, s.after) for s in chain if s.subject != "f" and s.rule != "in these names"]
    for (_, after), (before, _) in pairwise(lines):
        assert before is after


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.name)
def test_every_law_is_an_equation(law: Law) -> None:
    symbols = {n for n in walk(law.lhs, law.rhs) if n.op == "symbol"}
    varying = tuple(n.param.of for n in symbols if is_tangent(n))
    ground = Ground(_anything(n for n in symbols if not is_tangent(n)), varying)
    assert compare(ground, law.lhs, law.rhs).status == "correct"


def _anything(symbols: Iterable[Node]) -> Node:
    """A scalar in which all of the symbols occur."""
    total = const(1)
    for s in sorted(symbols, key=str):
        total = total + (s if s.is_scalar else sqnorm(s))
    return total


# --- order and names --------------------------------------------------------------------------------------------
def test_a_quadratic_form_reads_as_in_a_textbook() -> None:
    assert rules(x.T * A * x, x) == [
        "product rule", "a scalar equals its transpose", "collect", "read off the Jacobian",
        "the gradient is the transposed Jacobian",
    ]  # fmt: skip


def test_least_squares_needs_no_transposition() -> None:
    assert rules(sqnorm(C * x - b), x) == [
        "squared norm", "linearity", "read off the Jacobian", "the gradient is the transposed Jacobian",
    ]  # fmt: skip


def test_a_trace_is_distributed_and_turned() -> None:
    assert rules(tr(X.T * A * X * B), X) == [
        "linearity", "product rule", "distribute", "trace is cyclic, trace of a transpose", "collect",
        "read off the gradient",
    ]  # fmt: skip


def test_rule_names_are_those_of_the_rows() -> None:
    step = derive(logdet(X), X).steps[0]
    assert step.row is not None
    assert ("log-determinant", "log-determinant") == (step.rule, step.row.name)
    assert [str(c) for c in step.conditions] == ["det(X) > 0"]


def test_where_is_the_path_to_what_was_matched() -> None:
    step = derive(sqnorm(C * x - b), x).steps[1]
    assert "d(C*x - b)" == str(step.matched)


def test_a_structured_variable_has_a_step_of_its_own() -> None:
    steps = derive(tr(A * S), S).steps
    (step,) = [s for s in steps if "symmetric" in s.rule]
    assert step.check
    assert steps[-1].after is derive(tr(A * S), S).result


def test_matrix_by_matrix_goes_through_vec() -> None:
    steps = derive(A * X * B, X).steps
    assert ["linearity", "vec of both sides", "read off the Jacobian"] == [s.rule for s in steps]
    assert all(s.check for s in steps)


def test_a_function_that_is_its_variable_has_the_identity() -> None:
    steps = derive(x, x).steps
    assert ["read off the Jacobian"] == [s.rule for s in steps]
    assert steps[0].check


def test_a_transposed_variable_is_put_back() -> None:
    derivation = derive(tr(A * X.T), X.T)
    assert derivation.steps[-1].after is derivation.result
    assert all(s.check for s in derivation.steps)


def test_a_matrix_function_among_the_terms_of_a_trace() -> None:
    steps = derive(tr(expm(X) + X * X), X).steps
    assert all(s.check for s in all_steps(steps))
    assert "matrix exponential" in [s.rule for s in steps]


def test_no_rule_is_an_error_and_no_step() -> None:
    with pytest.raises(NoRule):
        _ = derive(expm(X), X).steps


# --- names ------------------------------------------------------------------------------------------------------
def network(layers: int) -> tuple[Node, Node]:
    value = vector("x", "n")
    for i in range(1, layers + 1):
        value = tanh(matrix(f"W_{i}", "n", "n") * value)
    return sqnorm(value - vector("y", "n")) / 2, matrix("W_1", "n", "n")


def test_a_network_is_derived_through_its_layers() -> None:
    f, w = network(4)
    steps = derive(f, w).steps
    named = [str(s.after) for s in steps if s.relation == "define"]
    assert ["z_1", "a_1", "z_2", "a_2", "z_3", "a_3", "z_4", "a_4", "r"] == named[:9]
    assert ["delta_4", "delta_3", "delta_2", "delta_1"] == named[9:]
    assert all(s.check for s in all_steps(steps))
    assert "delta_1*x.T" in [str(s.after) for s in steps]


def test_the_number_of_steps_is_linear_in_the_depth() -> None:
    sizes = [
        sum(n.weight for s in derive(*network(k)).steps for n in (s.before,) if n.weight < 200) for k in (8, 16, 32)
    ]
    counts = [len(derive(*network(k)).steps) for k in (8, 16, 32)]
    assert counts[2] - counts[1] == 2 * (counts[1] - counts[0])
    assert sizes[2] < 2.3 * sizes[1]


def test_what_is_used_twice_is_named_once() -> None:
    value = vector("x", "n")
    for _ in range(30):  # written out, 2^30 factors
        value = (value.T * value) * value
    derivation = derive(a.T * value, vector("x", "n"))
    steps = derivation.steps
    assert len(steps) < 300
    assert all(
        s.before.weight < 400
        for s in steps
        if s.relation == "=" and s.rule not in ("in these names", "without the names")
    )


# --- evidence ---------------------------------------------------------------------------------------------------
LOSSES = [(x.T * A * x, x), (sqnorm(C * x - b), x), (logdet(X), X), (det(X) ** 2, X), (softmax(x), x)]


@pytest.mark.parametrize(
    "wrong",
    [
        lambda n, x: scale(const(2), n),
        lambda n, x: scale(const(-1), n),
        lambda n, x: n + sqnorm(x) if n.is_scalar else scale(sqnorm(x), n),
    ],
    ids=["doubled", "negated", "changed"],
)
@pytest.mark.parametrize("f, wrt", LOSSES)
def test_a_wrong_step_is_caught(f: Node, wrt: Node, wrong: Callable[[Node, Node], Node]) -> None:
    for step in derive(f, wrt).steps:
        if step.relation in ("=", "read off", "transposed"):
            changed = dataclasses.replace(step, after=wrong(step.after, wrt))
            assert changed.check.status == "wrong", f"{changed}"


def test_a_wrong_transpose_is_caught() -> None:
    step = derive(x.T * A * x, x).steps[0]
    changed = dataclasses.replace(step, after=step.after.args[0] + step.after.args[0])
    assert changed.check.status == "wrong"


def test_no_instance_is_no_evidence() -> None:
    step = derive(norm(x), x).steps[0]
    nowhere = dataclasses.replace(step.ground, function=(-1 - norm(x) ** 2) ** const(0.5))
    changed = dataclasses.replace(step, ground=nowhere)
    assert not changed.check
    assert changed.check.status == "inconclusive"


def test_unknown_differentials_are_named() -> None:
    with pytest.raises(DeriveError, match="floor"):
        _ = derive(hadamard(floor(x), x).T * a, x).steps


def test_kronecker_and_diagonal_laws_are_named() -> None:
    assert "Kronecker product rule" in rules(tr(matrix("Z", "n**2", "n**2") * kron(X, X)), X)
    assert "trace is cyclic, inner product with a diagonal matrix" in rules(tr(A * diag(x) * B), x)
