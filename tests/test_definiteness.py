"""What is said of a Hessian's definiteness is never contradicted by its eigenvalues, whatever the function."""

from __future__ import annotations

import random
from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pytest

from derive import (
    Node,
    abs,
    exp,
    expm,
    hessian,
    inv,
    log,
    logm,
    logsumexp,
    matrix,
    norm,
    scalar,
    softplus,
    sqnorm,
    sqrt,
    vector,
)
from derive import sum as total
from derive.definiteness import definiteness
from derive.draw import draw_instances
from derive.errors import DomainError
from derive.functions import diag, eye, hadamard, kron, ones, power

x, a, y = vector("x", "n"), vector("a", "n"), vector("y", "m")
S, P = matrix("S", "n", "n", "symmetric"), matrix("P", "n", "n", "positive definite")
Q, A, F = (
    matrix("Q", "n", "n", "positive semidefinite"),
    matrix("A", "m", "n"),
    matrix("F", "m", "n", "full column rank"),
)
K, u = matrix("K", "n", "n", "skew"), vector("u", "n", "unit interval")
t, c = scalar("t", "positive"), scalar("c")

INNER = [
    x.T * x, x.T * S * x, x.T * P * x, x.T * Q * x, sqnorm(A * x - y), sqnorm(F * x), a.T * x, (a.T * x) ** 2, norm(x),
    norm(A * x - y), logsumexp(x), total(exp(x)), t + x.T * P * x, 1 + x.T * x, total(softplus(A * x)), c * (x.T * x),
    total(power(x, 4)),
]  # fmt: skip
OUTER: list[Callable[[Node], Node]] = [
    exp, softplus, lambda z: z**2, lambda z: sqrt(1 + z**2), lambda z: log(1 + z**2), lambda z: -z, lambda z: z,
    lambda z: 1 / (1 + z**2), lambda z: t * z, lambda z: c * z, lambda z: z**3,
]  # fmt: skip


def composed(rng: random.Random) -> Node:
    f = rng.choice(OUTER)(rng.choice(INNER))
    match rng.randrange(4):
        case 0:
            return f + rng.choice(OUTER)(rng.choice(INNER))
        case 1:
            return f * rng.choice(INNER)
        case 2:
            return f / (1 + x.T * P * x)
    return f


@pytest.mark.parametrize("seed", range(60))
def test_no_claim_is_contradicted_by_eigenvalues(seed: int) -> None:
    f = composed(random.Random(seed))
    h = hessian(f, x)
    found = h.definiteness
    if found is None:
        return
    sign = 1 if found.kind.startswith("positive") else -1
    try:
        instances = draw_instances([f], 6, seed)
    except DomainError:
        return
    for i in instances:
        value = np.asarray(h.evaluate(i.values, i.sizes), dtype=float)
        eigenvalues = np.linalg.eigvalsh(sign * (value + value.T) / 2)
        largest = np.abs(eigenvalues).max()
        if np.isfinite(largest) and largest < 1e8:
            assert eigenvalues.min() >= -1e-8 * largest, f"{f}: {found}"


SAID = [
    (2 * A.T * A, "positive semidefinite"),
    (F.T * F, "positive definite"),
    (A.T * A + t * eye("n"), "positive definite"),
    (A.T * A + c * eye("n"), None),
    (F * Q * F.T, "positive semidefinite"),
    (A.T * diag(exp(y)) * A, "positive semidefinite"),
    (kron(P, A.T * A), "positive semidefinite"),
    (kron(P, P), "positive definite"),
    (-kron(P, P), "negative definite"),
    (P + Q, "positive definite"),
    (P - Q, None),
    (S, None),
    (S**2, "positive semidefinite"),
    (P - P * x * x.T * P / (1 + x.T * P * x), "positive definite"),
    (P - P * x * x.T * P / (x.T * P * x), "positive semidefinite"),
    (P - 2 * P * x * x.T * P / (x.T * P * x), None),
    (Q - Q * x * x.T * Q / (1 + x.T * Q * x), None),
    (eye("n") - x * x.T / sqnorm(x), "positive semidefinite"),
    (eye("n") - 2 * x * x.T / sqnorm(x), None),
    (exp(a.T * x) * a * a.T, "positive semidefinite"),
    ((a.T * x) * a * a.T, None),
    (a * a.T / (c - a.T * x) ** 2, "positive semidefinite"),
    (-2 * (eye("n") + a * a.T), "negative definite"),
    (-P - a * a.T, "negative definite"),
    (0 * P, "positive semidefinite"),
    (-ones("n", "n") / t, "negative semidefinite"),
    (K**2, "negative semidefinite"),
    (K**4, "positive semidefinite"),
    (K**3, None),
    (-(S**3), None),
    (expm(S), "positive definite"),
    (expm(A.T * A) + Q, "positive definite"),
    (logm(P), None),
    (hadamard(P, P), "positive definite"),
    (hadamard(P, Q), "positive semidefinite"),
    (hadamard(P, S), None),
    (inv(P) * P * inv(P), "positive definite"),
    (kron(inv(P) * Q * inv(P), P), "positive semidefinite"),
    (kron(inv(P) * (P + Q) * inv(P), inv(P)), "positive definite"),
    (diag(power(x, Fraction(3, 2))), "positive semidefinite"),
    (-diag(power(x, Fraction(-3, 2))), "negative definite"),
    (diag(power(x, -3)), None),
    (diag(abs(x)), "positive semidefinite"),
    (diag(u), "positive semidefinite"),
    (diag(hadamard(u, 1 - u)), "positive semidefinite"),
    (diag(exp(u)), "positive definite"),
    (diag(u + 1), "positive definite"),
]


def test_a_reason_reads_as_a_chain_of_facts() -> None:
    assert "negative definite: its negative 2P is positive definite: P is declared positive definite" == str(
        definiteness(-2 * P)
    )
    root = hessian(sqrt(x.T * P * x), x).definiteness
    assert root is not None and "it is M − vvᵀ/xᵀPx with" in root.reason
    product = definiteness(kron(inv(P), inv(P)))
    assert product is not None
    assert product.reason.startswith(
        "it is a Kronecker product, and P⁻¹ is positive definite: it is a power of P, and P is"
    )


@pytest.mark.parametrize(("h", "kind"), SAID, ids=[str(h) for h, _ in SAID])
def test_what_follows_from_the_form_is_said_and_no_more(h: Node, kind: str | None) -> None:
    found = definiteness(h)
    assert kind == (None if found is None else found.kind)
