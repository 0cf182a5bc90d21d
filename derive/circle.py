"""Taylor coefficients from values on a circle, by Cauchy's integral formula: exact to rounding where f is analytic."""

from __future__ import annotations

import numpy as np

from .arrays import Array
from .instance import Instance
from .nodes import Node
from .oracle import variable

POINTS = 64  # on the circle; coefficients up to half as many are told apart
_RADII = (0.4, 0.1, 0.02, 0.005, 0.001)
_TAIL = 1e-11  # what high and negative powers may hold; a singularity in the circle, or a branch, fills them
_SEEN = 1e-6  # on a circle so small that its powers are below this, a coefficient is not seen


def on_circle(f: Node, h: Node, instance: Instance, radius: float | None = None) -> tuple[Array, float] | None:
    """c_0, c_1 r, c_2 r^2, ... of f(t h) = sum_j c_j t^j at the value of h, all to the same absolute accuracy, stacked
    along the first axis (POINTS / 2, m, n), and the radius r: a given one, or the largest that serves.

    None where the values are no evidence: f is not analytic near h = 0, or not finite there.
    """
    for r in _RADII if radius is None else (radius,):
        spectrum = _spectrum(f, h, instance, r)
        low, high = spectrum[: POINTS // 2], spectrum[POINTS // 2 :]
        if np.isfinite(spectrum).all() and np.abs(high).max() <= _TAIL * np.abs(low).max():
            return low.real, r
    return None


def is_seen(degree: int, radius: float) -> bool:
    """Whether a coefficient of this degree stands out from rounding on the circle."""
    return bool(radius**degree >= _SEEN)


def _spectrum(f: Node, h: Node, instance: Instance, radius: float) -> Array:
    """The coefficients of the powers of t / radius: 0, 1, ... and, from the end, -1, -2, ...

    f is real on the real axis, so that its values below it are the conjugates of those above.
    """
    angles = np.exp(2j * np.pi * np.arange(POINTS // 2 + 1) / POINTS)
    with np.errstate(all="ignore"):
        half = np.asarray(instance.rerun(f, h, radius * angles[:, None, None] * variable(instance, h))[0])
    if half.ndim < 3 or len(half) != len(angles):  # f does not move
        half = np.broadcast_to(half, (len(angles), *half.shape[-2:]))
    return np.fft.fft(np.concatenate([half, half[-2:0:-1].conj()]), axis=0) / POINTS
