"""Properties of the engine on random expressions: right or refused by name, linear, and blind to the order of terms."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from derive import algebra as al
from derive import derive, leaves
from derive import functions as f
from derive.check import numerical_hessian
from derive.claim import partials
from derive.draw import draw_instances
from derive.errors import DeriveError, DomainError, NoRule
from derive.nodes import Node, const, walk
from derive.tensor import vec_jacobian
from tests import composed
from tests.profiles import examples

SEEDS = st.integers(0, 2**32 - 1)


def _symbol_of(node: Node, rng: random.Random) -> Node:
    found = sorted({n for n in walk(node) if n.op == "symbol"}, key=lambda n: n.name)
    assume(found)
    return rng.choice(found)


def _scalar(seed: int, depth: int = 3) -> Node:
    return composed.expression(seed, depth, (1, 1))


def _instance(*roots: Node):  # type: ignore[no-untyped-def]
    try:
        return draw_instances(list(roots), 1, 0)[0]
    except DomainError:
        assume(False)


def _truth(node: Node, x: Node, instance):  # type: ignore[no-untyped-def]
    full = partials(node, x, instance)
    m, l, n, k = full.shape
    return full.transpose(1, 0, 3, 2).reshape(m * l, n * k)


def _close(a: np.ndarray, b: np.ndarray, noise: float) -> bool:
    size = max(np.abs(a).max(initial=0.0), np.abs(b).max(initial=0.0))
    return bool(np.abs(a - b).max(initial=0.0) <= 1e-7 * size + noise)


def _agree(left: Node, right: Node, source: Node, instance) -> bool:  # type: ignore[no-untyped-def]
    a, b = instance.value(left), instance.value(right)
    return _close(a, b, _noise(source, instance) * (1 + np.abs(a).max()))


def _noise(node: Node, instance) -> float:  # type: ignore[no-untyped-def]
    """Round-off that the intermediate values leave behind."""
    largest = max(float(np.abs(instance.value(n)).max()) for n in walk(node))
    assume(largest < 1e8)
    return 1e-10 * (1 + largest)


@examples(2000)
@given(SEEDS, st.integers(1, 6))
def test_the_derivative_agrees_with_the_complex_step_or_is_refused_by_name(seed: int, depth: int) -> None:
    node = composed.expression(seed, depth)
    x = _symbol_of(node, random.Random(seed))
    instance = _instance(node)
    try:
        d = derive(node, x)
        found = vec_jacobian(node, x, d.book, instance.values, instance.sizes)
    except NoRule as refusal:
        assert str(refusal), "a refusal names the part"
        return
    wanted = _truth(node, x, instance)
    assume(np.isfinite(wanted).all() and np.isfinite(found).all())
    noise = _noise(node, instance) * (1 + np.abs(wanted).max(initial=0.0))
    assert _close(found, wanted, noise), f"{node} by {x}"
    with np.errstate(all="ignore"):
        try:
            closed = np.asarray(d.evaluate(instance.values, instance.sizes))
        except DeriveError:
            return
    if d.function.is_scalar and "symmetric" not in x.properties:
        assert _close(closed.reshape(-1, order="F"), wanted.reshape(-1), noise), f"closed form of {node} by {x}"


@examples(300)
@given(SEEDS)
def test_the_derivative_of_a_linear_combination_is_that_of_the_derivatives(seed: int) -> None:
    rng = random.Random(seed)
    a, b = (_scalar(seed + i) for i in (1, 2))
    x = _symbol_of(a + b, rng)
    left = derive(3 * a - 2 * b, x).gradient
    right = 3 * derive(a, x).gradient - 2 * derive(b, x).gradient
    instance = _instance(a, b, left, right)
    assume(np.isfinite(instance.value(left)).all())
    assert _agree(left, right, a + b, instance)


@examples(300)
@given(SEEDS)
def test_the_product_law_holds(seed: int) -> None:
    a, b = (_scalar(seed + i) for i in (1, 2))
    x = _symbol_of(a + b, random.Random(seed))
    left = derive(a * b, x).gradient
    right = b * derive(a, x).gradient + a * derive(b, x).gradient
    instance = _instance(a, b, left, right)
    assume(np.isfinite(instance.value(left)).all())
    assert _agree(left, right, a * b, instance)


@examples(300)
@given(SEEDS)
def test_the_chain_law_holds(seed: int) -> None:
    inner = _scalar(seed)
    x = _symbol_of(inner, random.Random(seed))
    left = derive(f.tanh(inner), x).gradient
    right = (1 - f.tanh(inner) ** 2) * derive(inner, x).gradient
    instance = _instance(inner, left, right)
    assume(np.isfinite(instance.value(left)).all())
    assert _agree(left, right, inner, instance)


@examples(300)
@given(SEEDS, st.randoms())
def test_the_normal_form_does_not_depend_on_the_order_of_terms(seed: int, rng: random.Random) -> None:
    terms = [_scalar(seed + i, 2) for i in range(4)]
    x = _symbol_of(al.add(terms), random.Random(seed))
    shuffled = terms[:]
    rng.shuffle(shuffled)
    one, other = terms[0], shuffled[0]
    for t, u in zip(terms[1:], shuffled[1:], strict=True):
        one, other = one + t, u + other
    assert one is other
    assert derive(one, x).result is derive(other, x).result


@examples(200)
@given(SEEDS)
def test_a_zero_is_proved(seed: int) -> None:
    node = composed.expression(seed, 4)
    x = _symbol_of(node, random.Random(seed))
    try:
        d = derive(node, x)
        zero = leaves.is_zero(d.result)
    except DeriveError:
        return
    if zero:
        instance = _instance(node)
        wanted = _truth(node, x, instance)
        assume(np.isfinite(wanted).all())
        assert np.abs(wanted).max() <= _noise(node, instance), f"{node} by {x}"


@pytest.mark.parametrize("layers", [1, 10, 1000])
def test_no_depth_is_too_deep(layers: int) -> None:
    y = x = composed.SYMBOLS["x"]
    for _ in range(layers):
        y = f.tanh(composed.SYMBOLS["B"] * y)
    d = derive(f.sum(y), x)
    assert d.result.shape == x.shape
    assert const(0) is not d.result


@examples(60)
@given(SEEDS)
def test_the_hessian_agrees_with_differences_of_the_gradient_and_is_symmetric(seed: int) -> None:
    node = _scalar(seed)
    x = _symbol_of(node, random.Random(seed))
    assume("symmetric" not in x.properties)
    instance = _instance(node)
    try:
        found = np.asarray(derive(node, x, order=2).evaluate(instance.values, instance.sizes))
    except DeriveError as refusal:
        assert str(refusal), "a refusal names the part"
        return
    wanted = numerical_hessian(node, x, instance)
    assume(wanted.size and np.isfinite(wanted).all() and np.isfinite(found).all())
    size = _noise(node, instance) * 1e10
    assert np.abs(found - wanted).max() <= 1e-4 * (np.abs(wanted).max() + size), f"{node} by {x}"
    assert np.abs(found - found.T).max() <= 1e-7 * (np.abs(found).max() + size)


@examples(150)
@given(SEEDS)
def test_index_form_and_kronecker_form_are_one_map(seed: int) -> None:
    rng = random.Random(seed)
    node = composed.expression(seed, 3, (composed.M, composed.N))
    x = _symbol_of(node, rng)
    assume(not x.is_scalar and "symmetric" not in x.properties)
    try:
        d = derive(node, x)
        form = d.index_form()
        kronecker = form.kronecker()
    except DeriveError as refusal:
        assert str(refusal), "a refusal names the part"
        return
    instance = _instance(node)
    wanted = _truth(node, x, instance)
    found = instance.value(kronecker)
    assume(np.isfinite(wanted).all() and np.isfinite(found).all())
    assert _close(found, wanted, _noise(node, instance) * (1 + np.abs(wanted).max(initial=0.0))), f"{node} by {x}"
