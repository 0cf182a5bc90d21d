r"""Hessians with the books' own forms: Boyd & Vandenberghe, Convex Optimization; Magnus & Neudecker, chapter 10; Nocedal & Wright,
Numerical Optimization; Murphy, Probabilistic Machine Learning; the Matrix Cookbook; Rasmussen & Williams. A name with a letter in
brackets is one that the form introduces: u = x/|x|, s = sigma(Xw), g = the gradient, rho = f.
"""

from __future__ import annotations

from .row import Row

__all__ = ["ROWS"]


def row(name: str, f: str, latex: str, where: str, book: str, book_latex: str, numpy_f: str, numpy_df: str, named: str = "") -> Row:
    """A Hessian by the first name that `where` declares."""
    return Row(name, f, latex, where.split(":")[0], where, book, book_latex, numpy_f, numpy_df, kind="hessian", named=named)


# fmt: off
QUADRATIC = [
    row("quadratic form (Magnus-Neudecker 10.6)", "x.T*A*x", r"x^T A x", "x: n; A: n x n", "A + A.T", r"A + A^T", "x.T @ A @ x", "A + A.T"),
    row("quadratic form, symmetric (Boyd A.4.3)", "x.T*S*x/2 + b.T*x + c", r"\tfrac{1}{2} x^T S x + b^T x + c", "x: n; S: n x n symmetric; b: n; c: scalar", "S", r"S", "x.T @ S @ x / 2 + b.T @ x + c", "S"),
    row("least squares (Boyd 1.2.1)", "norm(A*x - b)**2", r"\|A x - b\|^2", "x: n; A: m x n; b: m", "2*A.T*A", r"2 A^T A", "sq(A @ x - b)", "2 * A.T @ A"),
    row("ridge (Murphy 11.3)", "sqnorm(X*w - y)/2 + lam/2*sqnorm(w)", r"\tfrac{1}{2} \|X w - y\|^2 + \tfrac{\lambda}{2} \|w\|^2", "w: n; X: m x n; y: m; lam: scalar positive", "X.T*X + lam*eye(n)", r"X^T X + \lambda I", "sq(X @ w - y) / 2 + lam / 2 * sq(w)", "X.T @ X + lam * I(n)"),
    row("weighted least squares (Boyd 6.1)", "(A*x - b).T*W*(A*x - b)", r"(A x - b)^T W (A x - b)", "x: n; A: m x n; b: m; W: m x m symmetric", "2*A.T*W*A", r"2 A^T W A", "(A @ x - b).T @ W @ (A @ x - b)", "2 * A.T @ W @ A"),
    row("products of linear forms", "(a.T*x)*(b.T*x)", r"(a^T x)(b^T x)", "x: n; a: n; b: n", "a*b.T + b*a.T", r"a b^T + b a^T", "(a.T @ x) * (b.T @ x)", "a @ b.T + b @ a.T"),
    row("three linear forms", "(a.T*x)*(b.T*x)*(c.T*x)", r"(a^T x)(b^T x)(c^T x)", "x: n; a: n; b: n; c: n", "(a.T*x)*(b*c.T + c*b.T) + (b.T*x)*(a*c.T + c*a.T) + (c.T*x)*(a*b.T + b*a.T)",
        r"(a^T x)(b c^T + c b^T) + (b^T x)(a c^T + c a^T) + (c^T x)(a b^T + b a^T)", "(a.T @ x) * (b.T @ x) * (c.T @ x)",
        "(a.T @ x) * (b @ c.T + c @ b.T) + (b.T @ x) * (a @ c.T + c @ a.T) + (c.T @ x) * (a @ b.T + b @ a.T)"),
    row("squared quadratic form", "(x.T*A*x)**2", r"(x^T A x)^2", "x: n; A: n x n", "2*((x.T*A*x)*(A + A.T) + (A + A.T)*x*x.T*(A + A.T))", r"2((x^T A x)(A + A^T) + (A + A^T) x x^T (A + A^T))",
        "(x.T @ A @ x) ** 2", "2 * ((x.T @ A @ x) * (A + A.T) + (A + A.T) @ x @ x.T @ (A + A.T))"),
    row("quartic", "norm(x)**4", r"\|x\|^4", "x: n", "4*(sqnorm(x)*eye(n) + 2*x*x.T)", r"4(\|x\|^2 I + 2 x x^T)", "sq(x) ** 2", "4 * (sq(x) * I(n) + 2 * x @ x.T)"),
    row("cubic (Nocedal-Wright 11)", "norm(x)**3", r"\|x\|^3", "x: n", "3*(norm(x)*eye(n) + x*x.T/norm(x))", r"3(\|x\| I + x x^T/\|x\|)", "norm(x) ** 3", "3 * (norm(x) * I(n) + x @ x.T / norm(x))"),
    row("sum of cubes", "sum(power(x, 3))", r"\mathbf{1}^T x^{\odot 3}", "x: n", "6*diag(x)", r"6 \operatorname{diag}(x)", "sum(x**3)", "6 * diag(x)"),
    row("Rosenbrock by chain (Nocedal-Wright 2)", "a*sqnorm(B*x - power(x, 2))", r"a \|B x - x^{\odot 2}\|^2", "x: n; B: n x n; a: scalar", "2*a*((B - 2*diag(x)).T*(B - 2*diag(x)) - 2*diag(B*x - power(x, 2)))",
        r"2 a ((B - 2 \operatorname{diag}(x))^T (B - 2 \operatorname{diag}(x)) - 2 \operatorname{diag}(B x - x^{\odot 2}))",
        "a * sq(B @ x - x**2)", "2 * a * ((B - 2 * diag(x)).T @ (B - 2 * diag(x)) - 2 * diag(B @ x - x**2))"),
]

