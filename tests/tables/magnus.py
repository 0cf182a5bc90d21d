r"""Jacobians and Hessians in the vec notation of Magnus & Neudecker, *Matrix Differential Calculus*, chapters 9 and 10.

The Jacobian of F by X is D F = d vec F / d (vec X)', the Hessian of a scalar f is H f = D (D f)'; K_{m,n} vec X = vec X'.
"""

from __future__ import annotations

from .row import Row

__all__ = ["HESSIANS", "JACOBIANS", "ROWS"]

# fmt: off
SCALARS = (
    Row("scalar a'x", "a.T*x", r"a'x", "x", "a: n; x: n", "a", r"a", "a.T @ x", "a"),
    Row("scalar x'Ax", "x.T*A*x", r"x'Ax", "x", "A: n x n; x: n", "(A + A.T)*x", r"(A + A')x", "x.T @ A @ x", "(A + A.T) @ x"),
    Row("scalar a'Xb", "a.T*X*b", r"a'Xb", "X", "a: m; X: m x n; b: n", "a*b.T", r"ab'", "a.T @ X @ b", "a @ b.T"),
    Row("scalar a'XX'a", "a.T*X*X.T*a", r"a'XX'a", "X", "a: m; X: m x n", "2*a*a.T*X", r"2aa'X", "a.T @ X @ X.T @ a", "2 * a @ a.T @ X"),
    Row("scalar a'X^{-1}a", "a.T*inv(X)*a", r"a'X^{-1}a", "X", "a: n; X: n x n invertible", "-(inv(X)*a*a.T*inv(X)).T", r"-(X^{-1}aa'X^{-1})'",
        "a.T @ inv(X) @ a", "-(inv(X) @ a @ a.T @ inv(X)).T"),
    Row("scalar tr AX", "tr(A*X)", r"\operatorname{tr} AX", "X", "A: n x m; X: m x n", "A.T", r"A'", "tr(A @ X)", "A.T"),
    Row("scalar tr XAX'B", "tr(X*A*X.T*B)", r"\operatorname{tr} XAX'B", "X", "X: m x n; A: n x n; B: m x m", "B.T*X*A.T + B*X*A", r"B'XA' + BXA",
        "tr(X @ A @ X.T @ B)", "B.T @ X @ A.T + B @ X @ A"),
    Row("scalar tr XAXB", "tr(X*A*X*B)", r"\operatorname{tr} XAXB", "X", "X: m x n; A: n x m; B: n x m", "B.T*X.T*A.T + A.T*X.T*B.T", r"B'X'A' + A'X'B'",
        "tr(X @ A @ X @ B)", "B.T @ X.T @ A.T + A.T @ X.T @ B.T"),
    Row("scalar |X|", "det(X)", r"|X|", "X", "X: n x n invertible", "det(X)*inv(X).T", r"|X|(X^{-1})'", "det(X)", "cofactors(X)"),
    Row("scalar |XX'|", "det(X*X.T)", r"|XX'|", "X", "X: m x n full row rank", "2*det(X*X.T)*inv(X*X.T)*X", r"2|XX'|(XX')^{-1}X",
        "det(X @ X.T)", "2 * det(X @ X.T) * inv(X @ X.T) @ X"),
    Row("scalar log|X'X|", "logdet(X.T*X)", r"\log |X'X|", "X", "X: m x n full column rank", "2*X*inv(X.T*X)", r"2X(X'X)^{-1}",
        "log(det(X.T @ X))", "2 * X @ inv(X.T @ X)"),
    Row("scalar |AXB|", "det(A*X*B)", r"|AXB|", "X", "A: p x m full row rank; X: m x n; B: n x p full column rank", "det(A*X*B)*A.T*inv(A*X*B).T*B.T", r"|AXB| A'(AXB)'^{-1}B'",
        "det(A @ X @ B)",
        "det(A @ X @ B) * A.T @ inv(A @ X @ B).T @ B.T"),
    Row("scalar lambda", "eigenvalue(X)", r"\lambda(X)", "X", "X: n x n symmetric", "", r"uu'", "eigenvalue((X + X.T) / 2)",
        "eigenvector(X) @ eigenvector(X).T", analytic=False),
)

