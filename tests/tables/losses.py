r"""Losses that people write, with the gradients that a careful hand derives; the identities of no one book."""

from __future__ import annotations

from .row import Row

__all__ = ["ROWS"]

LAYERS = 10
DEEP = "; ".join([*(f"W{k}: n x n" for k in range(1, LAYERS + 1)), "x: n", "y: n"])
DEEP_WEIGHTS = "[" + ", ".join(f"W{k}" for k in range(1, LAYERS + 1)) + "]"


def chain(layer: str) -> str:
    """tanh(W10 tanh(W9 ... tanh(W1 x))), one layer spelled by the template."""
    text = "x"
    for k in range(1, LAYERS + 1):
        text = layer.format(k=k, inner=text)
    return text


DEEP_F = f"sqnorm({chain('tanh(W{k}*{inner})')} - y)/2"
DEEP_LATEX = rf"\tfrac{{1}}{{2}} \|{chain(chr(92) + 'tanh(W_{{{k}}} {inner})')} - y\|^2"

# fmt: off
LEAST_SQUARES = [
    Row("ridge", "sqnorm(X*w - y)/2 + lam/2*sqnorm(w)", r"\tfrac{1}{2} \|X w - y\|^2 + \tfrac{\lambda}{2} \|w\|^2", "w",
        "X: m x n; w: n; y: m; lam: scalar positive", "X.T*(X*w - y) + lam*w", r"X^T (X w - y) + \lambda w",
        "sq(X @ w - y) / 2 + lam / 2 * sq(w)", "X.T @ X @ w - X.T @ y + lam * w"),
    Row("least squares", "norm(X*w - y)**2", r"\|X w - y\|^2", "w", "X: m x n; w: n; y: m", "2*X.T*(X*w - y)", r"2 X^T (X w - y)",
        "sq(X @ w - y)", "2 * X.T @ (X @ w - y)"),
    Row("least squares mean", "sqnorm(X*w - y)/m", r"\frac{1}{m} \|X w - y\|^2", "w", "X: m x n; w: n; y: m",
        "2/m*X.T*(X*w - y)", r"\frac{2}{m} X^T (X w - y)", "sq(X @ w - y) / m", "2 * X.T @ (X @ w - y) / m"),
    Row("least squares expanded", "w.T*X.T*X*w - 2*w.T*X.T*y + y.T*y", r"w^T X^T X w - 2 w^T X^T y + y^T y", "w", "X: m x n; w: n; y: m",
        "2*X.T*(X*w - y)", r"2 X^T (X w - y)", "sq(X @ w - y)", "2 * X.T @ X @ w - 2 * X.T @ y"),
    Row("one example", "(x.T*w - y)**2", r"(x^T w - y)^2", "w", "x: n; w: n; y: scalar", "2*(x.T*w - y)*x", r"2 (x^T w - y) x",
        "(x.T @ w - y) ** 2", "2 * (x.T @ w - y) * x"),
    Row("weighted least squares", "(X*w - y).T*C*(X*w - y)", r"(X w - y)^T C (X w - y)", "w", "X: m x n; w: n; y: m; C: m x m symmetric",
        "2*X.T*C*(X*w - y)", r"2 X^T C (X w - y)", "(X @ w - y).T @ C @ (X @ w - y)", "2 * X.T @ C @ (X @ w - y)"),
    Row("weighted least squares diag", "(X*w - y).T*diag(c)*(X*w - y)", r"(X w - y)^T \operatorname{diag}(c) (X w - y)", "w",
        "X: m x n; w: n; y: m; c: m positive", "2*X.T*hadamard(c, X*w - y)", r"2 X^T (c \odot (X w - y))",
        "sum(c * (X @ w - y) ** 2)", "2 * X.T @ (c * (X @ w - y))"),
    Row("weights of weighted least squares", "(X*w - y).T*diag(c)*(X*w - y)", r"(X w - y)^T \operatorname{diag}(c) (X w - y)", "c",
        "X: m x n; w: n; y: m; c: m positive", "power(X*w - y, 2)", r"(X w - y)^2", "sum(c * (X @ w - y) ** 2)", "(X @ w - y) ** 2"),
    Row("multi-output ridge", "norm(X*W - Y, 'fro')**2 + lam*norm(W, 'fro')**2", r"\|X W - Y\|_F^2 + \lambda \|W\|_F^2", "W",
        "X: m x n; W: n x k; Y: m x k; lam: scalar positive", "2*X.T*(X*W - Y) + 2*lam*W", r"2 X^T (X W - Y) + 2 \lambda W",
        "sq(X @ W - Y) + lam * sq(W)", "2 * X.T @ (X @ W - Y) + 2 * lam * W"),
    Row("lasso", "sqnorm(X*w - y)/2 + lam*norm(w, 1)", r"\tfrac{1}{2} \|X w - y\|^2 + \lambda \|w\|_1", "w",
        "X: m x n; w: n; y: m; lam: scalar positive", "X.T*(X*w - y) + lam*sign(w)", r"X^T (X w - y) + \lambda \operatorname{sign}(w)",
        "sq(X @ w - y) / 2 + lam * sum(absolute(w))", "X.T @ (X @ w - y) + lam * sign(w)"),
    Row("kernel ridge", "sqnorm(K*a - y)/2 + lam/2*a.T*K*a", r"\tfrac{1}{2} \|K a - y\|^2 + \tfrac{\lambda}{2} a^T K a", "a",
        "K: n x n positive definite; a: n; y: n; lam: scalar positive", "K*(K*a - y) + lam*K*a", r"K (K a - y) + \lambda K a",
        "sq(K @ a - y) / 2 + lam / 2 * a.T @ K @ a", "K @ (K @ a - y + lam * a)"),
    Row("residual norm", "norm(A*x - b)", r"\|A x - b\|", "x", "A: m x n; x: n; b: m", "A.T*(A*x - b)/norm(A*x - b)", r"\frac{A^T (A x - b)}{\|A x - b\|}",
        "norm(A @ x - b)", "A.T @ (A @ x - b) / norm(A @ x - b)"),
    Row("Euclidean projection by data", "norm(A*x - b)**2", r"\|A x - b\|^2", "A", "A: m x n; x: n; b: m", "2*(A*x - b)*x.T", r"2 (A x - b) x^T",
        "sq(A @ x - b)", "2 * (A @ x - b) @ x.T"),
]

