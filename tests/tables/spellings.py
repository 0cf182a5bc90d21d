"""Plain SymPy in the ways that people spell it: SymPy source over MatrixSymbols, and an independent NumPy function.

`f` is evaluated over SymPy's own names, with a MatrixSymbol for every declared matrix and vector, a real Symbol for every
scalar and an integer Symbol for every size.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sympy
from sympy.matrices.expressions import hadamard as hadamard_module

from .numeric import shape_of
from .row import Row

__all__ = ["ROWS", "expression"]

SQUARE = "A: n x n; B: n x n; C: n x n; X: n x n positive eigenvalues; a: n; b: n; x: n; y: n"
TALL = "X: m x n full column rank; Y: m x n; A: m x m; B: n x n; C: n x m; a: m; b: n; w: n; y: m"
FIXED = "A: 3 x 3; X: 3 x 3 positive eigenvalues; x: 3; b: 3"
NUMBERS = "t: scalar positive; c: scalar; A: n x n; B: n x n; x: n; b: n"

# fmt: off
SQUARE_BY_X = [
    ("Trace(X)", "tr(X)"), ("trace(X)", "tr(X)"), ("Trace(A*X)", "tr(A @ X)"), ("Trace(X*A)", "tr(X @ A)"),
    ("Trace(A*X*B)", "tr(A @ X @ B)"), ("Trace(A@X@B)", "tr(A @ X @ B)"), ("Trace(MatMul(A, X, B))", "tr(A @ X @ B)"),
    ("Trace(MatMul(A, MatMul(X, B)))", "tr(A @ X @ B)"), ("Trace(A*X.T*B)", "tr(A @ X.T @ B)"), ("Trace(A*Transpose(X)*B)", "tr(A @ X.T @ B)"),
    ("Trace((A*X).T)", "tr(A @ X)"), ("Trace(Transpose(A*X))", "tr(A @ X)"), ("Trace(X + A)", "tr(X + A)"), ("Trace(MatAdd(X, X, A))", "tr(2 * X + A)"),
    ("Trace(2*X - 3*A)", "tr(2 * X - 3 * A)"), ("Trace(A*(X + B)*C)", "tr(A @ (X + B) @ C)"), ("Trace((X + A)*(X - B))", "tr((X + A) @ (X - B))"),
    ("Trace(X**2)", "tr(X @ X)"), ("Trace(X*X)", "tr(X @ X)"), ("Trace(MatPow(X, 2))", "tr(X @ X)"), ("Trace(X**3)", "tr(X @ X @ X)"),
    ("Trace(MatPow(X, 3)*A)", "tr(X @ X @ X @ A)"), ("Trace(A*X**2*B)", "tr(A @ X @ X @ B)"), ("Trace(X*A*X*B)", "tr(X @ A @ X @ B)"),
    ("Trace(X.T*X)", "sq(X)"), ("Trace(X*X.T)", "sq(X)"), ("Trace(X.T*A*X)", "tr(X.T @ A @ X)"), ("Trace(X*A*X.T)", "tr(X @ A @ X.T)"),
    ("Trace(X.T*A*X*B)", "tr(X.T @ A @ X @ B)"), ("Trace(X**-1)", "tr(inv(X))"), ("Trace(X.I)", "tr(inv(X))"), ("Trace(Inverse(X))", "tr(inv(X))"),
    ("Trace(X.inverse())", "tr(inv(X))"), ("Trace(MatPow(X, -1))", "tr(inv(X))"), ("Trace(A*X.I)", "tr(A @ inv(X))"), ("Trace(A*X.I*B)", "tr(A @ inv(X) @ B)"),
    ("Trace(A*X.I.T)", "tr(A @ inv(X).T)"), ("Trace(A*X.T.I)", "tr(A @ inv(X).T)"), ("Trace(X.I**2)", "tr(inv(X) @ inv(X))"), ("Trace(X**-2)", "tr(inv(X) @ inv(X))"),
    ("Trace((A + X).I*B)", "tr(inv(A + X) @ B)"), ("Trace(X)**2", "tr(X) ** 2"), ("Trace(X)*Trace(A*X)", "tr(X) * tr(A @ X)"), ("Trace(X)/Trace(X**2)", "tr(X) / tr(X @ X)"),
    ("exp(Trace(A*X)/10)", "exp(tr(A @ X) / 10)"), ("log(Trace(X.T*X))", "log(sq(X))"), ("sqrt(Trace(X.T*X))", "norm(X)"), ("sin(Trace(X))", "sin(tr(X))"),
    ("Determinant(X)", "det(X)"), ("det(X)", "det(X)"), ("X.det()", "det(X)"), ("Det(X)", "det(X)"), ("det(X)**2", "det(X) ** 2"), ("1/det(X)", "1 / det(X)"),
    ("log(det(X))", "log(det(X))"), ("log(Determinant(X))", "log(det(X))"), ("ln(Determinant(X))", "log(det(X))"), ("det(X.T)", "det(X)"), ("det(X.I)", "1 / det(X)"),
    ("det(A*X*B)", "det(A @ X @ B)"), ("det(X**2)", "det(X) ** 2"), ("det(X + A)", "det(X + A)"), ("det(2*X)", "det(2 * X)"), ("log(det(X.T*X))", "2 * log(det(X))"),
    ("det(X)*Trace(X)", "det(X) * tr(X)"), ("det(X.T*A*X)", "det(A) * det(X) ** 2"), ("sqrt(det(X))", "sqrt(det(X))"),
    ("a.T*X*b", "a.T @ X @ b"), ("(a.T*X*b)[0, 0]", "a.T @ X @ b"), ("Trace(a.T*X*b)", "a.T @ X @ b"), ("Trace(X*b*a.T)", "a.T @ X @ b"), ("a.T*X.T*b", "a.T @ X.T @ b"),
    ("a.T*X.I*b", "a.T @ inv(X) @ b"), ("(a.T*X.I*b)[0]", "a.T @ inv(X) @ b"), ("a.T*X.T*X*b", "a.T @ X.T @ X @ b"), ("a.T*X**2*b", "a.T @ X @ X @ b"),
    ("a.T*X*X.T*b", "a.T @ X @ X.T @ b"), ("(X*a - b).T*(X*a - b)", "sq(X @ a - b)"), ("((X*a - b).T*(X*a - b))[0, 0]", "sq(X @ a - b)"),
    ("Trace((X*A - B).T*(X*A - B))", "sq(X @ A - B)"), ("Trace(HadamardProduct(X, A))", "tr(X * A)"), ("Trace(hadamard_product(X, A)*B)", "tr((X * A) @ B)"),
    ("Trace(HadamardProduct(X, X))", "tr(X * X)"), ("a.T*HadamardProduct(X, A)*b", "a.T @ (X * A) @ b"), ("OneMatrix(1, n)*X*OneMatrix(n, 1)", "sum(X)"),
    ("OneMatrix(n, 1).T*HadamardProduct(X, A)*OneMatrix(n, 1)", "sum(X * A)"), ("OneMatrix(1, n)*HadamardPower(X, 2)*OneMatrix(n, 1)", "sq(X)"),
    ("OneMatrix(1, n)*HadamardPower(X, 3)*OneMatrix(n, 1)", "sum(X**3)"), ("a.T*hadamard_power(X, 2)*b", "a.T @ (X * X) @ b"),
    ("Trace(X.applyfunc(exp))", "tr(exp(X))"), ("Trace(X.applyfunc(sin)*A)", "tr(sin(X) @ A)"), ("a.T*X.applyfunc(tanh)*b", "a.T @ tanh(X) @ b"),
    ("OneMatrix(1, n)*X.applyfunc(Lambda(t, t**2 + 1))*OneMatrix(n, 1)", "sum(X * X + 1)"), ("Trace(KroneckerProduct(X, A))", "tr(X) * tr(A)"),
    ("Trace(KroneckerProduct(A, X))", "tr(kron(A, X))"), ("Trace(kronecker_product(X, X))", "tr(X) ** 2"), ("Trace(Identity(n)*X)", "tr(X)"),
    ("Trace((X + Identity(n)).I)", "tr(inv(X + I(n)))"), ("log(det(Identity(n) + X))", "log(det(I(n) + X))"), ("Trace(X - ZeroMatrix(n, n))", "tr(X)"),
    ("Trace(A)", "tr(A) + 0 * sum(X)"), ("X[0, 0]", "X[0, 0]"), ("X[0, 1]*X[1, 0]", "X[0, 1] * X[1, 0]"), ("Trace(X) + X[0, 1]", "tr(X) + X[0, 1]"),
    ("(a.T*X*b)[0, 0]**2", "(a.T @ X @ b) ** 2"), ("exp((a.T*X*b)[0, 0]/10)", "exp(a.T @ X @ b / 10)"), ("Trace(DiagMatrix(a)*X)", "sum(a[:, 0] * np.diag(X))"),
    ("Trace(X*DiagMatrix(a)*X.T)", "sum(a[:, 0] * X * X)"), ("Trace((A*X*B + C)*(A*X*B + C).T)", "sq(A @ X @ B + C)"),
    ("Trace(-X)", "-tr(X)"), ("Trace(X)/2", "tr(X) / 2"), ("pi*Trace(X*A)", "pi * tr(X @ A)"), ("Rational(1, 3)*Trace(X.T*X)", "sq(X) / 3"),
]
SQUARE_BY_VECTOR = [
    ("x.T*x", "sq(x)"), ("(x.T*x)[0, 0]", "sq(x)"), ("(x.T*x)[0]", "sq(x)"), ("a.T*x", "a.T @ x"), ("x.T*a", "a.T @ x"), ("(a.T*x)[0, 0]", "a.T @ x"),
    ("x.T*A*x", "x.T @ A @ x"), ("(x.T*A*x)[0, 0]", "x.T @ A @ x"), ("x.T*A.T*x", "x.T @ A @ x"), ("x.T*A*x/2 - b.T*x", "x.T @ A @ x / 2 - b.T @ x"),
    ("x.T*A*x + b.T*x", "x.T @ A @ x + b.T @ x"), ("Trace(x*x.T*A)", "x.T @ A @ x"), ("Trace(x*x.T)", "sq(x)"), ("Trace(A*x*b.T)", "b.T @ A @ x"),
    ("(A*x - b).T*(A*x - b)", "sq(A @ x - b)"), ("((A*x - b).T*(A*x - b))[0, 0]", "sq(A @ x - b)"), ("Transpose(A*x - b)*(A*x - b)", "sq(A @ x - b)"),
    ("sqrt((x.T*x)[0, 0])", "norm(x)"), ("sqrt(((A*x - b).T*(A*x - b))[0, 0])", "norm(A @ x - b)"), ("exp((a.T*x)[0, 0])", "exp(a.T @ x)"),
    ("log(1 + exp((a.T*x)[0, 0]))", "log(1 + exp(a.T @ x))"), ("1/(1 + exp(-(a.T*x)[0, 0]))", "1 / (1 + exp(-a.T @ x))"), ("(a.T*x)*(b.T*x)", "(a.T @ x) * (b.T @ x)"),
    ("(a.T*x)[0, 0]*(b.T*x)[0, 0]", "(a.T @ x) * (b.T @ x)"), ("a.T*x*x.T*b", "(a.T @ x) * (b.T @ x)"), ("(x.T*A*x)[0, 0]/(x.T*x)[0, 0]", "x.T @ A @ x / sq(x)"),
    ("(x.T*A*x)*(x.T*x)**-1", "x.T @ A @ x / sq(x)"), ("(a.T*x)[0, 0]**3", "(a.T @ x) ** 3"), ("A*x", "A @ x"), ("x.T*A", "x.T @ A"), ("A*x + b", "A @ x + b"), ("x", "x"),
    ("A.T*A*x", "A.T @ A @ x"), ("A.I*x", "inv(A) @ x"), ("x.applyfunc(sin)", "sin(x)"), ("(A*x).applyfunc(exp)", "exp(A @ x)"),
    ("(A*x + b).applyfunc(Lambda(t, 1/(1 + exp(-t))))", "1 / (1 + exp(-A @ x - b))"), ("A*x.applyfunc(tanh)", "A @ tanh(x)"), ("HadamardProduct(x, a)", "x * a"),
    ("HadamardProduct(x, x)", "x * x"), ("HadamardPower(x, 2)", "x * x"), ("HadamardPower(x, 3)", "x**3"),
    ("DiagMatrix(x)*b", "x * b"), ("DiagMatrix(a)*x", "a * x"), ("x.T*DiagMatrix(x)*b", "sum(x * x * b)"), ("OneMatrix(1, n)*x", "sum(x)"), ("OneMatrix(n, 1).T*x", "sum(x)"),
    ("OneMatrix(1, n)*x.applyfunc(exp)", "sum(exp(x))"), ("log((OneMatrix(1, n)*x.applyfunc(exp))[0, 0])", "logsumexp(x)"),
    ("OneMatrix(1, n)*HadamardPower(x, 4)", "sum(x**4)"), ("a.T*(A*x).applyfunc(cos)", "a.T @ cos(A @ x)"), ("x.T*A*HadamardProduct(x, b)", "x.T @ A @ (x * b)"),
    ("x[0, 0]", "x[0, 0]"), ("x[0, 0]*x[1, 0]", "x[0, 0] * x[1, 0]"), ("3*x[0, 0]**2 + 5*exp(x[1, 0])", "3 * x[0, 0] ** 2 + 5 * exp(x[1, 0])"), ("(A*x)[0, 0]", "A[0] @ x"),
    ("x*(a.T*x)", "x * (a.T @ x)"), ("x*x.T*b", "x * (x.T @ b)"), ("a.T*b", "a.T @ b + 0 * sum(x)"), ("-x.T*x", "-sq(x)"), ("x.T*(A + B)*x", "x.T @ (A + B) @ x"),
    ("(x - a).T*A*(x - b)", "(x - a).T @ A @ (x - b)"), ("y.T*A*x + x.T*B*y", "y.T @ A @ x + x.T @ B @ y"), ("x.T*A**2*x", "x.T @ A @ A @ x"), ("exp(-(x.T*x)[0, 0]/2)", "exp(-sq(x) / 2)"),
    ("KroneckerProduct(a, b).T*KroneckerProduct(x, x)", "kron(a, b).T @ kron(x, x)"),
]
TALL_ROWS = [
    ("X", "Trace(X.T*X)", "sq(X)"), ("X", "Trace(X.T*A*X)", "tr(X.T @ A @ X)"), ("X", "Trace(X*B*X.T)", "tr(X @ B @ X.T)"), ("X", "Trace(C*X)", "tr(C @ X)"),
    ("X", "log(det(X.T*X))", "log(det(X.T @ X))"), ("X", "Trace((X.T*X).I)", "tr(inv(X.T @ X))"), ("X", "det(X.T*X)", "det(X.T @ X)"), ("X", "a.T*X*b", "a.T @ X @ b"),
    ("X", "Trace((X - Y).T*(X - Y))", "sq(X - Y)"), ("X", "(X*w - y).T*(X*w - y)", "sq(X @ w - y)"), ("X", "a.T*X*X.T*a", "sq(X.T @ a)"),
    ("w", "(X*w - y).T*(X*w - y)", "sq(X @ w - y)"), ("w", "((X*w - y).T*(X*w - y))[0, 0]/m", "sq(X @ w - y) / m"), ("w", "X*w", "X @ w"), ("w", "X.T*X*w", "X.T @ X @ w"),
    ("w", "OneMatrix(1, m)*(X*w).applyfunc(Lambda(t, log(1 + exp(t))))", "sum(log(1 + exp(X @ w)))"),
    ("w", "OneMatrix(1, m)*(X*w).applyfunc(exp) - y.T*X*w", "sum(exp(X @ w)) - y.T @ X @ w"), ("w", "(X*w - y).T*A*(X*w - y)", "(X @ w - y).T @ A @ (X @ w - y)"),
    ("w", "w.T*(X.T*X).I*w", "w.T @ inv(X.T @ X) @ w"), ("w", "y.T*HadamardProduct(X*w, y)", "sum(y * y * (X @ w))"), ("X", "Trace(HadamardProduct(X, Y).T*Y)", "sum(X * Y * Y)"),
    ("X", "OneMatrix(1, m)*HadamardProduct(X, Y)*OneMatrix(n, 1)", "sum(X * Y)"), ("X", "y.T*X*(X.T*X).I*X.T*y", "y.T @ X @ inv(X.T @ X) @ X.T @ y"),
]
FIXED_ROWS = [
    ("X", "Trace(X)", "tr(X)"), ("X", "det(X)", "det(X)"), ("X", "log(det(X))", "log(det(X))"), ("X", "Trace(A*X.I)", "tr(A @ inv(X))"), ("x", "x.T*A*x", "x.T @ A @ x"),
    ("x", "(x.T*A*x)[0, 0]", "x.T @ A @ x"), ("x", "(x.T*x)[0, 0]", "sq(x)"), ("x", "x[0, 0]**2 + x[1, 0]*x[2, 0]", "x[0, 0] ** 2 + x[1, 0] * x[2, 0]"), ("x", "A*x + b", "A @ x + b"),
    ("x", "sqrt((x.T*x)[0, 0])", "norm(x)"), ("X", "Trace(X.T*A*X)", "tr(X.T @ A @ X)"), ("X", "OneMatrix(1, 3)*X*OneMatrix(3, 1)", "sum(X)"), ("X", "X[0, 2]*X[1, 1]", "X[0, 2] * X[1, 1]"),
]
NUMBER_ROWS = [
    ("t", "t**2*Trace(A)", "t**2 * tr(A)"), ("t", "det(A + t*B)", "det(A + t * B)"), ("t", "Trace((A + t*B)**2)", "tr(power(A + t * B, 2))"), ("t", "t*A", "t * A"),
    ("t", "A + t*B", "A + t * B"), ("t", "(A + t*B)*x", "(A + t * B) @ x"), ("t", "x.T*(A + t*B)*x", "x.T @ (A + t * B) @ x"), ("t", "exp(t)*(b.T*x)[0, 0]", "exp(t) * (b.T @ x)"),
    ("t", "(A*A.T + t*Identity(n)).I", "inv(A @ A.T + t * I(n))"), ("t", "log(det(A*A.T + t*Identity(n)))", "log(det(A @ A.T + t * I(n)))"), ("t", "sin(c*t)", "sin(c * t)"),
    ("t", "c*t**3 + log(t)", "c * t**3 + log(t)"), ("t", "HadamardProduct(A, t*B)", "A * t * B"), ("t", "(t*x).applyfunc(sin)", "sin(t * x)"), ("x", "c*x.T*A*x", "c * x.T @ A @ x"),
    ("x", "exp(c)*x/t", "exp(c) * x / t"), ("x", "(x.T*x)[0, 0]**t", "sq(x) ** t"), ("c", "(c*x - b).T*(c*x - b)", "sq(c * x - b)"),
]
# fmt: on


def rows() -> Iterator[Row]:
    """All spellings as rows, named by their text."""
    plain = [("X", f, g, SQUARE) for f, g in SQUARE_BY_X] + [("x", f, g, SQUARE) for f, g in SQUARE_BY_VECTOR]
    for table, where in ((TALL_ROWS, TALL), (FIXED_ROWS, FIXED), (NUMBER_ROWS, NUMBERS)):
        plain += [(wrt, f, g, where) for wrt, f, g in table]
    for wrt, f, numpy_f, where in plain:
        used = "; ".join(part for part in where.split("; ") if part.split(":")[0] in names_in(f, numpy_f, wrt))
        suffix = {FIXED: " (3 x 3)", TALL: " (m x n)"}.get(where, "")
        yield Row(f"{f} by {wrt}{suffix}", f, "", wrt, used, "", "", numpy_f, "")


def names_in(*texts: str) -> set[str]:
    """The identifiers in the texts."""
    return {word for text in texts for word in "".join(c if c.isalnum() or c == "_" else " " for c in text).split()}


def expression(row: Row) -> tuple[Any, Any]:
    """The SymPy expression of a row and its variable."""
    names: dict[str, Any] = {k: v for k, v in vars(sympy).items() if not k.startswith("_")}
    names |= {"Det": sympy.Determinant, "hadamard_power": hadamard_module.hadamard_power, "t": sympy.Symbol("t", real=True)}
    for name, declaration in row.declarations.items():
        m, n, properties = shape_of(declaration)
        if declaration.startswith("scalar"):
            names[name] = sympy.Symbol(name, positive=True) if "positive" in properties else sympy.Symbol(name, real=True)
            continue
        sizes = [int(s) if s.isdigit() else sympy.Symbol(s, integer=True, positive=True) for s in (m, n)]
        names |= {str(s): s for s in sizes if isinstance(s, sympy.Symbol)}
        names[name] = sympy.MatrixSymbol(name, *sizes)
    return eval(row.f, names), names[row.wrt]


ROWS = tuple(rows())