NORMS = [
    row("norm (Boyd 3.1.5)", "norm(x)", r"\|x\|", "x: n", "(eye(n) - u*u.T)/norm(x)", r"(I - u u^T)/\|x\|", "norm(x)", "(I(n) - x @ x.T / sq(x)) / norm(x)", "u = x/norm(x)"),
    row("norm of an affine map (Magnus-Neudecker 10)", "norm(A*x - b)", r"\|A x - b\|", "x: n; A: m x n; b: m", "A.T*(eye(m) - u*u.T)*A/norm(A*x - b)", r"A^T (I - u u^T) A/\|A x - b\|",
        "norm(A @ x - b)", "A.T @ (I(m) - (A @ x - b) @ (A @ x - b).T / sq(A @ x - b)) @ A / norm(A @ x - b)", "u = (A*x - b)/norm(A*x - b)"),
    row("Frobenius norm", "norm(X)", r"\|X\|_F", "X: m x n", "(eye(m*n) - u*u.T)/norm(X)", r"(I - u u^T)/\|X\|_F", "norm(X)", "(I(m * n) - vec(X) @ vec(X).T / sq(X)) / norm(X)", "u = vec(X)/norm(X)"),
    row("distance", "norm(x - a)", r"\|x - a\|", "x: n; a: n", "(eye(n) - u*u.T)/norm(x - a)", r"(I - u u^T)/\|x - a\|", "norm(x - a)", "(I(n) - (x - a) @ (x - a).T / sq(x - a)) / norm(x - a)", "u = (x - a)/norm(x - a)"),
    row("inverse distance (Coulomb)", "1/norm(x)", r"1/\|x\|", "x: n", "(3*u*u.T - eye(n))/norm(x)**3", r"(3 u u^T - I)/\|x\|^3", "1 / norm(x)", "(3 * x @ x.T / sq(x) - I(n)) / norm(x) ** 3", "u = x/norm(x)"),
    row("logarithm of the norm", "log(norm(x))", r"\log \|x\|", "x: n", "(eye(n) - 2*u*u.T)/sqnorm(x)", r"(I - 2 u u^T)/\|x\|^2", "log(norm(x))", "(I(n) - 2 * x @ x.T / sq(x)) / sq(x)", "u = x/norm(x)"),
    row("p-norm of a positive vector (Boyd 3.1.7)", "norm(x, 3)", r"\|x\|_3", "x: n positive", "2*(diag(x)/norm(x, 3)**2 - power(x, 2)*power(x, 2).T/norm(x, 3)**5)",
        r"2(\operatorname{diag}(x)/\|x\|_3^2 - x^{\odot 2} (x^{\odot 2})^T/\|x\|_3^5)", "norm(x, 3)", "2 * (diag(x) / norm(x, 3) ** 2 - x**2 @ (x**2).T / norm(x, 3) ** 5)"),
    row("pseudo-Huber (Boyd 6.1.2)", "sum(sqrt(1 + power(A*x - b, 2)))", r"\mathbf{1}^T \sqrt{1 + (A x - b)^{\odot 2}}", "x: n; A: m x n; b: m", "A.T*diag(power(1 + power(A*x - b, 2), -3/2))*A",
        r"A^T \operatorname{diag}((1 + (A x - b)^{\odot 2})^{-3/2}) A", "sum(sqrt(1 + (A @ x - b) ** 2))", "A.T @ diag((1 + (A @ x - b) ** 2) ** -1.5) @ A"),
    row("log-cosh", "sum(log(cosh(A*x - b)))", r"\mathbf{1}^T \log \cosh(A x - b)", "x: n; A: m x n; b: m", "A.T*diag(1 - power(tanh(A*x - b), 2))*A", r"A^T \operatorname{diag}(1 - \tanh(A x - b)^{\odot 2}) A",
        "sum(log((exp(A @ x - b) + exp(b - A @ x)) / 2))", "A.T @ diag(1 - tanh(A @ x - b) ** 2) @ A"),
    row("Cauchy loss", "sum(log(1 + power(A*x - b, 2)))", r"\mathbf{1}^T \log(1 + (A x - b)^{\odot 2})", "x: n; A: m x n; b: m", "2*A.T*diag(hadamard(1 - power(A*x - b, 2), power(1 + power(A*x - b, 2), -2)))*A",
        r"2 A^T \operatorname{diag}((1 - (A x - b)^{\odot 2}) \oslash (1 + (A x - b)^{\odot 2})^{\odot 2}) A", "sum(log(1 + (A @ x - b) ** 2))", "2 * A.T @ diag((1 - (A @ x - b) ** 2) / (1 + (A @ x - b) ** 2) ** 2) @ A"),
    row("square root of a quadratic", "sqrt(1 + x.T*S*x)", r"\sqrt{1 + x^T S x}", "x: n; S: n x n positive definite", "(S - g*g.T)/sqrt(1 + x.T*S*x)", r"(S - g g^T)/\sqrt{1 + x^T S x}", "sqrt(1 + x.T @ S @ x)",
        "(S - S @ x @ x.T @ S / (1 + x.T @ S @ x)) / sqrt(1 + x.T @ S @ x)", "g = S*x/sqrt(1 + x.T*S*x)"),
    row("Mahalanobis distance", "sqrt((x - mu).T*inv(Sigma)*(x - mu))", r"\sqrt{(x - \mu)^T \Sigma^{-1} (x - \mu)}", "x: n; mu: n; Sigma: n x n positive definite", "(inv(Sigma) - g*g.T)/sqrt((x - mu).T*inv(Sigma)*(x - mu))",
        r"(\Sigma^{-1} - g g^T)/\sqrt{(x - \mu)^T \Sigma^{-1} (x - \mu)}", "sqrt((x - mu).T @ inv(Sigma) @ (x - mu))",
        "(inv(Sigma) - solve(Sigma, x - mu) @ solve(Sigma, x - mu).T / ((x - mu).T @ solve(Sigma, x - mu))) / sqrt((x - mu).T @ inv(Sigma) @ (x - mu))",
        "g = inv(Sigma)*(x - mu)/sqrt((x - mu).T*inv(Sigma)*(x - mu))"),
]