CLASSIFICATION = [
    Row("logistic", "sum(log(1 + exp(X*w))) - y.T*X*w", r"\mathbf{1}^T \log(1 + \exp(X w)) - y^T X w", "w", "X: m x n; w: n; y: m binary",
        "X.T*(sigmoid(X*w) - y)", r"X^T (\sigma(X w) - y)", "sum(log(1 + exp(X @ w))) - y.T @ X @ w", "X.T @ (1 / (1 + exp(-X @ w)) - y)"),
    Row("logistic signs", "sum(log(1 + exp(-hadamard(y, X*w))))", r"\mathbf{1}^T \log(1 + \exp(-y \odot X w))", "w", "X: m x n; w: n; y: m plus or minus one",
        "-X.T*hadamard(y, sigmoid(-hadamard(y, X*w)))", r"-X^T (y \odot \sigma(-y \odot X w))",
        "sum(log(1 + exp(-y * (X @ w))))", "-X.T @ (y / (1 + exp(y * (X @ w))))"),
    Row("logistic cross entropy", "-y.T*log(sigmoid(X*w)) - (1 - y).T*log(1 - sigmoid(X*w))",
        r"-y^T \log \sigma(X w) - (1 - y)^T \log(1 - \sigma(X w))", "w", "X: m x n; w: n; y: m binary",
        "X.T*(sigmoid(X*w) - y)", r"X^T (\sigma(X w) - y)",
        "-y.T @ log(sigmoid(X @ w)) - (1 - y).T @ log(1 - sigmoid(X @ w))", "X.T @ (sigmoid(X @ w) - y)"),
    Row("logistic ridge", "sum(softplus(X*w)) - y.T*X*w + lam/2*sqnorm(w)", r"\mathbf{1}^T \operatorname{softplus}(X w) - y^T X w + \tfrac{\lambda}{2} \|w\|^2", "w",
        "X: m x n; w: n; y: m binary; lam: scalar positive", "X.T*(sigmoid(X*w) - y) + lam*w", r"X^T (\sigma(X w) - y) + \lambda w",
        "sum(log(1 + exp(X @ w))) - y.T @ X @ w + lam / 2 * sq(w)", "X.T @ (sigmoid(X @ w) - y) + lam * w"),
    Row("one logistic example", "-log(sigmoid(y*(w.T*x + b)))", r"-\log \sigma(y (w^T x + b))", "w", "w: n; x: n; b: scalar; y: scalar plus or minus one",
        "-y*sigmoid(-y*(w.T*x + b))*x", r"-y \sigma(-y (w^T x + b)) x", "log(1 + exp(-y * (w.T @ x + b)))", "-y * x / (1 + exp(y * (w.T @ x + b)))"),
    Row("one logistic example by bias", "-log(sigmoid(y*(w.T*x + b)))", r"-\log \sigma(y (w^T x + b))", "b",
        "w: n; x: n; b: scalar; y: scalar plus or minus one", "-y*sigmoid(-y*(w.T*x + b))", r"-y \sigma(-y (w^T x + b))",
        "log(1 + exp(-y * (w.T @ x + b)))", "-y / (1 + exp(y * (w.T @ x + b)))"),
    Row("softmax regression", "-y.T*log(softmax(W*x))", r"-y^T \log \operatorname{softmax}(W x)", "W", "y: k one-hot; W: k x n; x: n",
        "(sum(y)*softmax(W*x) - y)*x.T", r"((\mathbf{1}^T y) \operatorname{softmax}(W x) - y) x^T",
        "-y.T @ log(softmax(W @ x))", "(softmax(W @ x) - y) @ x.T"),
    Row("softmax regression logits", "logsumexp(W*x + b) - y.T*(W*x + b)", r"\operatorname{logsumexp}(W x + b) - y^T (W x + b)", "W",
        "y: k; W: k x n; b: k; x: n", "(softmax(W*x + b) - y)*x.T", r"(\operatorname{softmax}(W x + b) - y) x^T",
        "logsumexp(W @ x + b) - y.T @ (W @ x + b)", "(softmax(W @ x + b) - y) @ x.T"),
    Row("softmax regression bias", "logsumexp(W*x + b) - y.T*(W*x + b)", r"\operatorname{logsumexp}(W x + b) - y^T (W x + b)", "b",
        "y: k; W: k x n; b: k; x: n", "softmax(W*x + b) - y", r"\operatorname{softmax}(W x + b) - y",
        "logsumexp(W @ x + b) - y.T @ (W @ x + b)", "softmax(W @ x + b) - y"),
    Row("softmax regression batch", "sum(logsumexp(X*W, axis=1)) - tr(Y.T*X*W)", r"\mathbf{1}^T \log(\exp(X W) \mathbf{1}) - \operatorname{tr}(Y^T X W)", "W",
        "X: m x n; W: n x k; Y: m x k", "X.T*(softmax(X*W, axis=1) - Y)", r"X^T (\operatorname{softmax}(X W) - Y)",
        "sum(log(sum(exp(X @ W), axis=1))) - sum(Y * (X @ W))", "X.T @ (softmax_rows(X @ W) - Y)"),
    Row("softmax regression batch log-softmax", "-sum(hadamard(Y, log_softmax(X*W, axis=1)))", r"-\mathbf{1}^T (Y \odot \log \operatorname{softmax}(X W)) \mathbf{1}", "W",
        "X: m x n; W: n x k; Y: m x k", "X.T*(diag(Y*ones(k))*softmax(X*W, axis=1) - Y)",
        r"X^T (\operatorname{diag}(Y \mathbf{1}) \operatorname{softmax}(X W) - Y)",
        "-sum(Y * log(softmax_rows(X @ W)))", "X.T @ (sum(Y, axis=1, keepdims=True) * softmax_rows(X @ W) - Y)"),
    Row("cross entropy", "cross_entropy(y, softmax(z))", r"-y^T \log \operatorname{softmax}(z)", "z", "y: n one-hot; z: n",
        "sum(y)*softmax(z) - y", r"(\mathbf{1}^T y) \operatorname{softmax}(z) - y", "-y.T @ log(softmax(z))", "softmax(z) - y"),
    Row("hinge", "sum(relu(1 - hadamard(y, X*w))) + lam/2*sqnorm(w)", r"\mathbf{1}^T \operatorname{relu}(1 - y \odot X w) + \tfrac{\lambda}{2} \|w\|^2", "w",
        "X: m x n; w: n; y: m plus or minus one; lam: scalar positive", "lam*w - X.T*hadamard(y, step(1 - hadamard(y, X*w)))",
        r"\lambda w - X^T (y \odot \operatorname{step}(1 - y \odot X w))",
        "sum(relu(1 - y * (X @ w))) + lam / 2 * sq(w)", "lam * w - X.T @ (y * step(1 - y * (X @ w)))"),
    Row("Poisson regression", "sum(exp(X*w)) - y.T*X*w", r"\mathbf{1}^T \exp(X w) - y^T X w", "w", "X: m x n; w: n; y: m",
        "X.T*(exp(X*w) - y)", r"X^T (\exp(X w) - y)", "sum(exp(X @ w)) - y.T @ X @ w", "X.T @ (exp(X @ w) - y)"),
    Row("probit", "-sum(log((1 + erf(X*w))/2))", r"-\mathbf{1}^T \log((1 + \operatorname{erf}(X w))/2)", "w", "X: m x n; w: n",
        "", r"-X^T \left(\frac{2}{\sqrt\pi} \exp(-(X w)^2) \oslash (1 + \operatorname{erf}(X w))\right)",
        "-sum(log((1 + erf(X @ w)) / 2))", "-X.T @ (2 / sqrt(pi) * exp(-((X @ w) ** 2)) / (1 + erf(X @ w)))"),
]

