"""Derivatives are found as they are written; what is differentiated, and by what, is cut out right."""

from __future__ import annotations

import pytest

from derive.notes.derivatives import derivatives, is_derivative
from derive.notes.names import canonical, name_of
from derive.notes.normalize import normalized
from derive.notes.tex import text_of, tokens

# text: [(kind, function, variables, order)]
FOUND = [
    (r"\frac{\partial f}{\partial x}", [("quotient", "f", ["x"], 1)]),
    (r"\dfrac{\mathrm{d} L}{\mathrm{d} \mathbf{w}}", [("quotient", "L", [r"\mathbf{w}"], 1)]),
    (r"\frac{d}{dx} x^2 - 4x", [("quotient", "x^2", ["x"], 1)]),
    (r"\frac{d}{d\mathbf{V}} \|X - UV\|_F^2", [("quotient", r"\|X - UV\|_F^2", [r"\mathbf{V}"], 1)]),
    (r"\frac{\partial}{\partial x} (Ax-b)^T(Ax-b)", [("quotient", "(Ax-b)^T(Ax-b)", ["x"], 1)]),
    (r"\frac{\partial L}{\partial u} \frac{\partial u}{\partial x}",
     [("quotient", "L", ["u"], 1), ("quotient", "u", ["x"], 1)]),
    (r"f(x) \frac{d}{dx} g(x) + g(x) \frac{d}{dx} f(x)",
     [("quotient", "g(x)", ["x"], 1), ("quotient", "f(x)", ["x"], 1)]),
    (r"\frac{\partial^2 f}{\partial x \partial x^\top}", [("quotient", "f", ["x", "x"], 2)]),
    (r"\frac{d^2f}{dx_idx_j}", [("quotient", "f", ["x_i", "x_j"], 2)]),
    (r"\frac{d^2 y}{dx^2}", [("quotient", "y", ["x", "x"], 2)]),
    (r"\partial J/\partial \mathbf{W}^{(1)}", [("quotient", "J", [r"\mathbf{W}^{(1)}"], 1)]),
    (r"\partial_{x} f", [("quotient", "f", ["x"], 1)]),
    (r"\nabla_x x^\top A x", [("nabla", r"x^\top A x", ["x"], 1)]),
    (r"\nabla_{\mathbf{x}} f(\mathbf{x})^\top v", [("nabla", r"f(\mathbf{x})", [r"\mathbf{x}"], 1)]),
    (r"\nabla_w L \cdot v", [("nabla", "L", ["w"], 1)]),
    (r"\nabla f(x)", [("nabla", "f(x)", [], 1)]),
    (r"\nabla^2 f(x)", [("hessian", "f(x)", [], 2)]),
    (r"\nabla_x^2 f", [("hessian", "f", ["x"], 2)]),
    (r"\mathbf{H} f(x, y)", [("hessian", "f(x, y)", [], 2)]),
    (r"\mathbf{H}_f", [("hessian", "f", [], 2)]),
    (r"f'(x)", [("prime", "f(x)", [], 1)]),
    (r"f''(x)", [("prime", "f(x)", [], 2)]),
    (r"\frac{d}{n} + \frac{d - 1}{d + 1} + \frac{1}{d}", []),
    (r"H x + D y + x' + \frac{dA}{B}", []),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), FOUND)
def test_derivatives_are_found(text: str, expected: list[tuple[str, str, list[str], int]]) -> None:
    found = derivatives(tokens(text), ["f", "g"])
    assert expected == [
        (d.kind, text_of(d.function).strip(), [text_of(w).strip() for w in d.wrt], d.order) for d in found
    ]


WHOLE = [
    (r"\frac{df}{dx}", "quotient"), (r"\nabla_x x^\top x", "nabla"), (r"dL", "differential"), (r"\mathrm{d} \log\det X",
     "differential"), (r"d_x f(x, y) \cdot v", "directional"), (r"df(x, y) \cdot (v, w)", "directional"),
    (r"D f(x)[v]", "directional"), (r"{\frac{df}{dx}}", "quotient"), (r"\frac{df}{dx} + 1", None), (r"x^\top y", None),
    (r"d + 1", None),
]  # fmt: skip


@pytest.mark.parametrize(("text", "kind"), WHOLE)
def test_a_whole_side_is_a_derivative_or_not(text: str, kind: str | None) -> None:
    found = is_derivative(tokens(text), ["f"])
    assert kind == (found and found.kind)


NAMES = [
    (r"\mathbf{W}^{(1)}", "W^{(1)}"), (r"\hat{\mathbf y}", r"\hat{y}"), ("x_{i}", "x_i"),
    (r"\boldsymbol{\Sigma}", r"\Sigma"),
    (r"\widehat{\beta}_{ab}", r"\hat{\beta}_{ab}"),
    (r"{\mathbf{W}^{(2)}}", "W^{(2)}"), (r"\bm{x}_\text{new}", "x_{new}"),
    ("x^2", None), ("xy", None), (r"A^\top", None), ("3", None),
]  # fmt: skip


@pytest.mark.parametrize(("text", "name"), NAMES)
def test_a_name_is_one_string_however_it_is_set(text: str, name: str | None) -> None:
    assert name == name_of(tokens(text))
    assert name is None or name == canonical(tokens(text))


REWRITTEN = [
    (r"\boldsymbol{Dc}", r"\boldsymbol{D}\boldsymbol{c}"),
    (r"\bm{x^\text{T}Xy}", r"\bm{x}^\text{T}\bm{X}\bm{y}"),
    (r"\mathbf{ReLU}", r"\mathbf{ReLU}"),
    (r"u_1^2+u_2^2+\cdots+u_n^2", r"\sum_{i=1}^{n}u_i^2"),
    (r"a + x_{1} + \ldots + x_{n} - 2", r"a + \sum_{i=1}^{n} x_i - 2"),
    (r"x_1 - \cdots - x_n", r"x_1 - \cdots - x_n"),
    (r"x_1 + y_2 + \cdots + x_n", r"x_1 + y_2 + \cdots + x_n"),
    (r"\sqrt{x_1^2 + \cdots + x_m^2}", r"\sqrt{\sum_{i=1}^{m}x_i^2}"),
    (r"\mathtt{np.sum(} A \mathtt{, axis=1)}", r"{A}\mathbf{1}"),
    (r"\mathtt{np.sum(} A \mathtt{, axis=0)}", r"\mathbf{1}^\top{A}"),
    (r"\mathbf{1}_{\text{rows}(X),1} z \mathbf{1}_{1,\text{C}}", r"\mathbf{1}z\mathbf{1}_{C}^\top"),
]


@pytest.mark.parametrize(("text", "expected"), REWRITTEN)
def test_unusual_notation_becomes_ordinary(text: str, expected: str) -> None:
    assert expected.replace(" ", "") == text_of(normalized(tokens(text))).replace(" ", "")
