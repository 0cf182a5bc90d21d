"""The form in which a person would write the result: first order, second order, and matrix by matrix.

`printed` is the form as text, `book` the same form over the engine's names, `named` the intermediates that it names.
"""

from __future__ import annotations

from .row import Row

__all__ = ["FIRST", "MATRIX", "ROWS", "SECOND"]


def row(
    f: str, latex: str, wrt: str, where: str, printed: str, book: str, book_latex: str, numpy_f: str, numpy_df: str,
    name: str = "", kind: str = "derivative", named: str = "",
) -> Row:
    """A row named by its own function and variable."""
    return Row(name or f"{f} by {wrt}", f, latex, wrt, where, book, book_latex, numpy_f, numpy_df, kind=kind, printed=printed, named=named)


# fmt: off
FIRST = (
    row("a.T*x", r"a^\top x", "x", "a: n; x: n", "a", "a", r"a", "a.T @ x", "a"),
    row("x.T*A*x", r"x^\top A x", "x", "A: n x n; x: n", "(A + Aᵀ)x", "(A + A.T)*x", r"(A + A^\top) x", "x.T @ A @ x", "A @ x + A.T @ x"),
    row("x.T*A*x", r"x^\top A x", "x", "A: n x n symmetric; x: n", "2Ax", "2*A*x", r"2 A x", "x.T @ A @ x", "2 * A @ x", name="x.T*A*x by x, A symmetric"),
    row("x.T*A*x/2 - b.T*x", r"\tfrac12 x^\top A x - b^\top x", "x", "A: n x n symmetric; b: n; x: n", "Ax − b", "A*x - b", r"A x - b",
        "x.T @ A @ x / 2 - b.T @ x", "A @ x - b"),
    row("norm(x)**2", r"\|x\|^2", "x", "x: n", "2x", "2*x", r"2 x", "sq(x)", "2 * x"),
    row("norm(x)", r"\|x\|", "x", "x: n", "x/‖x‖", "x/norm(x)", r"\frac{x}{\|x\|}", "norm(x)", "x / norm(x)"),
    row("norm(x, 1)", r"\|x\|_1", "x", "x: n", "sign(x)", "sign(x)", r"\operatorname{sign}(x)", "sum(absolute(x))", "sign(x)"),
    row("norm(A*x - b)**2", r"\|A x - b\|^2", "x", "A: m x n; x: n; b: m", "2Aᵀ(Ax − b)", "2*A.T*(A*x - b)", r"2 A^\top (A x - b)",
        "sq(A @ x - b)", "2 * A.T @ (A @ x - b)"),
    row("norm(A*x - b)", r"\|A x - b\|", "x", "A: m x n; x: n; b: m", "Aᵀ(Ax − b)/‖Ax − b‖", "A.T*(A*x - b)/norm(A*x - b)",
        r"\frac{A^\top (A x - b)}{\|A x - b\|}", "norm(A @ x - b)", "A.T @ (A @ x - b) / norm(A @ x - b)"),
    row("norm(X*w - y)**2/2 + lam/2*norm(w)**2", r"\tfrac12 \|X w - y\|^2 + \tfrac{\lambda}{2} \|w\|^2", "w", "X: m x n; w: n; y: m; lam: scalar",
        "Xᵀ(Xw − y) + λw", "X.T*(X*w - y) + lam*w", r"X^\top (X w - y) + \lambda w", "sq(X @ w - y) / 2 + lam / 2 * sq(w)", "X.T @ (X @ w - y) + lam * w"),
    row("A*x", r"A x", "x", "A: m x n; x: n", "A", "A", r"A", "A @ x", "A"),
    row("X.T*X*w", r"X^\top X w", "w", "X: m x n; w: n", "XᵀX", "X.T*X", r"X^\top X", "X.T @ X @ w", "X.T @ X"),
    row("(a.T*x)*(b.T*x)", r"(a^\top x)(b^\top x)", "x", "a: n; b: n; x: n", "(abᵀ + baᵀ)x", "(a*b.T + b*a.T)*x", r"(a b^\top + b a^\top) x",
        "(a.T @ x) * (b.T @ x)", "(a @ b.T + b @ a.T) @ x"),
    row("exp(-norm(x - mu)**2/2)", r"\exp(-\tfrac12 \|x - \mu\|^2)", "x", "x: n; mu: n", "−exp(−½‖x − μ‖²)(x − μ)", "-exp(-norm(x - mu)**2/2)*(x - mu)",
        r"-\exp(-\tfrac12 \|x - \mu\|^2) (x - \mu)", "exp(-sq(x - mu) / 2)", "-exp(-sq(x - mu) / 2) * (x - mu)"),
    row("sum(log(1 + exp(-hadamard(y, X*w))))", r"1^\top \log(1 + \exp(-y \odot X w))", "w", "X: m x n; w: n; y: m",
        "−Xᵀ(y ⊙ σ(−y⊙Xw))", "-X.T*hadamard(y, sigmoid(-hadamard(y, X*w)))", r"-X^\top (y \odot \sigma(-y \odot X w))",
        "sum(log(1 + exp(-y * (X @ w))))", "-X.T @ (y * sigmoid(-y * (X @ w)))"),
    row("-y.T*X*w + sum(log(1 + exp(X*w)))", r"-y^\top X w + 1^\top \log(1 + \exp(X w))", "w", "X: m x n; w: n; y: m",
        "Xᵀ(σ(Xw) − y)", "X.T*(sigmoid(X*w) - y)", r"X^\top (\sigma(X w) - y)", "-y.T @ X @ w + sum(log(1 + exp(X @ w)))", "X.T @ (sigmoid(X @ w) - y)"),
    row("logsumexp(x)", r"\operatorname{logsumexp}(x)", "x", "x: n", "softmax(x)", "softmax(x)", r"\operatorname{softmax}(x)", "logsumexp(x)", "softmax(x)"),
    row("softmax(x)", r"\operatorname{softmax}(x)", "x", "x: n", "diag(s) − ssᵀ where s = softmax(x)", "diag(s) - s*s.T", r"\operatorname{diag}(s) - s s^\top",
        "softmax(x)", "diag(softmax(x)) - softmax(x) @ softmax(x).T", named="s = softmax(x)"),
    row("-y.T*log(softmax(x))", r"-y^\top \log \operatorname{softmax}(x)", "x", "x: n; y: n", "(1ᵀy)softmax(x) − y", "sum(y)*softmax(x) - y",
        r"(1^\top y) \operatorname{softmax}(x) - y", "-y.T @ log(softmax(x))", "sum(y) * softmax(x) - y"),
    row("tr(A*X)", r"\operatorname{tr}(A X)", "X", "A: n x m; X: m x n", "Aᵀ", "A.T", r"A^\top", "tr(A @ X)", "A.T"),
    row("tr(A*X*B)", r"\operatorname{tr}(A X B)", "X", "A: p x m; X: m x n; B: n x p", "AᵀBᵀ", "A.T*B.T", r"A^\top B^\top", "tr(A @ X @ B)", "A.T @ B.T"),
    row("tr(A*X.T*B)", r"\operatorname{tr}(A X^\top B)", "X", "A: p x n; X: m x n; B: m x p", "BA", "B*A", r"B A", "tr(A @ X.T @ B)", "B @ A"),
    row("tr(X.T*A*X)", r"\operatorname{tr}(X^\top A X)", "X", "A: m x m; X: m x n", "(A + Aᵀ)X", "(A + A.T)*X", r"(A + A^\top) X",
        "tr(X.T @ A @ X)", "A @ X + A.T @ X"),
    row("tr(A*X*B*X)", r"\operatorname{tr}(A X B X)", "X", "A: n x m; X: m x n; B: n x m", "AᵀXᵀBᵀ + BᵀXᵀAᵀ", "A.T*X.T*B.T + B.T*X.T*A.T",
        r"A^\top X^\top B^\top + B^\top X^\top A^\top", "tr(A @ X @ B @ X)", "A.T @ X.T @ B.T + B.T @ X.T @ A.T"),
    row("tr(X**k)", r"\operatorname{tr}(X^k)", "X", "X: n x n; k: scalar positive integer", "k(Xᵀ)ᵏ⁻¹", "k*X.T**(k - 1)", r"k (X^\top)^{k-1}",
        "tr(power(X, k))", "k * power(X.T, k - 1)"),
    row("tr(inv(X)*A)", r"\operatorname{tr}(X^{-1} A)", "X", "X: n x n invertible; A: n x n", "−X⁻ᵀAᵀX⁻ᵀ", "-inv(X).T*A.T*inv(X).T", r"-X^{-\top} A^\top X^{-\top}",
        "tr(inv(X) @ A)", "-inv(X).T @ A.T @ inv(X).T"),
    row("norm(X, 'fro')**2", r"\|X\|_F^2", "X", "X: m x n", "2X", "2*X", r"2 X", "sq(X)", "2 * X"),
    row("norm(X, 'fro')", r"\|X\|_F", "X", "X: m x n", "X/‖X‖_F", "X/norm(X, 'fro')", r"\frac{X}{\|X\|_F}", "norm(X)", "X / norm(X)"),
    row("norm(A*X - B, 'fro')**2", r"\|A X - B\|_F^2", "X", "A: p x m; X: m x n; B: p x n", "2Aᵀ(AX − B)", "2*A.T*(A*X - B)", r"2 A^\top (A X - B)",
        "sq(A @ X - B)", "2 * A.T @ (A @ X - B)"),
    row("norm(T - U*V.T, 'fro')**2", r"\|T - U V^\top\|_F^2", "U", "T: m x n; U: m x k; V: n x k", "2(UVᵀ − T)V", "2*(U*V.T - T)*V", r"2 (U V^\top - T) V",
        "sq(T - U @ V.T)", "2 * (U @ V.T - T) @ V"),
    row("det(X)", r"\det X", "X", "X: n x n invertible", "det(X)X⁻ᵀ", "det(X)*inv(X).T", r"\det(X) X^{-\top}", "det(X)", "det(X) * inv(X).T"),
    row("logdet(X)", r"\log \det X", "X", "X: n x n invertible positive determinant", "X⁻ᵀ", "inv(X).T", r"X^{-\top}", "log(det(X))", "inv(X).T"),
    row("logdet(X.T*X)", r"\log \det(X^\top X)", "X", "X: m x n full column rank", "2X(XᵀX)⁻¹", "2*X*inv(X.T*X)", r"2 X (X^\top X)^{-1}",
        "log(det(X.T @ X))", "2 * X @ inv(X.T @ X)"),
    row("a.T*X*b", r"a^\top X b", "X", "a: m; X: m x n; b: n", "abᵀ", "a*b.T", r"a b^\top", "a.T @ X @ b", "a @ b.T"),
    row("a.T*X.T*X*b", r"a^\top X^\top X b", "X", "a: n; X: m x n; b: n", "X(abᵀ + baᵀ)", "X*(a*b.T + b*a.T)", r"X (a b^\top + b a^\top)",
        "a.T @ X.T @ X @ b", "X @ (a @ b.T + b @ a.T)"),
    row("a.T*inv(X)*b", r"a^\top X^{-1} b", "X", "a: n; X: n x n invertible; b: n", "−X⁻ᵀabᵀX⁻ᵀ", "-inv(X).T*a*b.T*inv(X).T", r"-X^{-\top} a b^\top X^{-\top}",
        "a.T @ inv(X) @ b", "-inv(X).T @ a @ b.T @ inv(X).T"),
    row("(x - mu).T*inv(Sigma)*(x - mu)", r"(x - \mu)^\top \Sigma^{-1} (x - \mu)", "mu", "x: n; mu: n; Sigma: n x n positive definite",
        "−2Σ⁻¹(x − μ)", "-2*inv(Sigma)*(x - mu)", r"-2 \Sigma^{-1} (x - \mu)", "(x - mu).T @ inv(Sigma) @ (x - mu)", "-2 * solve(Sigma, x - mu)"),
    row("(x - mu).T*inv(Sigma)*(x - mu)", r"(x - \mu)^\top \Sigma^{-1} (x - \mu)", "Sigma", "x: n; mu: n; Sigma: n x n positive definite",
        "−Σ⁻¹(x − μ)(x − μ)ᵀΣ⁻¹", "-inv(Sigma)*(x - mu)*(x - mu).T*inv(Sigma)", r"-\Sigma^{-1} (x - \mu) (x - \mu)^\top \Sigma^{-1}",
        "(x - mu).T @ inv(Sigma) @ (x - mu)", "-inv(Sigma) @ (x - mu) @ (x - mu).T @ inv(Sigma)"),
    row("x.T*A*x/(x.T*x)", r"\frac{x^\top A x}{x^\top x}", "x", "A: n x n symmetric; x: n", "2(Ax − ρx)/xᵀx where ρ = xᵀAx/xᵀx", "2*(A*x - rho*x)/(x.T*x)",
        r"\frac{2 (A x - \rho x)}{x^\top x}", "x.T @ A @ x / sq(x)", "2 * (A @ x - x * (x.T @ A @ x) / sq(x)) / sq(x)", named="rho = x.T*A*x/(x.T*x)"),
    row("sigmoid(W*x + b)", r"\sigma(W x + b)", "x", "W: m x n; x: n; b: m", "diag(s ⊙ (1 − s))W where s = σ(Wx + b)", "diag(hadamard(s, 1 - s))*W",
        r"\operatorname{diag}(s \odot (1 - s)) W", "sigmoid(W @ x + b)", "sigmoid(W @ x + b) * (1 - sigmoid(W @ x + b)) * W", named="s = sigmoid(W*x + b)"),
    row("diag(x)*b", r"\operatorname{diag}(x) b", "x", "x: n; b: n", "diag(b)", "diag(b)", r"\operatorname{diag}(b)", "x * b", "diag(b)"),
    row("sum(hadamard(A, X))", r"\operatorname{sum}(A \odot X)", "X", "A: m x n; X: m x n", "A", "A", r"A", "sum(A * X)", "A"),
    row("y.T*inv(K0 + tau*eye(n))*y/2 + logdet(K0 + tau*eye(n))/2", r"\tfrac12 y^\top (K_0 + \tau I)^{-1} y + \tfrac12 \log \det(K_0 + \tau I)", "tau",
        "y: n; K0: n x n positive definite; tau: scalar positive", "½(tr K⁻¹ − αᵀα) where α = K⁻¹y", "(tr(inv(K)) - alpha.T*alpha)/2",
        r"\tfrac12 (\operatorname{tr} K^{-1} - \alpha^\top \alpha)", "y.T @ inv(K0 + tau * I(n)) @ y / 2 + log(det(K0 + tau * I(n))) / 2",
        "(tr(inv(K0 + tau * I(n))) - sq(solve(K0 + tau * I(n), y))) / 2", named="K = K0 + tau*eye(n); alpha = inv(K)*y"),
)

