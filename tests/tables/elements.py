"""Plain SymPy in elements: sums over indices, products of integer size, explicit matrices; each with its NumPy function."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sympy

from .numeric import shape_of
from .row import Row

__all__ = ["ROWS", "expression"]

SQUARE = "A: n x n; B: n x n; X: n x n; a: n; b: n; x: n; y: n; t: scalar"
TALL = "A: m x n; X: m x n; a: m; b: n; w: n; y: m; t: scalar"
FIXED = "A: 3 x 3; B: 2 x 3; X: 3 x 3 positive eigenvalues; x: 3; a: 3; b: 3; c: 2; t: scalar"

# fmt: off
SUMS = [
    ("x", "Sum(x[i, 0]**2, (i, 0, n - 1))", "sq(x)"), ("x", "Sum(x[i, 0], (i, 0, n - 1))", "sum(x)"), ("x", "Sum(a[i, 0]*x[i, 0], (i, 0, n - 1))", "a.T @ x"),
    ("x", "Sum(x[i, 0]*A[i, j]*x[j, 0], (i, 0, n - 1), (j, 0, n - 1))", "x.T @ A @ x"), ("x", "Sum(x[i, 0]*A[j, i]*b[j, 0], (i, 0, n - 1), (j, 0, n - 1))", "b.T @ A @ x"),
    ("x", "Sum(Sum(A[i, j]*x[j, 0], (j, 0, n - 1))**2, (i, 0, n - 1))", "sq(A @ x)"), ("x", "Sum((Sum(A[i, j]*x[j, 0], (j, 0, n - 1)) - b[i, 0])**2, (i, 0, n - 1))", "sq(A @ x - b)"),
    ("x", "Sum((a[i, 0] - b[i, 0]*x[i, 0])**2, (i, 0, n - 1))/n", "sq(a - b * x) / n"), ("x", "sqrt(Sum(x[i, 0]**2, (i, 0, n - 1)))", "norm(x)"),
    ("x", "Sum(exp(x[i, 0]), (i, 0, n - 1))", "sum(exp(x))"), ("x", "log(Sum(exp(x[i, 0]), (i, 0, n - 1)))", "logsumexp(x)"), ("x", "Sum(x[i, 0]**3*a[i, 0], (i, 0, n - 1))", "sum(x**3 * a)"),
    ("x", "Sum(a[i, 0]*log(1 + exp(x[i, 0])), (i, 0, n - 1))", "sum(a * log(1 + exp(x)))"), ("x", "Sum(sin(Sum(A[i, j]*x[j, 0], (j, 0, n - 1))), (i, 0, n - 1))", "sum(sin(A @ x))"),
    ("x", "Sum((x[i, 0] - x[j, 0])**2*A[i, j], (i, 0, n - 1), (j, 0, n - 1))", "sum((x - x.T)**2 * A)"), ("x", "Sum(exp(x[i, 0]*x[j, 0]/9), (i, 0, n - 1), (j, 0, n - 1))", "sum(exp(x @ x.T / 9))"),
    ("x", "Sum(x[i, 0], (i, 0, n - 1))*Sum(a[i, 0]*x[i, 0]**2, (i, 0, n - 1))", "sum(x) * sum(a * x * x)"), ("x", "Sum((x[i + 1, 0] - x[i, 0])**2, (i, 0, n - 2))", "sq(x[1:] - x[:-1])"),
    ("x", "Sum(x[i, 0]*x[i + 1, 0], (i, 0, n - 2))", "sum(x[1:] * x[:-1])"), ("x", "Sum(i*x[i, 0]**2, (i, 0, n - 1))", "sum(np.arange(n)[:, None] * x * x)"), ("x", "Sum(x[i, 0]**2, (i, 1, n - 1))", "sq(x[1:])"),
    ("x", "Sum(x[i, 0]*A[i, j]*x[j, 0]*a[i, 0]*b[j, 0], (i, 0, n - 1), (j, 0, n - 1))", "(a * x).T @ A @ (b * x)"), ("x", "Sum(A[i, j]*A[j, k]*x[k, 0]*x[i, 0], (i, 0, n - 1), (j, 0, n - 1), (k, 0, n - 1))", "x.T @ A @ A @ x"),
    ("x", "Sum((t*x[i, 0] + a[i, 0])**2, (i, 0, n - 1))", "sq(t * x + a)"), ("x", "Sum(Abs(x[i, 0]), (i, 0, n - 1))", "sum(absolute(x))"), ("x", "Sum(Max(0, x[i, 0]), (i, 0, n - 1))", "sum(relu(x))"),
    ("x", "Sum(Abs(x[i, 0])**2, (i, 0, n - 1))", "sq(x)"), ("x", "Sum(KroneckerDelta(i, 0)*x[i, 0], (i, 0, n - 1))", "x[0, 0]"), ("x", "Sum(a[i, 0]*Abs(x[i, 0] - b[i, 0]), (i, 0, n - 1))", "sum(a * absolute(x - b))"),
    ("X", "Sum(X[i, i], (i, 0, n - 1))", "tr(X)"), ("X", "Sum(X[i, j]**2, (i, 0, n - 1), (j, 0, n - 1))", "sq(X)"), ("X", "Sum(X[i, j]*X[j, i], (i, 0, n - 1), (j, 0, n - 1))", "tr(X @ X)"),
    ("X", "Sum(A[i, j]*X[i, j], (i, 0, n - 1), (j, 0, n - 1))", "sum(A * X)"), ("X", "Sum(A[j, i]*X[i, j], (i, 0, n - 1), (j, 0, n - 1))", "tr(A @ X)"), ("X", "Sum(X[i, j]*X[j, k]*X[k, i], (i, 0, n - 1), (j, 0, n - 1), (k, 0, n - 1))", "tr(X @ X @ X)"),
    ("X", "Sum(X[i, j]*A[j, k]*X[l, k]*B[l, i], (i, 0, n - 1), (j, 0, n - 1), (k, 0, n - 1), (l, 0, n - 1))", "tr(X @ A @ X.T @ B)"), ("X", "Sum(a[i, 0]*X[i, j]*b[j, 0], (i, 0, n - 1), (j, 0, n - 1))", "a.T @ X @ b"),
    ("X", "Sum(exp(X[i, j])*A[i, j], (i, 0, n - 1), (j, 0, n - 1))", "sum(exp(X) * A)"), ("X", "Sum(Sum(X[i, j], (j, 0, n - 1))**2, (i, 0, n - 1))", "sq(np.sum(X, 1))"), ("X", "Sum(X[0, j]**2, (j, 0, n - 1))", "sq(X[0])"),
    ("X", "Sum(X[i, 1]*a[i, 0], (i, 0, n - 1))", "X[:, 1] @ a"), ("X", "Sum((X[i, j] + X[j, i])*A[i, j], (i, 0, n - 1), (j, 0, n - 1))", "sum((X + X.T) * A)"), ("X", "Sum(X[i, i]*a[i, 0]**2, (i, 0, n - 1))", "np.diag(X) @ (a * a)"),
    ("X", "Sum((X*A)[i, i], (i, 0, n - 1))", "tr(X @ A)"), ("X", "Sum((X*X.T)[i, j]**2, (i, 0, n - 1), (j, 0, n - 1))", "sq(X @ X.T)"), ("X", "Sum(A[i, j]*X[j, k]*B[k, l]*x[l, 0]*x[i, 0], (i, 0, n - 1), (j, 0, n - 1), (k, 0, n - 1), (l, 0, n - 1))", "x.T @ A @ X @ B @ x"),
    ("t", "Sum(x[i, 0]**2*exp(t*a[i, 0]), (i, 0, n - 1))", "sum(x * x * exp(t * a))"), ("t", "Sum(t**i*x[i, 0], (i, 0, n - 1))", "sum(t ** np.arange(n)[:, None] * x)"), ("t", "Sum(t**k, (k, 0, 4))", "1 + t + t**2 + t**3 + t**4"),
    ("x", "Sum(A[i, j]*x[j, 0], (j, 0, n - 1)).subs(i, 1)", "A[1] @ x[:, 0]"), ("x", "FunctionMatrix(n, n, Lambda((i, j), x[i, 0]*A[i, j]))*b", "(x * A) @ b"), ("x", "x.applyfunc(Lambda(z, z**2 + t))", "x * x + t"),
    ("x", "a.T*x.applyfunc(Lambda(z, z*exp(-z**2)))", "sum(a * x * exp(-x * x))"), ("x", "x.applyfunc(lambda z: 1/(1 + exp(-z)))", "sigmoid(x)"), ("X", "a.T*X.applyfunc(Lambda(z, Max(0, z)))*b", "a.T @ relu(X) @ b"),
    ("X", "a.T*(X*A).applyfunc(Lambda(z, z/(1 + z**2)))*b", "a.T @ (X @ A / (1 + (X @ A)**2)) @ b"), ("x", "(x.T*A*x*b.T*x)[0, 0]", "(x.T @ A @ x) * (b.T @ x)"), ("x", "((A*x).applyfunc(tanh).T*b)[0, 0]", "b.T @ tanh(A @ x)"),
    ("X", "(a.T*X.applyfunc(exp)*b)[0, 0]", "a.T @ exp(X) @ b"), ("X", "(a.T*X*A*X.T*a)[0, 0]", "a.T @ X @ A @ X.T @ a"), ("x", "exp((x.T*A*x)[0, 0]/20)*(b.T*x)[0, 0]", "exp(x.T @ A @ x / 20) * (b.T @ x)"),
    ("x", "x.applyfunc(Lambda(z, Piecewise((z, z > 0), (0, True))))", "relu(x)"), ("x", "a.T*x.applyfunc(Lambda(z, Piecewise((z, z >= 0), (z/100, True))))", "sum(a * (relu(x) - relu(-x) / 100))"),
    ("x", "a.T*x.applyfunc(Lambda(z, Piecewise((z**2/2, Abs(z) < 1), (Abs(z) - Rational(1, 2), True))))", "sum(a * np.where(absolute(x) < 1, x * x / 2, absolute(x) - 1 / 2))"),
    ("x", "a.T*x.applyfunc(Lambda(z, Piecewise((-1, z < -1), (1, z > 1), (z, True))))", "sum(a * np.where(absolute(x) < 1, x, np.sign(x.real)))"), ("x", "Sum(x[i - 1, 0]**2*a[i - 1, 0], (i, 1, n))", "sum(a * x * x)"),
    ("x", "sqrt(x.T*x)", "norm(x)"), ("x", "exp(-(x.T*x)[0, 0])*(a.T*x)[0, 0]", "exp(-sq(x)) * (a.T @ x)"), ("x", "1/(1 + exp(-(a.T*x)))", "sigmoid(a.T @ x)"), ("x", "sin(x.T*A*x)", "sin(x.T @ A @ x)"), ("x", "x.T*x*A*x", "sq(x) * (A @ x)"),
    ("X", "Trace(X*A).rewrite(Sum)", "tr(X @ A)"), ("X", "Trace(X.T*A*X).rewrite(Sum)", "tr(X.T @ A @ X)"), ("x", "Add(x.T*x, 1, evaluate=False)", "sq(x) + 1"), ("x", "Mul(A, x, evaluate=False)", "A @ x"),
    ("X", "X[:, 0].T*X[:, 1]", "X[:, 0] @ X[:, 1]"), ("X", "X[0, :]*a", "X[0] @ a"), ("X", "(X[0, :]*A*X[1, :].T)[0, 0]", "X[0] @ A @ X[1]"), ("X", "Adjoint(a)*X*b", "a.T @ X @ b"), ("x", "DotProduct(a, x)*DotProduct(x, x)", "(a.T @ x) * sq(x)"),
]
TALL_SUMS = [
    ("w", "Sum((y[i, 0] - Sum(X[i, j]*w[j, 0], (j, 0, n - 1)))**2, (i, 0, m - 1))", "sq(y - X @ w)"), ("X", "Sum((y[i, 0] - Sum(X[i, j]*w[j, 0], (j, 0, n - 1)))**2, (i, 0, m - 1))", "sq(y - X @ w)"),
    ("w", "Sum(log(1 + exp(-y[i, 0]*Sum(X[i, j]*w[j, 0], (j, 0, n - 1)))), (i, 0, m - 1))", "sum(log(1 + exp(-y * (X @ w))))"), ("w", "Sum((y[i, 0] - (X*w)[i, 0])**2, (i, 0, m - 1))/m", "sq(y - X @ w) / m"),
    ("X", "Sum(X[i, j]*A[i, j], (i, 0, m - 1), (j, 0, n - 1))", "sum(X * A)"), ("X", "Sum(X[i, j]*X[i, k]*b[j, 0]*b[k, 0], (i, 0, m - 1), (j, 0, n - 1), (k, 0, n - 1))", "sq(X @ b)"),
    ("X", "Sum(log(Sum(exp(X[i, j]), (j, 0, n - 1))), (i, 0, m - 1))", "sum(log(np.sum(exp(X), 1)))"), ("X", "Sum(a[i, 0]*X[i, j]**2, (i, 0, m - 1), (j, 0, n - 1))", "sum(a * X * X)"),
]
WRITTEN = [
    ("x", "(x.T*A*x)[0, 0]", "x.T @ A @ x"), ("x", "((A*x - b).T*(A*x - b))[0, 0]", "sq(A @ x - b)"), ("x", "sqrt((x.T*x)[0, 0])", "norm(x)"), ("x", "Matrix(A)*Matrix(x)", "A @ x"), ("x", "(Matrix(x).T*Matrix(A)*Matrix(x))[0, 0]", "x.T @ A @ x"),
    ("x", "expand((x.T*A*x)[0, 0])", "x.T @ A @ x"), ("x", "Matrix(x).norm()", "norm(x)"), ("x", "Matrix(x).dot(Matrix(a))", "a.T @ x"), ("x", "(OneMatrix(1, 3)*x)[0, 0]**2", "sum(x)**2"), ("X", "(OneMatrix(1, 3)*X*OneMatrix(3, 1))[0, 0]", "sum(X)"),
    ("X", "Matrix(X).trace()", "tr(X)"), ("X", "Matrix(X).det()", "det(X)"), ("X", "log(Matrix(X).det())", "log(det(X))"), ("X", "Trace(Matrix(X)*A)", "tr(X @ A)"), ("X", "(a.T*X*b)[0, 0]**2", "(a.T @ X @ b)**2"), ("X", "b.T*Matrix(X).T*Matrix(a)", "b.T @ X.T @ a"),
    ("x", "sum(log(1 + exp((B*x)[i, 0])) for i in range(2))", "sum(log(1 + exp(B @ x)))"), ("x", "exp(-(x.T*x)[0, 0]/2)", "exp(-sq(x) / 2)"), ("x", "Matrix([x[0, 0]*x[1, 0], sin(x[2, 0])])", "np.array([[x[0, 0] * x[1, 0]], [sin(x[2, 0])]])"),
    ("x", "Matrix([[1, 2, 3], [4, 5, 6]])*x", "np.array([[1, 2, 3], [4, 5, 6]]) @ x"), ("x", "(c.T*Matrix([[1, 2, 3], [4, 5, 6]])*x)[0, 0]", "c.T @ np.array([[1, 2, 3], [4, 5, 6]]) @ x"), ("x", "x.T*ImmutableMatrix([[2, 1, 0], [0, 3, 1], [1, 0, 1]])*x", "x.T @ np.array([[2, 1, 0], [0, 3, 1], [1, 0, 1]]) @ x"),
    ("X", "Trace(X*eye(3))", "tr(X)"), ("X", "Trace((X + eye(3)).inv())", "tr(inv(X + I(3)))"), ("x", "x[0, 0]*x[1, 0]*x[2, 0]", "x[0, 0] * x[1, 0] * x[2, 0]"), ("x", "sum(x)", "sum(x)"), ("x", "sum(v**2 for v in Matrix(x))", "sq(x)"), ("X", "c.T*X[:2, :]*a", "c.T @ X[:2] @ a"),
    ("X", "Trace(X[:2, 1:]*A[:2, :2])", "tr(X[:2, 1:] @ A[:2, :2])"), ("x", "Matrix(3, 1, lambda i, j: x[i, 0]**2)", "x * x"), ("x", "diag(*Matrix(x))*b", "x * b"), ("X", "b.T*Matrix(X).applyfunc(exp)*a", "b.T @ exp(X) @ a"), ("x", "Matrix(x).T*Matrix(x)", "sq(x)"),
    ("t", "Matrix([t, t**2, sin(t)])", "np.array([[t], [t**2], [sin(t)]])"), ("t", "Matrix([[cos(t), -sin(t)], [sin(t), cos(t)]])*c", "np.array([[cos(t), -sin(t)], [sin(t), cos(t)]]) @ c"), ("x", "Max(x[0, 0], 0)*x[1, 0]", "relu(x[0, 0]) * x[1, 0]"),
]
# fmt: on


def rows() -> Iterator[Row]:
    """All of them as rows, named by their text."""
    for table, where in ((SUMS, SQUARE), (TALL_SUMS, TALL), (WRITTEN, FIXED)):
        for wrt, f, numpy_f in table:
            names = "".join(c if c.isalnum() or c == "_" else " " for c in f"{f} {numpy_f} {wrt}").split()
            used = "; ".join(part for part in where.split("; ") if part.split(":")[0] in names)
            suffix = " (integer size)" if where is FIXED else ""
            yield Row(f"{f} by {wrt}{suffix}", f, "", wrt, used, "", "", numpy_f, "", analytic="norm()" not in f)


def expression(row: Row) -> tuple[Any, Any]:
    """The SymPy expression of a row and its variable; i, j, k, l are the indices, z a bound variable."""
    names: dict[str, Any] = {k: v for k, v in vars(sympy).items() if not k.startswith("_")}
    names |= {s: sympy.Symbol(s, integer=True) for s in "ijkl"} | {"z": sympy.Symbol("z", real=True)}
    names["DotProduct"] = sympy.matrices.expressions.dotproduct.DotProduct
    names["Adjoint"] = sympy.matrices.expressions.Adjoint
    names |= {s: sympy.Symbol(s, integer=True, positive=True) for s in "mn"}
    for name, declaration in row.declarations.items():
        m, n, _ = shape_of(declaration)
        if declaration.startswith("scalar"):
            names[name] = sympy.Symbol(name, real=True)
        else:
            names[name] = sympy.MatrixSymbol(name, *(int(s) if s.isdigit() else names[s] for s in (m, n)))
    return eval(row.f, names), names[row.wrt]


ROWS = tuple(rows())
