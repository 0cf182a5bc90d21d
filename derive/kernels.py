"""What a step of a tape does: the array function of every node kind and of every named function."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from . import arrays, spectra
from .arrays import Array
from .binding import Sizes, number, size_value
from .errors import BadInput, NoRule
from .nodes import Node
from .sizes import Shape, Size
from .symbols import Family

Kernel = Callable[..., Any]
Leaf = Callable[[Sizes], Any]  # a cell that depends on the sizes only

FUNCTIONS: Mapping[str, Kernel] = {
    "exp": np.exp, "log": arrays.log, "log1p": arrays.log1p, "sin": np.sin, "cos": np.cos, "tan": np.tan,
    "asin": arrays.arcsin, "acos": arrays.arccos, "atan": np.arctan, "sinh": np.sinh, "cosh": np.cosh,
    "tanh": np.tanh, "asinh": np.arcsinh, "acosh": arrays.arccosh, "atanh": arrays.arctanh,
    "sigmoid": arrays.sigmoid, "softplus": arrays.softplus, "relu": arrays.relu, "leaky_relu": arrays.leaky_relu,
    "gelu": arrays.gelu, "erf": arrays.erf, "normal_cdf": arrays.normal_cdf, "normal_pdf": arrays.normal_pdf,
    "abs": arrays.absolute, "sign": arrays.sign, "step": arrays.step, "floor": arrays.floor, "ceil": arrays.ceil,
    "maximum": arrays.maximum, "minimum": arrays.minimum,
    "norm": arrays.norm, "sqnorm": arrays.sqnorm, "norm1": arrays.norm1, "pnorm": arrays.pnorm,
    "maxnorm": arrays.maxnorm, "argmax_sign": arrays.argmax_sign, "max": arrays.largest, "argmax": arrays.argmax,
    "logsumexp": arrays.logsumexp, "softmax": arrays.softmax, "log_softmax": arrays.log_softmax,
    "tril": np.tril, "triu": np.triu, "vech": arrays.vech,
    "diagonal_means": arrays.diagonal_means, "diagonal_sums": arrays.diagonal_sums,
    "det": spectra.det, "logdet": spectra.logdet, "adjugate": spectra.adjugate, "pinv": spectra.pinv,
    "nuclear": spectra.nuclear, "polar": spectra.polar, "spectral": spectra.spectral,
    "leading_left": spectra.leading_left, "leading_right": spectra.leading_right,
    "eigenvalue": spectra.eigenvalue, "eigenvector": spectra.eigenvector,
    "expm": spectra.expm, "logm": spectra.logm, "sqrtm": spectra.sqrtm, "sinm": spectra.sinm, "cosm": spectra.cosm,
}  # fmt: skip


def _sum(*terms: Array) -> Array:
    total = terms[0]
    for t in terms[1:]:
        total = total + t
    return total


def _product(*factors: Array) -> Array:
    product = factors[0]
    for f in factors[1:]:
        product = product * f
    return product


KINDS: Mapping[str, Kernel] = {
    "scale": operator.mul, "transpose": arrays.transpose, "matpow": spectra.matpow, "trace": arrays.trace,
    "diag": arrays.diag, "diagonal": arrays.diagonal, "kron": arrays.kron, "vec": arrays.vec, "pow": arrays.power,
    "unvec": arrays.unvec, "basis": lambda i, n: _basis(i, n),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """What numbers are: the kernels of functions by their `numeric` name, of node kinds, and of constants."""

    functions: Mapping[str, Kernel]
    kinds: Mapping[str, Kernel]
    number: Callable[[Any, Mapping[str, int]], Array]


def constant(value: Any, arithmetic: Arithmetic) -> Leaf:
    return lambda sizes: arithmetic.number(value, sizes)


def zero(shape: Shape) -> Leaf:
    return lambda sizes: np.zeros([size_value(s, sizes) for s in shape])


def kernel(node: Node, arithmetic: Arithmetic) -> Kernel:
    """What a step does: arrays of the arguments (and the leaf of `_shape_leaf`) to an array."""
    op = node.op
    if op == "call":
        return _function(node, arithmetic)
    if op == "add":
        return operator.add if len(node.args) == 2 else _sum
    if op == "had":
        return operator.mul if len(node.args) == 2 else _product
    if op == "matmul":
        return operator.matmul if len(node.args) == 2 else arrays.matmul
    if op == "explicit":
        return _entries(node.shape)
    if op == "item":
        return _member(node.param)
    kernel = arithmetic.kinds.get(op)
    if kernel is None:
        raise NoRule(f"no numerical meaning for the node {op} in {node}")
    return kernel


def _function(node: Node, arithmetic: Arithmetic) -> Kernel:
    numeric = node.fn.numeric
    if callable(numeric):
        if arithmetic is not DOUBLE:
            raise NoRule(f"{node.fn.name} is known in double precision only")
        return numeric
    kernel = arithmetic.functions.get(numeric)
    if kernel is None:
        raise NoRule(f"no numerical meaning for {node.fn.name}; give its Function numeric=")
    return kernel


def _entries(shape: Shape) -> Kernel:
    def stack(*entries: Array) -> Array:
        flat = np.stack(np.broadcast_arrays(*entries), axis=-1)
        return flat.reshape(*flat.shape[:-3], *shape)

    return stack


def _member(family: Family) -> Kernel:
    """x_i: the list of members, counted from the first index."""

    def pick(i: Array, *rest: Any) -> Any:
        *more, members, lo = rest
        for k in (i, *more):
            at = round(float(k.real.flat[0])) - lo
            if not 0 <= at < len(members):
                raise BadInput(f"{family.name}[{at + lo}] is outside the given members {lo}..{lo + len(members) - 1}")
            members = members[at]
        return members

    return pick


def _basis(i: Array, n: int) -> Array:
    """e_i; for a batch of indices (..., 1, 1), a batch of columns."""
    at = np.array([round(float(k)) for k in i.real.flat]).reshape(np.shape(i))
    if np.any((at < 1) | (at > n)):
        raise BadInput(f"index {at[(at < 1) | (at > n)].flat[0]} is outside 1..{n}")
    return (np.arange(1, n + 1)[:, None] == at).astype(float)


def shape_leaf(node: Node) -> Leaf | None:
    """What a step needs to know besides its arguments' values, once sizes are known."""
    if node.op == "unvec":
        m, n = node.shape
        return lambda sizes: (size_value(m, sizes), size_value(n, sizes))
    if node.op == "item":
        return lambda sizes: size_value(node.param.lo, sizes)
    if node.op == "basis":
        return lambda sizes: size_value(node.shape[0], sizes)
    return None


def _sized(make: Callable[..., Array]) -> Callable[[Node], Leaf]:
    """A leaf made from the node's sizes."""
    return lambda node: lambda sizes: make(*[size_value(s, sizes) for s in _parameters(node)])


def _parameters(node: Node) -> Sequence[Size]:
    if node.op in ("ones", "zeros"):
        return node.shape
    return node.param if isinstance(node.param, tuple) else (node.param,)


LEAVES: Mapping[str, Callable[[Node], Leaf]] = {
    "eye": _sized(np.eye),
    "ones": _sized(lambda m, n: np.ones((m, n))),
    "zeros": _sized(lambda m, n: np.zeros((m, n))),
    "commutation": _sized(arrays.commutation),
    "duplication": _sized(arrays.duplication),
    "elimination": _sized(arrays.elimination),
}
DOUBLE = Arithmetic(FUNCTIONS, KINDS, lambda value, sizes: np.array([[number(value, sizes)]]))