QUOTIENTS = [
    row("Rayleigh quotient (Absil-Mahony-Sepulchre 2.2)", "x.T*S*x/(x.T*x)", r"\frac{x^T S x}{x^T x}", "x: n; S: n x n symmetric", "2*(S - rho*eye(n) - g*x.T - x*g.T)/(x.T*x)", r"2(S - \rho I - g x^T - x g^T)/x^T x",
        "x.T @ S @ x / (x.T @ x)", "2 / sq(x) * (S - (x.T @ S @ x) / sq(x) * I(n) - 2 * (S @ x @ x.T + x @ x.T @ S) / sq(x) + 4 * (x.T @ S @ x) * x @ x.T / sq(x) ** 2)", "rho = x.T*S*x/(x.T*x); g = 2*(S*x - rho*x)/(x.T*x)"),
    row("generalized Rayleigh quotient", "x.T*S*x/(x.T*B*x)", r"\frac{x^T S x}{x^T B x}", "x: n; S: n x n symmetric; B: n x n positive definite", "2*(S - rho*B - g*x.T*B - B*x*g.T)/(x.T*B*x)", r"2(S - \rho B - g x^T B - B x g^T)/x^T B x",
        "x.T @ S @ x / (x.T @ B @ x)", "2 * (S - (x.T @ S @ x / (x.T @ B @ x)) * B - 2 * (S @ x - (x.T @ S @ x / (x.T @ B @ x)) * B @ x) @ x.T @ B / (x.T @ B @ x) - 2 * B @ x @ (S @ x - (x.T @ S @ x / (x.T @ B @ x)) * B @ x).T / (x.T @ B @ x)) / (x.T @ B @ x)",
        "rho = x.T*S*x/(x.T*B*x); g = 2*(S*x - rho*B*x)/(x.T*B*x)"),
    row("ratio of linear forms (Boyd 3.4)", "(a.T*x)/(b.T*x)", r"\frac{a^T x}{b^T x}", "x: n; a: n; b: n", "-(g*b.T + b*g.T)/(b.T*x)", r"-(g b^T + b g^T)/b^T x", "a.T @ x / (b.T @ x)",
        "(2 * (a.T @ x) / (b.T @ x) * b @ b.T - a @ b.T - b @ a.T) / (b.T @ x) ** 2", "rho = (a.T*x)/(b.T*x); g = (a - rho*b)/(b.T*x)"),
    row("quadratic over linear (Boyd 3.1.5)", "(x.T*x)/(a.T*x)", r"\frac{x^T x}{a^T x}", "x: n; a: n", "(2*eye(n) - g*a.T - a*g.T)/(a.T*x)", r"(2 I - g a^T - a g^T)/a^T x", "sq(x) / (a.T @ x)",
        "2 / (a.T @ x) * (I(n) - (x @ a.T + a @ x.T) / (a.T @ x) + sq(x) * a @ a.T / (a.T @ x) ** 2)", "rho = (x.T*x)/(a.T*x); g = (2*x - rho*a)/(a.T*x)"),
    row("cosine similarity", "a.T*x/(norm(a)*norm(x))", r"\frac{a^T x}{\|a\| \|x\|}", "x: n; a: n", "-(rho*(eye(n) - u*u.T) + g*x.T + x*g.T)/sqnorm(x)", r"-(\rho (I - u u^T) + g x^T + x g^T)/\|x\|^2",
        "a.T @ x / (norm(a) * norm(x))", "(3 * (a.T @ x) * x @ x.T / sq(x) - (a.T @ x) * I(n) - a @ x.T - x @ a.T) / (norm(a) * norm(x) ** 3)",
        "rho = a.T*x/(norm(a)*norm(x)); u = x/norm(x); g = (a/norm(a) - rho*x/norm(x))/norm(x)"),
    row("inverse of a linear form", "1/(a.T*x)", r"\frac{1}{a^T x}", "x: n; a: n", "2*a*a.T/(a.T*x)**3", r"2 a a^T/(a^T x)^3", "1 / (a.T @ x)", "2 * a @ a.T / (a.T @ x) ** 3"),
    row("logarithm of a quadratic", "log(1 + x.T*S*x)", r"\log(1 + x^T S x)", "x: n; S: n x n positive definite", "2*S/(1 + x.T*S*x) - g*g.T", r"2 S/(1 + x^T S x) - g g^T", "log(1 + x.T @ S @ x)",
        "2 * S / (1 + x.T @ S @ x) - 4 * S @ x @ x.T @ S / (1 + x.T @ S @ x) ** 2", "g = 2*S*x/(1 + x.T*S*x)"),
    row("geometric mean (Boyd 3.1.5)", "exp(sum(log(x))/n)", r"\exp(\tfrac{1}{n} \mathbf{1}^T \log x)", "x: n positive", "exp(sum(log(x))/n)*(q*q.T/n - diag(power(q, 2)))/n", r"\frac{\rho}{n} (q q^T/n - \operatorname{diag}(q^{\odot 2}))",
        "exp(sum(log(x)) / n)", "exp(sum(log(x)) / n) / n * ((1 / x) @ (1 / x).T / n - diag(1 / x**2))", "q = power(x, -1)"),
]

