"""What repeats is named where that makes the whole shorter, and what is named still means the same."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from derive.functions import diag, exp, eye, hadamard, norm, power, relu, sigmoid, softmax, sqnorm, tanh, tr
from derive.latex import latex
from derive.naming import name_intermediates, named
from derive.nodes import Node, walk
from derive.numeric import evaluate
from derive.rebuilding import substitute
from derive.symbols import matrix, scalar, vector
from derive.text import text, unicode
from tests.composed import SYMBOLS, expression
from tests.profiles import examples

A, S, X = matrix("A", "n", "n"), matrix("A", "n", "n", "symmetric"), matrix("X", "m", "n")
W, b = matrix("W", "m", "n"), vector("b", "m")
s, w, x, y, mu = (vector(name, "n") for name in ("s", "w", "x", "y", "mu"))
tau, K0 = scalar("tau"), matrix("K_0", "n", "n", "positive definite")
K, P = K0 + tau * eye("n"), matrix("K", "n", "n", "positive definite")
rayleigh = x.T * S * x / (x.T * x)
p, q, z, r = softmax(x), softmax(s), sigmoid(W * x + b), A * x - y
logistic = sigmoid(X * w)

Q, keys, values, C = (matrix(name, "m", "n") for name in "QKVC")
attention = softmax(Q * keys.T, axis=1)
f_attention = tr(C.T * attention * values)
u, minus_u = A.T * A * x - mu - y, mu + y - A.T * A * x

# expression, what the reader knows, as printed
TABLE = [
    (diag(p) - p * p.T, (), "diag(s) − ssᵀ where s = softmax(x)"),
    (diag(hadamard(z, 1 - z)) * W, (), "diag(s ⊙ (1 − s))W where s = σ(Wx + b)"),
    (
        X.T * diag(hadamard(logistic, 1 - logistic)) * X,
        (),
        "Xᵀdiag(s ⊙ (1 − s))X where s = σ(Xw)",
    ),
    (2 * (S * x - rayleigh * x) / (x.T * x), (rayleigh,), "2(Ax − ρx)/xᵀx where ρ = xᵀAx/xᵀx"),
    ((tr(P.I) - y.T * P.I * P.I * y) / 2, (), "½(tr K⁻¹ − αᵀα) where α = K⁻¹y"),
    ((tr(K.I) - y.T * K.I * K.I * y) / 2, (), "½(tr K⁻¹ − αᵀα) where K = K₀ + τI, α = K⁻¹y"),
    (A.T * A / norm(r) - A.T * r * r.T * A / norm(r) ** 3, (), "AᵀA/‖r‖ − AᵀrrᵀA/‖r‖³ where r = Ax − y"),
    # also inside a product, among the terms of a longer sum, with the other sign, and by rows as the reader wrote it
    (y.T * P.I * S * P.I * y, (), "αᵀAα where α = K⁻¹y"),
    (W.T * (hadamard(relu(z), b) - z) + W.T * z, (), "Wᵀ(b ⊙ relu(s) − s) + Wᵀs where s = σ(Wx + b)"),
    (A.T * (A * relu(-w) + x - y) + A * relu(-w) + x - y, (), "Aᵀr + r where r = A relu(−w) + x − y"),
    (A * u - 2 * minus_u / norm(u), (), "2r/‖r‖ + Ar where r = AᵀAx − μ − y"),
    (attention.T * C, (f_attention,), "SᵀC where S = softmax(QKᵀ, axis=1)"),
    # a name in use is not taken
    (diag(q) - q * q.T, (), "diag(p) − ppᵀ where p = softmax(s)"),
    # what is short stays as it is
    (A.T * r / norm(r), (), "Aᵀ(Ax − y)/‖Ax − y‖"),
    (-exp(-sqnorm(x - mu) / 2) * (x - mu), (), "−exp(−½‖x − μ‖²)(x − μ)"),
    (hadamard(sigmoid(x), 1 - sigmoid(x)), (), "σ(x) ⊙ (1 − σ(x))"),
    (K0.I * (x - mu) * (x - mu).T * K0.I, (), "K₀⁻¹(x − μ)(x − μ)ᵀK₀⁻¹"),
    ((A + A.T) * x, (), "(A + Aᵀ)x"),
    (x / norm(x), (), "x/‖x‖"),
]


@pytest.mark.parametrize(("node", "hints", "wanted"), TABLE, ids=[row[2] for row in TABLE])
def test_what_repeats_is_named_as_in_the_textbook(node: Node, hints: tuple[Node, ...], wanted: str) -> None:
    assert wanted == named(node, hints=hints)


def test_names_in_latex() -> None:
    wanted = r"\operatorname{diag}(s) - s s^\top \quad \text{where } s = \operatorname{softmax}(x)"
    assert wanted == named(diag(p) - p * p.T, latex, r" \quad \text{where } ")


@examples(200)
@given(st.integers(0, 10**6))
def test_names_put_back_mean_the_same(seed: int) -> None:
    node = expression(seed, depth=5)
    definitions, (body,) = name_intermediates(node)
    for symbol, meaning in reversed(definitions):
        body = substitute(body, {symbol: meaning})
    rng = np.random.default_rng(seed)
    sizes = {"m": 3, "n": 2}
    values = {s: rng.uniform(0.2, 0.9, [sizes.get(str(k), 1) for k in s.shape]) for s in SYMBOLS.values()}
    values[SYMBOLS["S"]] += values[SYMBOLS["S"]].T
    with np.errstate(all="ignore"):
        one, two = evaluate(node, values, sizes), evaluate(body, values, sizes)
    assert np.allclose(one, two, rtol=1e-6, equal_nan=True), f"{text(node)} became {text(body)}"


@examples(200)
@given(st.integers(0, 10**6))
def test_naming_shortens_and_takes_no_name_in_use(seed: int) -> None:
    node = expression(seed, depth=5)
    definitions, (body,) = name_intermediates(node)
    used = {n.name for n in walk(node) if n.op == "symbol"}
    names = [symbol.name for symbol, _ in definitions]
    assert len({*names, *used}) == len(names) + len(used)
    if definitions:
        assert len(unicode(body)) < len(unicode(node))


def gradients(layers: int) -> list[Node]:
    """What backprop finds for a network of tanh layers, with its deltas shared."""
    weights = [matrix(f"W_{k}", "n", "n") for k in range(layers)]
    hidden = [x]
    for weight in weights:
        hidden.append(tanh(weight * hidden[-1]))
    delta = hadamard(hidden[-1] - y, 1 - power(hidden[-1], 2))
    found = [delta * hidden[-2].T]
    for k in range(layers - 1, 0, -1):
        delta = hadamard(weights[k].T * delta, 1 - power(hidden[k], 2))
        found.append(delta * hidden[k - 1].T)
    return found


def test_gradients_of_a_network_share_activations_and_deltas() -> None:
    definitions, bodies = name_intermediates(*gradients(2))
    told = [f"{unicode(symbol)} = {unicode(meaning)}" for symbol, meaning in definitions]
    assert ["h₁ = tanh(W₀x)", "h₂ = tanh(W₁h₁)", "δ = (h₂ − y) ⊙ (1 − h₂^⊙2)"] == told
    assert ["δh₁ᵀ", "(W₁ᵀδ ⊙ (1 − h₁^⊙2))xᵀ"] == [unicode(body) for body in bodies]


def test_deep_network_is_printed_in_linear_length_and_time() -> None:
    lengths, times = [], []
    for layers in (50, 400):
        roots, spent = gradients(layers), []
        for _ in range(3):  # the shortest of three: a collection of garbage may fall into one
            start = time.process_time()
            definitions, bodies = name_intermediates(*roots)
            length = sum(len(text(n)) for pair in definitions for n in pair) + sum(len(text(n)) for n in bodies)
            spent.append(time.process_time() - start)
        lengths.append(length)
        times.append(min(spent))
    assert lengths[1] < 9.5 * lengths[0]  # 8 times the layers, and longer numbers
    assert times[1] < 30 * times[0]


def test_one_activation_per_layer_is_numbered() -> None:
    h = x
    for k in range(3):
        h = relu(matrix(f"W_{k}", "n", "n") * h) + h
    assert "h₁" in named(hadamard(h, h - y))
