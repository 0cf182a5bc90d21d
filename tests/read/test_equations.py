r"""Equations of derivatives are taken apart: \frac{\partial f}{\partial x} = g, gradients, differentials, chains."""

from __future__ import annotations

# ruff: noqa: E501 -- one row a line
from typing import Any

import pytest

from derive.algebra import inv
from derive.errors import ReadError
from derive.functions import det, eye, kron, logdet, norm, sqnorm, tr
from derive.read import read_equation, split_equations
from derive.symbols import matrix, scalar, vector

WHERE = {"A": "n x n", "x": "n", "b": "n", "X": "n x n", "t": "scalar"}
A, X = matrix("A", "n", "n"), matrix("X", "n", "n")
x, b, t = vector("x", "n"), vector("b", "n"), scalar("t")

EQUATIONS: list[tuple[str, str, Any, Any, list[Any]]] = [
    (r"\frac{\partial x^\top A x}{\partial x} = (A+A^\top)x", "derivative", x.T * A * x, x, [(A + A.T) * x]),
    (r"\frac{\partial (x^\top A x)}{\partial x} = (A+A^\top)x", "derivative", x.T * A * x, x, [(A + A.T) * x]),
    (r"\frac{\partial}{\partial x} x^\top A x = Ax + A^T x = 2Ax", "derivative", x.T * A * x, x, [A * x + A.T * x, 2 * A * x]),
    (r"\frac{\partial}{\partial \mathbf{x}} (\mathbf{x}^\top A \mathbf{x}) = 2Ax.", "derivative", x.T * A * x, x, [2 * A * x]),
    (r"\frac{d}{d\mathbf{x}}(\mathbf{x}^\top A \mathbf{x}) = 2Ax", "derivative", x.T * A * x, x, [2 * A * x]),
    (r"\frac{\mathrm{d}}{\mathrm{d} x} x^T x = 2x", "derivative", x.T * x, x, [2 * x]),
    (r"\dfrac{d(x^T x)}{dx} = 2x", "derivative", x.T * x, x, [2 * x]),
    (r"\nabla_x \|x\|^2 = 2x", "derivative", sqnorm(x), x, [2 * x]),
    (r"\nabla_{\mathbf{x}} \mathbf{A} \mathbf{x} = \mathbf{A}^\top", "derivative", A * x, x, [A.T]),
    (r"\nabla_{\mathbf{X}} \|\mathbf{X} \|_\textrm{F}^2 = 2\mathbf{X}", "derivative", sqnorm(X), X, [2 * X]),
    (r"\partial_x (x^T x) = 2x^T", "derivative", x.T * x, x, [2 * x.T]),
    (r"\partial (x^T x)/\partial x = 2x", "derivative", x.T * x, x, [2 * x]),
    ("d(x'*A*x)/dx = 2*A*x", "derivative", x.T * A * x, x, [2 * A * x]),
    ("∂(xᵀAx)/∂x = (A+Aᵀ)x", "derivative", x.T * A * x, x, [(A + A.T) * x]),
    ("∇ₓ‖x‖² = 2x", "derivative", sqnorm(x), x, [2 * x]),
    (r"\left(\frac{\partial x^T x}{\partial x}\right)^T = 2x", "derivative", x.T * x, x, [2 * x.T]),
    (r"\frac{\partial (Ax)}{\partial x^T} = A", "derivative", A * x, x.T, [A]),
    (r"\frac{\partial \operatorname{tr}(AX)}{\partial X} = A^T", "derivative", tr(A * X), X, [A.T]),
    (r"\frac{\partial |X|}{\partial X} = |X| X^{-T}", "derivative", det(X), X, [det(X) * inv(X).T]),
    (r"\pdv{x^T x}{x} = 2x", "derivative", x.T * x, x, [2 * x]),
    (r"\frac{\partial^2 x^TAx}{\partial x \partial x^T} = A + A^T", "hessian", x.T * A * x, x, [A + A.T]),
    (r"\frac{\partial^2 x^TAx}{\partial x^2} = A + A^T", "hessian", x.T * A * x, x, [A + A.T]),
    (r"\nabla^2_x x^T A x = A+A^T", "hessian", x.T * A * x, x, [A + A.T]),
    (r"\nabla_x^2 x^T x = 2I", "hessian", x.T * x, x, [2 * eye("n")]),
    (r"\frac{\partial \operatorname{vec}(AX)}{\partial \operatorname{vec}(X)^T} = I \otimes A", "vec", A * X, X, [kron(eye("n"), A)]),
    (r"\begin{aligned} \nabla_x x^TAx &= Ax + A^Tx \\ &= (A+A^T)x \end{aligned}", "derivative", x.T * A * x, x, [A * x + A.T * x, (A + A.T) * x]),
    ("\\nabla_x \\|Ax - b\\|^2 &= 2A^TAx \\\\\n&\\quad - 2A^T b", "derivative", sqnorm(A * x - b), x, [2 * A.T * A * x - 2 * A.T * b]),
    (r"\frac{\partial x^T A x}{\partial x} = 2Ax, \quad \frac{\partial b^T x}{\partial x} = b", "derivative", x.T * A * x, x, [2 * A * x]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "kind", "f", "wrt", "claims"), EQUATIONS)
