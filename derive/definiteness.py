"""Definite matrices: what follows from the form of an expression and its declared properties, with the reason."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from . import algebra as al
from . import leaves, maps
from .functions import sqnorm
from .naming import outer_half
from .nodes import MINUS_ONE, ONE, Node, const, placeholder, walk
from .rebuilding import substitute
from .sizes import is_one, same_size
from .text import unicode
from .values import is_negative, value_product

DEFINITE, SEMIDEFINITE = "positive definite", "positive semidefinite"
_NORMS = ("norm", "sqnorm", "norm1", "pnorm", "maxnorm", "nuclear", "spectral")
HALF = const(Fraction(1, 2))
_NEGATIVE = {DEFINITE: "negative definite", SEMIDEFINITE: "negative semidefinite"}


@dataclass(frozen=True, slots=True)
class Definiteness:
    """What a symmetric matrix certainly is, "positive semidefinite" or another of four, and why."""

    kind: str
    reason: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.reason}"


def definiteness(h: Node) -> Definiteness | None:
    """What follows for a symmetric matrix (or a scalar); None where nothing does, which is not a no."""
    if leaves.is_zero(h):
        return Definiteness(SEMIDEFINITE, "it is 0, which is negative semidefinite too")
    found = _positive(h)
    if found is not None:
        return found
    for opposite in _negated(h):
        turned = _positive(opposite)
        if turned is not None:
            return Definiteness(_NEGATIVE[turned.kind], f"its negative {unicode(opposite)} is {turned}")
    return None


def _negated(h: Node) -> list[Node]:
    """-H as a multiple of the same matrix, and with the sign taken into a sum."""
    found = [al.scale(MINUS_ONE, h)]
    if h.op == "scale" and h.args[1].op == "add":
        found.append(al.scale(h.args[0], al.add([al.scale(MINUS_ONE, t) for t in h.args[1].args])))
    elif h.op == "add":
        found.insert(0, al.add([al.scale(MINUS_ONE, t) for t in h.args]))
    return found


def _positive(h: Node) -> Definiteness | None:
    """Bottom up over the expression: every part that is certainly positive, with its reason."""
    known: dict[Node, Definiteness | None] = {}
    for n in walk(h):
        known[n] = _one(n, known)
    return known[h]


def _one(n: Node, known: dict[Node, Definiteness | None]) -> Definiteness | None:
    if n.is_scalar:
        return _scalar(n)
    if not same_size(*n.shape):
        return None
    match n.op:
        case "eye":
            return Definiteness(DEFINITE, f"{unicode(n)} is the identity")
        case "ones":
            return Definiteness(SEMIDEFINITE, "it is vvᵀ with v = 1")
        case "had" | "pow":
            return _schur(n, known)
        case "call" if n.fn.name == "expm" and al.transpose(n) is n:
            return Definiteness(DEFINITE, f"{unicode(n)} is the exponential of a symmetric matrix")
        case "symbol":
            kind = next((k for k in (DEFINITE, SEMIDEFINITE) if k in n.properties), None)
            return None if kind is None else Definiteness(kind, f"{unicode(n)} is declared {kind}")
        case "transpose":
            return known[n.args[0]]
        case "matpow":
            return _power(n, known)
        case "diag":
            return _diagonal(n)
        case "scale":
            return _multiple(n, known)
        case "add":
            return _sum(n, known) or _variance(n) or _projector(n) or _lessened(n, known)
        case "matmul":
            return _congruence(n)
        case "kron":
            return _product(n, known, "is a Kronecker product")
        case "sumover":
            body = known[n.args[0]]
            return None if body is None else Definiteness(body.kind, f"a sum of terms each {body}")
    return None


def _scalar(n: Node) -> Definiteness | None:
    if positive(n):
        return Definiteness(DEFINITE, f"{unicode(n)} > 0")
    return Definiteness(SEMIDEFINITE, f"{unicode(n)} ≥ 0") if nonnegative(n) else None


def positive(n: Node) -> bool:
    """True when every entry is certainly above 0; a norm may be 0, except in a denominator."""
    if n.op == "pow" and n.args[1].op == "const" and is_negative(n.args[1].param):  # finite, so not 1/0
        return n.args[1].param in _EVEN or _is_root(n.args[1]) or nonnegative(n.args[0])
    if n.op == "add":
        return (any(map(positive, n.args)) and all(map(nonnegative, n.args))) or _plainly_positive(n)
    if n.op in ("had", "scale"):
        return all(map(positive, n.args)) or _plainly_positive(n)
    return _plainly_positive(n)


_EVEN = (-2, -4, -6, -8)


def _is_root(k: Node) -> bool:
    """True for 1/2, 3/2 and their like: a power with such an exponent is real where its base is not negative."""
    return isinstance(k.param, Fraction) and k.param.denominator > 1


def _plainly_positive(n: Node) -> bool:
    if not al.is_positive(n) or _may_end(n):
        return False
    powers = [f for f in walk(n) if f.op == "pow" and f.args[1].op == "const"]
    under = {f.args[0] for f in powers if is_negative(f.args[1].param)}
    return not any(f.op == "call" and f.fn.name in _NORMS and f not in under for f in walk(n))


def _may_end(n: Node) -> bool:
    """True where p between 0 and 1, the ends included, stands as it is: p may be 0, and 1 - p too; exp(p) may not."""
    todo = [n]
    while todo:
        m = todo.pop()
        if "unit interval" in m.properties:
            return True
        if m.op in ("pow", "transpose", "prodover", "had", "scale", "matmul", "add"):
            todo += m.args[:1] if m.op in ("pow", "prodover") else m.args
    return False


def nonnegative(n: Node) -> bool:
    """True when every entry is certainly at least 0; knows that p(1 - p) is, for p between 0 and 1."""
    if al.is_nonnegative(n):
        return True
    if n.op in ("had", "scale", "add"):
        return all(map(nonnegative, n.args)) or (n.op == "add" and _one_minus(n) is not None)
    if n.op == "pow" and n.args[1].op == "const":
        k = n.args[1].param
        return (isinstance(k, int) and k % 2 == 0) or _is_root(n.args[1]) or nonnegative(n.args[0])
    if n.op == "call" and n.fn.name in ("abs", "relu"):
        return True
    if n.op == "transpose":
        return nonnegative(n.args[0])
    if n.op == "matmul":  # a product of such factors, or x^T M x
        return all(map(nonnegative, n.args)) or (n.is_scalar and _congruence(n) is not None)
    return False


def _one_minus(n: Node) -> Node | None:
    """p of 1 - p with p between 0 and 1, such as tanh(x)^2."""
    others = [t for t in n.args if t is not ONE and t.op != "ones"]
    if len(n.args) != 2 or len(others) != 1:
        return None
    c, rest = al.split(others[0])
    if c != -1:
        return None
    if rest.op == "pow" and rest.args[1].op == "const" and rest.args[1].param == 2 and rest.args[0].op == "call":
        return rest if rest.args[0].fn.name in ("tanh", "sigmoid", "erf", "sin", "cos") else None
    bounded = rest.op == "call" and rest.fn.name in ("sigmoid", "softmax", "normal_cdf")
    return rest if bounded or rest.properties & {"unit interval", "binary", "one-hot", "simplex"} else None


def _product(n: Node, known: dict[Node, Definiteness | None], what: str) -> Definiteness | None:
    """A Kronecker or a Schur product of such matrices, with the reason for each factor once."""
    parts = [known[a] for a in n.args]
    if any(p is None for p in parts):
        return None
    kinds = {p.kind for p in parts if p is not None}
    why = "; ".join(dict.fromkeys(f"{unicode(a)} is {p}" for a, p in zip(n.args, parts, strict=True)))
    return Definiteness(DEFINITE if kinds == {DEFINITE} else SEMIDEFINITE, f"it {what}, and {why}")


def _schur(n: Node, known: dict[Node, Definiteness | None]) -> Definiteness | None:
    """A o B of positive definite matrices, and so A o A, by Schur's product theorem."""
    if n.op == "pow":
        inner, k = known[n.args[0]], n.args[1].param
        power = inner is not None and isinstance(k, int) and k > 0
        return (
            Definiteness(inner.kind, f"it is a power entry by entry, and {inner.reason}") if inner and power else None
        )
    return _product(n, known, "is a product entry by entry")