EXPONENTIALS = [
    row("exponential of a linear form", "exp(a.T*x)", r"\exp(a^T x)", "x: n; a: n", "exp(a.T*x)*a*a.T", r"\exp(a^T x) a a^T", "exp(a.T @ x)", "exp(a.T @ x) * a @ a.T"),
    row("Gaussian bump", "exp(-sqnorm(x - mu)/2)", r"\exp(-\tfrac{1}{2} \|x - \mu\|^2)", "x: n; mu: n", "exp(-sqnorm(x - mu)/2)*((x - mu)*(x - mu).T - eye(n))", r"\exp(-\tfrac{1}{2} \|x - \mu\|^2)((x - \mu)(x - \mu)^T - I)",
        "exp(-sq(x - mu) / 2)", "exp(-sq(x - mu) / 2) * ((x - mu) @ (x - mu).T - I(n))"),
    row("Gaussian density (Cookbook 8)", "exp(-(x - mu).T*P*(x - mu)/2)", r"\exp(-\tfrac{1}{2} (x - \mu)^T P (x - \mu))", "x: n; mu: n; P: n x n positive definite", "exp(-(x - mu).T*P*(x - mu)/2)*(P*(x - mu)*(x - mu).T*P - P)",
        r"\exp(-\tfrac{1}{2} (x - \mu)^T P (x - \mu))(P (x - \mu)(x - \mu)^T P - P)", "exp(-(x - mu).T @ P @ (x - mu) / 2)", "exp(-(x - mu).T @ P @ (x - mu) / 2) * (P @ (x - mu) @ (x - mu).T @ P - P)"),
    row("exponential of a quadratic form", "exp(x.T*S*x)", r"\exp(x^T S x)", "x: n; S: n x n symmetric", "2*exp(x.T*S*x)*(S + 2*S*x*x.T*S)", r"2 \exp(x^T S x)(S + 2 S x x^T S)", "exp(x.T @ S @ x)", "2 * exp(x.T @ S @ x) * (S + 2 * S @ x @ x.T @ S)"),
    row("exponential of a quadratic form, any A", "exp(x.T*A*x)", r"\exp(x^T A x)", "x: n; A: n x n", "exp(x.T*A*x)*(A + A.T + (A + A.T)*x*x.T*(A + A.T))", r"\exp(x^T A x)(A + A^T + (A + A^T) x x^T (A + A^T))",
        "exp(x.T @ A @ x)", "exp(x.T @ A @ x) * (A + A.T + (A + A.T) @ x @ x.T @ (A + A.T))"),
    row("sine of a linear form", "sin(a.T*x)", r"\sin(a^T x)", "x: n; a: n", "-sin(a.T*x)*a*a.T", r"-\sin(a^T x) a a^T", "sin(a.T @ x)", "-sin(a.T @ x) * a @ a.T"),
    row("RBF kernel", "exp(-sqnorm(x - c)/(2*s**2))", r"\exp(-\|x - c\|^2/(2 s^2))", "x: n; c: n; s: scalar positive", "exp(-sqnorm(x - c)/(2*s**2))*((x - c)*(x - c).T/s**2 - eye(n))/s**2",
        r"\exp(-\|x - c\|^2/(2 s^2))((x - c)(x - c)^T/s^2 - I)/s^2", "exp(-sq(x - c) / (2 * s**2))", "exp(-sq(x - c) / (2 * s**2)) * ((x - c) @ (x - c).T / s**2 - I(n)) / s**2"),
]