JACOBIANS = (
    Row("vector Ax", "A*x", r"Ax", "x", "A: m x n; x: n", "A", r"A", "A @ x", "A", kind="vec"),
    Row("vector Xa", "X*a", r"Xa", "X", "X: m x n; a: n", "kron(a.T, eye(m))", r"a' \otimes I_m", "X @ a", "kron(a.T, I(m))", kind="vec"),
    Row("vector X'a", "X.T*a", r"X'a", "X", "X: m x n; a: m", "kron(eye(n), a.T)", r"I_n \otimes a'", "X.T @ a", "kron(I(n), a.T)", kind="vec"),
    Row("matrix xx'", "x*x.T", r"xx'", "x", "x: n", "kron(x, eye(n)) + kron(eye(n), x)", r"x \otimes I_n + I_n \otimes x",
        "x @ x.T", "kron(x, I(n)) + kron(I(n), x)", kind="vec"),
    Row("matrix X", "X", r"X", "X", "X: m x n", "eye(m*n)", r"I_{mn}", "X", "I(m * n)", kind="vec"),
    Row("matrix X'", "X.T", r"X'", "X", "X: m x n", "commutation(m, n)", r"K_{mn}", "X.T", "commutation(m, n)", kind="vec"),
    Row("matrix AXB", "A*X*B", r"AXB", "X", "A: p x m; X: m x n; B: n x q", "kron(B.T, A)", r"B' \otimes A", "A @ X @ B", "kron(B.T, A)", kind="vec"),
    Row("matrix AX'B", "A*X.T*B", r"AX'B", "X", "A: p x n; X: m x n; B: m x q", "kron(B.T, A)*commutation(m, n)", r"(B' \otimes A) K_{mn}",
        "A @ X.T @ B", "kron(B.T, A) @ commutation(m, n)", kind="vec"),
    Row("matrix XX'", "X*X.T", r"XX'", "X", "X: m x n", "(eye(m**2) + commutation(m, m))*kron(X, eye(m))", r"(I_{m^2} + K_{mm})(X \otimes I_m)",
        "X @ X.T", "(I(m * m) + commutation(m, m)) @ kron(X, I(m))", kind="vec"),
    Row("matrix X'X", "X.T*X", r"X'X", "X", "X: m x n", "(eye(n**2) + commutation(n, n))*kron(eye(n), X.T)", r"(I_{n^2} + K_{nn})(I_n \otimes X')",
        "X.T @ X", "(I(n * n) + commutation(n, n)) @ kron(I(n), X.T)", kind="vec"),
    Row("matrix XAX'", "X*A*X.T", r"XAX'", "X", "X: m x n; A: n x n symmetric", "(eye(m**2) + commutation(m, m))*kron(X*A, eye(m))",
        r"(I_{m^2} + K_{mm})(XA \otimes I_m)", "X @ A @ X.T", "(I(m * m) + commutation(m, m)) @ kron(X @ A, I(m))", kind="vec"),
    Row("matrix X'AX", "X.T*A*X", r"X'AX", "X", "X: m x n; A: m x m symmetric", "(eye(n**2) + commutation(n, n))*kron(eye(n), X.T*A)",
        r"(I_{n^2} + K_{nn})(I_n \otimes X'A)", "X.T @ A @ X", "(I(n * n) + commutation(n, n)) @ kron(I(n), X.T @ A)", kind="vec"),
    Row("matrix XAX", "X*A*X", r"XAX", "X", "X: m x n; A: n x m", "kron(X.T*A.T, eye(m)) + kron(eye(n), X*A)", r"X'A' \otimes I_m + I_n \otimes XA",
        "X @ A @ X", "kron(X.T @ A.T, I(m)) + kron(I(n), X @ A)", kind="vec"),
    Row("matrix X^{-1}", "inv(X)", r"X^{-1}", "X", "X: n x n invertible", "-kron(inv(X).T, inv(X))", r"-(X')^{-1} \otimes X^{-1}",
        "inv(X)", "-kron(inv(X).T, inv(X))", kind="vec"),
    Row("matrix AX^{-1}B", "A*inv(X)*B", r"AX^{-1}B", "X", "A: m x n; X: n x n invertible; B: n x p", "-kron((inv(X)*B).T, A*inv(X))",
        r"-(X^{-1}B)' \otimes AX^{-1}", "A @ inv(X) @ B", "-kron((inv(X) @ B).T, A @ inv(X))", kind="vec"),
    Row("matrix X^2", "X**2", r"X^2", "X", "X: n x n", "kron(X.T, eye(n)) + kron(eye(n), X)", r"X' \otimes I_n + I_n \otimes X",
        "X @ X", "kron(X.T, I(n)) + kron(I(n), X)", kind="vec"),
    Row("matrix X^3", "X**3", r"X^3", "X", "X: n x n", "kron((X.T)**2, eye(n)) + kron(X.T, X) + kron(eye(n), X**2)", r"\sum_{j=1}^{3} (X')^{3-j} \otimes X^{j-1}",
        "X @ X @ X", "kron(X.T @ X.T, I(n)) + kron(X.T, X) + kron(I(n), X @ X)", kind="vec"),
    Row("matrix X^k", "X**k", r"X^k", "X", "X: n x n; k: scalar positive integer", "sumover(kron(X.T**(k - j), X**(j - 1)), j, 1, k)",
        r"\sum_{j=1}^{k} (X')^{k-j} \otimes X^{j-1}", "power(X, k)", "powers(k, lambda j: kron(power(X.T, k - 1 - j), power(X, j)))", kind="vec"),
    Row("matrix XoC", "hadamard(X, C)", r"X \odot C", "X", "X: m x n; C: m x n", "diag(vec(C))", r"\operatorname{diag}(\operatorname{vec} C)",
        "X * C", "diag(vec(C))", kind="vec"),
    Row("matrix XoX", "hadamard(X, X)", r"X \odot X", "X", "X: m x n", "2*diag(vec(X))", r"2 \operatorname{diag}(\operatorname{vec} X)",
        "X * X", "2 * diag(vec(X))", kind="vec"),
    Row("matrix f.(X)", "exp(X)", r"\exp.(X)", "X", "X: m x n", "diag(vec(exp(X)))", r"\operatorname{diag}(\operatorname{vec} \exp X)",
        "exp(X)", "diag(vec(exp(X)))", kind="vec"),
    Row("matrix f.(AXB)", "sin(A*X*B)", r"\sin.(AXB)", "X", "A: p x m; X: m x n; B: n x q", "diag(vec(cos(A*X*B)))*kron(B.T, A)",
        r"\operatorname{diag}(\operatorname{vec} \cos(AXB)) (B' \otimes A)", "sin(A @ X @ B)", "diag(vec(cos(A @ X @ B))) @ kron(B.T, A)", kind="vec"),
    Row("matrix XoY Kronecker", "kron(X, Y)", r"X \otimes Y", "X", "X: m x n; Y: p x q", "kron(eye(n), commutation(q, m), eye(p))*kron(eye(m*n), vec(Y))",
        r"(I_n \otimes K_{qm} \otimes I_p)(I_{mn} \otimes \operatorname{vec} Y)",
        "kron(X, Y)", "kron(kron(I(n), commutation(q, m)), I(p)) @ kron(I(m * n), vec(Y))", kind="vec"),
    Row("matrix YoX Kronecker", "kron(Y, X)", r"Y \otimes X", "X", "X: m x n; Y: p x q", "kron(eye(q), commutation(n, p), eye(m))*kron(vec(Y), eye(m*n))",
        r"(I_q \otimes K_{np} \otimes I_m)(\operatorname{vec} Y \otimes I_{mn})",
        "kron(Y, X)", "kron(kron(I(q), commutation(n, p)), I(m)) @ kron(vec(Y), I(m * n))", kind="vec"),
    Row("matrix X(X'X)^{-1}X'", "X*inv(X.T*X)*X.T", r"X(X'X)^{-1}X'", "X", "X: m x n full column rank",
        "(eye(m**2) + commutation(m, m))*kron(X*inv(X.T*X), eye(m) - X*inv(X.T*X)*X.T)", r"(I_{m^2} + K_{mm})(X(X'X)^{-1} \otimes (I_m - X(X'X)^{-1}X'))",
        "X @ inv(X.T @ X) @ X.T", "(I(m * m) + commutation(m, m)) @ kron(X @ inv(X.T @ X), I(m) - X @ inv(X.T @ X) @ X.T)", kind="vec"),
    Row("matrix adj X", "adjugate(X)", r"X^\#", "X", "X: n x n invertible", "det(X)*(vec(inv(X))*vec(inv(X).T).T - kron(inv(X).T, inv(X)))",
        r"|X| (\operatorname{vec} X^{-1} (\operatorname{vec} (X')^{-1})' - (X')^{-1} \otimes X^{-1})",
        "det(X) * inv(X)", "det(X) * (vec(inv(X)) @ vec(inv(X).T).T - kron(inv(X).T, inv(X)))", kind="vec"),
)