GAUSSIAN = "x: n; mu: n; Sigma: n x n positive definite"
GAUSSIANS = [
    Row("Gaussian by mu", "logdet(Sigma)/2 + (x - mu).T*inv(Sigma)*(x - mu)/2",
        r"\tfrac{1}{2} \log\det \Sigma + \tfrac{1}{2} (x - \mu)^T \Sigma^{-1} (x - \mu)", "mu", GAUSSIAN,
        "-inv(Sigma)*(x - mu)", r"-\Sigma^{-1} (x - \mu)",
        "log(det(Sigma)) / 2 + (x - mu).T @ inv(Sigma) @ (x - mu) / 2", "-solve(Sigma, x - mu)"),
    Row("Gaussian by Sigma", "logdet(Sigma)/2 + (x - mu).T*inv(Sigma)*(x - mu)/2",
        r"\tfrac{1}{2} \log\det \Sigma + \tfrac{1}{2} (x - \mu)^T \Sigma^{-1} (x - \mu)", "Sigma", GAUSSIAN,
        "(inv(Sigma) - inv(Sigma)*(x - mu)*(x - mu).T*inv(Sigma))/2", r"\tfrac{1}{2} (\Sigma^{-1} - \Sigma^{-1} (x - \mu) (x - \mu)^T \Sigma^{-1})",
        "log(det(Sigma)) / 2 + (x - mu).T @ inv(Sigma) @ (x - mu) / 2",
        "(inv(Sigma) - solve(Sigma, x - mu) @ solve(Sigma, x - mu).T) / 2"),
    Row("Gaussian by precision", "(x - mu).T*P*(x - mu)/2 - logdet(P)/2", r"\tfrac{1}{2} (x - \mu)^T P (x - \mu) - \tfrac{1}{2} \log\det P", "P",
        "x: n; mu: n; P: n x n positive definite", "((x - mu)*(x - mu).T - inv(P))/2", r"\tfrac{1}{2} ((x - \mu) (x - \mu)^T - P^{-1})",
        "(x - mu).T @ P @ (x - mu) / 2 - log(det(P)) / 2", "((x - mu) @ (x - mu).T - inv(P)) / 2"),
    Row("Gaussian by Cholesky factor", "logdet(L*L.T)/2 + (x - mu).T*inv(L*L.T)*(x - mu)/2",
        r"\tfrac{1}{2} \log\det(L L^T) + \tfrac{1}{2} (x - \mu)^T (L L^T)^{-1} (x - \mu)", "L", "x: n; mu: n; L: n x n invertible",
        "inv(L).T - inv(L).T*inv(L)*(x - mu)*(x - mu).T*inv(L).T",
        r"L^{-T} - L^{-T} L^{-1} (x - \mu) (x - \mu)^T L^{-T}",
        "log(det(L @ L.T)) / 2 + (x - mu).T @ inv(L @ L.T) @ (x - mu) / 2",
        "inv(L).T - inv(L @ L.T) @ (x - mu) @ (x - mu).T @ inv(L @ L.T) @ L"),
    Row("Gaussian by triangular Cholesky factor", "logdet(L) + sqnorm(inv(L)*(x - mu))/2", r"\log\det L + \tfrac{1}{2} \|L^{-1} (x - \mu)\|^2", "L",
        "x: n; mu: n; L: n x n lower triangular", "", r"\operatorname{tril}(L^{-T} - L^{-T} L^{-1} (x - \mu) (x - \mu)^T L^{-T})",
        "log(det(L)) + sq(inv(L) @ (x - mu)) / 2", "np.tril(inv(L).T - inv(L).T @ inv(L) @ (x - mu) @ (x - mu).T @ inv(L).T)"),
    Row("Gaussian sample by Sigma", "N/2*logdet(Sigma) + tr(inv(Sigma)*S)/2", r"\tfrac{N}{2} \log\det \Sigma + \tfrac{1}{2} \operatorname{tr}(\Sigma^{-1} S)", "Sigma",
        "Sigma: n x n positive definite; S: n x n symmetric; N: scalar", "(N*inv(Sigma) - inv(Sigma)*S*inv(Sigma))/2",
        r"\tfrac{1}{2} (N \Sigma^{-1} - \Sigma^{-1} S \Sigma^{-1})",
        "N / 2 * log(det(Sigma)) + tr(inv(Sigma) @ S) / 2", "(N * inv(Sigma) - inv(Sigma) @ S @ inv(Sigma)) / 2"),
    Row("Gaussian density", "exp(-(x - mu).T*inv(Sigma)*(x - mu)/2)/sqrt(det(2*pi*Sigma))",
        r"\frac{\exp(-\tfrac{1}{2} (x - \mu)^T \Sigma^{-1} (x - \mu))}{\sqrt{\det(2 \pi \Sigma)}}", "x", GAUSSIAN,
        "-exp(-(x - mu).T*inv(Sigma)*(x - mu)/2)/sqrt(det(2*pi*Sigma))*inv(Sigma)*(x - mu)",
        r"-\frac{\exp(-\tfrac{1}{2} (x - \mu)^T \Sigma^{-1} (x - \mu))}{\sqrt{\det(2 \pi \Sigma)}} \Sigma^{-1} (x - \mu)",
        "exp(-(x - mu).T @ inv(Sigma) @ (x - mu) / 2) / sqrt(det(2 * pi * Sigma))",
        "-exp(-(x - mu).T @ inv(Sigma) @ (x - mu) / 2) / sqrt(det(2 * pi * Sigma)) * solve(Sigma, x - mu)"),
    Row("isotropic Gaussian by variance", "n/2*log(v) + sqnorm(x - mu)/(2*v)", r"\tfrac{n}{2} \log v + \frac{\|x - \mu\|^2}{2 v}", "v",
        "x: n; mu: n; v: scalar positive", "n/(2*v) - sqnorm(x - mu)/(2*v**2)", r"\frac{n}{2 v} - \frac{\|x - \mu\|^2}{2 v^2}",
        "n / 2 * log(v) + sq(x - mu) / (2 * v)", "n / (2 * v) - sq(x - mu) / (2 * v**2)"),
    Row("Student t", "(nu + n)/2*log(1 + (x - mu).T*P*(x - mu)/nu)", r"\tfrac{\nu + n}{2} \log(1 + (x - \mu)^T P (x - \mu)/\nu)", "mu",
        "x: n; mu: n; P: n x n positive definite; nu: scalar positive", "-(nu + n)*P*(x - mu)/(nu + (x - mu).T*P*(x - mu))",
        r"-\frac{(\nu + n) P (x - \mu)}{\nu + (x - \mu)^T P (x - \mu)}",
        "(nu + n) / 2 * log(1 + (x - mu).T @ P @ (x - mu) / nu)", "-(nu + n) * P @ (x - mu) / (nu + (x - mu).T @ P @ (x - mu))"),
    Row("Mahalanobis squared", "(x - mu).T*inv(Sigma)*(x - mu)", r"(x - \mu)^T \Sigma^{-1} (x - \mu)", "x", GAUSSIAN,
        "2*inv(Sigma)*(x - mu)", r"2 \Sigma^{-1} (x - \mu)", "(x - mu).T @ inv(Sigma) @ (x - mu)", "2 * solve(Sigma, x - mu)"),
    Row("Mahalanobis", "sqrt((x - mu).T*inv(Sigma)*(x - mu))", r"\sqrt{(x - \mu)^T \Sigma^{-1} (x - \mu)}", "x", GAUSSIAN,
        "inv(Sigma)*(x - mu)/sqrt((x - mu).T*inv(Sigma)*(x - mu))", r"\frac{\Sigma^{-1} (x - \mu)}{\sqrt{(x - \mu)^T \Sigma^{-1} (x - \mu)}}",
        "sqrt((x - mu).T @ inv(Sigma) @ (x - mu))", "solve(Sigma, x - mu) / sqrt((x - mu).T @ inv(Sigma) @ (x - mu))"),
    Row("GP by noise", "y.T*inv(K0 + tau*eye(n))*y/2 + logdet(K0 + tau*eye(n))/2",
        r"\tfrac{1}{2} y^T (K_0 + \tau I)^{-1} y + \tfrac{1}{2} \log\det(K_0 + \tau I)", "tau", "y: n; K0: n x n positive definite; tau: scalar positive",
        "(tr(inv(K)) - a.T*a)/2", r"\tfrac{1}{2} (\operatorname{tr} K^{-1} - \alpha^T \alpha)",
        "y.T @ inv(K0 + tau * I(n)) @ y / 2 + log(det(K0 + tau * I(n))) / 2",
        "(tr(inv(K0 + tau * I(n))) - sq(solve(K0 + tau * I(n), y))) / 2", named="K = K0 + tau*eye(n); a = inv(K)*y"),
    Row("GP by scale", "y.T*inv(s*K0 + C)*y/2 + logdet(s*K0 + C)/2", r"\tfrac{1}{2} y^T (s K_0 + C)^{-1} y + \tfrac{1}{2} \log\det(s K_0 + C)", "s",
        "y: n; K0: n x n positive definite; C: n x n positive definite; s: scalar positive", "(tr(inv(K)*K0) - a.T*K0*a)/2",
        r"\tfrac{1}{2} (\operatorname{tr}(K^{-1} K_0) - \alpha^T K_0 \alpha)",
        "y.T @ inv(s * K0 + C) @ y / 2 + log(det(s * K0 + C)) / 2",
        "(tr(inv(s * K0 + C) @ K0) - solve(s * K0 + C, y).T @ K0 @ solve(s * K0 + C, y)) / 2", named="K = s*K0 + C; a = inv(K)*y"),
    Row("GP by kernel", "y.T*inv(K)*y/2 + logdet(K)/2", r"\tfrac{1}{2} y^T K^{-1} y + \tfrac{1}{2} \log\det K", "K", "y: n; K: n x n positive definite",
        "(inv(K) - inv(K)*y*y.T*inv(K))/2", r"\tfrac{1}{2} (K^{-1} - K^{-1} y y^T K^{-1})",
        "y.T @ inv(K) @ y / 2 + log(det(K)) / 2", "(inv(K) - inv(K) @ y @ y.T @ inv(K)) / 2"),
]

