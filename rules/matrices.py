"""Functions of a whole vector or matrix: determinants, inverses, norms, softmax, eigenvalues, matrix functions."""

from __future__ import annotations

from fractions import Fraction

from ..algebra import inv
from ..functions import (
    abs,
    adjugate_,
    argmax_,
    argmax_sign_,
    cosm,
    cosm_,
    det,
    eigenvalue_,
    eigenvector_,
    expm,
    expm_,
    eye,
    hadamard,
    leading_left_,
    leading_right_,
    log_softmax_,
    logdet,
    logm_,
    logsumexp_,
    max_,
    maxnorm_,
    norm,
    norm1_,
    nuclear_,
    pinv,
    pnorm_,
    polar_,
    power,
    sign,
    sinm,
    sinm_,
    softmax_,
    spectral_,
    sqnorm,
    sqrtm,
    sqrtm_,
    tr,
)  # fmt: skip
from ..leaves import ones
from ..maps import eliminated, inner, vech_
from ..rule import (
    Primary,
    Rule,
    constant_rank,
    d,
    invertible,
    no_negative_eigenvalue,
    nonzero,
    nonzero_entries,
    positive_determinant,
    simple_maximum,
    simple_singular,
    simple_spectrum,
    symmetric,
    tangent,
    variable,
)  # fmt: skip

Y, Z, p, k = variable("Y", "n x n"), variable("Z", "m x n"), variable("p"), variable("k")
dY, dZ = tangent(Y), tangent(Z)
S = variable("S", "n x n", "symmetric")
dS = tangent(S)
one_row = ones(1, Z.shape[0])
one, row = ones(Z.shape[0], Z.shape[0]), Z.shape[0]
v = eigenvector_(S, k)

# fmt: off
RULES = (
    Rule("determinant",        d(det(Y)),          det(Y) * tr(inv(Y) * dY),             where=(invertible(Y),),           cite="Matrix Cookbook 46"),
    Rule("log-determinant",    d(logdet(Y)),       tr(inv(Y) * dY),                      where=(positive_determinant(Y),), cite="Matrix Cookbook 43"),
    Rule("adjugate",           d(adjugate_(Y)),    det(Y) * (tr(inv(Y) * dY) * inv(Y) - inv(Y) * dY * inv(Y)), where=(invertible(Y),), cite="Magnus and Neudecker, 8.6"),
    Rule("pseudo-inverse",     d(pinv(Z)),         -pinv(Z) * dZ * pinv(Z) + pinv(Z) * pinv(Z).T * dZ.T * (eye(row) - Z * pinv(Z))
                                                   + (eye(Z.shape[1]) - pinv(Z) * Z) * dZ.T * pinv(Z).T * pinv(Z), where=(constant_rank(Z),), cite="Golub and Pereyra 1973, 4.12"),
    Rule("norm",               d(norm(Z)),         inner(Z, dZ) / norm(Z),               where=(nonzero(Z),),              cite="Matrix Cookbook 129"),
    Rule("squared norm",       d(sqnorm(Z)),       2 * inner(Z, dZ),                                                       cite="Matrix Cookbook 131"),
    Rule("1-norm",             d(norm1_(Z)),       inner(sign(Z), dZ),                   where=(nonzero_entries(Z),),      cite="Boyd and Vandenberghe, Convex Optimization A.4"),
    Rule("p-norm",             d(pnorm_(Z, p)),    power(pnorm_(Z, p), 1 - p) * inner(hadamard(sign(Z), power(abs(Z), p - 1)), dZ), where=(nonzero_entries(Z),), cite="Boyd and Vandenberghe, Convex Optimization A.1.6"),
    Rule("max norm",           d(maxnorm_(Z)),     inner(argmax_sign_(Z), dZ),           where=(simple_maximum(abs(Z)),),  cite="Boyd and Vandenberghe, Convex Optimization A.1.6"),
    Rule("nuclear norm",       d(nuclear_(Z)),     inner(polar_(Z), dZ),                 where=(constant_rank(Z),),        cite="Watson 1992, theorem 2"),
    Rule("spectral norm",      d(spectral_(Z)),    leading_left_(Z).T * dZ * leading_right_(Z), where=(simple_singular(Z),), cite="Watson 1992, theorem 2"),
    Rule("left singular vector",  d(leading_left_(Z)),  pinv(spectral_(Z)**2 * eye(row) - Z * Z.T) * (dZ * Z.T + Z * dZ.T) * leading_left_(Z), where=(simple_singular(Z),), cite="Magnus and Neudecker 8.9, for the eigenvector of ZZ'"),
    Rule("right singular vector", d(leading_right_(Z)), pinv(spectral_(Z)**2 * eye(Z.shape[1]) - Z.T * Z) * (dZ.T * Z + Z.T * dZ) * leading_right_(Z), where=(simple_singular(Z),), cite="Magnus and Neudecker 8.9, for the eigenvector of Z'Z"),
    Rule("maximum entry",      d(max_(Z)),         inner(argmax_(Z), dZ),                where=(simple_maximum(Z),),       cite="Boyd and Vandenberghe, Convex Optimization 3.2.3"),
    Rule("one-hot maximum",    d(argmax_(Z)),      0 * dZ,                               where=(simple_maximum(Z),),       cite="constant between its jumps"),
    Rule("signed one-hot",     d(argmax_sign_(Z)), 0 * dZ,                               where=(simple_maximum(abs(Z)),),  cite="constant between its jumps"),
    Rule("log-sum-exp",        d(logsumexp_(Z)),   one_row * hadamard(softmax_(Z), dZ),                                    cite="Boyd and Vandenberghe, Convex Optimization 3.1.5"),
    Rule("vech",               d(vech_(Y)),        eliminated(dY),                                                        cite="Magnus and Neudecker 3.8"),
    Rule("softmax",            d(softmax_(Z)),     hadamard(softmax_(Z), dZ - one * hadamard(softmax_(Z), dZ)),            cite="Bishop, PRML 4.106"),
    Rule("log-softmax",        d(log_softmax_(Z)), dZ - one * hadamard(softmax_(Z), dZ),                                   cite="Bishop, PRML 4.106"),
    Rule("simple eigenvalue",  d(eigenvalue_(S, k)), v.T * dS * v,                       where=(symmetric(S), simple_spectrum(S)), cite="Matrix Cookbook 67"),
    Rule("simple eigenvector", d(v),               pinv(eigenvalue_(S, k) * eye(S.shape[0]) - S) * dS * v, where=(symmetric(S), simple_spectrum(S)), cite="Matrix Cookbook 68"),

    Primary("matrix exponential", expm_,  expm,                                                                            cite="Higham, Functions of Matrices 10.2"),
    Primary("matrix logarithm",   logm_,  inv,                                           where=(no_negative_eigenvalue,),  cite="Higham, Functions of Matrices 11.2"),
    Primary("matrix square root", sqrtm_, lambda y: Fraction(1, 2) * inv(sqrtm(y)),      where=(no_negative_eigenvalue,),  cite="Higham, Functions of Matrices 6.1"),
    Primary("matrix sine",        sinm_,  cosm,                                                                            cite="Matrix Cookbook 128"),
    Primary("matrix cosine",      cosm_,  lambda y: -sinm(y),                                                              cite="Higham, Functions of Matrices 12.1"),
)
# fmt: on


