"""What a product of factors means: scalars anywhere, and a chain of matrices in which a piece like xᵀy is a scalar.

The same law serves the shapes, while dimensions are unknown, and the expressions, when they are known.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Algebra(Generic[T]):
    """`joins` says whether two factors can be multiplied, and makes it so where a dimension is unknown."""

    scalar: Callable[[T], bool]
    column: Callable[[T], bool]
    joins: Callable[[T, T], bool]
    multiply: Callable[[T, T], T]
    dot: Callable[[T, T], T]
    row: Callable[[T], bool]


def fold(factors: Sequence[T], signs: Sequence[str], algebra: Algebra[T]) -> tuple[list[T], list[tuple[int, T]]]:
    """The scalars and the matrix segments of a product, each with the index of its first factor.

    A well-formed product has at most one segment. `A xᵀ y z` has the segments A and xᵀ until xᵀy has become a scalar.
    """
    scalars: list[T] = []
    segments: list[tuple[int, T]] = []
    for k, factor in enumerate(factors):
        if algebra.scalar(factor):
            scalars.append(factor)
            continue
        sign = signs[k - 1] if k else ""
        if segments and sign == "·" and _dots(segments[-1][1], factor, algebra):
            scalars.append(algebra.dot(segments.pop()[1], factor))
        elif segments and algebra.joins(segments[-1][1], factor):
            segments[-1] = (segments[-1][0], algebra.multiply(segments[-1][1], factor))
        else:
            segments.append((k, factor))
        if segments and algebra.scalar(segments[-1][1]):
            scalars.append(segments.pop()[1])
    return scalars, segments


def _dots(a: T, b: T, algebra: Algebra[T]) -> bool:
    return (algebra.column(a) and algebra.column(b)) or (algebra.row(a) and algebra.row(b))
