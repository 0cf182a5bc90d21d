"""Taylor coefficients from values on a circle, by Cauchy's integral formula: exact to rounding where f is analytic."""

from __future__ import annotations

import numpy as np

from .arrays import Array
from .instance import Instance
from .nodes import Node
from .oracle import variable

POINTS = 16  # on the circle; coefficients up to half as many are told apart
_RADII = (0.1, 0.02, 0.005, 0.001)
_TAIL = 1e-11  # what high and negative powers may hold; a singularity in the circle, or a branch, fills them


def coefficients(f: Node, h: Node, instance: Instance) -> Array | None:
    """c_0, c_1, ... of f(t h) = sum_j c_j t^j at the value of h, stacked along the first axis (POINTS / 2, m, n).

    None where the values are no evidence: f is not analytic near h = 0, or not finite there.
    """
    for radius in _RADII:
        spectrum = _spectrum(f, h, instance, radius)
        low, high = spectrum[: POINTS // 2], spectrum[POINTS // 2 :]
        if np.isfinite(spectrum).all() and np.abs(high).max() <= _TAIL * np.abs(low).max():
            return (low / radius ** np.arange(POINTS // 2).reshape(-1, 1, 1)).real
    return None


def _spectrum(f: Node, h: Node, instance: Instance, radius: float) -> Array:
    """The coefficients of the powers of t / radius: 0, 1, ... and, from the end, -1, -2, ..."""
    at, angles = variable(instance, h), np.exp(2j * np.pi * np.arange(POINTS) / POINTS)
    with np.errstate(all="ignore"):
        values = [np.asarray(instance.rerun(f, h, radius * w * at)[0]) for w in angles]
    shape = np.broadcast_shapes(*(v.shape for v in values))
    return np.fft.fft(np.array([np.broadcast_to(v, shape) for v in values]), axis=0) / POINTS
