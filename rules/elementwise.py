"""Elementwise functions: each acts on every entry y; the product is taken entry by entry."""

from __future__ import annotations

from sympy import pi, sqrt

from ..functions import (
    abs,
    acos,
    acosh,
    asin,
    asinh,
    atan,
    atanh,
    cos,
    cosh,
    erf,
    exp,
    gelu,
    leaky_relu,
    log,
    log1p,
    maximum_,
    minimum_,
    normal_cdf,
    normal_pdf,
    relu,
    sigmoid,
    sign,
    sin,
    sinh,
    softplus,
    step,
    tan,
    tanh,
)  # fmt: skip
from ..nodes import const
from ..rule import (
    Identity,
    Rule,
    above_one,
    apart,
    cosine_nonzero,
    d,
    inside_unit,
    nonzero_entries,
    positive,
    tangent,
    variable,
)  # fmt: skip

y, z, c = variable("y"), variable("z"), variable("c")
dy, dz = tangent(y), tangent(z)

# fmt: off
RULES = (
    Rule("exponential",        d(exp(y)),        exp(y) * dy,                                               cite="DLMF 4.2.19"),
    Rule("logarithm",          d(log(y)),        dy / y,                        where=(positive(y),),       cite="DLMF 4.8"),
    Rule("log1p",              d(log1p(y)),      dy / (1 + y),                  where=(positive(1 + y),),   cite="DLMF 4.8"),
    Rule("sine",               d(sin(y)),        cos(y) * dy,                                               cite="DLMF 4.20.1"),
    Rule("cosine",             d(cos(y)),        -sin(y) * dy,                                              cite="DLMF 4.20.2"),
    Rule("tangent",            d(tan(y)),        (1 + tan(y)**2) * dy,          where=(cosine_nonzero(y),), cite="DLMF 4.20.3"),
    Rule("arcsine",            d(asin(y)),       dy * (1 - y**2)**const(-0.5),  where=(inside_unit(y),),    cite="DLMF 4.24.7"),
    Rule("arccosine",          d(acos(y)),       -dy * (1 - y**2)**const(-0.5), where=(inside_unit(y),),    cite="DLMF 4.24.8"),
    Rule("arctangent",         d(atan(y)),       dy / (1 + y**2),                                           cite="DLMF 4.24.9"),
    Rule("hyperbolic sine",    d(sinh(y)),       cosh(y) * dy,                                              cite="DLMF 4.34.1"),
    Rule("hyperbolic cosine",  d(cosh(y)),       sinh(y) * dy,                                              cite="DLMF 4.34.2"),
    Rule("hyperbolic tangent", d(tanh(y)),       (1 - tanh(y)**2) * dy,                                     cite="DLMF 4.34.3"),
    Rule("inverse sinh",       d(asinh(y)),      dy * (1 + y**2)**const(-0.5),                              cite="DLMF 4.38.9"),
    Rule("inverse cosh",       d(acosh(y)),      dy * (y**2 - 1)**const(-0.5),  where=(above_one(y),),      cite="DLMF 4.38.10"),
    Rule("inverse tanh",       d(atanh(y)),      dy / (1 - y**2),               where=(inside_unit(y),),    cite="DLMF 4.38.11"),
    Rule("logistic",           d(sigmoid(y)),    sigmoid(y) * (1 - sigmoid(y)) * dy,                        cite="Bishop, PRML 4.88"),
    Rule("softplus",           d(softplus(y)),   sigmoid(y) * dy,                                           cite="Goodfellow et al., Deep Learning 3.42"),
    Rule("rectifier",          d(relu(y)),       step(y) * dy,                  where=(nonzero_entries(y),), cite="Goodfellow et al., Deep Learning 6.3.1"),
    Rule("leaky rectifier",    d(leaky_relu(y, c)), (c + (1 - c) * step(y)) * dy, where=(nonzero_entries(y),), cite="Goodfellow et al., Deep Learning 6.3.1"),
    Rule("gelu",               d(gelu(y)),       (normal_cdf(y) + y * normal_pdf(y)) * dy,                  cite="Hendrycks and Gimpel 2016, section 2"),
    Rule("normal cdf",         d(normal_cdf(y)), normal_pdf(y) * dy,                                        cite="DLMF 7.2"),
    Rule("normal density",     d(normal_pdf(y)), -y * normal_pdf(y) * dy,                                   cite="DLMF 7.2"),
    Rule("error function",     d(erf(y)),        const(2 / sqrt(pi)) * exp(-y**2) * dy,                     cite="DLMF 7.2.1"),
    Rule("absolute value",     d(abs(y)),        sign(y) * dy,                  where=(nonzero_entries(y),), cite="Boyd and Vandenberghe, Convex Optimization A.4"),
    Rule("sign",               d(sign(y)),       0 * dy,                        where=(nonzero_entries(y),), cite="constant between its jumps"),
    Rule("step",               d(step(y)),       0 * dy,                        where=(nonzero_entries(y),), cite="constant between its jumps"),
    Rule("maximum",            d(maximum_(y, z)), step(y - z) * dy + step(z - y) * dz, where=(apart(y - z),), cite="Boyd and Vandenberghe, Convex Optimization 3.2.3"),
    Rule("minimum",            d(minimum_(y, z)), step(z - y) * dy + step(y - z) * dz, where=(apart(y - z),), cite="Boyd and Vandenberghe, Convex Optimization 3.2.3"),
)

IDENTITIES = (
    Identity("logistic",           ((1 + exp(y))**-1,),        sigmoid(-y),          cite="Bishop, PRML 4.59"),
    Identity("logistic reflected", (exp(y), sigmoid(-y)),      sigmoid(y),           cite="Bishop, PRML 4.60"),
    Identity("tanh",               (sinh(y), cosh(y)**-1),     tanh(y),              cite="DLMF 4.28.4"),
    Identity("sign over modulus",  (sign(y), abs(y)**-1),      y**-1,                cite="y = sign(y) |y|"),
    Identity("sign times modulus", (sign(y), abs(y)),          y,                    cite="y = sign(y) |y|"),
)
# fmt: on
