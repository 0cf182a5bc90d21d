"""backprop(): all gradients of a network at once, with shared deltas, linear in its depth."""

from __future__ import annotations

import json
import time

import numpy as np
import pytest

from derive import (
    backprop,
    derive,
    expm,
    hadamard,
    log_softmax,
    logdet,
    logsumexp,
    matrix,
    relu,
    scalar,
    sigmoid,
    softmax,
    sqnorm,
    sqrt,
    sum,
    tanh,
    tr,
    vector,
)
from derive.errors import BadInput, ShapeError
from derive.evidence import Ground, compare
from derive.nodes import Node, walk

x, y = vector("x", "n"), vector("y", "k")
W1, b1, W2, b2 = matrix("W_1", "h", "n"), vector("b_1", "h"), matrix("W_2", "k", "h"), vector("b_2", "k")
LOSS = sqnorm(W2 * tanh(W1 * x + b1) + b2 - y) / 2

Q, K, V, C = matrix("Q", "m", "d"), matrix("K", "n", "d"), matrix("V", "n", "k"), matrix("C", "m", "k")
ATTENTION = sum(hadamard(C, softmax(Q * K.T / sqrt(scalar("s", "positive")), axis=1) * V))

BATCH = sqnorm(sigmoid(matrix("X", "m", "n") * matrix("A", "n", "h")) * matrix("B", "h", "k") - matrix("Y", "m", "k"))
SHARED = sum(tanh(W1 * x) + sigmoid(W1 * x)) + sqnorm(W1)

V1, V2, V3, x0, target = (*(matrix(f"V_{i}", "n", "n") for i in (1, 2, 3)), vector("x", "n"), vector("y", "n"))
c1, c2 = vector("c_1", "n"), vector("c_2", "n")
INNER = x0 + V2 * tanh(V1 * x0 + c1)
RESIDUAL = sqnorm(V3 * (INNER + tanh(V2 * INNER + c2)) - target)
SKIPPED = sqnorm(V3 * (relu(V1 * x0 + c1) + V1 * x0 + c1) - target)
ROWS = sum(hadamard(C, log_softmax(Q * K.T, axis=1) * V)) + sum(logsumexp(Q * K.T, axis=1))

PROBLEMS = [
    pytest.param(RESIDUAL, [V1, c1, V2, c2, V3, x0], id="residual layers"),
    pytest.param(SKIPPED, [V1, c1, V3, x0], id="a pre-activation added to its activation"),
    pytest.param(ROWS, [Q, K, V], id="two functions of the rows"),
    pytest.param(LOSS, [W1, b1, W2, b2], id="two layers"),
    pytest.param(ATTENTION, [Q, K, V], id="attention"),
    pytest.param(BATCH, [matrix("A", "n", "h"), matrix("B", "h", "k")], id="two layers on a batch"),
    pytest.param(SHARED, [W1, x], id="a weight used twice"),
]


def network(layers: int) -> tuple[Node, list[Node]]:
    value, variables = vector("x", "n"), []
    for i in range(1, layers + 1):
        w, b = matrix(f"W_{i}", "n", "n"), vector(f"b_{i}", "n")
        variables += [w, b]
        value = tanh(w * value + b)
    return sqnorm(value - vector("y", "n")) / 2, variables


@pytest.mark.parametrize(("f", "variables"), PROBLEMS)
def test_every_gradient_agrees_with_the_numerical_one(f: Node, variables: list[Node]) -> None:
    assert backprop(f, variables).check().status == "correct"


@pytest.mark.parametrize(("f", "variables"), PROBLEMS)
def test_gradients_in_names_are_the_gradients(f: Node, variables: list[Node]) -> None:
    found = backprop(f, variables)
    ground = Ground(f, tuple(variables), found.definitions)
    for v in variables:
        assert compare(ground, found.in_names[v], found.gradients[v]).status == "correct"