LIKELIHOODS = [
    row("logistic regression (Murphy 10.2)", "sum(log(1 + exp(X*w))) - y.T*X*w", r"\mathbf{1}^T \log(1 + \exp(X w)) - y^T X w", "w: n; X: m x n; y: m", "X.T*diag(hadamard(s, 1 - s))*X", r"X^T \operatorname{diag}(s \odot (1 - s)) X",
        "sum(log(1 + exp(X @ w))) - y.T @ X @ w", "X.T @ diag(sigmoid(X @ w) * (1 - sigmoid(X @ w))) @ X", "s = sigmoid(X*w)"),
    row("logistic regression with signs (Boyd 7.1)", "sum(log(1 + exp(-hadamard(y, X*w))))", r"\mathbf{1}^T \log(1 + \exp(-y \odot X w))", "w: n; X: m x n; y: m plus or minus one", "X.T*diag(hadamard(s, 1 - s))*X", r"X^T \operatorname{diag}(s \odot (1 - s)) X",
        "sum(log(1 + exp(-y * (X @ w))))", "X.T @ diag(sigmoid(X @ w) * (1 - sigmoid(X @ w))) @ X", "s = sigmoid(-hadamard(y, X*w))"),
    row("logistic ridge (Murphy 10.2)", "sum(softplus(X*w)) - y.T*X*w + lam/2*sqnorm(w)", r"\mathbf{1}^T \operatorname{softplus}(X w) - y^T X w + \tfrac{\lambda}{2} \|w\|^2", "w: n; X: m x n; y: m; lam: scalar positive",
        "X.T*diag(hadamard(s, 1 - s))*X + lam*eye(n)", r"X^T \operatorname{diag}(s \odot (1 - s)) X + \lambda I", "sum(log(1 + exp(X @ w))) - y.T @ X @ w + lam / 2 * sq(w)", "X.T @ diag(sigmoid(X @ w) * (1 - sigmoid(X @ w))) @ X + lam * I(n)", "s = sigmoid(X*w)"),
    row("one logistic example", "softplus(a.T*x)", r"\operatorname{softplus}(a^T x)", "x: n; a: n", "s*(1 - s)*a*a.T", r"s (1 - s) a a^T", "log(1 + exp(a.T @ x))", "sigmoid(a.T @ x) * (1 - sigmoid(a.T @ x)) * a @ a.T", "s = sigmoid(a.T*x)"),
    row("log-sum-exp (Boyd 3.1.5)", "logsumexp(x)", r"\operatorname{logsumexp}(x)", "x: n", "diag(s) - s*s.T", r"\operatorname{diag}(s) - s s^T", "logsumexp(x)", "diag(softmax(x)) - softmax(x) @ softmax(x).T", "s = softmax(x)"),
    row("log-sum-exp of affine functions (Boyd 9.5)", "logsumexp(A*x + b)", r"\operatorname{logsumexp}(A x + b)", "x: n; A: m x n; b: m", "A.T*(diag(s) - s*s.T)*A", r"A^T (\operatorname{diag}(s) - s s^T) A", "logsumexp(A @ x + b)",
        "A.T @ (diag(softmax(A @ x + b)) - softmax(A @ x + b) @ softmax(A @ x + b).T) @ A", "s = softmax(A*x + b)"),
    row("softmax cross-entropy", "-y.T*log(softmax(X*w))", r"-y^T \log \operatorname{softmax}(X w)", "w: n; X: m x n; y: m one-hot", "X.T*(diag(s) - s*s.T)*X", r"X^T (\operatorname{diag}(s) - s s^T) X", "-y.T @ log(softmax(X @ w))",
        "X.T @ (diag(softmax(X @ w)) - softmax(X @ w) @ softmax(X @ w).T) @ X", "s = softmax(X*w)"),
    row("multi-class softmax by vec W (Murphy 10.3)", "logsumexp(W*x) - y.T*W*x", r"\operatorname{logsumexp}(W x) - y^T W x", "W: k x n; x: n; y: k", "kron(x*x.T, diag(s) - s*s.T)", r"x x^T \otimes (\operatorname{diag}(s) - s s^T)", "logsumexp(W @ x) - y.T @ W @ x",
        "kron(x @ x.T, diag(softmax(W @ x)) - softmax(W @ x) @ softmax(W @ x).T)", "s = softmax(W*x)"),
    row("Poisson regression (Murphy 12.2)", "sum(exp(X*w)) - y.T*X*w", r"\mathbf{1}^T \exp(X w) - y^T X w", "w: n; X: m x n; y: m", "X.T*diag(exp(X*w))*X", r"X^T \operatorname{diag}(\exp(X w)) X", "sum(exp(X @ w)) - y.T @ X @ w", "X.T @ diag(exp(X @ w)) @ X"),
    row("negative binomial regression", "sum(hadamard(y + r, log(1 + exp(X*w)))) - y.T*X*w", r"(y + r)^T \log(1 + \exp(X w)) - y^T X w", "w: n; X: m x n; y: m positive; r: m positive", "X.T*diag(hadamard(y + r, hadamard(s, 1 - s)))*X",
        r"X^T \operatorname{diag}((y + r) \odot s \odot (1 - s)) X", "sum((y + r) * log(1 + exp(X @ w))) - y.T @ X @ w", "X.T @ diag((y + r) * sigmoid(X @ w) * (1 - sigmoid(X @ w))) @ X", "s = sigmoid(X*w)"),
    row("Cox partial likelihood, one event", "log(sum(exp(X*w))) - x.T*w", r"\log(\mathbf{1}^T \exp(X w)) - x^T w", "w: n; X: m x n; x: n", "X.T*(diag(s) - s*s.T)*X", r"X^T (\operatorname{diag}(s) - s s^T) X", "logsumexp(X @ w) - x.T @ w",
        "X.T @ (diag(softmax(X @ w)) - softmax(X @ w) @ softmax(X @ w).T) @ X", "s = softmax(X*w)"),
    row("Cox partial likelihood, weights of a risk set", "log(c.T*exp(X*w)) - x.T*w", r"\log(c^T \exp(X w)) - x^T w", "w: n; X: m x n; x: n; c: m positive", "X.T*(diag(p) - p*p.T)*X", r"X^T (\operatorname{diag}(p) - p p^T) X",
        "log(c.T @ exp(X @ w)) - x.T @ w", "X.T @ (diag(c * exp(X @ w) / (c.T @ exp(X @ w))) - (c * exp(X @ w)) @ (c * exp(X @ w)).T / (c.T @ exp(X @ w)) ** 2) @ X", "p = hadamard(c, exp(X*w))/(c.T*exp(X*w))"),
    row("Gaussian by the mean (Cookbook 8)", "(x - mu).T*inv(Sigma)*(x - mu)/2 + logdet(Sigma)/2", r"\tfrac{1}{2} (x - \mu)^T \Sigma^{-1} (x - \mu) + \tfrac{1}{2} \log\det \Sigma", "mu: n; x: n; Sigma: n x n positive definite", "inv(Sigma)", r"\Sigma^{-1}",
        "(x - mu).T @ inv(Sigma) @ (x - mu) / 2 + log(det(Sigma)) / 2", "inv(Sigma)"),
    row("Gaussian by the covariance (Magnus-Neudecker 15)", "(x - mu).T*inv(Sigma)*(x - mu)/2 + logdet(Sigma)/2", r"\tfrac{1}{2} (x - \mu)^T \Sigma^{-1} (x - \mu) + \tfrac{1}{2} \log\det \Sigma", "Sigma: n x n positive definite; x: n; mu: n",
        "(kron(a*a.T, inv(Sigma)) + kron(inv(Sigma), a*a.T) - kron(inv(Sigma), inv(Sigma)))/2", r"\tfrac{1}{2} (\alpha \alpha^T \otimes \Sigma^{-1} + \Sigma^{-1} \otimes \alpha \alpha^T - \Sigma^{-1} \otimes \Sigma^{-1})",
        "(x - mu).T @ inv(Sigma) @ (x - mu) / 2 + log(det(Sigma)) / 2",
        "(kron(solve(Sigma, x - mu) @ solve(Sigma, x - mu).T, inv(Sigma)) + kron(inv(Sigma), solve(Sigma, x - mu) @ solve(Sigma, x - mu).T) - kron(inv(Sigma), inv(Sigma))) / 2", "a = inv(Sigma)*(x - mu)"),
    row("Student t", "(nu + n)/2*log(nu + (x - mu).T*P*(x - mu))", r"\tfrac{\nu + n}{2} \log(\nu + (x - \mu)^T P (x - \mu))", "mu: n; x: n; P: n x n positive definite; nu: scalar positive", "(nu + n)*(P/q - 2*P*(x - mu)*(x - mu).T*P/q**2)",
        r"(\nu + n)(P/q - 2 P (x - \mu)(x - \mu)^T P/q^2)", "(nu + n) / 2 * log(nu + (x - mu).T @ P @ (x - mu))",
        "(nu + n) * (P / (nu + (x - mu).T @ P @ (x - mu)) - 2 * P @ (x - mu) @ (x - mu).T @ P / (nu + (x - mu).T @ P @ (x - mu)) ** 2)", "q = nu + (x - mu).T*P*(x - mu)"),
    row("GP marginal likelihood by the noise (Rasmussen-Williams 5.4)", "y.T*inv(K0 + tau*eye(n))*y/2 + logdet(K0 + tau*eye(n))/2", r"\tfrac{1}{2} y^T (K_0 + \tau I)^{-1} y + \tfrac{1}{2} \log\det(K_0 + \tau I)",
        "tau: scalar positive; y: n; K0: n x n positive definite", "a.T*inv(K)*a - tr(K**(-2))/2", r"\alpha^T K^{-1} \alpha - \tfrac{1}{2} \operatorname{tr} K^{-2}", "y.T @ inv(K0 + tau * I(n)) @ y / 2 + log(det(K0 + tau * I(n))) / 2",
        "y.T @ power(inv(K0 + tau * I(n)), 3) @ y - tr(power(inv(K0 + tau * I(n)), 2)) / 2", "K = K0 + tau*eye(n); a = inv(K)*y"),
]

