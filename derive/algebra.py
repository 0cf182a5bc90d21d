"""The algebra of nodes: constructors that keep every expression in one canonical, unexpanded form.

Sums are collected, products flattened and their adjacent powers merged, scalars pulled out of matrix chains and
transposes pushed to where they are fewest. What the user wrote in brackets stays in brackets.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any

import sympy

from .errors import BadInput, ShapeError
from .leaves import eye, is_zero, ones, zeros, zeros_like
from .nodes import MINUS_ONE, ONE, SCALAR, ZERO, Function, Node, Value, _hooks, const, make
from .sizes import Shape, is_one, same_shape, same_size, shape_text
from .values import is_negative, value_power, value_product, value_sum


# --- coefficients -----------------------------------------------------------------------------------------------
def split(term: Node) -> tuple[Value, Node]:
    """(c, rest) with term = c * rest and c a number."""
    op = term.op
    if op == "const":
        return term.param, ONE
    if op == "had":
        first = term.args[0]
        if first.op == "const":
            rest = term.args[1:]
            return first.param, rest[0] if len(rest) == 1 else make("had", rest, term.shape)
    elif op == "scale":
        s, m = term.args
        if s.op == "const":
            return s.param, m
        if s.op == "had" and s.args[0].op == "const":
            c, rest_s = split(s)
            return c, make("scale", (rest_s, m), term.shape)
    return 1, term


def numeric_multiple(c: Value, rest: Node) -> Node:
    """c * rest, where rest carries no numeric coefficient."""
    if isinstance(c, int):
        if c == 1:
            return rest
        if c == 0:
            return zeros_like(rest)
    if rest is ONE:
        return const(c)
    if rest.is_scalar:
        factors = rest.args if rest.op == "had" else (rest,)
        return make("had", (const(c), *factors), SCALAR)
    if rest.op == "scale":
        s, m = rest.args
        return make("scale", (numeric_multiple(c, s), m), rest.shape)
    return make("scale", (const(c), rest), rest.shape)


# --- sums -------------------------------------------------------------------------------------------------------
def add(terms: Iterable[Node]) -> Node:
    """The sum, with like terms collected."""
    terms = list(terms)
    shape = terms[0].shape
    collected: dict[Node, Value] = {}
    for t in _flat_terms(terms):
        if not same_shape(t.shape, shape):
            raise ShapeError(f"cannot add {terms[0]} {shape_text(shape)} and {t} {shape_text(t.shape)}")
        if is_zero(t):
            continue
        c, rest = split(t)
        known = collected.get(rest)
        if known is None:
            collected[rest] = c
        else:
            total = value_sum(known, c)
            if total == 0:
                del collected[rest]
            else:
                collected[rest] = total
    if not collected:
        return zeros(*shape)
    if len(collected) == 1:
        ((rest, c),) = collected.items()
        return numeric_multiple(c, rest)
    return _oriented_sum([numeric_multiple(c, rest) for rest, c in collected.items()], shape)


def _flat_terms(terms: Iterable[Node]) -> Iterable[Node]:
    for t in terms:
        if t.op == "add":
            yield from t.args
        elif t.op == "transpose" and t.args[0].op == "add":
            for inner in t.args[0].args:
                yield transpose(inner)
        elif t.op in ("scale", "had") and len(t.args) == 2 and t.args[0] is MINUS_ONE and t.args[1].op == "add":
            for inner in t.args[1].args:
                yield scale(MINUS_ONE, inner)
        else:
            yield t


def _oriented_sum(terms: list[Node], shape: Shape) -> Node:
    """S or (S^T)^T, whichever has fewer transposes inside."""
    terms.sort(key=_digest)
    node = make("add", tuple(terms), shape)
    if not _orientable(node):
        return node
    return _with_transpose(node, make("add", tuple(sorted(map(transpose, terms), key=_digest)), shape[::-1]))


def _digest(n: Node) -> int:
    return n.digest


def _orientable(node: Node) -> bool:
    """True for a new node whose transpose, written out, might be shorter or the node itself.

    Deciding this when a node is made keeps every later transpose one step deep.
    """
    return node._T is None and not node.is_scalar and (node.flips > 0 or same_size(*node.shape))


def _with_transpose(node: Node, pushed: Node) -> Node:
    """Choose between a node and the transpose of `pushed`, its transpose written out; remember both ways."""
    if pushed.flips == node.flips:  # a symmetric node, or two forms that read equally well
        node._T, pushed._T = pushed, node  # type: ignore[misc]
        return node
    if pushed.flips < node.flips:
        return _wrap(pushed)
    node._T = _wrap(node)  # type: ignore[misc]
    return node


def _wrap(node: Node) -> Node:
    wrapped = make("transpose", (node,), node.shape[::-1])
    wrapped._T, node._T = node, wrapped  # type: ignore[misc]
    return wrapped


# --- transposes -------------------------------------------------------------------------------------------------
_OF_SYMMETRIC = frozenset(("pinv", "expm", "logm", "sqrtm", "sinm", "cosm"))  # symmetric where their argument is


def transpose(node: Node) -> Node:
    """The transpose, pushed through products and cancelled where the declared properties allow."""
    known = node._T
    if known is not None:
        return known
    result = node if node.is_scalar else _transpose(node)
    node._T = result  # type: ignore[misc]
    return result


def _transpose(node: Node) -> Node:
    op, (m, n) = node.op, node.shape
    if op == "matmul":
        return matmul([transpose(f) for f in reversed(node.args)])
    if op == "scale":
        return scale(node.args[0], transpose(node.args[1]))
    if op == "ones":
        return ones(n, m)
    if op == "zeros":
        return zeros(n, m)
    if op == "call" and node.fn.transposes:
        return call(node.fn, (transpose(node.args[0]),))
    if op in ("eye", "diag") or (op == "call" and node.fn.symmetric):
        return node
    if op == "call" and node.fn.name in _OF_SYMMETRIC and transpose(node.args[0]) is node.args[0]:
        return node
    if op in ("symbol", "item"):
        if node.properties & {"symmetric", "diagonal", "positive definite", "identity", "positive semidefinite"}:
            return node
        if "skew" in node.properties:
            return scale(MINUS_ONE, node)
    if op == "sumover":
        return make("sumover", (transpose(node.args[0]), *node.args[1:]), (n, m), node.param)
    if op == "commutation":
        return make("commutation", (), (n, m), node.param[::-1])
    if op == "explicit":  # the entries column by column; a symmetric one is its own transpose
        return make("explicit", tuple(a for j in range(int(n)) for a in node.args[j :: int(n)]), (n, m))
    return _wrap(node)


# --- scalar multiples and elementwise products ------------------------------------------------------------------
def scale(s: Node, m: Node) -> Node:
    """The scalar s times m."""
    if m.is_scalar:
        return had([s, m])
    if s is ONE or m.op == "zeros":
        return m
    if s is ZERO:
        return zeros_like(m)
    if m.op == "scale":
        return scale(had([s, m.args[0]]), m.args[1])
    for rewrite in _scale_rewrites:
        found = rewrite(s, m)
        if found is not None:
            return found
    return make("scale", (s, m), m.shape)


_scale_rewrites: list[Any] = []  # identities between a scalar and a matrix, as _had_rewrites


def had(factors: Sequence[Node]) -> Node:
    """The elementwise product; of scalars, the ordinary product. Powers of one base are merged."""
    shape, is_scalar = factors[0].shape, factors[0].is_scalar
    scalars: list[Node] = []
    coefficient: Value = 1
    exponents: dict[Node, Node] = {}
    for f in _flat_factors(factors):
        if not same_shape(f.shape, shape):
            raise ShapeError(
                f"cannot multiply {factors[0]} {shape_text(shape)} and {f} {shape_text(f.shape)} elementwise"
            )
        op = f.op
        if op == "const":
            coefficient = value_product(coefficient, f.param)
            continue
        if op == "zeros":
            return f
        if op == "scale":
            scalars.append(f.args[0])
            f = f.args[1]
            op = f.op
            if op == "had":
                for g in f.args:
                    _merge(exponents, g)
                continue
        if op != "ones":
            _merge(exponents, f)
    if coefficient == 0:
        return zeros(*shape)
    parts = [pow_(b, e) for b, e in exponents.items()]
    distributed = _without_denominators(parts)
    if distributed is not None:
        return scale(had([const(coefficient), *scalars]), distributed)
    parts = [p for p in parts if p.op != "ones" and p is not ONE]
    if any(p.op in ("const", "had", "scale") for p in parts):
        return had([const(coefficient), *scalars, *parts]) if is_scalar else _matrix_had(scalars, parts, shape)
    if is_scalar:
        for rewrite in _had_rewrites:
            parts = rewrite(parts)
        parts.sort(key=_digest)
        rest = parts[0] if len(parts) == 1 else make("had", tuple(parts), shape) if parts else ONE
        return numeric_multiple(coefficient, rest)
    return _matrix_had(scalars, parts, shape)


_had_rewrites: list[Any] = []  # identities between elementwise functions, filled from the book of rules


def _without_denominators(parts: list[Node]) -> Node | None:
    """s (1 - s) ((1 - y)/(1 - s) - y/s) = s - y: distribute over a sum whose every denominator cancels."""
    if len(parts) < 2:
        return None
    bases = set(parts)
    for i, p in enumerate(parts):
        if p.op == "add" and all(any(d in bases for d in _denominators(t)) for t in p.args):
            others = parts[:i] + parts[i + 1 :]
            whole = add([expanded(had([*others, t])) for t in p.args])
            return whole if not any(_denominators(t) for t in (whole.args if whole.op == "add" else (whole,))) else None
    return None


def expanded(product: Node) -> Node:
    """An elementwise product multiplied out."""
    c, rest = split(product)
    s, body = (rest.args[0], rest.args[1]) if rest.op == "scale" else (ONE, rest)
    factors = body.args if body.op == "had" else (body,)
    for i, f in enumerate(factors):
        if f.op == "add":
            others = [*factors[:i], *factors[i + 1 :]]
            terms = [had([*others, t]) if others else t for t in f.args]
            return add([scale(had([const(c), s]), expanded(t)) for t in terms])
    return product


def _denominators(t: Node) -> list[Node]:
    """The bases of negative powers among the factors of an elementwise product."""
    _, rest = split(t)
    body = rest.args[1] if rest.op == "scale" else rest
    factors = body.args if body.op == "had" else (body,)
    return [f.args[0] for f in factors if f.op == "pow" and f.args[1].op == "const" and is_negative(f.args[1].param)]


def _flat_factors(factors: Iterable[Node]) -> Iterable[Node]:
    for f in factors:
        if f.op == "had":
            yield from f.args
        elif f.op == "transpose" and f.args[0].op == "had":
            for inner in f.args[0].args:
                yield transpose(inner)
        else:
            yield f


def _merge(exponents: dict[Node, Node], f: Node) -> None:
    base, e = (f.args[0], f.args[1]) if f.op == "pow" else (f, ONE)
    if base.op == "call" and base.fn.name == "sqnorm":  # ||x||^2 and ||x|| are powers of one base
        base, e = _hooks["norm"](base.args[0]), had([const(2), e])
    known = exponents.get(base)
    exponents[base] = e if known is None else add([known, e])


def _matrix_had(scalars: list[Node], parts: list[Node], shape: Shape) -> Node:
    if any(p.op in ("scale", "had") for p in parts):
        return had([*(scale(s, ones(*shape)) for s in scalars), *parts])
    for rewrite in _had_rewrites:
        parts = rewrite(parts)
    if not parts:
        body = ones(*shape)
    elif len(parts) == 1:
        body = parts[0]
    else:
        body = _oriented_had(parts, shape)
    return scale(had(scalars), body) if scalars else body


def _oriented_had(parts: list[Node], shape: Shape) -> Node:
    parts.sort(key=_digest)
    node = make("had", tuple(parts), shape)
    if not _orientable(node):
        return node
    return _with_transpose(node, make("had", tuple(sorted(map(transpose, parts), key=_digest)), shape[::-1]))


# --- elementwise powers -----------------------------------------------------------------------------------------
def pow_(base: Node, e: Node) -> Node:
    """The elementwise power; of a scalar, the ordinary power."""
    if e is ONE:
        return base
    if e is ZERO:
        return ones(*base.shape)
    op = base.op
    if op == "ones" or base is ONE:
        return base
    if e.op == "const":
        k = e.param
        if op == "const":
            return _constant_power(base, e)
        if op == "zeros" and isinstance(k, int) and k > 0:
            return base
        if op == "pow" and base.args[1].op == "const" and (isinstance(k, int) or is_positive(base.args[0])):
            return pow_(base.args[0], const(value_product(base.args[1].param, k)))
        if op == "had" and (isinstance(k, int) or all(map(is_positive, base.args))):
            return had([pow_(f, e) for f in base.args])
        if op == "had" and base.args[0].op == "const" and not is_negative(base.args[0].param):
            c, rest = split(base)
            return had([_constant_power(const(c), e), pow_(rest, e)])
        if op == "scale" and isinstance(k, int):
            return scale(pow_(base.args[0], e), pow_(base.args[1], e))
        if op == "call" and base.fn.name in ("norm", "sqnorm"):
            return _norm_power(base, k, e)
        if op == "call" and base.fn.name == "abs" and isinstance(k, int) and k % 2 == 0:
            return pow_(base.args[0], e)
        if op == "add":
            for rewrite in _had_rewrites:
                (only, *_) = rewrite([make("pow", (base, e), base.shape)])
                if only.op != "pow":
                    return only
    if op == "transpose":
        return transpose(pow_(base.args[0], e))
    return oriented(make("pow", (base, e), base.shape), lambda t: make("pow", (t, e), base.shape[::-1]))


def _constant_power(base: Node, e: Node) -> Node:
    if base.param == 0 and is_negative(e.param):
        raise BadInput("division by zero")
    return const(value_power(base.param, e.param))


def _norm_power(base: Node, k: Value, e: Node) -> Node:
    """||x||^2 is a node of its own, smooth at 0; other powers are powers of ||x||."""
    if base.fn.name == "sqnorm" and isinstance(k, Fraction) and k.denominator == 2:
        norm = _hooks["norm"](base.args[0])
        return norm if k.numerator == 1 else make("pow", (norm, const(k.numerator)), SCALAR)
    if base.fn.name == "norm" and isinstance(k, int) and k % 2 == 0:
        return pow_(_hooks["sqnorm"](base.args[0]), const(k // 2))
    return make("pow", (base, e), SCALAR)


def is_positive(n: Node) -> bool:
    """True when every entry is certainly positive."""
    if n.op == "const":
        return n.param.is_positive is True if isinstance(n.param, sympy.Expr) else n.param > 0
    if n.op == "symbol":
        return bool(n.properties & {"positive", "unit interval"})
    if n.op == "call":
        return n.fn.positive
    if n.op in ("pow", "transpose", "prodover"):
        return is_positive(n.args[0])
    if n.op == "add" and len(n.args) == 2:
        unit = next((t for t in n.args if t is ONE or t.op == "ones"), None)
        other = next((t for t in n.args if t is not unit), None)
        if unit is not None and other is not None and _minus_fraction(other):
            return True  # 1 - s, for s between 0 and 1
    return n.op == "ones" or (n.op in ("had", "add", "scale", "matmul") and all(map(is_positive, n.args)))


def _minus_fraction(t: Node) -> bool:
    c, s = split(t)
    inside = "unit interval" in s.properties or (s.op == "call" and s.fn.name in ("sigmoid", "normal_cdf"))
    return inside and c == -1


def is_nonnegative(n: Node) -> bool:
    """True when every entry is certainly at least 0."""
    if n.op == "pow" and n.args[1].op == "const" and isinstance(n.args[1].param, int) and n.args[1].param % 2 == 0:
        return True
    if n.op == "matmul" and len(n.args) == 2 and n.is_scalar and transpose(n.args[0]) is n.args[1]:
        return True
    if n.op in ("had", "add", "scale"):
        return all(map(is_nonnegative, n.args))
    return bool(n.properties & {"nonnegative", "simplex", "binary", "one-hot"}) or is_positive(n)


def oriented(node: Node, transposed: Any) -> Node:
    """An elementwise node f(M): take f(M^T)^T when that has fewer transposes."""
    if not _orientable(node):
        return node
    return _with_transpose(node, transposed(transpose(node.args[0])))


# --- matrix products --------------------------------------------------------------------------------------------
def matmul(factors: Sequence[Node]) -> Node:
    """The matrix product of any number of factors; scalars among them are pulled out."""
    scalars: list[Node] = []
    chain: list[Node] = []
    for f in factors:
        if f.op == "scale":
            scalars.append(f.args[0])
            f = f.args[1]
        if f.is_scalar:
            scalars.append(f)
        elif f.op == "eye" and chain and same_size(chain[-1].shape[1], f.shape[0]):
            continue
        elif f.op == "matmul" and same_size(*f.shape) and tuple(chain[-len(f.args) :]) == f.args:
            del chain[-len(f.args) :]  # (A B)(A B) = (A B)^2
            chain.append(matpow(f, const(2)))
        elif f.op == "matmul":
            chain.extend(f.args)
        else:
            chain.append(f)
    _check_chain(chain)
    if not chain:
        return had(scalars)
    if len(chain) > 1:
        chain = [g for f in chain for g in _thin(f)]
    shape = (chain[0].shape[0], chain[-1].shape[1])
    if any(f.op == "zeros" for f in chain):
        return zeros(*shape)
    body = _product(_merge_adjacent(chain), shape, scalars)
    return scale(had(scalars), body) if scalars else body


def _thin(f: Node) -> tuple[Node, ...]:
    """A matrix of ones as column times row, so that the scalars beside it are seen."""
    m, n = f.shape
    return (f,) if f.op != "ones" or is_one(m) or is_one(n) else (ones(m, 1), ones(1, n))


def _check_chain(chain: list[Node]) -> None:
    for a, b in pairwise(chain):
        if not same_size(a.shape[1], b.shape[0]):
            raise ShapeError(f"cannot multiply {a} {shape_text(a.shape)} by {b} {shape_text(b.shape)}")


def _base_and_exponent(f: Node) -> tuple[Node, Node]:
    """M^k as (M, k); X^{-T} as (X^T, -1)."""
    if f.op == "matpow":
        return f.args[0], f.args[1]
    if f.op == "transpose" and f.args[0].op == "matpow":
        return transpose(f.args[0].args[0]), f.args[0].args[1]
    return f, ONE


def _merge_adjacent(chain: list[Node]) -> list[Node]:
    """X X = X^2, X^{-1} X = I, diag(u) v = u o v, and their like, wherever two neighbours meet."""
    if all(map(_inert, chain)) and all(a is not b for a, b in pairwise(chain)):
        return chain
    out: list[Node] = []
    todo = list(reversed(chain))
    while todo:
        f = todo.pop()
        if f.op == "eye":
            if not out and not todo:
                return [f]
            continue
        base, e = _base_and_exponent(f)
        if base.op == "matmul" and _absorb(base, e, out, todo):
            continue
        if len(out) > 1 and _penrose(out[-2], out[-1], f):
            out.pop()  # Y^+ Y Y^+ = Y^+ and Y Y^+ Y = Y
            continue
        if out:
            merged = _pair(out[-1], f)
            if merged is not None:
                out.pop()
                todo.extend(reversed(merged.args if merged.op == "matmul" else (merged,)))
                continue
        out.append(f)
    return out or [eye(chain[0].shape[0])]


def _inert(f: Node) -> bool:
    """True for a symbol without properties and its transpose: no law merges them with a neighbour but themselves."""
    if f.op == "transpose":
        f = f.args[0]
    return f.op == "symbol" and not f.param.properties


def _absorb(base: Node, e: Node, out: list[Node], todo: list[Node]) -> bool:
    """(AB)^{-1} next to AB, on either side."""
    k = len(base.args)
    if tuple(out[-k:]) == base.args:
        del out[-k:]
        rest = matpow(base, add([e, ONE]))
    elif tuple(reversed(todo[-k:])) == base.args:
        del todo[-k:]
        rest = matpow(base, add([e, ONE]))
    elif e is MINUS_ONE and all(same_size(*f.shape) for f in base.args) and out and out[-1] is base.args[-1]:
        out.pop()  # R (PQR)^{-1} = (PQ)^{-1}; square factors of an invertible product are invertible
        rest = inv(matmul(base.args[:-1]))
    elif e is MINUS_ONE and all(same_size(*f.shape) for f in base.args) and todo and todo[-1] is base.args[0]:
        todo.pop()
        rest = inv(matmul(base.args[1:]))
    else:
        return False
    todo.append(rest)
    if todo[-1].op == "matmul":
        todo.extend(reversed(todo.pop().args))
    return True


def _pair(a: Node, b: Node) -> Node | None:
    """The product of two neighbours where it has a simpler form, else None."""
    if same_size(*a.shape) and same_size(*b.shape):
        (x, p), (y, q) = _base_and_exponent(a), _base_and_exponent(b)
        if x is y:
            return matpow(x, add([p, q]))
    for law in (*_NEIGHBOURS.get(a.op, ()), *_NEIGHBOURS.get(b.op, ())):
        found = law(a, b)
        if found is not None:
            return found
    return None


def starts_with_ones(t: Node) -> bool:
    _, t = split(t)
    t = t.args[1] if t.op == "scale" else t
    return t.op == "ones" or (t.op == "matmul" and t.args[0].op == "ones")


def shorter(terms: list[Node], count: int) -> Node | None:
    """1^T (A - 1 m^T) = 1^T A - n m^T: distributed only where terms then cancel or merge."""
    distributed = add(terms)
    length = len(distributed.args) if distributed.op == "add" else 0 if is_zero(distributed) else 1
    return distributed if length < count else None


def pinv_argument(f: Node) -> Node | None:
    """Y when f is Y^+, also in the form (Y^T)^+ = (Y^+)^T."""
    if f.op == "transpose" and f.args[0].op == "call" and f.args[0].fn.name == "pinv":
        return transpose(f.args[0].args[0])
    return f.args[0] if f.op == "call" and f.fn.name == "pinv" else None


def _penrose(a: Node, b: Node, c: Node) -> bool:
    return (
        a is c
        and (pinv_argument(a) is b or pinv_argument(b) is a)
        and (pinv_argument(a) or pinv_argument(b)) is not None
    )


def _product(chain: list[Node], shape: Shape, scalars: list[Node]) -> Node:
    """The chain as a node, after pulling out every stretch of it that is a scalar."""
    if len(chain) == 1:
        return chain[0]
    cuts = [i for i, f in enumerate(chain) if is_one(f.shape[0])]
    if is_one(shape[1]):
        cuts.append(len(chain))
    if len(cuts) < 2:
        return _chain(chain, shape)
    for i, j in pairwise(cuts):
        scalars.append(_scalar_chain(chain[i:j]))
    rest = chain[: cuts[0]] + chain[cuts[-1] :]
    if not rest:
        return ONE
    return _chain(rest, shape)


def _chain(chain: list[Node], shape: Shape) -> Node:
    if len(chain) == 1:
        return chain[0]
    if len(chain) == 2 and chain[0].op == "ones" and chain[1].op == "ones" and is_one(chain[0].shape[1]):
        return ones(*shape)
    return make("matmul", tuple(chain), shape)


def _scalar_chain(chain: list[Node]) -> Node:
    """A 1 x 1 product: the shorter of inner product and sum, in the orientation with fewer transposes."""
    if len(chain) == 1:
        return chain[0]
    if len(chain) == 2:
        return dot(transpose(chain[0]), chain[1])
    flipped = tuple(transpose(f) for f in reversed(chain))
    node, other = make("matmul", tuple(chain), SCALAR), make("matmul", flipped, SCALAR)
    return min(node, other, key=lambda n: (n.flips, _leading_name(n), n.digest))


def _leading_name(n: Node) -> str:
    while n.args:
        n = n.args[0]
    return n.name if n.op in ("symbol", "item") else "~"


def dot(u: Node, v: Node) -> Node:
    """u^T v for columns: constant vectors are summed, elementwise factors that cancel are cancelled."""
    if u.op == "ones" and v.op == "ones":
        return const(u.shape[0])
    if v.op == "ones":
        u, v = v, u
    if u.op == "ones" and v.op == "add" and any(starts_with_ones(t) for t in v.args):
        distributed = shorter([dot(u, t) for t in v.args], len(v.args))
        if distributed is not None:
            return distributed
    if {u.op, v.op} & {"had", "pow", "scale"} or "ones" in (u.op, v.op):
        s, body = had([u, v]), None
        if s.op == "scale":
            return scale(s.args[0], dot(ones(*s.args[1].shape), s.args[1]))
        if s.op == "zeros":
            return ZERO
        if s.op == "ones":
            return const(u.shape[0])
        if s.op == "had" and len(s.args) == 2 and not {"ones"} & {u.op, v.op}:
            u, v = s.args
        elif s.op != "had" or len(s.args) < _length(u) + _length(v):
            u, v = ones(*u.shape), s
        if u.op == "ones" and v.op == "had" and len(v.args) == 2:
            u, v = v.args
        if u.op == "ones" and v.op == "pow" and v.args[1].op == "const" and v.args[1].param == 2:
            return make("matmul", (transpose(v.args[0]), v.args[0]), SCALAR)
        if u.op == "ones" and (v.op == "basis" or (v.op == "call" and v.fn.name == "softmax")):
            return ONE
        if u.op == "ones" and v.op not in ("matmul",):
            return make("matmul", (transpose(u), v), SCALAR)
        if body is None and "matmul" in (u.op, v.op):
            return _dot_chain(u, v)
    elif "matmul" in (u.op, v.op):
        return _dot_chain(u, v)
    if u.op == "basis" and v.op == "basis":
        if u is v:
            return ONE
        if u.args[0].op == "const" and v.args[0].op == "const":
            return ZERO
    if ((_leading_name(v), v.digest) < (_leading_name(u), u.digest) and u.op != "ones") or v.op == "ones":
        u, v = v, u
    return make("matmul", (transpose(u), v), SCALAR)


def _dot_chain(u: Node, v: Node) -> Node:
    row, column = transpose(u), v
    chain = [*(row.args if row.op == "matmul" else (row,)), *(column.args if column.op == "matmul" else (column,))]
    scalars: list[Node] = []
    chain = _merge_adjacent(chain)
    if len(chain) == 2 and not {"matmul"} & {chain[0].op, chain[1].op}:
        return dot(transpose(chain[0]), chain[1])
    body = _product(chain, SCALAR, scalars)
    return had([*scalars, body]) if scalars else body


def _length(n: Node) -> int:
    return len(n.args) if n.op == "had" else 0 if n.op == "ones" else 1


# --- matrix powers ----------------------------------------------------------------------------------------------
def matpow(m: Node, k: Node) -> Node:
    """The matrix power M^k of a square matrix; k = -1 is the inverse."""
    if m.is_scalar:
        return pow_(m, k)
    if not same_size(m.shape[0], m.shape[1]):
        what = "invert" if k is MINUS_ONE else "take a power of"
        raise ShapeError(f"cannot {what} {m} {shape_text(m.shape)}: it is not square")
    if k is ONE:
        return m
    if k is ZERO:
        return eye(m.shape[0])
    op = m.op
    if op == "eye":
        return m
    if op == "commutation" and k.op == "const" and isinstance(k.param, int) and same_size(*m.param):
        return m if k.param % 2 else eye(m.shape[0])  # K_nn is its own inverse
    if op == "commutation" and k is MINUS_ONE:
        return transpose(m)
    if op == "kron" and k.op == "const" and all(same_size(*f.shape) for f in m.args):
        return _hooks["rebuild"]("kron", [matpow(f, k) for f in m.args], None, m.shape)
    if op == "matpow" and (m.args[1].op == "const" or k.op == "const"):
        return matpow(m.args[0], had([m.args[1], k]))
    if op == "transpose":
        return transpose(matpow(m.args[0], k))
    if op == "diag":
        return _hooks["rebuild"]("diag", (pow_(m.args[0], k),), None, m.shape)
    if op == "scale" and k.op == "const" and isinstance(k.param, int):
        return scale(pow_(m.args[0], k), matpow(m.args[1], k))
    if "orthogonal" in m.properties and k is MINUS_ONE:
        return transpose(m)
    if op == "call" and m.fn.name == "expm" and k.op == "const":
        return _hooks["expm"](scale(k, m.args[0]))
    node = make("matpow", (m, k), m.shape)
    if not _orientable(node):
        return node
    t = transpose(m)
    if t.op == "scale" and t.args[1] is m and k.op == "const" and isinstance(k.param, int):  # X^T = -X
        return _with_transpose(node, scale(pow_(t.args[0], k), node))
    return _with_transpose(node, make("matpow", (t, k), m.shape))


def inv(m: Node) -> Node:
    """The inverse of a square matrix."""
    return matpow(m, MINUS_ONE)


# --- calls ------------------------------------------------------------------------------------------------------
_call_rewrites: dict[str, Any] = {}  # how the call of a function simplifies, by its name


def call(fn: Function, args: Sequence[Node]) -> Node:
    """fn applied to its arguments."""
    args = tuple(args)
    rewrite = _call_rewrites.get(fn.name)
    if rewrite is not None:
        simpler = rewrite(*args)
        if simpler is not None:
            return simpler
    if fn.elementwise:
        first = args[0]
        if first.op == "transpose" and len(args) == 1:
            return transpose(call(fn, (first.args[0],)))
        node = make("call", args, first.shape, (fn,))
        return oriented(node, lambda t: make("call", (t, *args[1:]), t.shape, (fn,))) if len(args) == 1 else node
    return make("call", args, fn.shape(*(a.shape for a in args)), (fn,))


# Laws of two neighbours in a product, by the kind of either; filled in by `neighbours`.
_NEIGHBOURS: dict[str, tuple[Callable[[Node, Node], Node | None], ...]] = {}

_hooks.update(call=call, transpose=transpose, inv=inv)