@pytest.mark.parametrize(("f", "variables"), PROBLEMS)
def test_each_gradient_is_that_of_derive(f: Node, variables: list[Node]) -> None:
    found = backprop(f, variables)
    ground = Ground(f, tuple(variables))
    for v in variables:
        assert v.shape == found.gradients[v].shape
        assert compare(ground, found.gradients[v], derive(f, v).gradient).status == "correct"


def test_two_layers_read_as_a_person_writes_them() -> None:
    assert (
        backprop(LOSS, [W1, b1, W2, b2]).text()
        == """\
    z = W₁x + b₁            h × 1
    a = tanh(z)             h × 1
    r = W₂a + b₂ − y        k × 1
    f = ½‖r‖²
    δ = W₂ᵀr ⊙ (1 − a^⊙2)   h × 1
∇W₁ f = δxᵀ                 h × n
∇b₁ f = δ                   h × 1
∇W₂ f = raᵀ                 k × h
∇b₂ f = r                   k × 1"""
    )


def test_attention_is_printed_by_rows_as_it_was_written() -> None:
    assert (
        backprop(ATTENTION, [Q, K, V]).text()
        == """\
   Z = QKᵀ/√s                 m × n
   A = softmax(Z, axis=1)     m × n
   f = 1ᵀ(C⊙AV)1
   δ = A⊙CVᵀ − A⊙(A⊙CVᵀ)11ᵀ   m × n
∇Q f = δK/√s                  m × d
∇K f = δᵀQ/√s                 n × d
∇V f = AᵀC                    n × k"""
    )


def test_what_the_gradients_of_a_residual_network_share_has_a_name() -> None:
    assert (
        backprop(RESIDUAL, [V1, c1, V2, c2, V3]).text()
        == """\
   z₁ = V₁x + c₁              n × 1
   a₁ = tanh(z₁)              n × 1
   h₁ = V₂a₁ + x              n × 1
   z₂ = V₂h₁ + c₂             n × 1
   a₂ = tanh(z₂)              n × 1
   h₂ = a₂ + h₁               n × 1
    r = V₃h₂ − y              n × 1
    f = ‖r‖²
   g₂ = 2V₃ᵀr                 n × 1
   δ₂ = g₂ ⊙ (1 − a₂^⊙2)      n × 1
   g₁ = V₂ᵀδ₂ + g₂            n × 1
   δ₁ = V₂ᵀg₁ ⊙ (1 − a₁^⊙2)   n × 1
∇V₁ f = δ₁xᵀ                  n × n
∇c₁ f = δ₁                    n × 1
∇V₂ f = δ₂h₁ᵀ + g₁a₁ᵀ         n × n
∇c₂ f = δ₂                    n × 1
∇V₃ f = 2rh₂ᵀ                 n × n"""
    )


def test_a_pre_activation_is_one_name_wherever_it_is_added() -> None:
    text = backprop(SKIPPED, [V1, c1, V3]).text()
    assert "h = a + z" in text
    assert "δ = g ⊙ step(z) + g" in text


def test_each_block_of_a_deep_residual_network_adds_the_same_few_lines() -> None:
    def pages(blocks: int) -> int:
        value, variables = x0, []
        for i in range(1, blocks + 1):
            variables.append(matrix(f"U_{i}", "n", "n"))
            value = value + tanh(variables[-1] * value)
        return len(backprop(sqnorm(value - target), variables).text().splitlines())

    assert pages(8) - pages(4) == 2 * (pages(6) - pages(4))


def test_evaluate_gives_all_gradients_at_once() -> None:
    rng = np.random.default_rng(0)
    shapes = {"W_1": (4, 3), "b_1": (4, 1), "W_2": (2, 4), "b_2": (2, 1), "x": (3, 1), "y": (2, 1)}
    v = {name: rng.standard_normal(shape) for name, shape in shapes.items()}
    a = np.tanh(v["W_1"] @ v["x"] + v["b_1"])
    r = v["W_2"] @ a + v["b_2"] - v["y"]
    delta = (v["W_2"].T @ r) * (1 - a**2)
    found = backprop(LOSS, [W1, b1, W2, b2]).evaluate(v)
    for symbol, wanted in zip((W1, b1, W2, b2), (delta @ v["x"].T, delta, r @ a.T, r), strict=True):
        np.testing.assert_allclose(wanted, found[symbol], rtol=1e-12)