MATRICES = [
    Row("matrix factorisation by U", "norm(T - U*V.T, 'fro')**2", r"\|T - U V^T\|_F^2", "U", "T: m x n; U: m x k; V: n x k",
        "2*(U*V.T - T)*V", r"2 (U V^T - T) V", "sq(T - U @ V.T)", "2 * (U @ V.T - T) @ V"),
    Row("matrix factorisation by V", "norm(T - U*V.T, 'fro')**2", r"\|T - U V^T\|_F^2", "V", "T: m x n; U: m x k; V: n x k",
        "2*(U*V.T - T).T*U", r"2 (U V^T - T)^T U", "sq(T - U @ V.T)", "2 * (U @ V.T - T).T @ U"),
    Row("matrix factorisation regularised", "norm(T - U*V.T, 'fro')**2/2 + lam/2*(norm(U, 'fro')**2 + norm(V, 'fro')**2)",
        r"\tfrac{1}{2} \|T - U V^T\|_F^2 + \tfrac{\lambda}{2} (\|U\|_F^2 + \|V\|_F^2)", "U", "T: m x n; U: m x k; V: n x k; lam: scalar positive",
        "(U*V.T - T)*V + lam*U", r"(U V^T - T) V + \lambda U", "sq(T - U @ V.T) / 2 + lam / 2 * (sq(U) + sq(V))", "(U @ V.T - T) @ V + lam * U"),
    Row("matrix completion", "norm(hadamard(M, T - U*V.T), 'fro')**2", r"\|M \odot (T - U V^T)\|_F^2", "U", "M: m x n; T: m x n; U: m x k; V: n x k",
        "2*hadamard(M, M, U*V.T - T)*V", r"2 (M \odot M \odot (U V^T - T)) V", "sq(M * (T - U @ V.T))", "2 * (M * M * (U @ V.T - T)) @ V"),
    Row("PCA trace", "tr(W.T*S*W)", r"\operatorname{tr}(W^T S W)", "W", "S: n x n symmetric; W: n x k", "2*S*W", r"2 S W", "tr(W.T @ S @ W)", "2 * S @ W"),
    Row("PCA Lagrangian", "tr(W.T*S*W) - tr(Lam*(W.T*W - eye(k)))", r"\operatorname{tr}(W^T S W) - \operatorname{tr}(\Lambda (W^T W - I))", "W",
        "S: n x n symmetric; W: n x k; Lam: k x k symmetric", "2*(S*W - W*Lam)", r"2 (S W - W \Lambda)",
        "tr(W.T @ S @ W) - tr(Lam @ (W.T @ W - I(k)))", "2 * S @ W - 2 * W @ Lam"),
    Row("PCA reconstruction", "norm(X - X*w*w.T, 'fro')**2", r"\|X - X w w^T\|_F^2", "w", "X: m x n; w: n",
        "2*X.T*X*w*(w.T*w) + 2*w*(w.T*X.T*X*w) - 4*X.T*X*w", r"2 X^T X w (w^T w) + 2 w (w^T X^T X w) - 4 X^T X w",
        "sq(X - X @ w @ w.T)", "2 * X.T @ X @ w * sq(w) + 2 * w * sq(X @ w) - 4 * X.T @ X @ w"),
    Row("Rayleigh quotient", "x.T*A*x/(x.T*x)", r"\frac{x^T A x}{x^T x}", "x", "A: n x n symmetric; x: n",
        "2*(A*x - rho*x)/(x.T*x)", r"\frac{2 (A x - \rho x)}{x^T x}", "x.T @ A @ x / sq(x)", "2 * (A @ x - x * (x.T @ A @ x) / sq(x)) / sq(x)",
        named="rho = x.T*A*x/(x.T*x)"),
    Row("generalised Rayleigh quotient", "x.T*A*x/(x.T*B*x)", r"\frac{x^T A x}{x^T B x}", "x", "A: n x n symmetric; B: n x n positive definite; x: n",
        "2*(A*x - rho*B*x)/(x.T*B*x)", r"\frac{2 (A x - \rho B x)}{x^T B x}", "x.T @ A @ x / (x.T @ B @ x)",
        "2 * (A @ x - B @ x * (x.T @ A @ x) / (x.T @ B @ x)) / (x.T @ B @ x)", named="rho = x.T*A*x/(x.T*B*x)"),
    Row("discriminant analysis", "tr(inv(W.T*Sw*W)*(W.T*Sb*W))", r"\operatorname{tr}((W^T S_w W)^{-1} W^T S_b W)", "W",
        "W: m x n full column rank; Sw: m x m positive definite; Sb: m x m symmetric",
        "2*Sb*W*inv(W.T*Sw*W) - 2*Sw*W*inv(W.T*Sw*W)*W.T*Sb*W*inv(W.T*Sw*W)",
        r"2 S_b W (W^T S_w W)^{-1} - 2 S_w W (W^T S_w W)^{-1} W^T S_b W (W^T S_w W)^{-1}",
        "tr(solve(W.T @ Sw @ W, W.T @ Sb @ W))", "2 * (Sb @ W - Sw @ W @ solve(W.T @ Sw @ W, W.T @ Sb @ W)) @ inv(W.T @ Sw @ W)"),
    Row("D-optimal design", "logdet(X.T*diag(w)*X)", r"\log\det(X^T \operatorname{diag}(w) X)", "w", "X: m x n full column rank; w: m positive",
        "diag(X*inv(X.T*diag(w)*X)*X.T)", r"\operatorname{diag}(X (X^T \operatorname{diag}(w) X)^{-1} X^T)",
        "log(det(X.T @ (w * X)))", "diagonal(X @ inv(X.T @ (w * X)) @ X.T)"),
    Row("log det Gram", "logdet(X.T*X)", r"\log\det(X^T X)", "X", "X: m x n full column rank", "2*X*inv(X.T*X)", r"2 X (X^T X)^{-1}",
        "log(det(X.T @ X))", "2 * X @ inv(X.T @ X)"),
    Row("orthogonality penalty", "norm(W.T*W - eye(n), 'fro')**2", r"\|W^T W - I\|_F^2", "W", "W: m x n", "4*W*(W.T*W - eye(n))", r"4 W (W^T W - I)",
        "sq(W.T @ W - I(n))", "4 * W @ (W.T @ W - I(n))"),
    Row("graph Laplacian smoothness", "tr(F.T*L*F)/2 + lam/2*norm(F - Y, 'fro')**2", r"\tfrac{1}{2} \operatorname{tr}(F^T L F) + \tfrac{\lambda}{2} \|F - Y\|_F^2", "F",
        "F: n x k; L: n x n symmetric; Y: n x k; lam: scalar positive", "L*F + lam*(F - Y)", r"L F + \lambda (F - Y)",
        "tr(F.T @ L @ F) / 2 + lam / 2 * sq(F - Y)", "L @ F + lam * (F - Y)"),
    Row("Sharpe ratio", "mu.T*w/sqrt(w.T*Sigma*w)", r"\frac{\mu^T w}{\sqrt{w^T \Sigma w}}", "w", "mu: n; w: n; Sigma: n x n positive definite",
        "(mu - rho*Sigma*w)/sqrt(w.T*Sigma*w)", r"\frac{\mu - \rho \Sigma w}{\sqrt{w^T \Sigma w}}", "mu.T @ w / sqrt(w.T @ Sigma @ w)",
        "mu / sqrt(w.T @ Sigma @ w) - (mu.T @ w) * Sigma @ w / (w.T @ Sigma @ w) ** 1.5", named="rho = mu.T*w/(w.T*Sigma*w)"),
]

