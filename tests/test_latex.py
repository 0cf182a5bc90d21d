"""LaTeX: each expression as a book sets it, within KaTeX's commands."""

from __future__ import annotations

import re

import pytest

from derive.functions import (
    det,
    diag,
    divide,
    exp,
    expm,
    eye,
    hadamard,
    inv,
    kron,
    log,
    logdet,
    logm,
    norm,
    ones,
    pinv,
    power,
    sigmoid,
    softmax,
    sqnorm,
    sqrt,
    sqrtm,
    stack,
    sum,
    sumover,
    tanh,
    tr,
    vec,
)
from derive.latex import latex, latex_name, latex_shape
from derive.nodes import Node, size_node
from derive.sizes import named_size
from derive.symbols import Family, declare, matrix, scalar, vector
from tests.composed import expression

A, B, X = (matrix(name, "n", "n") for name in "ABX")
S = matrix("Sigma", "n", "n", "positive definite")
W = matrix("W^{(1)}", "n", "n")
a, b, s, w, x, y, mu = (vector(name, "n") for name in "a b s w x y mu".split())
w_hat, x_i = vector(r"\hat{w}", "n"), vector("x_i", "n")
k, lam, t = scalar("k"), scalar("lambda"), scalar("t")
n = size_node(named_size("n"))
members = declare("z", "n, i=1..N")
assert isinstance(members, Family)
i = scalar("i", "integer")

TABLE = [
    ((A + A.T) * x,                       r"\left(A + A^\top\right) x"),
    (2 * A.T * (A * x - b),               r"2 A^\top \left(A x - b\right)"),
    (-X.I.T * A.T * X.I.T,                r"-X^{-\top} A^\top X^{-\top}"),
    (k * X.T ** (k - 1),                  r"k \left(X^\top\right)^{k - 1}"),
    (X**2,                                r"X^2"),
    (-(x + 1),                            r"-\left(x + 1\right)"),
    (det(X) * X.I.T,                      r"\det(X) X^{-\top}"),
    (logdet(X) ** 2,                      r"\left(\log \det X\right)^2"),
    (logdet(X.T * X),                     r"\log \det\left(X^\top X\right)"),
    ((tr(A.I) - x.T * x) / 2,             r"\frac{1}{2} \left(\operatorname{tr} A^{-1} - x^\top x\right)"),
    (tr(A * B),                           r"\operatorname{tr}\left(A B\right)"),
    # fractions
    (x / norm(x),                         r"\frac{x}{\lVert x \rVert}"),
    (X / norm(X),                         r"\frac{X}{\lVert X \rVert_F}"),
    (A.T * (A * x - b) / norm(A * x - b), r"\frac{A^\top \left(A x - b\right)}{\lVert A x - b \rVert}"),
    (A.T * (A * x - b) / n,               r"\frac{1}{n} A^\top \left(A x - b\right)"),
    (2 * sqnorm(A * x - b) / n,           r"\frac{2}{n} \lVert A x - b \rVert^2"),
    (lam / 2 * sqnorm(w),                 r"\frac{\lambda}{2} \lVert w \rVert^2"),
    (2 * (A * x - t * x) / (x.T * x),     r"\frac{2 \left(A x - t x\right)}{x^\top x}"),
    (-exp(-sqnorm(x - mu) / 2) * (x - mu),
     r"-\exp\left(-\frac{1}{2} \lVert x - \mu \rVert^2\right) \left(x - \mu\right)"),
    (1 / sqrt(t),                         r"\frac{1}{\sqrt{t}}"),
    (3 * 2**t * x,                        r"3 \cdot 2^t x"),
    # names
    (S.I * (x - mu),                      r"\Sigma^{-1} \left(x - \mu\right)"),
    (W.T * x,                             r"(W^{(1)})^\top x"),
    (w_hat.T * x_i,                       r"\hat{w}^\top x_{i}"),
    # elementwise, sums of entries
    (hadamard(s, 1 - s),                  r"s \odot \left(1 - s\right)"),
    (diag(hadamard(s, 1 - s)) * A,        r"\operatorname{diag}\left(s \odot \left(1 - s\right)\right) A"),
    (diag(s) - s * s.T,                   r"\operatorname{diag}(s) - s s^\top"),
    (divide(y, x),                        r"y \oslash x"),
    (power(X, 2),                         r"X^{\odot 2}"),
    (1 - power(tanh(x), 2),               r"1 - \tanh(x)^2"),
    (sum(log(1 + exp(X * w))),            r"\mathbf{1}^\top \log\left(1 + \exp\left(X w\right)\right)"),
    (sum(y) * softmax(x) - y,             r"\left(\mathbf{1}^\top y\right) \operatorname{softmax}(x) - y"),
    (x * ones(1, "n"),                    r"x \mathbf{1}^\top"),
    (sigmoid(A * x + b),                  r"\sigma\left(A x + b\right)"),
    # functions of matrices; entry by entry is marked where it could be taken for one
    (expm(A),                             r"e^{A}"),
    (exp(A),                              r"\exp_\circ(A)"),
    (logm(A),                             r"\operatorname{logm}(A)"),
    (sqrtm(A),                            r"A^{1/2}"),
    (sqrt(A),                             r"A^{\odot 1/2}"),
    (pinv(A * B),                         r"\left(A B\right)^{+}"),
    (inv(eye("n") + A),                   r"\left(I + A\right)^{-1}"),
    (norm(x, 1) - norm(x, 3),             r"\lVert x \rVert_1 - \lVert x \rVert_{3}"),
    (sqnorm(X),                           r"\lVert X \rVert_F^2"),
    (kron(B.T, A),                        r"B^\top \otimes A"),
    (diag(vec(A)),                        r"\operatorname{diag}\left(\operatorname{vec} A\right)"),
    (softmax(A, axis=1),                  r"\operatorname{softmax}_{\text{rows}}(A)"),
    # entries
    (x[0],                                r"x_{1}"),
    (X.I[i - 1, i - 1],                   r"\left(X^{-1}\right)_{ii}"),
    (sumover(members[i].T * x, i, 1, n),  r"\sum_{i=1}^{n} z_{i}^\top x"),
    (stack([[t, k], [1, t]]),             r"\begin{bmatrix} t & k \\ 1 & t \end{bmatrix}"),
]  # fmt: skip


