"""Plain SymPy in and out: index formulas, refusals by name, the round trip, and expressions of any depth."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import sympy
from sympy import (
    Abs,
    Derivative,
    Dummy,
    Function,
    I,
    Indexed,
    IndexedBase,
    Integral,
    Lambda,
    Matrix,
    MatrixSymbol,
    Piecewise,
    Sum,
    Symbol,
    Trace,
    exp,
    gamma,
    log,
    oo,
    pi,
    sin,
    symbols,
)  # fmt: skip # isort: skip
from sympy.matrices.expressions import BlockMatrix, HadamardProduct, KroneckerProduct, MatAdd, MatMul
from sympy.tensor.array.expressions import ArraySymbol

import derive
from derive import Node, matrix, scalar, vector
from derive import derive as differentiate
from derive.errors import BadInput, DeriveError, NoClosedForm, NoRule, ShapeError
from derive.nodes import walk
from derive.sympy_door import convert, variable
from derive.sympy_out import to_sympy
from tests.agreement import SEEDS, agrees
from tests.tables import elements
from tests.tables.row import Row

n, m = symbols("n m", integer=True, positive=True)
A, B, X = (MatrixSymbol(s, n, n) for s in "ABX")
C = MatrixSymbol("C", m, n)
a, b, x = (MatrixSymbol(s, n, 1) for s in "abx")
X3, x3 = MatrixSymbol("X", 3, 3), MatrixSymbol("x", 3, 1)
t, z = symbols("t z", real=True)
i, j = symbols("i j", integer=True)


@pytest.mark.parametrize("row", elements.ROWS, ids=lambda row: row.name)
def test_formula_in_elements_is_derived(row: Row) -> None:
    f, wrt = elements.expression(row)
    d = differentiate(f, wrt)
    for seed in SEEDS:
        error, values = agrees(row, d, seed)
        assert error < 1e-9, f"seed {seed}: {d.function}: {d.result} is off by {error:.3g} of its size\n{values}"


@pytest.mark.parametrize(
    ("plain", "text"),
    [
        ((x.T * A * x)[0, 0], "x.T*A*x"),
        (((A * x - b).T * (A * x - b))[0, 0], "(A*x - b).T*(A*x - b)"),
        (Sum(x[i, 0] * A[j, i] * b[j, 0], (i, 0, n - 1), (j, 0, n - 1)), "b.T*A*x"),
        (Sum(X[i, j] * A[j, i], (i, 0, n - 1), (j, 0, n - 1)), "tr(A*X)"),
        (Sum(X[i, j] * A[i, j], (i, 0, n - 1), (j, 0, n - 1)), "tr(A.T*X)"),
        (sympy.sqrt((x.T * x)[0, 0]), "norm(x)"),
        (sympy.sqrt(Trace(C.T * C)), "norm(C)"),
        (log(sympy.det(X)), "logdet(X)"),
        (X**t, "X**t"),
        (x.applyfunc(sin), "sin(x)"),
        (x.applyfunc(lambda v: sympy.Max(0, v)), "relu(x)"),
        (Matrix(x3).T * Matrix(X3) * Matrix(x3), "x.T*X*x"),
        (Matrix(X3) * Matrix(x3), "X*x"),
        (sympy.diag(*Matrix(x3)), "diag(x)"),
        (sympy.eye(3) * X3, "X"),
        (n * Trace(X) / m * Trace(C.T * C), "n*tr(X)*tr(C.T*C)/m"),
    ],
)  # fmt: skip
def test_plain_sympy_reads_as_it_was_meant(plain: Any, text: str) -> None:
    assert text == str(convert(plain))


REFUSED: list[tuple[Callable[[], Any], type[DeriveError], str]] = [
    (lambda: I * Trace(A), BadInput, "cannot read ImaginaryUnit, I: derive works over the reals"),
    (lambda: 2j, BadInput, "complex data: found 2j; derive works over the reals"),
    (lambda: Symbol("z", imaginary=True), BadInput, "complex data: z is not real; derive works over the reals"),
    (lambda: Derivative(sin(t), t), BadInput,
     "cannot read Derivative, Derivative(sin(t), t): write the function itself"),
    (lambda: Integral(sin(t), t), BadInput, "cannot read Integral, Integral(sin(t), t): evaluate the integral first"),
    (lambda: Piecewise((t, sympy.Eq(t, 0)), (1, True)), BadInput,
     "cannot read Piecewise, Piecewise((t, Eq(t, 0)), (1, True)): wanted conditions u < v or u > v, then (f, True)"),
    (lambda: Indexed(IndexedBase("y"), i), BadInput,
     "cannot read Indexed, y[i]: use MatrixSymbol and its elements x[i, 0], or declare a family in where="),
    (lambda: BlockMatrix([[A, B]]), BadInput,
     "cannot read BlockMatrix, Matrix([[A, B]]): write the function of its blocks"),
    (lambda: ArraySymbol("T", (n, n, n)), BadInput, "cannot read ArraySymbol, T: it has no meaning here"),
    (lambda: sympy.Array([t, t]), BadInput, "cannot read ImmutableDenseNDimArray, [t, t]: it has no meaning here"),
    (lambda: t > 0, BadInput, "cannot read StrictGreaterThan, t > 0: it has no meaning here"),
    (lambda: Symbol("Q", commutative=False) * t, BadInput,
     "noncommutative symbol Q: a matrix has sizes, MatrixSymbol('Q', n, n)"),
    (lambda: oo * Trace(A), BadInput, "found oo, which is not a number"),
    (lambda: MatrixSymbol("Z", 0, 2), BadInput, "a size must be at least 1, found 0"),
    (lambda: Symbol("x") * Trace(x * x.T), BadInput, "two different symbols are called x: (n, 1) and a scalar"),
    (lambda: Sum(x[i, 0], (i, 0, oo)), BadInput, "the sum over i is infinite; wanted finite limits"),
    (lambda: Function("f")(t), NoRule, "no rule for d(f(t)); add a row to rules/ or pass rules="),
    (lambda: gamma(t), NoRule, "no rule for d(gamma(t)); add a row to rules/ or pass rules="),
    (lambda: Trace(sympy.Basic.__new__(MatAdd, C, A)), ShapeError, "cannot add C (m, n) and A (n, n)"),
    (lambda: sympy.Basic.__new__(MatMul, C, C), ShapeError, "cannot multiply C (m, n) by C (m, n)"),
    (lambda: sympy.Basic.__new__(Trace, C), ShapeError, "cannot take the trace of C (m, n): it is not square"),
    (lambda: sympy.det(C), ShapeError, "det wants a square matrix, found C (m, n)"),
    (lambda: C**2, ShapeError, "cannot take a power of C (m, n): it is not square"),
    (lambda: sympy.Basic.__new__(HadamardProduct, A, C), ShapeError,
     "cannot multiply A (n, n) and C (m, n) elementwise"),
    (lambda: exp(A), ShapeError, "exp of the matrix A (n, n): use applyfunc(exp) for its entries"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("made", "kind", "message"), [r for r in REFUSED if r[2]], ids=lambda v: v if isinstance(v, str) else ""
)
def test_what_has_no_meaning_is_refused_by_name(made: Callable[[], Any], kind: type[DeriveError], message: str) -> None:
    with pytest.raises(kind) as caught:
        convert(made())
    assert message == str(caught.value)


def test_a_python_object_is_a_type_error() -> None:
    with pytest.raises(TypeError, match="not an expression"):
        convert(object())


# --- the variable -----------------------------------------------------------------------------------------------
def test_the_variable_may_be_an_explicit_vector_of_symbols() -> None:
    x1, x2 = symbols("x1 x2")
    assert [scalar("x1"), scalar("x2")] == variable(Matrix([x1, x2]))
    d = differentiate(3 * x1**2 + 5 * exp(x2), Matrix([x1, x2]))
    np.testing.assert_allclose([12.0, 5.0], np.ravel(d.evaluate({"x1": 2.0, "x2": 0.0})))


@pytest.mark.parametrize(
    ("wrt", "message"),
    [
        (3, "can only differentiate by a symbol, found 3"),
        (None, "can only differentiate by a symbol, found None"),
        (A * x, "can only differentiate by a symbol, found A*x"),
        (n, "cannot differentiate by n: it is a size, a whole number"),
    ],
)
def test_a_variable_that_is_no_symbol_is_refused(wrt: Any, message: str) -> None:
    with pytest.raises(BadInput) as caught:
        variable(wrt, convert(n * Trace(A)))
    assert message == str(caught.value)


def test_sizes_are_constants_and_other_symbols_are_variables() -> None:
    k = Symbol("k")
    plain = MatrixSymbol("P", k, k)
    assert "symbol" == convert(k).op
    assert not [v for v in walk(convert(k * Trace(plain))) if v.op == "symbol" and v.name == "k"]


# --- there and back ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "plain",
    [
        A * x, A.T * A * x, x.T * A * x * b, A + B.T, 2 * A * B, t * A, A.I, A.I.T, A**3, A**t, x * x.T,
        HadamardProduct(A, B), KroneckerProduct(A, C), sympy.HadamardPower(A, 2), sympy.DiagMatrix(x),
        sympy.Identity(n), sympy.OneMatrix(m, n), sympy.ZeroMatrix(m, n), Trace(A * B), sympy.Determinant(A),
        sin(t) + t**2, Symbol("p", positive=True), Symbol("q", integer=True), Symbol("r"),
        Dummy("d"), A[0, 1], x[2, 0], pi * t, n * t, x.applyfunc(sin), Abs(t),
        x.applyfunc(Lambda(z, 1 / (1 + z**2))), log(sympy.Determinant(A)), Matrix([[t, 1], [2, t]]), t**z,
    ],
    ids=str,
)  # fmt: skip
def test_in_out_in_is_the_same_node(plain: Any) -> None:
    node = convert(plain)
    assert node is convert(to_sympy(node))


@pytest.mark.parametrize(
    "node",
    [
        derive.norm(vector("x", "n")), derive.norm(matrix("X", "m", "n")), derive.logdet(matrix("A", "n", "n")),
        derive.sum(matrix("X", "m", "n")), derive.relu(vector("x", "n")), derive.basis("n", 2),
        derive.sqrtm(matrix("A", "n", "n")), derive.cosine_similarity(vector("x", "n"), vector("y", "n")),
        matrix("A", "n", "n")[0, 1], derive.abs(vector("x", "n")),
    ],
    ids=str,
)  # fmt: skip
def test_out_in_is_the_same_node(node: Node) -> None:
    assert node is convert(to_sympy(node))


@pytest.mark.parametrize("node", [derive.pinv(matrix("X", "m", "n")), derive.vec(matrix("X", "m", "n"))], ids=str)
def test_what_sympy_cannot_say_is_refused_by_name(node: Node) -> None:
    with pytest.raises(NoClosedForm, match="plain SymPy has no notation for"):
        to_sympy(node)


def test_a_result_converts_to_the_users_own_symbols() -> None:
    plain_n = Symbol("n")
    q, v = MatrixSymbol("Q", plain_n, plain_n), MatrixSymbol("v", plain_n, 1)
    s = Symbol("s")
    assert {q, v, s} <= differentiate(s * v.T * q * v, v).result.doit().atoms(MatrixSymbol, Symbol)


# --- depth and sharing ------------------------------------------------------------------------------------------
def raw(kind: type, *args: Any) -> Any:
    """An unevaluated SymPy object, its hash computed at once so that SymPy never recurses."""
    made = sympy.Basic.__new__(kind, *args)
    hash(made)
    return made


def test_a_chain_of_a_thousand_layers_goes_in_and_out() -> None:
    y: Any = x
    for k in range(1000):
        y = raw(MatMul, MatrixSymbol(f"W{k}", n, n), raw(MatAdd, y, b))
    node = convert(y)
    assert node is convert(to_sympy(node))


def test_a_shared_subexpression_is_read_once() -> None:
    y: Any = x
    for _ in range(200):
        y = raw(MatAdd, raw(HadamardProduct, y, y), y)
    start = time.perf_counter()
    assert (n, 1) == convert(y).shape
    assert time.perf_counter() - start < 5