def _sum(n: Node, known: dict[Node, Definiteness | None]) -> Definiteness | None:
    parts = [known[t] for t in n.args]
    if any(p is None for p in parts):
        return None
    best = next((p for p in parts if p is not None and p.kind == DEFINITE), None)
    kind = DEFINITE if best is not None else SEMIDEFINITE
    return Definiteness(kind, "; ".join(f"{unicode(t)} is {p}" for t, p in zip(n.args, parts, strict=True)))


def _multiple(n: Node, known: dict[Node, Definiteness | None]) -> Definiteness | None:
    s, m = n.args
    inner = known[m]
    if inner is None and _skew_power(m, 2) and nonnegative(al.had([MINUS_ONE, s])):
        half = al.matpow(m.args[0], al.had([m.args[1], HALF]))
        return Definiteness(SEMIDEFINITE, f"−{unicode(m)} is BᵀB with B = {unicode(half)}")
    if inner is None or not (positive(s) or nonnegative(s)):
        return None
    kind = inner.kind if positive(s) else SEMIDEFINITE
    said = "" if s.op == "const" else f"{unicode(s)} {'>' if positive(s) else '≥'} 0 and "
    return Definiteness(kind, f"{said}{inner.reason}")


def _power(n: Node, known: dict[Node, Definiteness | None]) -> Definiteness | None:
    base, k = n.args
    inner = known[base]
    if inner is not None and inner.kind == DEFINITE:
        return Definiteness(DEFINITE, f"it is a power of {unicode(base)}, and {inner.reason}")
    even = k.op == "const" and isinstance(k.param, int) and k.param % 2 == 0 and k.param > 0
    if even and al.transpose(base) is base:
        return Definiteness(SEMIDEFINITE, f"{unicode(n)} is an even power of a symmetric matrix")
    if _skew_power(n, 0):
        return Definiteness(SEMIDEFINITE, f"{unicode(n)} is BᵀB with B = {unicode(al.matpow(base, al.had([k, HALF])))}")
    return None