@pytest.mark.parametrize(("node", "wanted"), TABLE, ids=[row[1] for row in TABLE])
def test_expression_is_set_as_in_a_book(node: Node, wanted: str) -> None:
    assert wanted == latex(node)


@pytest.mark.parametrize(("node", "wanted"), [
    (2 * A.T * (A * x - b), r"2 \mathbf{A}^\top \left(\mathbf{A} \mathbf{x} - \mathbf{b}\right)"),
    (t * S.I * (x - mu),    r"t \boldsymbol{\Sigma}^{-1} \left(\mathbf{x} - \boldsymbol{\mu}\right)"),
    (W * w_hat,             r"\mathbf{W}^{(1)} \hat{\mathbf{w}}"),
])  # fmt: skip
def test_vectors_and_matrices_are_bold_on_demand(node: Node, wanted: str) -> None:
    assert wanted == latex(node, bold=True)


@pytest.mark.parametrize(("name", "wanted"), [
    ("W1", "W_{1}"), ("x_i", "x_{i}"), ("Sigma", r"\Sigma"), (r"\Sigma", r"\Sigma"), ("lam", r"\lambda"),
    ("α", r"\alpha"), ("loss", r"\mathrm{loss}"), (r"\hat{w}", r"\hat{w}"), ("W^{(1)}", "W^{(1)}"), ("x'", "x'"),
    (r"\mathcal{L}", r"\mathcal{L}"), ("dX", r"\mathrm{d}X"), ("x_max", r"x_{\mathrm{max}}"), ("K_0", "K_{0}"),
    ("my_sin", r"\mathrm{my}_{sin}"), ("a_b_c_d", r"a_{b\_c\_d}"), ("dβ", r"\mathrm{d}\beta"),
    (r"d\beta", r"\mathrm{d}\beta"), (r"d\hat{w}_1", r"\mathrm{d}\hat{w}_{1}"), ("P_k^-", r"P_{k}^{-}"),
    ("x_β", r"x_{\beta}"),
    ("ϵ", r"\epsilon"), ("σ²", r"\sigma^{2}"), ("Δx", r"\mathrm{\Delta x}"), ("ŵ", r"\hat{w}"), ("é", r"\acute{e}"),
    ("ℝ", r"\mathbb{R}"), ("𝐱", r"\mathbf{x}"), ("Ж", r"\text{Ж}"), ("x%", r"\mathrm{x\%}"),
])  # fmt: skip
def test_name_is_kept_as_declared(name: str, wanted: str) -> None:
    assert wanted == latex_name(name)


def test_shape_is_a_product_of_sizes() -> None:
    assert r"m \times n" == latex_shape(matrix("A", "m", "n").shape)


KATEX = set(
    "left right top mathbf boldsymbol mathrm operatorname text frac sqrt lVert rVert lvert rvert odot otimes oslash "
    "sum cdot log exp sin cos tan arcsin arccos arctan sinh cosh tanh det max min sigma mu alpha circ infty Phi varphi "
    "mathbb".split()
)


@pytest.mark.parametrize("seed", range(300))
def test_every_command_is_one_of_katex_and_brackets_match(seed: int) -> None:
    printed = latex(expression(seed))
    assert set(re.findall(r"\\([A-Za-z]+)", printed)) <= KATEX
    assert printed.count("{") == printed.count("}")
    assert printed.count(r"\left") == printed.count(r"\right")