SECOND = (
    row("x.T*A*x", r"x^\top A x", "x", "A: n x n; x: n", "A + Aᵀ", "A + A.T", r"A + A^\top", "x.T @ A @ x", "A + A.T", kind="hessian", name="Hessian x.T*A*x"),
    row("norm(A*x - b)**2", r"\|A x - b\|^2", "x", "A: m x n; x: n; b: m", "2AᵀA", "2*A.T*A", r"2 A^\top A", "sq(A @ x - b)", "2 * A.T @ A",
        kind="hessian", name="Hessian norm(A*x - b)**2"),
    row("exp(a.T*x)", r"\exp(a^\top x)", "x", "a: n; x: n", "exp(aᵀx)aaᵀ", "exp(a.T*x)*a*a.T", r"\exp(a^\top x) a a^\top", "exp(a.T @ x)", "exp(a.T @ x) * a @ a.T",
        kind="hessian", name="Hessian exp(a.T*x)"),
    row("sum(log(1 + exp(X*w)))", r"1^\top \log(1 + \exp(X w))", "w", "X: m x n; w: n", "Xᵀdiag(s ⊙ (1 − s))X where s = σ(Xw)", "X.T*diag(hadamard(s, 1 - s))*X",
        r"X^\top \operatorname{diag}(s \odot (1 - s)) X", "sum(log(1 + exp(X @ w)))", "X.T @ (sigmoid(X @ w) * (1 - sigmoid(X @ w)) * X)",
        kind="hessian", name="Hessian sum(log(1 + exp(X*w)))", named="s = sigmoid(X*w)"),
    row("logsumexp(x)", r"\operatorname{logsumexp}(x)", "x", "x: n", "diag(s) − ssᵀ where s = softmax(x)", "diag(s) - s*s.T", r"\operatorname{diag}(s) - s s^\top",
        "logsumexp(x)", "diag(softmax(x)) - softmax(x) @ softmax(x).T", kind="hessian", name="Hessian logsumexp(x)", named="s = softmax(x)"),
)

