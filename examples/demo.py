"""Derive, explain and check losses that people write. Run by `make demo`."""

from __future__ import annotations

from collections.abc import Iterator

from derive import backprop, derive, exp, inv, log, logdet, matrix, ones, scalar, sqnorm, tanh, tr, vector, verify
from derive.nodes import Node

RULE = "─" * 78


def losses() -> Iterator[tuple[str, Node, Node]]:
    """Name, function and variable, in the order of a first course."""
    A, x = matrix("A", "n", "n"), vector("x", "n")
    X, w, y, lam = matrix("X", "m", "n"), vector("w", "n"), vector("y", "m"), scalar("lambda")
    yield "A quadratic form", x.T * A * x, x
    yield "Ridge regression", sqnorm(X * w - y) / 2 + lam / 2 * sqnorm(w), w
    yield "Logistic regression", -(y.T * X * w) + ones("m").T * log(1 + exp(X * w)), w
    S, mu, v = matrix("Sigma", "n", "n", "positive definite"), vector("mu", "n"), vector("x", "n")
    yield "Gaussian log-likelihood, by the mean", -(v - mu).T * inv(S) * (v - mu) / 2 - logdet(S) / 2, mu
    yield "Gaussian log-likelihood, by the covariance", -(v - mu).T * inv(S) * (v - mu) / 2 - logdet(S) / 2, S
    U, V, T = matrix("U", "m", "r"), matrix("V", "n", "r"), matrix("T", "m", "n")
    yield "Matrix factorisation", sqnorm(T - U * V.T), U
    Y, C = matrix("Y", "n", "n", "invertible"), matrix("C", "n", "n")
    yield "A trace with an inverse", tr(inv(Y) * C), Y


def network() -> tuple[Node, list[Node]]:
    """A network with one hidden layer, and its weights."""
    W1, b1, W2, b2 = matrix("W1", "h", "n"), vector("b1", "h"), matrix("W2", "k", "h"), vector("b2", "k")
    x, y = vector("x", "n"), vector("y", "k")
    return sqnorm(W2 * tanh(W1 * x + b1) + b2 - y), [W1, b1, W2, b2]


def main() -> None:
    show_derivations()
    show_backprop()
    show_a_wrong_gradient()


def show_backprop() -> None:
    gradients = backprop(*network())
    print(f"{RULE}\nAll gradients of a network with one hidden layer\n{RULE}")
    print(gradients.text())
    check = gradients.check()
    print(f"\nCheck: {check.status}, {check.message}\n")


def show_a_wrong_gradient() -> None:
    A, x = matrix("A", "n", "n"), vector("x", "n")
    print(f'{RULE}\nA gradient derived by hand: "the gradient of x.T*A*x is 2*A*x"\n{RULE}')
    print(verify(x.T * A * x, x, 2 * A * x))


def show_derivations() -> None:
    for name, function, variable in losses():
        derivation = derive(function, variable)
        print(f"{RULE}\n{name}\n{RULE}")
        print(derivation.text())
        check = derivation.check()
        print(f"Check: {check.status}, {check.message} (largest relative error {check.max_error:.0e})\n")


if __name__ == "__main__":
    main()
