"""The smallest counterexample to a wrong claim: 2 x 2 whole numbers where there are some."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from .arrays import Array
from .check import Counterexample
from .claim import (
    DISAGREES,
    Evidence,
    Problem,
    asked,
    compare,
    direction_of,
    enough,
    evidence,
    gap_between,
    instances,
    value_of,
)
from .errors import DeriveError
from .instance import Instance
from .nodes import Node

TRIES = 6
# Properties that whole numbers near the drawn ones keep.
_WHOLE = frozenset(("invertible", "positive determinant", "full row rank", "full column rank", "integer", "nonzero"))


def smallest_counterexample(posed: Problem, layout: str | None) -> Counterexample | None:
    """Sizes 2 and small whole numbers at which the claim fails in the asked layouts; None where none is found."""
    best: Counterexample | None = None
    for seed in range(max(TRIES, enough(posed) if posed.indices else 0)):
        item = _whole_evidence(posed, seed)
        found = None if item is None else _failure(posed, item, layout)
        if found is not None and (best is None or _length(found) < _length(best)):
            best = found
    return best


def _whole_evidence(posed: Problem, seed: int) -> Evidence | None:
    try:
        (any_sizes,) = instances(posed, 1, seed)
        (drawn,) = instances(posed, 1, seed, dict.fromkeys(any_sizes.sizes, 2))
        whole = Instance(drawn.sizes, {k: _rounded(k, v) for k, v in drawn.values.items()})
        if not np.isfinite(whole.value(posed.f)).all():
            return None
        return evidence(posed, whole, np.random.default_rng(seed))
    except (DeriveError, np.linalg.LinAlgError, ValueError):
        return None


def _rounded(key: Any, value: Any) -> Any:
    """Whole numbers between -3 and 3 where the declared properties allow them."""
    if isinstance(value, list):
        return [_rounded(key, v) for v in value]
    if "integer" in key.properties or key.properties - _WHOLE - {"symmetric"}:
        return value
    whole = np.clip(np.rint(2 * value), -3, 3)
    return np.where(whole == 0, 1.0, whole) if value.size == 1 else whole


def _failure(posed: Problem, item: Evidence, layout: str | None) -> Counterexample | None:
    """The instance as a counterexample, when the claim disagrees there with every arrangement that was asked for."""
    if compare(posed, posed.claim, [item], layout).status != "wrong":
        return None
    value = value_of(posed.claim, item)
    if value is None:
        return None
    right = _nearest(value, {k: r for k, r in item.right.items() if asked(k[0], layout)})
    if right is None or not np.isfinite(right).all() or np.abs(right).max() > 1e4:
        return None
    wanted, found = _tidy(right), _tidy(value)
    if _shown(wanted) == _shown(found):  # two tiny values, or two that differ in the seventh digit
        return None
    values: dict[Any, Any] = {**item.instance.values, **item.moved}
    return Counterexample(values, direction_of(item), wanted, found, item.instance.sizes)


def _nearest(value: Array, right: Mapping[Any, Array]) -> Array | None:
    """The arrangement of the claim's shape, or the first."""
    same = [r for r in right.values() if r.shape == value.shape and gap_between(value, r) >= DISAGREES]
    return next(iter(same or right.values()), None)


def _tidy(a: Array) -> Array:
    """Numbers that are whole but for rounding, whole."""
    near = np.rint(a)
    return np.where(np.abs(a - near) <= 1e-9 * (1 + np.abs(a)), near, a) + 0.0


def _length(c: Counterexample) -> int:
    return len("".join(str(np.asarray(v).tolist()) for v in (*c.values.values(), c.wanted, c.found)))


def counterexample_text(c: Counterexample) -> str:
    """In words: for A = [[1, 2], [0, 1]], x = [1, 1] the claim gives ..., right is ..."""
    given = ", ".join(f"{key} = {_shown(v)}" for key, v in c.values.items() if isinstance(key, Node))
    return f"for {given} the claim gives {_shown(c.found)}, right is {_shown(c.wanted)}"


def _shown(value: Any) -> str:
    a = np.asarray(value, dtype=float)
    if a.size == 1:
        return f"{a.item():.6g}"
    rows = [[float(f"{x:.6g}") for x in r] for r in np.atleast_2d(a)]
    cut = [[int(x) if x == int(x) else x for x in r] for r in rows]
    return str([r[0] for r in cut]) + "ᵀ" if a.shape[-1] == 1 else str(cut if len(cut) > 1 else cut[0])
