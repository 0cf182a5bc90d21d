"""Random well-shaped expressions over a fixed set of symbols, for the tests of printers and readers."""

from __future__ import annotations

import random
from collections.abc import Callable

from derive import functions as f
from derive import sympy_door  # noqa: F401 -- plain SymPy sizes stand beside nodes
from derive.errors import DeriveError
from derive.nodes import Node, const
from derive.sizes import named_size
from derive.symbols import matrix, scalar, vector

M, N = "m", "n"
SYMBOLS: dict[str, Node] = {
    "A": matrix("A", M, N),
    "B": matrix("B", N, N),
    "S": matrix("S", N, N, "symmetric"),
    "C": matrix("C", M, M),
    "X": matrix("X", N, N),
    "W1": matrix("W1", M, N),
    "x": vector("x", N),
    "y": vector("y", N),
    "b": vector("b", M),
    "mu": vector("mu", N),
    "t": scalar("t", "positive"),
    "alpha": scalar("alpha"),
}
NAMESPACE: dict[str, object] = {
    **{name: getattr(f, name) for name in dir(f) if not name.startswith("_")},
    "inv": f.inv,
    **SYMBOLS,
    **{name: named_size(name) for name in (M, N)},
}
SHAPES = [(M, N), (N, N), (N, 1), (M, 1), (1, 1), (1, N)]
ENTRYWISE = [
    f.exp, f.tanh, f.sigmoid, f.sin, f.cos, f.softplus, f.relu, f.abs, f.atan, f.sinh, f.gelu, f.erf, f.asinh,
    lambda z: f.power(z, 2), lambda z: f.power(z, 3), lambda z: f.power(z, -1),
    lambda z: f.log(1 + f.power(z, 2) if z.is_scalar else f.exp(z)),
]  # fmt: skip
Shape = tuple[object, object]
Draw = Callable[[int, Shape], Node]


def expression(seed: int, depth: int = 4, shape: Shape | None = None) -> Node:
    """An expression of the shape, or of any of the shapes; the same for the same seed."""
    rng = random.Random(seed)
    shape = rng.choice(SHAPES) if shape is None else shape
    while True:
        try:
            return _draw(rng, depth, shape)
        except DeriveError:  # such as a division by zero that cancelled
            continue


def _draw(rng: random.Random, depth: int, shape: Shape) -> Node:
    if depth == 0 or rng.random() < 0.15:
        return _leaf(rng, shape)
    ways = _SCALAR if shape == (1, 1) else [*_ANY, *(_SQUARE if shape == (N, N) else ())]
    return rng.choice(ways)(rng, depth - 1, shape)


def _leaf(rng: random.Random, shape: Shape) -> Node:
    fitting = [s for s in SYMBOLS.values() if tuple(map(str, s.shape)) == tuple(map(str, shape))]
    turned = [s.T for s in SYMBOLS.values() if tuple(map(str, s.shape[::-1])) == tuple(map(str, shape))]
    if shape == (1, 1):
        fitting.append(const(rng.choice([2, 3, 5])))
    return rng.choice([*fitting, *turned])


def _sum(rng: random.Random, depth: int, shape: Shape) -> Node:
    sign = rng.choice([1, -1, 2])
    return _draw(rng, depth, shape) + sign * _draw(rng, depth, shape)


def _product(rng: random.Random, depth: int, shape: Shape) -> Node:
    inner = rng.choice([M, N, 1])
    return _draw(rng, depth, (shape[0], inner)) * _draw(rng, depth, (inner, shape[1]))


def _multiple(rng: random.Random, depth: int, shape: Shape) -> Node:
    return _draw(rng, depth, (1, 1)) * _draw(rng, depth, shape)


def _quotient(rng: random.Random, depth: int, shape: Shape) -> Node:
    return _draw(rng, depth, shape) / _draw(rng, depth, (1, 1))


def _hadamard(rng: random.Random, depth: int, shape: Shape) -> Node:
    return f.hadamard(_draw(rng, depth, shape), _draw(rng, depth, shape))


def _entrywise(rng: random.Random, depth: int, shape: Shape) -> Node:
    return rng.choice(ENTRYWISE)(_draw(rng, depth, shape))


def _turned(rng: random.Random, depth: int, shape: Shape) -> Node:
    return _draw(rng, depth, shape[::-1]).T


def _inverse(rng: random.Random, depth: int, shape: Shape) -> Node:
    return f.inv(_draw(rng, depth, shape))


def _diag(rng: random.Random, depth: int, shape: Shape) -> Node:
    return f.diag(_draw(rng, depth, (N, 1)))


def _square_power(rng: random.Random, depth: int, shape: Shape) -> Node:
    return _draw(rng, depth, shape) ** rng.choice([2, 3, -2])


def _norm(rng: random.Random, depth: int, shape: Shape) -> Node:
    return rng.choice([f.norm, f.sqnorm])(_draw(rng, depth, rng.choice([(N, 1), (M, N)])))


def _other_norm(rng: random.Random, depth: int, shape: Shape) -> Node:
    return f.norm(_draw(rng, depth, rng.choice([(N, 1), (M, N)])), rng.choice([1, 3, "max"]))


def _soft(rng: random.Random, depth: int, shape: Shape) -> Node:
    return rng.choice([f.logsumexp, f.max])(_draw(rng, depth, (N, 1)))


def _softmax(rng: random.Random, depth: int, shape: Shape) -> Node:
    return f.softmax(_draw(rng, depth, shape), axis=0)


def _matrix_function(rng: random.Random, depth: int, shape: Shape) -> Node:
    return f.tr(rng.choice([f.expm, f.sinm])(_draw(rng, depth, (N, N))))


def _trace(rng: random.Random, depth: int, shape: Shape) -> Node:
    return rng.choice([f.tr, f.det, f.logdet])(_draw(rng, depth, (N, N)))


def _total(rng: random.Random, depth: int, shape: Shape) -> Node:
    return f.sum(_draw(rng, depth, rng.choice([(N, 1), (M, N)])))


_ANY = [_sum, _sum, _product, _product, _multiple, _quotient, _hadamard, _entrywise, _turned, _softmax]
_SQUARE = [_inverse, _diag, _square_power]
_SCALAR = [_sum, _product, _product, _multiple, _quotient, _entrywise, _norm, _norm, _trace, _trace, _total,
           _other_norm, _soft, _matrix_function]  # fmt: skip