KERNELS = [
    Row("RBF by x", "exp(-sqnorm(x - y)/(2*s**2))", r"\exp(-\frac{\|x - y\|^2}{2 s^2})", "x", "x: n; y: n; s: scalar positive",
        "-exp(-sqnorm(x - y)/(2*s**2))*(x - y)/s**2", r"-\frac{1}{s^2} \exp(-\frac{\|x - y\|^2}{2 s^2}) (x - y)",
        "exp(-sq(x - y) / (2 * s**2))", "-exp(-sq(x - y) / (2 * s**2)) * (x - y) / s**2"),
    Row("RBF by width", "exp(-sqnorm(x - y)/(2*s**2))", r"\exp(-\frac{\|x - y\|^2}{2 s^2})", "s", "x: n; y: n; s: scalar positive",
        "exp(-sqnorm(x - y)/(2*s**2))*sqnorm(x - y)/s**3", r"\frac{\|x - y\|^2}{s^3} \exp(-\frac{\|x - y\|^2}{2 s^2})",
        "exp(-sq(x - y) / (2 * s**2))", "exp(-sq(x - y) / (2 * s**2)) * sq(x - y) / s**3"),
    Row("RBF by precision", "exp(-g*sqnorm(x - y))", r"\exp(-g \|x - y\|^2)", "x", "x: n; y: n; g: scalar positive",
        "-2*g*exp(-g*sqnorm(x - y))*(x - y)", r"-2 g \exp(-g \|x - y\|^2) (x - y)", "exp(-g * sq(x - y))", "-2 * g * exp(-g * sq(x - y)) * (x - y)"),
    Row("cosine", "x.T*y/(norm(x)*norm(y))", r"\frac{x^T y}{\|x\| \|y\|}", "x", "x: n; y: n",
        "y/(norm(x)*norm(y)) - (x.T*y)*x/(norm(x)**3*norm(y))", r"\frac{y}{\|x\| \|y\|} - \frac{(x^T y) x}{\|x\|^3 \|y\|}",
        "x.T @ y / (norm(x) * norm(y))", "y / (norm(x) * norm(y)) - (x.T @ y) * x / (norm(x) ** 3 * norm(y))"),
    Row("cosine similarity", "cosine_similarity(x, y)", r"\frac{x^T y}{\|x\| \|y\|}", "x", "x: n; y: n",
        "y/(norm(x)*norm(y)) - (x.T*y)*x/(norm(x)**3*norm(y))", r"\frac{y}{\|x\| \|y\|} - \frac{(x^T y) x}{\|x\|^3 \|y\|}",
        "x.T @ y / (norm(x) * norm(y))", "y / (norm(x) * norm(y)) - (x.T @ y) * x / (norm(x) ** 3 * norm(y))"),
    Row("contrastive", "-x.T*y/tau + logsumexp(Z*x/tau)", r"-\frac{x^T y}{\tau} + \operatorname{logsumexp}(Z x/\tau)", "x",
        "x: n; y: n; Z: m x n; tau: scalar positive", "(Z.T*softmax(Z*x/tau) - y)/tau", r"\frac{1}{\tau} (Z^T \operatorname{softmax}(Z x/\tau) - y)",
        "-x.T @ y / tau + logsumexp(Z @ x / tau)", "(Z.T @ softmax(Z @ x / tau) - y) / tau"),
    Row("contrastive by temperature", "-x.T*y/tau + logsumexp(Z*x/tau)", r"-\frac{x^T y}{\tau} + \operatorname{logsumexp}(Z x/\tau)", "tau",
        "x: n; y: n; Z: m x n; tau: scalar positive", "(x.T*y - softmax(Z*x/tau).T*Z*x)/tau**2",
        r"\frac{1}{\tau^2} (x^T y - \operatorname{softmax}(Z x/\tau)^T Z x)",
        "-x.T @ y / tau + logsumexp(Z @ x / tau)", "(x.T @ y - softmax(Z @ x / tau).T @ Z @ x) / tau**2"),
    Row("contrastive batch", "sum(logsumexp(X*Y.T/tau, axis=1)) - tr(X*Y.T)/tau", r"\mathbf{1}^T \log(\exp_\circ(X Y^T/\tau) \mathbf{1}) - \operatorname{tr}(X Y^T)/\tau", "X",
        "X: m x n; Y: m x n; tau: scalar positive", "(softmax(X*Y.T/tau, axis=1)*Y - Y)/tau", r"\frac{1}{\tau} (\operatorname{softmax}(X Y^T/\tau) Y - Y)",
        "sum(log(sum(exp(X @ Y.T / tau), axis=1))) - tr(X @ Y.T) / tau", "(softmax_rows(X @ Y.T / tau) @ Y - Y) / tau"),
    Row("triplet", "relu(sqnorm(a - p) - sqnorm(a - q) + c)", r"\operatorname{relu}(\|a - p\|^2 - \|a - q\|^2 + c)", "a",
        "a: n; p: n; q: n; c: scalar positive", "2*step(sqnorm(a - p) - sqnorm(a - q) + c)*(q - p)",
        r"2 \operatorname{step}(\|a - p\|^2 - \|a - q\|^2 + c) (q - p)",
        "relu(sq(a - p) - sq(a - q) + c)", "2 * step(sq(a - p) - sq(a - q) + c) * (q - p)"),
]