def test_equation_is_taken_apart(text: str, kind: str, f: Any, wrt: Any, claims: list[Any]) -> None:
    equation = read_equation(text, WHERE)
    assert (kind, f, wrt) == (equation.kind, equation.f, equation.wrt)
    assert claims == [c.expression for c in equation.claims]


@pytest.mark.parametrize(
    "text",
    [
        r"d \log\det X = \operatorname{tr}(X^{-1} dX)",
        r"\mathrm{d} \log\det X = \operatorname{tr}(X^{-1} \mathrm{d}X)",
        r"\partial \ln|X| = \operatorname{tr}(X^{-1} \partial X)",
        r"d(\log|X|) = \operatorname{tr}\left(X^{-1} \, d\mathbf{X}\right)",
    ],
)
def test_differential_is_taken_apart(text: str) -> None:
    equation = read_equation(text, WHERE)
    assert (equation.kind, equation.f, equation.wrt) == ("differential", logdet(X), X)
    assert equation.claims[0].expression is tr(inv(X) * equation.differentials["X"])


def test_link_that_is_itself_a_derivative_names_its_function() -> None:
    equation = read_equation(r"\nabla_x \|x\|^2 = \nabla_x x^\top x = 2x", WHERE)
    assert equation.claims[0].function is x.T * x
    assert equation.claims[1].expression is 2 * x


def test_combination_of_derivatives_is_the_derivative_of_the_combination() -> None:
    equation = read_equation(r"\frac{d}{dt} [3 t^2 - 4t] = 3 \frac{d}{dt} t^2 - 4 \frac{d}{dt} t = 6t - 4", WHERE)
    assert [equation.claims[0].function, equation.claims[1].expression] == [3 * t**2 - 4 * t, 6 * t - 4]


def test_unreadable_link_leaves_the_others_readable() -> None:
    equation = read_equation(r"\nabla_x x^T A x = f(x) = Ax + x^T A^T = 2Ax", WHERE)
    unknown, misfit, good = equation.claims
    assert "f is not declared" in str(unknown.error)
    assert "cannot add" in str(misfit.error)
    assert good.expression is 2 * A * x


def test_places_of_claims_are_places_in_the_text() -> None:
    text = r"$\nabla_x x^T A x &= A\mathbf{x} + A^T x \\ &= 2Ax$"
    equation = read_equation(text, WHERE)
    assert [text[c.span[0] : c.span[1]] for c in equation.claims] == [r"A\mathbf{x} + A^T x", "2Ax"]


def test_variable_of_a_bare_gradient_may_be_given() -> None:
    assert read_equation(r"\nabla (x^T x) = 2x", WHERE, wrt="x").wrt is x
    with pytest.raises(ReadError, match="does not name its variable"):
        read_equation(r"\nabla (x^T A x) = 2Ax", WHERE)


def test_only_name_of_a_bare_gradient_is_its_variable() -> None:
    equation = read_equation(r"\nabla (x^T x) = 2x", WHERE)
    assert equation.wrt is x
    assert "the derivative is by x, which the text leaves out" in equation.assumptions


def test_derivative_of_an_undefined_letter_is_a_question() -> None:
    with pytest.raises(ReadError, match="f is not defined; expected a definition of f"):
        read_equation(r"\frac{\partial f}{\partial x} = 2x", WHERE)


def test_definitions_stand_for_expressions() -> None:
    equation = read_equation(r"\frac{\partial L}{\partial x} = 2x", WHERE, definitions={"L": x.T * x})
    assert equation.f is x.T * x


def test_macros_of_a_document_are_expanded() -> None:
    macros = {r"\vx": r"\mathbf{x}", r"\grad": r"\nabla_{#1}", "norm": r"\left\lVert #1 \right\rVert"}
    assert read_equation(r"\grad{\vx} \norm{\vx} = \vx / \norm{\vx}", WHERE, macros=macros).claims[
        0
    ].expression is x / norm(x)


@pytest.mark.parametrize("text", ["x^T x", "", r"\nabla_x = 3", r"\frac{\partial^5 t}{\partial t^5} = 0"])
def test_what_is_no_equation_of_a_derivative_is_refused(text: str) -> None:
    with pytest.raises(ReadError):
        read_equation(text, WHERE)


def test_rows_are_split_into_equations() -> None:
    text = r"\begin{align} f &= x^T x \\ \nabla f &= 2x \\ &= x + x, & g &= 3 \end{align}"
    sides = [[text[a:b] for a, b in chain] for chain in split_equations(text)]
    assert sides == [["f", "x^T x"], [r"\nabla f", "2x", "x + x"], ["g", "3"]]
