"""Jacobians of matrix functions as books print them, in Kronecker form and entry by entry, against complex steps.

Sources: Magnus and Neudecker 9.13 to 9.17, Matrix Cookbook 59 to 61 and 73 to 79, Luetkepohl, Handbook of Matrices 10.6
and 10.7, Abadir and Magnus, chapter 13. A form without a source follows from vec(ABC) = (C' (x) A) vec B by hand.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from derive import (
    Node,
    adjugate,
    cos,
    derive,
    det,
    diag,
    exp,
    eye,
    hadamard,
    inv,
    kron,
    logdet,
    matrix,
    norm,
    ones,
    pinv,
    relu,
    scalar,
    sigmoid,
    sin,
    softmax,
    tr,
    vector,
)
from derive.check import numerical_jacobian
from derive.draw import draw_instances
from derive.index_form import from_kronecker
from derive.numeric import evaluate
from derive.text import unicode

A, B, C, X = matrix("A", "m", "n"), matrix("B", "p", "q"), matrix("C", "n", "p"), matrix("X", "n", "p")
F, Y = matrix("F", "n", "p", "full column rank"), matrix("Y", "p", "n")
M, S, T = (matrix(name, "n", "n") for name in "MST")
P, V = matrix("P", "n", "n", "symmetric"), matrix("V", "r", "q")
x, y, a, b, c = vector("x", "n"), vector("y", "p"), vector("a", "n"), vector("b", "n"), vector("c", "p")
t = scalar("t")
G = F * inv(F.T * F)

# fmt: off
TABLE = [
    # linear
    (X, X, "I"), (X.T, X, "K_(n,p)"), (A * X, X, "I⊗A"), (X * B, X, "Bᵀ⊗I"), (A * X * B, X, "Bᵀ⊗A"),
    (Y.T * X.T * Y.T, X, "(Y⊗Yᵀ)K_(n,p)"), (S * T + T * S, S, "I⊗T + Tᵀ⊗I"), (T * S - S * T, S, "I⊗T − Tᵀ⊗I"),
    ((S + S.T) / 2, S, "½(I + K_(n,n))"), ((S - S.T) / 2, S, "½(I − K_(n,n))"), (X + S * X, X, "I ⊗ (I + S)"),
    (X - ones("n") * ones("n").T * X / 3, X, "I ⊗ (I − 11ᵀ/3)"), (tr(S) * eye("n"), S, "vec(I)vec(I)ᵀ"),
    # powers, the inverse, and products of X with itself
    (S**2, S, "I⊗S + Sᵀ⊗I"), (S**3, S, "I⊗S² + Sᵀ⊗S + (Sᵀ)²⊗I"), (inv(S), S, "−S⁻ᵀ⊗S⁻¹"),
    (inv(S).T, S, "−(S⁻¹⊗S⁻ᵀ)K_(n,n)"),
    (T * inv(S) * T, S, "−TᵀS⁻ᵀ⊗TS⁻¹"), (S * T * S, S, "I⊗ST + SᵀTᵀ⊗I"), (X * Y * X, X, "I⊗XY + XᵀYᵀ⊗I"),
    (X.T * X, X, "(I + K_(p,p))(I⊗Xᵀ)"), (X * X.T, X, "(I + K_(n,n))(X⊗I)"), (X.T * P * X, X, "(I + K_(p,p))(I⊗XᵀP)"),
    (X.T * S * X, X, "(XᵀSᵀ⊗I)K_(n,p) + I⊗XᵀS"), (X * X.T * X, X, "(Xᵀ⊗X)K_(n,p) + I⊗XXᵀ + XᵀX⊗I"),
    (inv(X.T * X), X, "−(I + K_(p,p))((XᵀX)⁻¹⊗(XᵀX)⁻¹Xᵀ)"), (G * F.T, F, "(I + K_(n,n))(F(FᵀF)⁻¹ ⊗ (I − F(FᵀF)⁻¹Fᵀ))"),
    (eye("n") - G * F.T, F, "−(I + K_(n,n))(F(FᵀF)⁻¹ ⊗ (I − F(FᵀF)⁻¹Fᵀ))"), (S * S.T, S, "(I + K_(n,n))(S⊗I)"),
    (S.T * inv(S), S, "(S⁻ᵀ⊗I)K_(n,n) − S⁻ᵀ⊗SᵀS⁻¹"),
    # scalars times matrices
    (tr(Y * X) * V, X, "vec(V)vec(Yᵀ)ᵀ"), (tr(S) * S, S, "vec(S)vec(I)ᵀ + tr(S)I"),
    (det(S) * S, S, "det(S)(I + vec(S)vec(S⁻ᵀ)ᵀ)"),
    (logdet(S) * T, S, "vec(T)vec(S⁻ᵀ)ᵀ"), (adjugate(S), S, "det(S)(vec(S⁻¹)vec(S⁻ᵀ)ᵀ − S⁻ᵀ⊗S⁻¹)"),
    (S / tr(S), S, "(I − vec(S)vec(I)ᵀ/tr(S))/tr(S)"), (X / norm(X), X, "(I − vec(X)vec(X)ᵀ/‖X‖_F²)/‖X‖_F"),
    # entry by entry
    (hadamard(X, C), X, "diag(vec C)"), (hadamard(X, X), X, "2 diag(vec X)"), (exp(X), X, "diag(vec exp(X))"),
    (sin(A * X * B), X, "diag(vec cos(AXB))(Bᵀ⊗A)"), (hadamard(S, S.T), S, "(I + K_(n,n))diag(vec Sᵀ)"),
    (hadamard(S * X, T * X), X, "diag(vec(SX))(I⊗T) + diag(vec(TX))(I⊗S)"), (relu(A * X), X, "diag(vec step(AX))(I⊗A)"),
    # Kronecker products
    (kron(X, V), X, "(I⊗K_(q,n)⊗I)(I ⊗ vec(V))"), (kron(V, X), X, "(I⊗K_(p,r)⊗I)(vec(V) ⊗ I)"),
    (kron(X, X), X, "(I⊗K_(p,n)⊗I)(I ⊗ vec(X) + vec(X) ⊗ I)"), (kron(x, y), x, "I⊗y"), (kron(y, x), x, "y⊗I"),
    (kron(x, x), x, "I⊗x + x⊗I"), (kron(X, y), X, "I⊗y"), (kron(y, X), X, "(K_(p,p)⊗I)(y⊗I)"),
    # by a vector
    (x * x.T, x, "I⊗x + x⊗I"), (a * x.T, x, "I⊗a"), (x * c.T, x, "c⊗I"), (diag(x), x, "diag(vec I)(1 ⊗ I)"),
    (diag(x) * X, x, "diag(vec X)(1 ⊗ I)"), (A * diag(x), x, "diag(vec A)(I ⊗ 1)"),
    (A * diag(x) * X, x, "(1 ⊗ A) ⊙ (Xᵀ ⊗ 1)"),
    (A * x * x.T * X, x, "Xᵀ⊗Ax + Xᵀx⊗A"), (x.T * x * A, x, "2 vec(A)xᵀ"), (S * x * x.T, x, "I⊗Sx + x⊗S"),
    (x * ones("n").T - ones("n") * x.T, x, "1 ⊗ I − I ⊗ 1"),
    (sigmoid(x * x.T), x, "diag(vec(σ(xxᵀ) ⊙ (1 − σ(xxᵀ))))(I⊗x + x⊗I)"),
    (inv(S + x * x.T), x, "−((xxᵀ + S)⁻ᵀ⊗(xxᵀ + S)⁻¹x + (xxᵀ + S)⁻ᵀx⊗(xxᵀ + S)⁻¹)"),
    (inv(S + diag(x)) * b, x, "−(diag(x) + S)⁻¹diag((diag(x) + S)⁻¹b)"), (x / norm(x), x, "(I − xxᵀ/‖x‖²)/‖x‖"),
    # a vector by a matrix
    (X * c, X, "cᵀ⊗I"), (X.T * a, X, "I⊗aᵀ"), (X.T * X * c, X, "cᵀ⊗Xᵀ + I⊗cᵀXᵀ"),
    (hadamard(a, X * c), X, "cᵀ ⊗ diag(a)"),
    (inv(S) * b, S, "−bᵀS⁻ᵀ⊗S⁻¹"), (cos(X * c), X, "−cᵀ ⊗ diag(sin(Xc))"), (diag(S), S, "(1ᵀ ⊗ I)diag(vec I)"),
    (softmax(S * x), S, "xᵀ ⊗ (diag(softmax(Sx)) − softmax(Sx)softmax(Sx)ᵀ)"), (X * ones("p"), X, "1ᵀ ⊗ I"),
    (inv(F.T * F) * F.T * a, F, "(FᵀF)⁻¹⊗(a − F(FᵀF)⁻¹Fᵀa)ᵀ − aᵀF(FᵀF)⁻¹⊗(FᵀF)⁻¹Fᵀ"),
    # softmax, the pseudo-inverse
    (softmax(X, axis=1), X, "diag(vec softmax(X, axis=1))(I − (11ᵀ ⊗ I)diag(vec softmax(X, axis=1)))"),
    (softmax(X, axis=0), X, "diag(vec softmax(X, axis=0))(I − (I ⊗ 11ᵀ)diag(vec softmax(X, axis=0)))"),
    (pinv(F), F, "((I − FF⁺)ᵀ⊗F⁺(F⁺)ᵀ)K_(n,p) − (F⁺)ᵀ ⊗ F⁺"),
]
# fmt: on


@pytest.mark.parametrize(("f", "v", "printed"), TABLE, ids=[f"{f} by {v}" for f, v, _ in TABLE])
def test_every_form_of_a_jacobian(f: Node, v: Node, printed: str) -> None:
    d = derive(f, v)
    assert printed == unicode(d.result)
    form = d.index_form()
    kronecker = form.kronecker()
    back = [replace(form, entry=from_kronecker(j, form)) for j in (d.result, kronecker)]
    for instance in draw_instances([f, v], 2):
        whole = numerical_jacobian(f, v, instance)
        m, n, p, q = whole.shape
        wanted = whole.transpose(1, 0, 3, 2).reshape(m * n, p * q)
        atol = 1e-8 * (1 + np.abs(wanted).max())
        for jacobian in (d.result, kronecker):
            found = evaluate(jacobian, instance.values, instance.sizes)
            np.testing.assert_allclose(found, wanted, rtol=1e-8, atol=atol)
        for entries in (e.evaluate(instance.values) for e in (form, *back)):
            np.testing.assert_allclose(entries, whole.reshape(entries.shape), rtol=1e-8, atol=atol)


R, D = matrix("R", "r", "r", "positive determinant"), matrix("D", "n", "n", "positive determinant")
# scalar functions of a Kronecker product (Magnus and Neudecker 1.10 and 2.2: tr, determinant and inverse of A (x) B)
GRADIENTS = [
    (norm(kron(X, V)) ** 2, X, "2 tr(VᵀV)X"),
    (norm(kron(X, X)) ** 2, X, "4 tr(XᵀX)X"),
    (logdet(kron(D, R)), D, "rD⁻ᵀ"),
    (logdet(kron(D, R)), R, "nR⁻ᵀ"),
    (tr(inv(kron(D, R))), D, "−tr(R⁻¹)(Dᵀ)⁻²"),
]


@pytest.mark.parametrize(("f", "v", "printed"), GRADIENTS, ids=[f"{f} by {v}" for f, v, _ in GRADIENTS])
def test_the_gradient_passes_through_a_kronecker_product_factor_by_factor(f: Node, v: Node, printed: str) -> None:
    d = derive(f, v)
    assert printed == unicode(d.result)
    assert d.check(), d.check().message


def test_indices_of_a_sum_are_no_names_of_sizes() -> None:
    W = matrix("W", "i", "k")
    text = unicode(derive(norm(kron(W, X) - ones(W.shape[0] * X.shape[0], W.shape[1] * X.shape[1])) ** 2, X).result)
    assert "Σ_(j=1..i) Σ_(l=1..k)" in text, text


# every cell of the 3 x 3 table of DESIGN section 3, rows and sizes of 1 included: f, the variable, the axes
CELLS = [
    (t**2, t, ""), (t * x, t, "n"), (t * A, t, "mn"), (t * x.T, t, "n"),
    (a.T * x, x, "n"), (A * x, x, "mn"), (a * x.T * S, x, "nnn"), (x.T * X, x, "pn"),
    (a.T * X * c, X, "pn"), (X * c, X, "npn"), (A * X * B, X, "mqpn"), (a.T * X, X, "ppn"),
]  # fmt: skip
ROWS = [(u * s, u, axes) for u in [matrix("u", 1, "n")] for s, axes in [(a, "n"), (S, "nn")]]
ONES = [
    (matrix("A", 1, "n") * matrix("X", "n", 1), matrix("X", "n", 1), "n"),
    (matrix("W", 1, 1) * x, matrix("W", 1, 1), "n"),
    (matrix("W", "m", 1) * c.T, matrix("W", "m", 1), "mpm"),
]
SIZES = {"m": 2, "n": 3, "p": 4, "q": 5}


@pytest.mark.parametrize(
    ("f", "v", "axes"), CELLS + ROWS + ONES, ids=[f"{f} by {v}" for f, v, _ in CELLS + ROWS + ONES]
)
def test_the_array_has_the_axes_of_f_then_those_of_x_reversed(f: Node, v: Node, axes: str) -> None:
    d = derive(f, v)
    (instance,) = draw_instances([f, v], 1, sizes=SIZES)
    whole = numerical_jacobian(f, v, instance)
    found = d.tensor(instance.values, instance.sizes)
    shape = tuple(instance.sizes[s] for s in axes)
    assert found.shape == (shape or (1,))
    np.testing.assert_allclose(found, whole.swapaxes(-1, -2).reshape(found.shape), rtol=1e-9, atol=1e-9)