NETWORK = "W1: k x n; b1: k; W2: m x k; b2: m; x: n; y: m"
NETWORK_F = "sqnorm(W2*sigmoid(W1*x + b1) + b2 - y)/2"
NETWORK_LATEX = r"\tfrac{1}{2} \|W_2 \sigma(W_1 x + b_1) + b_2 - y\|^2"
NETWORK_NUMPY = "sq(W2 @ sigmoid(W1 @ x + b1) + b2 - y) / 2"
DELTA = "(W2.T @ (W2 @ sigmoid(W1 @ x + b1) + b2 - y) * sigmoid(W1 @ x + b1) * (1 - sigmoid(W1 @ x + b1)))"
SHARED = "s = sigmoid(W1*x + b1); r = W2*s + b2 - y"
NETWORKS = [
    Row("two layers by W2", NETWORK_F, NETWORK_LATEX, "W2", NETWORK, "r*s.T", r"r s^T", NETWORK_NUMPY,
        "(W2 @ sigmoid(W1 @ x + b1) + b2 - y) @ sigmoid(W1 @ x + b1).T", named=SHARED),
    Row("two layers by b2", NETWORK_F, NETWORK_LATEX, "b2", NETWORK, "r", r"r", NETWORK_NUMPY, "W2 @ sigmoid(W1 @ x + b1) + b2 - y", named=SHARED),
    Row("two layers by W1", NETWORK_F, NETWORK_LATEX, "W1", NETWORK, "hadamard(W2.T*r, s, 1 - s)*x.T", r"(W_2^T r \odot s \odot (1 - s)) x^T",
        NETWORK_NUMPY, f"{DELTA} @ x.T", named=SHARED),
    Row("two layers by b1", NETWORK_F, NETWORK_LATEX, "b1", NETWORK, "hadamard(W2.T*r, s, 1 - s)", r"W_2^T r \odot s \odot (1 - s)",
        NETWORK_NUMPY, DELTA, named=SHARED),
    Row("two layers by x", NETWORK_F, NETWORK_LATEX, "x", NETWORK, "W1.T*hadamard(W2.T*r, s, 1 - s)", r"W_1^T (W_2^T r \odot s \odot (1 - s))",
        NETWORK_NUMPY, f"W1.T @ {DELTA}", named=SHARED),
    Row("two layers relu batch by W1", "norm(relu(X*W1)*W2 - Y, 'fro')**2/2", r"\tfrac{1}{2} \|\operatorname{relu}(X W_1) W_2 - Y\|_F^2", "W1",
        "X: m x n; W1: n x k; W2: k x p; Y: m x p", "X.T*hadamard((relu(X*W1)*W2 - Y)*W2.T, step(X*W1))",
        r"X^T ((\operatorname{relu}(X W_1) W_2 - Y) W_2^T \odot \operatorname{step}(X W_1))",
        "sq(relu(X @ W1) @ W2 - Y) / 2", "X.T @ ((relu(X @ W1) @ W2 - Y) @ W2.T * step(X @ W1))"),
    Row("two layers softmax by W1", "logsumexp(W2*tanh(W1*x)) - y.T*W2*tanh(W1*x)", r"\operatorname{logsumexp}(W_2 \tanh(W_1 x)) - y^T W_2 \tanh(W_1 x)", "W1",
        "W1: k x n; W2: m x k; x: n; y: m", "hadamard(W2.T*(softmax(W2*h) - y), 1 - power(h, 2))*x.T",
        r"(W_2^T (\operatorname{softmax}(W_2 h) - y) \odot (1 - h^2)) x^T",
        "logsumexp(W2 @ tanh(W1 @ x)) - y.T @ W2 @ tanh(W1 @ x)",
        "(W2.T @ (softmax(W2 @ tanh(W1 @ x)) - y) * (1 - tanh(W1 @ x) ** 2)) @ x.T", named="h = tanh(W1*x)"),
    *(Row(f"ten layers by W{k}", DEEP_F, DEEP_LATEX, f"W{k}", DEEP, "", r"\delta_k h_{k-1}^T", f"deep_loss(x, y, {DEEP_WEIGHTS})",
          f"deep_gradient(x, y, {DEEP_WEIGHTS}, {k})") for k in (1, 5, 10)),
    Row("sigmoid layer", "sigmoid(W*x + b)", r"\sigma(W x + b)", "x", "W: m x n; x: n; b: m", "diag(hadamard(s, 1 - s))*W",
        r"\operatorname{diag}(s \odot (1 - s)) W", "sigmoid(W @ x + b)",
        "sigmoid(W @ x + b) * (1 - sigmoid(W @ x + b)) * W", named="s = sigmoid(W*x + b)"),
    Row("residual block", "sqnorm(x + W2*relu(W1*x) - y)/2", r"\tfrac{1}{2} \|x + W_2 \operatorname{relu}(W_1 x) - y\|^2", "x",
        "W1: k x n; W2: n x k; x: n; y: n", "r + W1.T*hadamard(W2.T*r, step(W1*x))", r"r + W_1^T (W_2^T r \odot \operatorname{step}(W_1 x))",
        "sq(x + W2 @ relu(W1 @ x) - y) / 2",
        "(x + W2 @ relu(W1 @ x) - y) + W1.T @ (W2.T @ (x + W2 @ relu(W1 @ x) - y) * step(W1 @ x))", named="r = x + W2*relu(W1*x) - y"),
    Row("linear autoencoder", "norm(X - X*V*W, 'fro')**2", r"\|X - X V W\|_F^2", "V", "X: m x n; V: n x k; W: k x n",
        "2*X.T*(X*V*W - X)*W.T", r"2 X^T (X V W - X) W^T", "sq(X - X @ V @ W)", "2 * X.T @ (X @ V @ W - X) @ W.T"),
]