ENTROPIES = [
    row("negative entropy (Boyd 3.1.5)", "sum(hadamard(p, log(p)))", r"p^T \log p", "p: n positive", "diag(power(p, -1))", r"\operatorname{diag}(1 \oslash p)", "sum(p * log(p))", "diag(1 / p)"),
    row("Kullback-Leibler by p (Boyd 3.1.5)", "sum(hadamard(p, log(p) - log(q)))", r"p^T (\log p - \log q)", "p: n positive; q: n positive", "diag(power(p, -1))", r"\operatorname{diag}(1 \oslash p)", "sum(p * (log(p) - log(q)))", "diag(1 / p)"),
    row("Kullback-Leibler by q (Boyd 3.1.5)", "sum(hadamard(p, log(p) - log(q)))", r"p^T (\log p - \log q)", "q: n positive; p: n positive", "diag(hadamard(p, power(q, -2)))", r"\operatorname{diag}(p \oslash q^{\odot 2})", "sum(p * (log(p) - log(q)))", "diag(p / q**2)"),
    row("log barrier (Boyd 11.2)", "-sum(log(b - A*x))", r"-\mathbf{1}^T \log(b - A x)", "x: n; A: m x n; b: m", "A.T*diag(power(b - A*x, -2))*A", r"A^T \operatorname{diag}((b - A x)^{-2}) A", "-sum(log(b - A @ x))", "A.T @ diag((b - A @ x) ** -2.0) @ A"),
    row("barrier of one constraint", "-log(b - a.T*x)", r"-\log(b - a^T x)", "x: n; a: n; b: scalar", "a*a.T/(b - a.T*x)**2", r"a a^T/(b - a^T x)^2", "-log(b - a.T @ x)", "a @ a.T / (b - a.T @ x) ** 2"),
    row("sum of logarithms", "sum(log(x))", r"\mathbf{1}^T \log x", "x: n positive", "-diag(power(x, -2))", r"-\operatorname{diag}(x^{-2})", "sum(log(x))", "-diag(x**-2)"),
    row("sum of exponentials", "sum(exp(x))", r"\mathbf{1}^T \exp x", "x: n", "diag(exp(x))", r"\operatorname{diag}(\exp x)", "sum(exp(x))", "diag(exp(x))"),
    row("xlogx of the squared norm", "(x.T*x)*log(x.T*x)", r"(x^T x) \log(x^T x)", "x: n", "2*((log(x.T*x) + 1)*eye(n) + 2*x*x.T/(x.T*x))", r"2((\log(x^T x) + 1) I + 2 x x^T/x^T x)", "sq(x) * log(sq(x))", "2 * ((log(sq(x)) + 1) * I(n) + 2 * x @ x.T / sq(x))"),
]