HESSIANS = (
    Row("Hessian a'x", "a.T*x", r"a'x", "x", "a: n; x: n", "zeros(n, n)", r"0", "a.T @ x", "np.zeros((n, n))", kind="hessian"),
    Row("Hessian x'Ax", "x.T*A*x", r"x'Ax", "x", "A: n x n; x: n", "A + A.T", r"A + A'", "x.T @ A @ x", "A + A.T", kind="hessian"),
    Row("Hessian tr X^2", "tr(X**2)", r"\operatorname{tr} X^2", "X", "X: n x n", "2*commutation(n, n)", r"2K_{nn}", "tr(X @ X)", "2 * commutation(n, n)", kind="hessian"),
    Row("Hessian tr X'X", "tr(X.T*X)", r"\operatorname{tr} X'X", "X", "X: m x n", "2*eye(m*n)", r"2I_{mn}", "sq(X)", "2 * I(m * n)", kind="hessian"),
    Row("Hessian tr XAX'B", "tr(X*A*X.T*B)", r"\operatorname{tr} XAX'B", "X", "X: m x n; A: n x n; B: m x m", "kron(A.T, B) + kron(A, B.T)",
        r"A' \otimes B + A \otimes B'", "tr(X @ A @ X.T @ B)", "kron(A.T, B) + kron(A, B.T)", kind="hessian"),
    Row("Hessian tr XAXB", "tr(X*A*X*B)", r"\operatorname{tr} XAXB", "X", "X: m x n; A: n x m; B: n x m", "commutation(n, m)*(kron(A.T, B) + kron(B.T, A))",
        r"K_{nm}(A' \otimes B + B' \otimes A)", "tr(X @ A @ X @ B)", "commutation(n, m) @ (kron(A.T, B) + kron(B.T, A))", kind="hessian"),
    Row("Hessian a'XX'a", "a.T*X*X.T*a", r"a'XX'a", "X", "a: m; X: m x n", "2*kron(eye(n), a*a.T)", r"2(I_n \otimes aa')",
        "a.T @ X @ X.T @ a", "2 * kron(I(n), a @ a.T)", kind="hessian"),
    Row("Hessian log|X|", "logdet(X)", r"\log |X|", "X", "X: n x n invertible positive determinant", "-commutation(n, n)*kron(inv(X).T, inv(X))",
        r"-K_{nn}((X')^{-1} \otimes X^{-1})", "log(det(X))", "-commutation(n, n) @ kron(inv(X).T, inv(X))", kind="hessian"),
    Row("Hessian |X|", "det(X)", r"|X|", "X", "X: n x n invertible", "det(X)*commutation(n, n)*(vec(inv(X))*vec(inv(X).T).T - kron(inv(X).T, inv(X)))",
        r"|X| K_{nn} (\operatorname{vec} X^{-1} (\operatorname{vec} (X')^{-1})' - (X')^{-1} \otimes X^{-1})",
        "det(X)", "det(X) * commutation(n, n) @ (vec(inv(X)) @ vec(inv(X).T).T - kron(inv(X).T, inv(X)))", kind="hessian"),
    Row("Hessian tr X^{-1}", "tr(inv(X))", r"\operatorname{tr} X^{-1}", "X", "X: n x n positive eigenvalues",
        "commutation(n, n)*(kron((inv(X)**2).T, inv(X)) + kron(inv(X).T, inv(X)**2))", r"K_{nn}((X'^{-2} \otimes X^{-1}) + (X'^{-1} \otimes X^{-2}))",
        "tr(inv(X))", "commutation(n, n) @ (kron(inv(X @ X).T, inv(X)) + kron(inv(X).T, inv(X @ X)))", kind="hessian"),
    Row("Hessian a'X^{-1}b", "a.T*inv(X)*b", r"a'X^{-1}b", "X", "a: n; b: n; X: n x n invertible",
        "commutation(n, n)*(kron(inv(X).T*a*b.T*inv(X).T, inv(X)) + kron(inv(X).T, inv(X)*b*a.T*inv(X)))",
        r"K_{nn}(X^{-1\prime}ab'X^{-1\prime} \otimes X^{-1} + X^{-1\prime} \otimes X^{-1}ba'X^{-1})", "a.T @ inv(X) @ b",
        "commutation(n, n) @ (kron(inv(X).T @ a @ b.T @ inv(X).T, inv(X)) + kron(inv(X).T, inv(X) @ b @ a.T @ inv(X)))", kind="hessian"),
    Row("Hessian |Ax - b|", "norm(A*x - b)", r"\|Ax - b\|", "x", "A: m x n; x: n; b: m", "A.T*(eye(m) - u*u.T)*A/norm(A*x - b)",
        r"A'(I - uu')A/\|Ax - b\|", "norm(A @ x - b)",
        "A.T @ (I(m) - (A @ x - b) @ (A @ x - b).T / sq(A @ x - b)) @ A / norm(A @ x - b)", kind="hessian", named="u = (A*x - b)/norm(A*x - b)"),
)
# fmt: on

ROWS = SCALARS + JACOBIANS + HESSIANS