ATTENTION = "Q: m x d; K: n x d; V: n x k; C: m x k"
ATTENTION_F = "tr(C.T*softmax(Q*K.T/sqrt(d), axis=1)*V)"
ATTENTION_LATEX = r"\operatorname{tr}(C^T \operatorname{softmax}(Q K^T/\sqrt{d}) V)"
ATTENTION_NUMPY = "sum(C * (softmax_rows(Q @ K.T / sqrt(d)) @ V))"
SCORES = "softmax_rows_adjoint(softmax_rows(Q @ K.T / sqrt(d)), C @ V.T)"
SQUARED_F = "norm(softmax(Q*K.T/sqrt(d), axis=1)*V - C, 'fro')**2"
SQUARED_LATEX = r"\|\operatorname{softmax}(Q K^T/\sqrt{d}) V - C\|_F^2"
SQUARED_NUMPY = "sq(softmax_rows(Q @ K.T / sqrt(d)) @ V - C)"
P = "P = softmax(Q*K.T/sqrt(d), axis=1)"
S = f"{P}; G = hadamard(P, C*V.T) - diag(hadamard(P, C*V.T)*ones(n))*P"
ATTENTIONS = [
    Row("attention by Q", ATTENTION_F, ATTENTION_LATEX, "Q", ATTENTION, "G*K/sqrt(d)", r"\frac{1}{\sqrt{d}} G K", ATTENTION_NUMPY,
        f"{SCORES} @ K / sqrt(d)", named=S),
    Row("attention by K", ATTENTION_F, ATTENTION_LATEX, "K", ATTENTION, "G.T*Q/sqrt(d)", r"\frac{1}{\sqrt{d}} G^T Q", ATTENTION_NUMPY,
        f"{SCORES}.T @ Q / sqrt(d)", named=S),
    Row("attention by V", ATTENTION_F, ATTENTION_LATEX, "V", ATTENTION, "softmax(Q*K.T/sqrt(d), axis=1).T*C",
        r"\operatorname{softmax}(Q K^T/\sqrt{d})^T C", ATTENTION_NUMPY, "softmax_rows(Q @ K.T / sqrt(d)).T @ C"),
    Row("squared attention by Q", SQUARED_F, SQUARED_LATEX, "Q", ATTENTION, "", r"\frac{1}{\sqrt{d}} G K", SQUARED_NUMPY,
        "softmax_rows_adjoint(softmax_rows(Q @ K.T / sqrt(d)), 2 * (softmax_rows(Q @ K.T / sqrt(d)) @ V - C) @ V.T) @ K / sqrt(d)", named=P),
    Row("squared attention by V", SQUARED_F, SQUARED_LATEX, "V", ATTENTION, "2*P.T*(P*V - C)", r"2 P^T (P V - C)", SQUARED_NUMPY,
        "2 * softmax_rows(Q @ K.T / sqrt(d)).T @ (softmax_rows(Q @ K.T / sqrt(d)) @ V - C)", named=P),
    Row("one query by q", "c.T*V.T*softmax(K*q/sqrt(d))", r"c^T V^T \operatorname{softmax}(K q/\sqrt{d})", "q", "c: k; V: n x k; K: n x d; q: d",
        "K.T*(hadamard(p, V*c) - (p.T*V*c)*p)/sqrt(d)", r"\frac{1}{\sqrt{d}} K^T (p \odot V c - (p^T V c) p)",
        "c.T @ V.T @ softmax(K @ q / sqrt(d))",
        "K.T @ (softmax(K @ q / sqrt(d)) * (V @ c - softmax(K @ q / sqrt(d)).T @ V @ c)) / sqrt(d)", named="p = softmax(K*q/sqrt(d))"),
]