def _skew_power(n: Node, rest: int) -> bool:
    """True for K^k of a skew K, k = 0 or 2 modulo 4: K^2 = -K^T K, and K^4 = (K^2)^T K^2."""
    if n.op != "matpow" or n.args[1].op != "const" or not isinstance(n.args[1].param, int):
        return False
    return n.args[1].param % 4 == rest and al.transpose(n.args[0]) is al.scale(MINUS_ONE, n.args[0])


def _diagonal(n: Node) -> Definiteness | None:
    (v,) = n.args
    if positive(v):
        return Definiteness(DEFINITE, f"it is diagonal and {unicode(v)} > 0")
    return Definiteness(SEMIDEFINITE, f"it is diagonal and {unicode(v)} ≥ 0") if nonnegative(v) else None


def _congruence(n: Node) -> Definiteness | None:
    """B^T M B with M positive semidefinite; definite where M is and B has full column rank."""
    factors = n.args
    half = len(factors) // 2
    if any(al.transpose(a) is not b for a, b in zip(factors[:half], reversed(factors[-half:]), strict=True)):
        return None
    right = al.matmul(factors[-half:])
    middle = _positive(factors[half]) if len(factors) % 2 else None
    if len(factors) % 2 and middle is None:
        return None
    name = unicode(right)
    vector = middle is None and is_one(right.shape[0]) and not n.is_scalar
    squared = f"it is vvᵀ with v = {unicode(al.transpose(right))}" if vector else f"it is BᵀB with B = {name}"
    said = squared if middle is None else f"it is BᵀMB with B = {name} and M {middle}"
    if all(map(_injective, factors[-half:])) and (middle is None or middle.kind == DEFINITE):
        return Definiteness(DEFINITE, f"{said}, and {name} has full column rank")
    return Definiteness(SEMIDEFINITE, said)