MATRIX = (
    row("A*X*B", r"A X B", "X", "A: p x m; X: m x n; B: n x q", "Bᵀ⊗A; A_ik B_lj", "kron(B.T, A)", r"B^\top \otimes A", "A @ X @ B", "kron(B.T, A)", kind="vec"),
    row("inv(X)", r"X^{-1}", "X", "X: n x n invertible", "−X⁻ᵀ⊗X⁻¹; −(X⁻¹)_ik (X⁻¹)_lj", "-kron(inv(X).T, inv(X))", r"-X^{-\top} \otimes X^{-1}",
        "inv(X)", "-kron(inv(X).T, inv(X))", kind="vec"),
    row("X**2", r"X^2", "X", "X: n x n", "Xᵀ⊗I + I⊗X", "kron(X.T, eye(n)) + kron(eye(n), X)", r"X^\top \otimes I + I \otimes X",
        "X @ X", "kron(X.T, I(n)) + kron(I(n), X)", kind="vec"),
    row("hadamard(X, C)", r"X \odot C", "X", "X: m x n; C: m x n", "diag(vec C)", "diag(vec(C))", r"\operatorname{diag}(\operatorname{vec} C)",
        "X * C", "diag(vec(C))", kind="vec"),
)
# fmt: on

ROWS = FIRST + SECOND + MATRIX
