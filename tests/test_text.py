"""Plain text and Unicode: each expression as Python reads it and as a book prints it."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from derive import derive
from derive.functions import (
    det,
    diag,
    divide,
    eigenvalue,
    exp,
    expm,
    eye,
    hadamard,
    inv,
    kron,
    leaky_relu,
    log,
    logdet,
    logsumexp,
    maximum,
    norm,
    ones,
    pinv,
    power,
    sigmoid,
    softmax,
    sqnorm,
    sqrt,
    stack,
    sum,
    sumover,
    tanh,
    tr,
    vec,
)
from derive.latex import latex
from derive.nodes import Node, size_node
from derive.numeric import evaluate
from derive.read import read
from derive.sizes import named_size
from derive.symbols import Family, declare, matrix, scalar, vector
from derive.text import text, unicode
from tests.composed import NAMESPACE, SYMBOLS, expression
from tests.profiles import examples

A, B, X = (matrix(name, "n", "n") for name in "ABX")
S = matrix("Sigma", "n", "n", "positive definite")
U, V, T = matrix("U", "m", "k"), matrix("V", "n", "k"), matrix("T", "m", "n")
W, W1 = matrix("W", "n", "n"), matrix("W1", "n", "n")
a, b, s, w, x, y, mu = (vector(name, "n") for name in "a b s w x y mu".split())
k, lam, t = scalar("k"), scalar("lambda"), scalar("t")
n = size_node(named_size("n"))
members = declare("z", "n, i=1..N")
assert isinstance(members, Family)
i = scalar("i", "integer")

# expression, Python text, Unicode
TABLE = [
    # sums: the more complex term first, minus after plus, constants last, but 1 - s and 1 + exp(z)
    ((A + A.T) * x,                       "(A + A.T)*x",                       "(A + Aᵀ)x"),
    (A * x - b,                           "A*x - b",                           "Ax − b"),
    (b - A * x,                           "b - A*x",                           "b − Ax"),
    (-x - A * x,                          "-A*x - x",                          "−Ax − x"),
    (T - U * V.T,                         "T - U*V.T",                         "T − UVᵀ"),
    (X.T * (X * w - y) + lam * w,         "X.T*(X*w - y) + lambda*w",          "Xᵀ(Xw − y) + λw"),
    (A + lam * eye("n"),                  "A + lambda*eye(n)",                 "A + λI"),
    (inv(eye("n") + A),                   "inv(eye(n) + A)",                   "(I + A)⁻¹"),
    (2 - x,                               "2 - x",                             "2 − x"),
    (x + 1,                               "x + 1",                             "x + 1"),
    (-(x + 1),                            "-(x + 1)",                          "−(x + 1)"),
    (1 + exp(x),                          "1 + exp(x)",                        "1 + exp(x)"),
    (1 - power(tanh(x), 2),               "1 - power(tanh(x), 2)",             "1 − tanh(x)²"),
    (1 - power(tanh(A), 2),               "1 - power(tanh(A), 2)",             "1 − tanh(A)^⊙2"),
    (power(softmax(x), 2),                "power(softmax(x), 2)",              "softmax(x)^⊙2"),
    (t**2 + 2 * t + 1,                    "t**2 + 2*t + 1",                    "t² + 2t + 1"),
    (T + ones("m", "n"),                  "T + 1",                             "T + 1"),
    (A + ones("n", "n"),                  "A + ones(n, n)",                    "A + 11ᵀ"),
    # transposes and inverses
    (-X.I.T * A.T * X.I.T,                "-inv(X).T*A.T*inv(X).T",            "−X⁻ᵀAᵀX⁻ᵀ"),
    ((A * x - b).T,                       "(A*x - b).T",                       "(Ax − b)ᵀ"),
    (A.T * X.T * B.T + B.T * X.T * A.T,   "A.T*X.T*B.T + B.T*X.T*A.T",         "AᵀXᵀBᵀ + BᵀXᵀAᵀ"),
    (k * X.T ** (k - 1),                  "k*X.T**(k - 1)",                    "k(Xᵀ)ᵏ⁻¹"),
    (X**2,                                "X**2",                              "X²"),
    (X**-2,                               "X**(-2)",                           "X⁻²"),
    (((A + X).T) ** -2,                   "((A + X)**(-2)).T",                 "((A + X)⁻²)ᵀ"),
    (tr(inv(A + X)),                      "tr(inv(A + X))",                    "tr((A + X)⁻¹)"),
    (inv(A * B),                          "inv(A*B)",                          "(AB)⁻¹"),
    (S.I * (x - mu),                      "inv(Sigma)*(x - mu)",               "Σ⁻¹(x − μ)"),
    (pinv(T),                             "pinv(T)",                           "T⁺"),
    # scalars before matrices, fractions
    (2 * A.T * (A * x - b),               "2*A.T*(A*x - b)",                   "2Aᵀ(Ax − b)"),
    (A.T * (A * x - b) / norm(A * x - b), "A.T*(A*x - b)/norm(A*x - b)",       "Aᵀ(Ax − b)/‖Ax − b‖"),
    (x / norm(x),                         "x/norm(x)",                         "x/‖x‖"),
    (X / norm(X),                         "X/norm(X)",                         "X/‖X‖_F"),
    (x / (2 * norm(x)),                   "x/(2*norm(x))",                     "x/(2‖x‖)"),
    (x.T * A * x / (x.T * x),             "x.T*A*x/(x.T*x)",                   "xᵀAx/xᵀx"),
    (2 * (A * x - t * x) / (x.T * x),     "2*(A*x - t*x)/(x.T*x)",             "2(Ax − tx)/xᵀx"),
    (A.T * (A * x - b) / n,               "A.T*(A*x - b)/n",                   "Aᵀ(Ax − b)/n"),
    (n * x / sum(x),                      "n*x/sum(x)",                        "nx/(1ᵀx)"),
    (x.T * A * x / 2,                     "x.T*A*x/2",                         "½xᵀAx"),
    ((tr(A.I) - x.T * x) / 2,             "(tr(inv(A)) - x.T*x)/2",            "½(tr A⁻¹ − xᵀx)"),
    (x / 3 + 2 * y / 3,                   "x/3 + 2*y/3",                       "x/3 + 2y/3"),
    (lam / 2 * sqnorm(w),                 "lambda*norm(w)**2/2",               "½λ‖w‖²"),
    (x / (x.T * A * x) ** 2,              "x/(x.T*A*x)**2",                    "x/(xᵀAx)²"),
    (x / sqnorm(x) ** 2,                  "x/norm(x)**4",                      "x/‖x‖⁴"),
    (sqnorm(X) ** 3,                      "norm(X)**6",                        "‖X‖_F⁶"),
    (1 / sqrt(t),                         "1/sqrt(t)",                         "1/√t"),
    (-exp(-sqnorm(x - mu) / 2) * (x - mu), "-exp(-norm(x - mu)**2/2)*(x - mu)", "−exp(−½‖x − μ‖²)(x − μ)"),
    (det(X) * X.I.T,                      "det(X)*inv(X).T",                   "det(X)X⁻ᵀ"),
    (exp(a.T * x) * a * a.T,              "exp(a.T*x)*a*a.T",                  "exp(aᵀx)aaᵀ"),
    ((a.T * x) * (b.T * x),               "(a.T*x)*(b.T*x)",                   "(aᵀx)(bᵀx)"),
    (sum(y) * softmax(x) - y,             "sum(y)*softmax(x) - y",             "(1ᵀy)softmax(x) − y"),
    (3 * 2**t * x,                        "3*2**t*x",                          "3·2ᵗx"),
    (t * tr(A),                           "t*tr(A)",                           "t tr A"),
    (tr(A) * x,                           "tr(A)*x",                           "tr(A)x"),
    (-tr(A) / 2 - log(t),                 "-log(t) - tr(A)/2",                 "−log(t) − ½ tr A"),
    (x / (t * tr(A)),                     "x/(t*tr(A))",                       "x/(t tr A)"),
    (x / ((a + b).T * y),                 "x/(y.T*(a + b))",                   "x/(yᵀ(a + b))"),
    (power(X, 2) * ones("n"),             "sum(power(X, 2), axis=1)",          "(X^⊙2)1"),
    (power(X, 2) * X * x,                 "power(X, 2)*X*x",                   "X^⊙2 Xx"),
    (logdet(A) ** 2,                      "logdet(A)**2",                      "(log det A)²"),
    (logdet((A + B) ** 2),                "logdet((A + B)**2)",                "log det((A + B)²)"),
    (tr(A * B) / t,                       "tr(A*B)/t",                         "tr(AB)/t"),
    (log(t) + 1 - log(k),                 "log(t) - log(k) + 1",               "log(t) − log(k) + 1"),
    (log(1 + x.T * A * x) * (t + 1),      "(t + 1)*log(x.T*A*x + 1)",          "(t + 1)log(xᵀAx + 1)"),
    (sigmoid(t) * (1 - sigmoid(t)),       "sigmoid(t)*(1 - sigmoid(t))",       "σ(t)(1 − σ(t))"),
    (y.T * log(x),                        "y.T*log(x)",                        "yᵀlog(x)"),
    ((A * x + b).T * w,                   "w.T*(A*x + b)",                     "wᵀ(Ax + b)"),
    (ones("n") * ones(1, "n") * x,        "sum(x)*ones(n)",                    "(1ᵀx)1"),
    (A * ones("n", "n"),                  "A*ones(n)*ones(1, n)",              "A11ᵀ"),
    (W1 * x,                              "W1*x",                              "W₁x"),
    (W1 * vector("x_i", "n"),             "W1*x_i",                            "W₁x_i"),
    (W1 * matrix("Phi_ij", "n", "n") * x, "W1*Phi_ij*x",                       "W₁Φ_ij x"),
    (matrix("QK", "n", "n") * x,          "QK*x",                              "QK x"),
    (A * vector("loss", "n"),             "A*loss",                            "A loss"),
    # elementwise
    (hadamard(s, 1 - s),                  "hadamard(s, 1 - s)",                "s ⊙ (1 − s)"),
    (-X.T * hadamard(y, sigmoid(-hadamard(y, X * w))),
     "-X.T*hadamard(y, sigmoid(-hadamard(y, X*w)))",                           "−Xᵀ(y ⊙ σ(−y⊙Xw))"),
    (diag(hadamard(s, 1 - s)) * W,        "diag(hadamard(s, 1 - s))*W",        "diag(s ⊙ (1 − s))W"),
    (diag(s) - s * s.T,                   "diag(s) - s*s.T",                   "diag(s) − ssᵀ"),
    (divide(y, x),                        "divide(y, x)",                      "y ⊘ x"),
    (power(x, -1),                        "divide(1, x)",                      "1 ⊘ x"),
    (power(X, 2),                         "power(X, 2)",                       "X^⊙2"),
    (maximum(0, x),                       "maximum(0, x)",                     "max(0, x)"),
    (leaky_relu(x),                       "leaky_relu(x, 1/100)",              "leaky_relu(x, 1/100)"),
    # sums of entries
    (sum(log(1 + exp(X * w))),            "sum(log(1 + exp(X*w)))",            "1ᵀlog(1 + exp(Xw))"),
    (sum(A),                              "sum(A)",                            "1ᵀA1"),
    (sum(A, axis=0),                      "sum(A, axis=0)",                    "1ᵀA"),
    (sum(A, axis=1),                      "sum(A, axis=1)",                    "A1"),
    (x * ones(1, "n"),                    "x*ones(1, n)",                      "x1ᵀ"),
    # functions
    (logdet(X.T * X),                     "logdet(X.T*X)",                     "log det(XᵀX)"),
    (logdet(X),                           "logdet(X)",                         "log det X"),
    (norm(x, 1),                          "norm(x, 1)",                        "‖x‖₁"),
    (norm(x, 3),                          "norm(x, 3)",                        "‖x‖_3"),
    (norm(A, "nuc"),                      'norm(A, "nuc")',                    "‖A‖_*"),
    (expm(A),                             "expm(A)",                           "expm(A)"),
    (softmax(A * B, axis=1),              "softmax(A*B, axis=1)",              "softmax(AB, axis=1)"),
    (softmax(A, axis=0),                  "softmax(A, axis=0)",                "softmax(A, axis=0)"),
    (eigenvalue(A),                       "eigenvalue(A, 1)",                  "λ₁(A)"),
    (kron(B.T, A),                        "kron(B.T, A)",                      "Bᵀ⊗A"),
    (diag(vec(A)),                        "diag(vec(A))",                      "diag(vec A)"),
    # entries
    (x[0],                                "x[0]",                              "x₁"),
    (A[0, 1],                             "A[0, 1]",                           "A₁₂"),
    (X.I[i - 1, i - 1],                   "inv(X)[i - 1, i - 1]",              "(X⁻¹)_ii"),
    (members[i],                          "z[i]",                              "z_i"),
    (sumover(members[i].T * x, i, 1, n),  "sumover(z[i].T*x, i, 1, n)",        "Σ_(i=1..n) z_iᵀx"),
    (sumover(B**i * vector("i", "n"), i, 1, n), "sumover(B**j*i, j, 1, n)",      "Σ_(j=1..n) Bʲi"),
    (stack([[t, k], [1, t]]),             "stack([[t, k], [1, t]])",           "[t, k; 1, t]"),
]  # fmt: skip


@pytest.mark.parametrize(("node", "plain", "book"), TABLE, ids=[row[1] for row in TABLE])
def test_expression_prints_as_people_write_it(node: Node, plain: str, book: str) -> None:
    assert (plain, book) == (text(node), unicode(node))


@pytest.mark.parametrize(("node", "plain", "book"), [
    (A + eye("n") / norm(x) - ones("n", "n") / n,      "eye(n)/norm(x) + A - ones(n, n)/n",  "I/‖x‖ + A − 11ᵀ/n"),
    (A * (eye("n") - ones("n", "n") / n) / norm(x),    "A*(eye(n) - ones(n, n)/n)/norm(x)",  "A(I − 11ᵀ/n)/‖x‖"),
    (X / norm(x) - ones("n", "n"),                     "X/norm(x) - ones(n, n)",             "X/‖x‖ − 11ᵀ"),
    (exp(X) + eye("n") + ones("n", "n"),               "exp(X) + eye(n) + ones(n, n)",       "exp.(X) + I + 11ᵀ"),
    (exp(X) - 1,                                       "exp(X) - 1",                         "exp.(X) − 1"),
    (1 - hadamard(X, exp(X)),                          "1 - hadamard(X, exp(X))",            "1 − X ⊙ exp.(X)"),
    (T - 1,                                            "T - 1",                              "T − 1"),
], ids=str)  # fmt: skip
def test_one_stands_for_ones_only_where_it_cannot_be_the_identity(node: Node, plain: str, book: str) -> None:
    assert (plain, book) == (text(node), unicode(node))
    where = {"A": "n x n", "X": "n x n", "x": "n", "B": "n x n", "T": "m x n"}
    assert node == read(book, where=where).expression == read(latex(node), where=where).expression
    assert node == eval(plain, dict(NAMESPACE) | {"A": A, "T": T})


@pytest.mark.parametrize(("node", "plain", "book"), [
    (logsumexp(X, axis=0),        "logsumexp(X, axis=0)",      "logsumexp(X, axis=0)"),
    (logsumexp(X, axis=1),        "logsumexp(X, axis=1)",      "logsumexp(X, axis=1)"),
    (logsumexp(X, axis=0).T,      "logsumexp(X, axis=0).T",    "logsumexp(X, axis=0)ᵀ"),
    (sum(logsumexp(X, axis=0)),   "sum(logsumexp(X, axis=0))", "logsumexp(X, axis=0)1"),
    (sum(logsumexp(X, axis=1)),   "sum(logsumexp(X, axis=1))", "1ᵀlogsumexp(X, axis=1)"),
    (softmax(X, axis=0).T,        "softmax(X, axis=0).T",      "softmax(X, axis=0)ᵀ"),
])  # fmt: skip
def test_an_axis_is_said_as_it_was_written(node: Node, plain: str, book: str) -> None:
    assert (plain, book) == (text(node), unicode(node))
    assert node == read(plain, where={"X": "n x n"}).expression == read(latex(node), where={"X": "n x n"}).expression


@pytest.mark.parametrize(("name", "plain", "book"), [
    ("x",              "x",       "x"),
    ("W1",             "W1",      "W₁"),
    ("x_1",            "x_1",     "x₁"),
    ("x_i",            "x_i",     "x_i"),
    ("lambda",         "lambda",  "λ"),
    ("lam",            "lam",     "λ"),
    (r"\Sigma",        "Sigma",   "Σ"),
    (r"\hat{w}",       "w_hat",   "ŵ"),
    (r"\bar{x}_1",     "x_bar_1", "x̄₁"),
    ("W^{(1)}",        "W_1",     "W⁽¹⁾"),
    ("w^*",            "w_star",  "w^*"),
    ("θ",              "theta",   "θ"),
    ("loss",           "loss",    "loss"),
    (r"\mathcal{L}",   "L",       "L"),
    ("x'",             "x_prime", "x′"),
    ("x_β",            "x_beta",  "x_β"),
    ("σ²",             "sigma_2", "σ²"),
])  # fmt: skip
def test_name_is_spelt_in_every_alphabet(name: str, plain: str, book: str) -> None:
    symbol = vector(name, "n")
    assert (plain, book) == (text(symbol), unicode(symbol))


@pytest.mark.parametrize(("names", "wanted"), [
    (["W^{(1)}", "W_1"],           "W_1_*W_1"),
    (["W_1", "W^{(1)}", "W^{1}"],  "W_1*W_1_*W_1__"),
    ([r"\hat{w}", "w_hat"],        "w_hat_*w_hat"),
    (["W^{(1)}", "W_2"],           "W_1*W_2"),
])  # fmt: skip
def test_names_of_one_expression_are_kept_apart(names: list[str], wanted: str) -> None:
    first, *rest = (matrix(name, "n", "n") for name in names)
    for factor in rest:
        first = first * factor
    assert wanted == text(first)


@examples(300)
@given(st.integers(0, 10**6))
def test_text_is_read_back_by_python(seed: int) -> None:
    node = expression(seed)
    again = eval(text(node), dict(NAMESPACE))
    assert again == node or same_value(node, again, seed), f"{text(node)} was read back as {text(again)}"


def same_value(node: Node, again: Node, seed: int) -> bool:
    rng = np.random.default_rng(seed)
    sizes = {"m": 3, "n": 2}
    values = {s: rng.uniform(0.2, 0.9, [sizes.get(str(k), 1) for k in s.shape]) for s in SYMBOLS.values()}
    values[SYMBOLS["S"]] += values[SYMBOLS["S"]].T
    with np.errstate(all="ignore"):
        one, two = evaluate(node, values, sizes), evaluate(again, values, sizes)
    return bool(np.allclose(one, two, rtol=1e-6, equal_nan=True))


def chain(layers: int) -> Node:
    h = x
    for _ in range(layers):
        h = tanh(A * h + b)
    return h


@pytest.mark.parametrize("style", [text, unicode, latex])
def test_ten_thousand_layers_print_in_linear_time(style: object) -> None:
    assert callable(style)
    small, large = chain(1000), chain(10_000)
    assert len(style(large)) < 10.1 * len(style(small))
    start = time.process_time()
    style(large)
    per_node = (time.process_time() - start) / large.weight
    assert per_node < 60e-6  # 4 µs on an idle machine; 20 µs is promised


def test_a_shared_expression_too_long_to_print_is_cut() -> None:
    h = x
    for _ in range(60):
        h = sum(h) * tanh(h)
    assert text(h).endswith(" ...")


def test_a_sum_inside_a_sum_counts_with_a_letter_of_its_own() -> None:
    """D2(X^k)[H, H] is a double sum; a letter that both sums used would make the inner one another sum."""
    x = matrix("X", "n", "n")
    k = scalar("k", "integer", "positive")
    second = derive(x**k, x, order=2)
    assert "Σ_(r=0..k − 1)" in unicode(second.result)
    assert "Σ_(s=0..k − r − 2) XˢHXᵏ⁻ʳ⁻ˢ⁻²" in unicode(second.result)
    assert r"\sum_{s=0}^{r - 1} X^s H X^{r - s - 1}" in latex(second.result)
    assert "Σ_(t=0..s − 1)" in second.index_form().text()