def test_ten_layers_share_their_deltas() -> None:
    f, variables = network(10)
    found = backprop(f, variables)
    assert 10 == len(found.deltas)
    assert found.check().status == "correct"
    assert found.in_names[variables[1]] is found.deltas[-1][0]


def test_the_page_grows_linearly_with_the_layers() -> None:
    pages = [len(backprop(*network(k)).text()) for k in (10, 20, 40)]
    assert 0.9 < (pages[2] - pages[1]) / (2 * (pages[1] - pages[0])) < 1.1


def test_a_thousand_layers_are_no_limit() -> None:
    f, variables = network(1000)
    start = time.perf_counter()
    found = backprop(f, variables)
    assert 2000 == len(found.gradients)
    assert 1000 == len(found.deltas)
    assert time.perf_counter() - start < 30
    assert max(g.weight for g in found.in_names.values()) < 10


def test_gradients_share_their_parts() -> None:
    sizes = [len(walk(*backprop(*network(k)).gradients.values())) for k in (8, 16, 32)]
    assert sizes[2] - sizes[1] == 2 * (sizes[1] - sizes[0])


def test_a_symmetric_variable_gets_a_symmetric_gradient() -> None:
    S, A = matrix("S", "n", "n", "positive definite"), matrix("A", "n", "n")
    found = backprop(tr(A * S) + logdet(S), [S, A])
    assert found.gradients[S].T is found.gradients[S]
    assert found.check().status == "correct"


def test_matrix_functions_are_not_cut_from_their_trace() -> None:
    A, B = matrix("A", "n", "n"), matrix("B", "n", "n")
    found = backprop(tr(expm(A * B)) + tr(expm(A * B)) ** 2 + sqnorm(A * B), [A, B])
    assert found.check().status == "correct"
    ground = Ground(found.function, (A, B), found.definitions)
    assert compare(ground, found.in_names[A], found.gradients[A]).status == "correct"


def test_a_gradient_is_found_by_name() -> None:
    found = backprop(LOSS, [W1, b2])
    assert found["W_1"] is found.gradients[W1]
    with pytest.raises(BadInput, match="W_9 is not among the variables W_1, b_2"):
        _ = found["W_9"]


def test_latex_markdown_and_data() -> None:
    found = backprop(LOSS, [W1, b1])
    assert r"\nabla_{W_{1}} f &= \delta x^\top && h \times n" in found.latex()
    assert found.markdown() == found._repr_markdown_()
    assert json.loads(json.dumps(found.to_dict()))["gradients"][1]["in_names"]["text"] == "delta"


def test_text_is_read() -> None:
    where = {"W": "m x n", "x": "n", "y": "m"}
    found = backprop(r"\|W x - y\|^2", ["W", "x"], where=where)
    assert found.check().status == "correct"


def test_a_variable_that_does_not_occur_has_gradient_zero_and_a_note() -> None:
    z = vector("z", "n")
    found = backprop(LOSS, [W1, z])
    assert "zeros" == found.gradients[z].op
    assert ("z does not occur in f, so the gradient is 0",) == found.notes


def test_bad_input_is_named() -> None:
    with pytest.raises(ShapeError, match=r"backprop wants a scalar function, found W_1\*x \(h, 1\); use derive\(\)"):
        backprop(W1 * x, [x])
    with pytest.raises(
        BadInput, match=r"wrt must be a list of variables, found x; for one variable use derive\(f, x\)"
    ):
        backprop(LOSS, x)
    with pytest.raises(BadInput, match="wrt is empty"):
        backprop(LOSS, [])