MATRICES = [
    row("log det, positive definite (Boyd A.4.3)", "logdet(X)", r"\log\det X", "X: n x n positive definite", "-kron(inv(X), inv(X))", r"-X^{-1} \otimes X^{-1}", "log(det(X))", "-kron(inv(X), inv(X))"),
    row("negative log det barrier (Boyd 11.6)", "tr(C*X) - logdet(X)", r"\operatorname{tr}(C X) - \log\det X", "X: n x n positive definite; C: n x n symmetric", "kron(inv(X), inv(X))", r"X^{-1} \otimes X^{-1}", "tr(C @ X) - log(det(X))", "kron(inv(X), inv(X))"),
    row("trace of the inverse", "tr(inv(X))", r"\operatorname{tr} X^{-1}", "X: n x n positive definite", "kron(inv(X)**2, inv(X)) + kron(inv(X), inv(X)**2)", r"X^{-2} \otimes X^{-1} + X^{-1} \otimes X^{-2}", "tr(inv(X))",
        "kron(inv(X @ X), inv(X)) + kron(inv(X), inv(X @ X))"),
    row("matrix fractional function (Boyd 3.1.7)", "a.T*inv(X)*a", r"a^T X^{-1} a", "X: n x n positive definite; a: n", "kron(v*v.T, inv(X)) + kron(inv(X), v*v.T)", r"v v^T \otimes X^{-1} + X^{-1} \otimes v v^T", "a.T @ inv(X) @ a",
        "kron(solve(X, a) @ solve(X, a).T, inv(X)) + kron(inv(X), solve(X, a) @ solve(X, a).T)", "v = inv(X)*a"),
    row("trace form (Magnus-Neudecker 10.6)", "tr(X.T*A*X)", r"\operatorname{tr}(X^T A X)", "X: m x n; A: m x m", "kron(eye(n), A + A.T)", r"I_n \otimes (A + A^T)", "tr(X.T @ A @ X)", "kron(I(n), A + A.T)"),
    row("trace form on both sides (Magnus-Neudecker 10.6)", "tr(X.T*A*X*B)", r"\operatorname{tr}(X^T A X B)", "X: m x n; A: m x m; B: n x n", "kron(B, A.T) + kron(B.T, A)", r"B \otimes A^T + B^T \otimes A", "tr(X.T @ A @ X @ B)", "kron(B, A.T) + kron(B.T, A)"),
    row("matrix least squares", "sqnorm(A*X - B)", r"\|A X - B\|_F^2", "X: n x p; A: m x n; B: m x p", "2*kron(eye(p), A.T*A)", r"2 (I_p \otimes A^T A)", "sq(A @ X - B)", "2 * kron(I(p), A.T @ A)"),
    row("matrix factorization by one factor", "sqnorm(T - U*V.T)", r"\|T - U V^T\|_F^2", "U: m x k; T: m x n; V: n x k", "2*kron(V.T*V, eye(m))", r"2 (V^T V \otimes I_m)", "sq(T - U @ V.T)", "2 * kron(V.T @ V, I(m))"),
    row("symmetric factorization", "sqnorm(T - U*U.T)/4", r"\tfrac{1}{4} \|T - U U^T\|_F^2", "U: m x k; T: m x m symmetric", "kron(U.T*U, eye(m)) + kron(U.T, U)*commutation(m, k) + kron(eye(k), U*U.T - T)", r"U^T U \otimes I_m + (U^T \otimes U) K_{mk} + I_k \otimes (U U^T - T)",
        "sq(T - U @ U.T) / 4", "kron(U.T @ U, I(m)) + kron(U.T, U) @ commutation(m, k) + kron(I(k), U @ U.T - T)"),
    row("multi-output ridge", "sqnorm(X*W - Y) + lam*sqnorm(W)", r"\|X W - Y\|_F^2 + \lambda \|W\|_F^2", "W: n x k; X: m x n; Y: m x k; lam: scalar positive", "2*kron(eye(k), X.T*X + lam*eye(n))", r"2 (I_k \otimes (X^T X + \lambda I))",
        "sq(X @ W - Y) + lam * sq(W)", "2 * kron(I(k), X.T @ X + lam * I(n))"),
    row("determinant (Magnus-Neudecker 10.6)", "det(X)", r"\det X", "X: n x n invertible", "det(X)*commutation(n, n)*(vec(inv(X))*vec(inv(X).T).T - kron(inv(X).T, inv(X)))",
        r"\det(X) K_{nn} (\operatorname{vec}(X^{-1}) \operatorname{vec}(X^{-T})^T - X^{-T} \otimes X^{-1})", "det(X)", "det(X) * commutation(n, n) @ (vec(inv(X)) @ vec(inv(X).T).T - kron(inv(X).T, inv(X)))"),
]