NORM = "c: n; x: n; g: n; b: n; eps: scalar positive"
NORM_F = "c.T*(hadamard(g, (x - mean(x))/sqrt(sqnorm(x - mean(x))/n + eps)) + b)"
NORM_LATEX = r"c^T (g \odot \frac{x - \tfrac{1}{n} \mathbf{1} \mathbf{1}^T x}{\sqrt{\|x - \tfrac{1}{n} \mathbf{1} \mathbf{1}^T x\|^2/n + \epsilon}} + b)"
STD = "sqrt(sq(x - np.mean(x)) / n + eps)"
HAT = f"((x - np.mean(x)) / {STD})"
NORM_NUMPY = f"c.T @ (g * {HAT} + b)"
BATCH = "X: m x n; C: m x n; eps: scalar positive"
BATCH_C = "(X - ones(m)*mean(X, axis=0))"
BATCH_STD = "np.sqrt(np.mean((X - np.mean(X, axis=0)) ** 2, axis=0) + eps)"
BATCH_HAT = f"((X - np.mean(X, axis=0)) / {BATCH_STD})"
NORMALISATION = [
    Row("layer normalisation by x", NORM_F, NORM_LATEX, "x", NORM, "(hadamard(g, c) - mean(hadamard(g, c)) - mean(hadamard(g, c, h))*h)/s",
        r"\frac{1}{s} (g \odot c - \overline{g \odot c} 1 - \overline{g \odot c \odot h} h)", NORM_NUMPY,
        f"(g * c - np.mean(g * c) - np.mean(g * c * {HAT}) * {HAT}) / {STD}", named="s = sqrt(sqnorm(x - mean(x))/n + eps); h = (x - mean(x))/s"),
    Row("layer normalisation by gain", NORM_F, NORM_LATEX, "g", NORM, "hadamard(c, h)", r"c \odot h", NORM_NUMPY, f"c * {HAT}",
        named="h = (x - mean(x))/sqrt(sqnorm(x - mean(x))/n + eps)"),
    Row("layer normalisation by bias", NORM_F, NORM_LATEX, "b", NORM, "c", r"c", NORM_NUMPY, "c"),
    Row("unit normalisation", "c.T*x/norm(x)", r"\frac{c^T x}{\|x\|}", "x", "c: n; x: n", "c/norm(x) - (c.T*x)*x/norm(x)**3",
        r"\frac{c}{\|x\|} - \frac{(c^T x) x}{\|x\|^3}", "c.T @ x / norm(x)", "c / norm(x) - (c.T @ x) * x / norm(x) ** 3"),
    Row("RMS normalisation", "c.T*x/sqrt(sqnorm(x)/n + eps)", r"\frac{c^T x}{\sqrt{\|x\|^2/n + \epsilon}}", "x", "c: n; x: n; eps: scalar positive",
        "c/s - (c.T*x)*x/(n*s**3)", r"\frac{c}{s} - \frac{(c^T x) x}{n s^3}", "c.T @ x / sqrt(sq(x) / n + eps)",
        "c / sqrt(sq(x) / n + eps) - (c.T @ x) * x / n / sqrt(sq(x) / n + eps) ** 3", named="s = sqrt(sqnorm(x)/n + eps)"),
    Row("batch normalisation by X", f"sum(hadamard(C, divide({BATCH_C}, ones(m)*sqrt(mean(hadamard({BATCH_C}, {BATCH_C}), axis=0) + eps))))",
        r"\mathbf{1}^T (C \odot (X - \tfrac{1}{m} \mathbf{1} \mathbf{1}^T X) \oslash (1 s^T)) \mathbf{1}", "X", BATCH, "", r"(C - 1 \bar{c}^T - H \odot 1 h^T) \oslash (1 s^T)",
        f"sum(C * {BATCH_HAT})", f"(C - np.mean(C, axis=0) - {BATCH_HAT} * np.mean(C * {BATCH_HAT}, axis=0)) / {BATCH_STD}"),
    Row("centring", "norm(X - ones(m)*mean(X, axis=0), 'fro')**2", r"\|X - \tfrac{1}{m} \mathbf{1} \mathbf{1}^T X\|_F^2", "X", "X: m x n",
        "2*(X - ones(m)*mean(X, axis=0))", r"2 (X - \tfrac{1}{m} \mathbf{1} \mathbf{1}^T X)", "sq(X - np.mean(X, axis=0))", "2 * (X - np.mean(X, axis=0))"),
    Row("variance", "sqnorm(x - mean(x))/n", r"\frac{1}{n} \|x - \tfrac{1}{n} \mathbf{1} \mathbf{1}^T x\|^2", "x", "x: n", "2/n*(x - mean(x))", r"\frac{2}{n} (x - \tfrac{1}{n} \mathbf{1} \mathbf{1}^T x)",
        "sq(x - np.mean(x)) / n", "2 / n * (x - np.mean(x))"),
]

KL = "(sum(power(s, 2)) + mu.T*mu - n - sum(log(power(s, 2))))/2"
KL_LATEX = r"\tfrac{1}{2} (\mathbf{1}^T s^2 + \mu^T \mu - n - \mathbf{1}^T \log s^2)"
KL_NUMPY = "(sq(s) + sq(mu) - n - sum(log(s * s))) / 2"
ENTROPIES = [
    Row("ELBO KL by mu", KL, KL_LATEX, "mu", "mu: n; s: n positive", "mu", r"\mu", KL_NUMPY, "mu"),
    Row("ELBO KL by s", KL, KL_LATEX, "s", "mu: n; s: n positive", "s - power(s, -1)", r"s - s^{-1}", KL_NUMPY, "s - 1 / s"),
    Row("ELBO KL by log variance", "(sum(exp(v)) + mu.T*mu - n - sum(v))/2", r"\tfrac{1}{2} (\mathbf{1}^T \exp(v) + \mu^T \mu - n - \mathbf{1}^T v)", "v", "mu: n; v: n",
        "(exp(v) - 1)/2", r"\tfrac{1}{2} (\exp(v) - 1)", "(sum(exp(v)) + sq(mu) - n - sum(v)) / 2", "(exp(v) - 1) / 2"),
    Row("ELBO KL full covariance", "(tr(Sigma) + mu.T*mu - n - logdet(Sigma))/2", r"\tfrac{1}{2} (\operatorname{tr} \Sigma + \mu^T \mu - n - \log\det \Sigma)", "Sigma",
        "mu: n; Sigma: n x n positive definite", "(eye(n) - inv(Sigma))/2", r"\tfrac{1}{2} (I - \Sigma^{-1})",
        "(tr(Sigma) + sq(mu) - n - log(det(Sigma))) / 2", "(I(n) - inv(Sigma)) / 2"),
    Row("KL of Gaussians by Sigma", "(tr(inv(C)*Sigma) - n + logdet(C) - logdet(Sigma))/2",
        r"\tfrac{1}{2} (\operatorname{tr}(C^{-1} \Sigma) - n + \log\det C - \log\det \Sigma)", "Sigma",
        "C: n x n positive definite; Sigma: n x n positive definite", "(inv(C) - inv(Sigma))/2", r"\tfrac{1}{2} (C^{-1} - \Sigma^{-1})",
        "(tr(inv(C) @ Sigma) - n + log(det(C)) - log(det(Sigma))) / 2", "(inv(C) - inv(Sigma)) / 2"),
    Row("entropy", "-p.T*log(p)", r"-p^T \log p", "p", "p: n positive", "-log(p) - 1", r"-\log p - 1", "-sum(p * log(p))", "-log(p) - 1"),
    Row("KL by p", "p.T*(log(p) - log(q))", r"p^T (\log p - \log q)", "p", "p: n positive; q: n positive", "log(p) - log(q) + 1", r"\log p - \log q + 1",
        "sum(p * log(p / q))", "log(p / q) + 1"),
    Row("KL by q", "p.T*(log(p) - log(q))", r"p^T (\log p - \log q)", "q", "p: n positive; q: n positive", "-divide(p, q)", r"-p \oslash q",
        "sum(p * log(p / q))", "-p / q"),
    Row("Dirichlet-free softmax entropy", "-softmax(z).T*log_softmax(z)", r"-\operatorname{softmax}(z)^T \log \operatorname{softmax}(z)", "z", "z: n",
        "-hadamard(s, log(s) - s.T*log(s))", r"-s \odot (\log s - (s^T \log s) \mathbf{1})", "-sum(softmax(z) * log(softmax(z)))",
        "-softmax(z) * (log(softmax(z)) - sum(softmax(z) * log(softmax(z))))", named="s = softmax(z)"),
]
# fmt: on

ROWS: tuple[Row, ...] = (
    *LEAST_SQUARES, *CLASSIFICATION, *GAUSSIANS, *MATRICES, *KERNELS, *NETWORKS, *ATTENTIONS, *NORMALISATION, *ENTROPIES,
)  # fmt: skip