def _injective(f: Node) -> bool:
    """True for a factor of full column rank: as declared, an inverse, or a definite matrix."""
    if f.op == "matpow" and same_size(*f.shape) and (is_negative(al.split(f.args[1])[0]) or _injective(f.args[0])):
        return True
    if "positive definite" in f.properties:
        return True
    if f.op == "transpose" and f.args[0].op == "matpow":
        return _injective(f.args[0])
    if f.op == "transpose":
        return bool(f.args[0].properties & {"full row rank", "invertible", "orthogonal"}) and (
            "orthogonal" not in f.args[0].properties or same_size(*f.args[0].shape)
        )
    return bool(f.properties & {"full column rank", "invertible", "orthogonal"})


def _variance(n: Node) -> Definiteness | None:
    """diag(p) - p p^T, the covariance of a one-hot vector with probabilities p."""
    if len(n.args) != 2:
        return None
    diagonal = next((t for t in n.args if t.op == "diag"), None)
    if diagonal is None:
        return None
    p = diagonal.args[0]
    softmax = p.op == "call" and p.fn.name == "softmax" and is_one(p.shape[1])
    if not (softmax or "simplex" in p.properties):
        return None
    outer = al.add([n, al.scale(MINUS_ONE, diagonal)])
    if al.scale(MINUS_ONE, outer) is not al.matmul([p, al.transpose(p)]):
        return None
    return Definiteness(SEMIDEFINITE, f"it is the covariance of a one-hot vector with probabilities {unicode(p)}")


def _projector(n: Node) -> Definiteness | None:
    """I - x x^T / ||x||^2, a projection."""
    if len(n.args) != 2 or not any(t.op == "eye" for t in n.args):
        return None
    c, rest = al.split(next(t for t in n.args if t.op != "eye"))
    s, m = (rest.args[0], rest.args[1]) if rest.op == "scale" else (ONE, rest)
    if c != -1 or m.op != "matmul" or len(m.args) != 2 or al.transpose(m.args[0]) is not m.args[1]:
        return None
    x = m.args[0]
    if not is_one(x.shape[1]):
        return None
    length = al.had([s, al.matmul([al.transpose(x), x])])
    squared = al.had([s, sqnorm(x)])
    if length is ONE or squared is ONE or (s is ONE and "unit norm" in x.properties):
        return Definiteness(SEMIDEFINITE, f"it projects onto the complement of {unicode(x)}")
    return None


def _lessened(n: Node, known: dict[Node, Definiteness | None]) -> Definiteness | None:
    """M - s v v^T with M positive definite and v^T M^-1 v <= 1/s, by the inequality of Cauchy and Schwarz."""
    if len(n.args) != 2:
        return None
    for m, other in (n.args, n.args[::-1]):
        found = known[m]
        c, rest = al.split(other)
        s, square = (rest.args[0], rest.args[1]) if rest.op == "scale" else (ONE, rest)
        v = outer_half(square)
        if found is None or found.kind != DEFINITE or v is None or not is_negative(c):
            continue
        s = al.had([const(value_product(-1, c)), s])
        if not positive(s):
            continue
        bound, length = al.pow_(s, MINUS_ONE), al.matmul([al.transpose(v), al.inv(m), v])
        gap = _without_norms(al.add([bound, al.scale(MINUS_ONE, length)]))
        if leaves.is_zero(gap) or nonnegative(gap):
            kind = DEFINITE if not leaves.is_zero(gap) and positive(gap) else SEMIDEFINITE
            sign = "<" if kind == DEFINITE else "≤"
            said = f"vᵀM⁻¹v {sign} {unicode(bound)} for M = {unicode(m)} and v = {unicode(v)}"
            name = placeholder("v", v.shape)
            taken = unicode(al.scale(s, al.matmul([name, al.transpose(name)])))
            return Definiteness(kind, f"it is M − {taken} with {said}")
    return None


def _without_norms(n: Node) -> Node:
    """|x|^2 as x^T x; of a matrix, of its vec."""
    squares = {c: maps.vec(c.args[0]) for c in walk(n) if c.op == "call" and c.fn.name == "sqnorm"}
    return substitute(n, {c: al.matmul([al.transpose(x), x]) for c, x in squares.items()}) if squares else n