NETWORKS = [
    row("last layer of a network", "(v.T*tanh(W*x) - t)**2/2", r"\tfrac{1}{2} (v^T \tanh(W x) - t)^2", "v: h; W: h x n; x: n; t: scalar", "a*a.T", r"a a^T", "(v.T @ tanh(W @ x) - t) ** 2 / 2", "tanh(W @ x) @ tanh(W @ x).T", "a = tanh(W*x)"),
    row("two layers by the input", "sqnorm(V*tanh(W*x) - t)/2", r"\tfrac{1}{2} \|V \tanh(W x) - t\|^2", "x: n; W: h x n; V: k x h; t: k", "W.T*(D*V.T*V*D - 2*diag(hadamard(a, hadamard(1 - power(a, 2), V.T*r))))*W",
        r"W^T (D V^T V D - 2 \operatorname{diag}(a \odot (1 - a^{\odot 2}) \odot V^T r)) W", "sq(V @ tanh(W @ x) - t) / 2",
        "W.T @ (diag(1 - tanh(W @ x) ** 2) @ V.T @ V @ diag(1 - tanh(W @ x) ** 2) - 2 * diag(tanh(W @ x) * (1 - tanh(W @ x) ** 2) * (V.T @ (V @ tanh(W @ x) - t)))) @ W",
        "a = tanh(W*x); r = V*a - t; D = diag(1 - power(a, 2))"),
    row("two layers by the first bias", "sqnorm(V*tanh(z + b) - t)/2", r"\tfrac{1}{2} \|V \tanh(z + b) - t\|^2", "b: h; z: h; V: k x h; t: k", "D*V.T*V*D - 2*diag(hadamard(a, hadamard(1 - power(a, 2), V.T*r)))",
        r"D V^T V D - 2 \operatorname{diag}(a \odot (1 - a^{\odot 2}) \odot V^T r)", "sq(V @ tanh(z + b) - t) / 2",
        "diag(1 - tanh(z + b) ** 2) @ V.T @ V @ diag(1 - tanh(z + b) ** 2) - 2 * diag(tanh(z + b) * (1 - tanh(z + b) ** 2) * (V.T @ (V @ tanh(z + b) - t)))",
        "a = tanh(z + b); r = V*a - t; D = diag(1 - power(a, 2))"),
    row("one neuron by its weights", "(v.T*tanh(W*x) - t)**2/2", r"\tfrac{1}{2} (v^T \tanh(W x) - t)^2", "W: h x n; v: h; x: n; t: scalar", "kron(x*x.T, d*d.T - 2*(v.T*a - t)*diag(hadamard(a, d)))", r"x x^T \otimes (\delta \delta^T - 2 (v^T a - t) \operatorname{diag}(a \odot \delta))",
        "(v.T @ tanh(W @ x) - t) ** 2 / 2", "kron(x @ x.T, (v * (1 - tanh(W @ x) ** 2)) @ (v * (1 - tanh(W @ x) ** 2)).T - 2 * (v.T @ tanh(W @ x) - t) * diag(tanh(W @ x) * v * (1 - tanh(W @ x) ** 2)))",
        "a = tanh(W*x); d = hadamard(v, 1 - power(a, 2))"),
]
# fmt: on

ROWS = (*QUADRATIC, *NORMS, *QUOTIENTS, *EXPONENTIALS, *LIKELIHOODS, *ENTROPIES, *MATRICES, *NETWORKS)
