"""The textbook normal form: collect and factor what differentiation has added up, never what the user wrote.

`collect` joins the contributions to one adjoint: A x + A^T x = (A + A^T) x. `polish` settles signs at the end.
The outcome depends on what the terms are, not on their order.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import gcd

import sympy

from . import algebra as al
from . import leaves, maps
from .nodes import MINUS_ONE, ONE, Node, Value, as_value, const, walk
from .rebuilding import rebuild, renewed
from .sizes import Shape, is_one
from .values import is_negative, value_power, value_product


def collect(parts: Sequence[Node]) -> Node:
    """The sum of the parts, common factors taken out."""
    return factored(al.add(parts))


def factored(node: Node) -> Node:
    """A sum with its common coefficient, scalars and outer matrices taken out; other nodes as they are."""
    if node.op == "transpose" and node.args[0].op == "add":
        return al.transpose(factored(node.args[0]))
    if node.op != "add" or len(node.args) > 400:
        return node
    over = _over_one_power(node)
    if over is not None:
        return over
    terms = [_Term.of(t) for t in node.args]
    coefficient, terms = _common_coefficient(terms)
    scalars, terms = _common_scalars(terms)
    kept = coefficient == 1 and not scalars
    if node.is_scalar:
        body = _bilinear(terms) or (node if kept else al.add([t.node() for t in terms]))
    else:
        symmetric = al.transpose(node) is node
        body = _group(terms, node if kept else None, symmetric)
    if body.op == "add" and (scalars or coefficient != 1) and not node.is_scalar and body is not node:
        body = factored(body) if body.args != node.args else body
    if coefficient == 1 and not scalars:
        return body
    outside = al.had([const(coefficient), *scalars])
    return al.scale(outside, body)


@dataclass(frozen=True, slots=True, eq=False)  # terms are told apart by identity: what they hold is interned
class _Term:
    """coefficient * product of base^exponent * chain of matrices."""

    coefficient: Value
    scalars: dict[Node, Node]
    chain: tuple[Node, ...]

    @classmethod
    def of(cls, term: Node) -> _Term:
        c, rest = al.split(term)
        s, body = (
            (rest.args[0], rest.args[1]) if rest.op == "scale" else (rest, None) if rest.is_scalar else (ONE, rest)
        )
        exponents: dict[Node, Node] = {}
        for f in s.args if s.op == "had" else () if s is ONE else (s,):
            base, e = (f.args[0], f.args[1]) if f.op == "pow" else (f, ONE)
            exponents[base] = e
        if body is None:
            return cls(c, exponents, ())
        return cls(c, exponents, body.args if body.op == "matmul" else (body,))

    def factors(self) -> list[Node]:
        return [al.pow_(b, e) for b, e in self.scalars.items()]

    def node(self) -> Node:
        scalar = al.had([const(self.coefficient), *self.factors()])
        if not self.chain:
            return scalar
        return al.scale(scalar, al.matmul(self.chain))

    def shape(self) -> Shape:
        return (self.chain[0].shape[0], self.chain[-1].shape[1])

    def with_chain(self, chain: tuple[Node, ...]) -> _Term:
        return _Term(self.coefficient, self.scalars, chain)


def _common_coefficient(terms: list[_Term]) -> tuple[Value, list[_Term]]:
    """The number that divides all coefficients: their common size, or for matrices their common divisor; -1 too."""
    sizes = {_magnitude(_rational(t.coefficient)) for t in terms}
    if len(sizes) == 1:
        (common,) = sizes
    elif terms[0].chain and all(isinstance(s, int) for s in sizes):
        common = gcd(*(int(s) for s in sizes))
    else:
        return 1, terms
    if all(is_negative(t.coefficient) for t in terms):
        common = value_product(-1, common)
    if common == 1:
        return 1, terms
    inverse = value_power(common, -1)
    return common, [_Term(value_product(t.coefficient, inverse), t.scalars, t.chain) for t in terms]


def _rational(c: Value) -> Value:
    """The rational part of a coefficient: 1/2 of n/2."""
    return as_value(c.as_coeff_Mul()[0]) if isinstance(c, sympy.Expr) else c


def _magnitude(c: Value) -> Value:
    return value_product(-1, c) if is_negative(c) else c


def _common_scalars(terms: list[_Term]) -> tuple[list[Node], list[_Term]]:
    """Powers of scalars that divide every term: the smallest in size, all of one sign."""
    shared = set(terms[0].scalars)
    for t in terms[1:]:
        shared &= set(t.scalars)
    common: dict[Node, Node] = {}
    for base in shared:
        exponents = [t.scalars[base] for t in terms]
        if all(e is exponents[0] for e in exponents):
            common[base] = exponents[0]
        elif all(e.op == "const" and isinstance(e.param, int | Fraction) for e in exponents):
            values = [e.param for e in exponents]
            if all(v > 0 for v in values):
                common[base] = const(min(values))
            elif all(v < 0 for v in values):
                common[base] = const(max(values))
    if not common:
        return [], terms
    kept = []
    for t in terms:
        scalars = dict(t.scalars)
        for base, e in common.items():
            rest = al.add([scalars[base], al.scale(MINUS_ONE, e)])
            if leaves.is_zero(rest):
                del scalars[base]
            else:
                scalars[base] = rest
        kept.append(_Term(t.coefficient, scalars, t.chain))
    return [al.pow_(b, e) for b, e in sorted(common.items(), key=lambda item: item[0].digest)], kept


# --- scalars of two vectors -------------------------------------------------------------------------------------
def _bilinear(terms: list[_Term]) -> Node | None:
    """u^T A v + v^T B u = u^T (A + B^T) v."""
    groups: dict[tuple[Node, Node], list[Node]] = defaultdict(list)
    for t in terms:
        forms = [b for b in t.scalars if b.op == "matmul" and t.scalars[b] is ONE]
        if len(t.scalars) != 1 or not forms or len(forms[0].args) < 3:
            return None
        u, v = al.transpose(forms[0].args[0]), forms[0].args[-1]
        middle = al.scale(const(t.coefficient), al.matmul(forms[0].args[1:-1]))
        if v.digest < u.digest:
            u, v, middle = v, u, al.transpose(middle)
        groups[u, v].append(middle)
    if len(groups) != 1 or len(terms) < 2:
        return None
    ((u, v), middles) = groups.popitem()
    return maps.inner(u, al.matmul([factored(al.add(middles)), v]))


# --- one denominator --------------------------------------------------------------------------------------------
def _over_one_power(node: Node) -> Node | None:
    """w^(-1/2) - r^2 w^(-3/2) = w^(-3/2) for w = 1 + r^2: over one denominator, where its numerator is then shorter."""
    parts = [_elementwise_factors(t) for t in node.args]
    for base in parts[0][1]:
        exponents = [p[1].get(base) for p in parts]
        lowest = min((e for e in exponents if e is not None), default=None)
        if base.op != "add" or lowest is None or lowest >= 0 or any(e not in (lowest, lowest + 1) for e in exponents):
            continue
        terms = [
            al.had([t, al.pow_(base, const(as_value(-e)))]) for t, e in zip(node.args, exponents, strict=True) if e
        ]
        spread = [t if e == lowest else al.expanded(al.had([base, t])) for t, e in zip(terms, exponents, strict=True)]
        found = al.had([al.pow_(base, const(as_value(lowest))), al.add(spread)])
        if found.weight < node.weight:
            return found
    return None


def _elementwise_factors(term: Node) -> tuple[Node, dict[Node, Fraction]]:
    """The term, and the numeric exponents of the bases in its elementwise product."""
    rest = al.split(term)[1]
    body = rest.args[1] if rest.op == "scale" else rest
    powers = [f for f in (body.args if body.op == "had" else (body,)) if f.op == "pow" and f.args[1].op == "const"]
    return term, {f.args[0]: Fraction(f.args[1].param) for f in powers if isinstance(f.args[1].param, int | Fraction)}


# --- outer matrix factors ---------------------------------------------------------------------------------------
def _group(terms: list[_Term], whole: Node | None, symmetric: bool) -> Node:
    """Take out first or last factors, the most valuable first, until no two terms share one."""
    done: list[Node] = []
    given, terms = terms, _one_diagonal(terms)
    if symmetric:
        return _symmetric_group(terms) or _by_scalars(terms, done, whole if terms is given else None)
    while True:
        best = _best_group(terms)
        if best is None:
            if not terms and not done:
                return leaves.zeros(*given[0].shape())
            return _outer_products(terms, done) or _by_scalars(terms, done, whole if terms is given else None)
        factor, last, members = best
        rests = [t.with_chain(_without_end(t.chain, last)) for t in members]
        inner = factored(al.add([t.node() for t in rests]))
        terms = [t for t in terms if t not in members]
        product = al.matmul([inner, factor] if last else [factor, inner])
        if leaves.is_zero(product):
            continue
        if not terms and not done:
            return product
        if product.op == "add":
            done.append(product)
        else:
            terms.append(_Term.of(product))


def _symmetric_group(terms: list[_Term]) -> Node | None:
    """F A F^T + F B F^T = F (A + B) F^T: a symmetric sum is factored on both sides or not at all."""
    both: dict[Node, list[_Term]] = defaultdict(list)
    for t in terms:
        if len(t.chain) > 1 and al.transpose(t.chain[0]) is t.chain[-1] and not is_one(t.chain[0].shape[1]):
            both[t.chain[0]].append(t)
    shared = [(f, members) for f, members in both.items() if len(members) > 1]
    if not shared:
        return None
    f, members = max(shared, key=lambda g: (len(g[1]) * g[0].weight, g[0].digest))
    inner = factored(al.add([t.with_chain(t.chain[1:-1] or (leaves.eye(f.shape[1]),)).node() for t in members]))
    product = al.matmul([f, inner, al.transpose(f)])
    rest = [t.node() for t in terms if t not in members]
    return al.add([product, *rest]) if rest else product


def _best_group(terms: list[_Term]) -> tuple[Node, bool, list[_Term]] | None:
    ends: dict[tuple[Node, bool], list[_Term]] = defaultdict(list)
    for t in terms:
        if len(t.chain) > 1:
            ends[t.chain[0], False].append(t)
            ends[t.chain[-1], True].append(t)
    for t in terms:  # A - u u^T A = (I - u u^T) A
        if len(t.chain) == 1 and not is_one(t.chain[0].shape[0]) and not is_one(t.chain[0].shape[1]):
            for last in (True, False):
                members = ends.get((t.chain[0], last))
                if members and all(_is_outer(_without_end(u.chain, last)) for u in members):
                    members.append(t)
    shared = [(key, members) for key, members in ends.items() if len(members) > 1]
    if not shared:
        return None

    def gain(item: tuple[tuple[Node, bool], list[_Term]]) -> tuple[int, int, bool, int]:
        (factor, last), members = item
        return ((len(members) - 1) * factor.weight, len(members), last, factor.digest)

    (factor, last), members = max(shared, key=gain)
    return factor, last, members


def _without_end(chain: tuple[Node, ...], last: bool) -> tuple[Node, ...]:
    if len(chain) == 1:
        size = chain[0].shape[0] if last else chain[0].shape[1]
        return (leaves.eye(size),)
    return chain[:-1] if last else chain[1:]


def _is_outer(chain: tuple[Node, ...]) -> bool:
    return any(is_one(f.shape[0]) for f in chain[1:])


def _one_diagonal(terms: list[_Term]) -> list[_Term]:
    """diag(u) + c diag(v) = diag(u + c v)."""
    diagonal = [t for t in terms if len(t.chain) == 1 and t.chain[0].op == "diag"]
    if len(diagonal) < 2:
        return terms
    vector = collect([t.with_chain((t.chain[0].args[0],)).node() for t in diagonal])
    return [t for t in terms if t not in diagonal] + [_Term.of(maps.diag(vector))]


def _by_scalars(terms: list[_Term], done: list[Node], whole: Node | None) -> Node:
    """s A + s B + C = s (A + B) + C, the most valuable scalar first."""
    nodes = list(done)
    while True:
        sharing: dict[tuple[Node, Node], list[_Term]] = defaultdict(list)
        for t in terms:
            for base, e in t.scalars.items():
                sharing[base, e].append(t)
        groups = [(key, members) for key, members in sharing.items() if len(members) > 1]
        if not groups or (len(terms) == 2 and not nodes and len(groups[0][1]) == 2):
            return whole if whole is not None else al.add([*(t.node() for t in terms), *nodes])
        whole = None
        (base, e), members = max(groups, key=lambda g: ((len(g[1]) - 1) * g[0][0].weight, g[0][0].digest))
        rests = [
            _Term(t.coefficient, {b: k for b, k in t.scalars.items() if b is not base}, t.chain).node() for t in members
        ]
        nodes.append(al.scale(al.pow_(base, e), factored(al.add(rests))))
        terms = [t for t in terms if t not in members]


def _outer_products(terms: list[_Term], done: list[Node]) -> Node | None:
    """(b^T x) a + (a^T x) b = (a b^T + b a^T) x, when every term is a multiple of that kind."""
    if done or len(terms) < 2 or not all(len(t.chain) == 1 and t.chain[0].shape[1] == 1 for t in terms):
        return None
    options = [_unfolded(t) for t in terms]
    shared = set(options[0])
    for o in options[1:]:
        shared &= set(o)
    if not shared:
        return None
    x = min(shared, key=lambda n: n.digest)
    rests = [o[x] for o in options]
    return al.matmul([al.add([r.node() for r in rests]), x])


def _unfolded(t: _Term) -> dict[Node, _Term]:
    """Every way to write (u^T M v) w as a chain that ends in a vector: [w, u^T, M] v and [w, v^T, M^T] u."""
    found = {}
    w = t.chain[0]
    for base, e in t.scalars.items():
        if e is ONE and base.op == "matmul":
            rest = {b: k for b, k in t.scalars.items() if b is not base}
            for chain in (base.args, tuple(al.transpose(f) for f in reversed(base.args))):
                if chain[-1] is not w and chain[0].op != "ones" and chain[-1].op != "ones":
                    found[chain[-1]] = _Term(t.coefficient, rest, (w, *chain[:-1]))
    return found


# --- sums over one range -------------------------------------------------------------------------------------------
def merged(root: Node) -> Node:
    """sum_i a_i + sum_j b_j = sum_i (a_i + b_i), wherever two terms of a sum have the same range."""
    if sum(n.op == "sumover" for n in walk(root)) < 2:
        return root
    done: dict[Node, Node] = {}
    for n in walk(root):
        n_ = renewed(n, tuple(done[a] for a in n.args))
        done[n] = _joined(n_) if n_.op == "add" else n_
    return done[root]


def _joined(total: Node) -> Node:
    """The terms of a sum, those that are sums over one range as one."""
    sums: dict[tuple[Node, Node], list[tuple[Node, Node]]] = {}
    others: list[Node] = []
    for t in total.args:
        c, rest = al.split(t)
        if rest.op == "sumover":
            body, lo, hi = rest.args
            sums.setdefault((lo, hi), []).append((rest.param, al.scale(const(c), body)))
        else:
            others.append(t)
    if all(len(found) == 1 for found in sums.values()):
        return total
    for (lo, hi), found in sums.items():
        i, first = found[0]
        # where i stands in another body already, j = i could be bound by a sum inside
        apart = [(j, b) for j, b in found[1:] if j is not i and i in set(walk(b))]
        bodies = [first, *(maps.at_index(b, j, i) for j, b in found[1:] if (j, b) not in apart)]
        others += [maps.sumover(collect(bodies), i, lo, hi), *(maps.sumover(b, j, lo, hi) for j, b in apart)]
    return collect(others)


# --- signs ------------------------------------------------------------------------------------------------------
def polish(root: Node, source: Node | set[Node]) -> Node:
    """-2 (T - U V^T) V = 2 (U V^T - T) V: a minus goes into a sum whose heaviest term is negative.

    The nodes of `source`, what the user wrote, stay as they are.
    """
    order = walk(root)
    if not any(map(_has_minus, order)):
        return root
    keep = source if isinstance(source, set) else set(walk(source))
    done: dict[Node, Node] = {}
    for node in order:
        if node in keep:
            done[node] = node
            continue
        done[node] = _settled(renewed(node, tuple(done[a] for a in node.args)))
    return done[root]


def _has_minus(node: Node) -> bool:
    """True for a product with a negative coefficient."""
    if node.op == "scale":
        first = node.args[0]
        first = first.args[0] if first.op == "had" else first
    elif node.op == "had":
        first = node.args[0]
    else:
        return False
    return first.op == "const" and is_negative(first.param)


def _settled(node: Node) -> Node:
    c, rest = al.split(node)
    if not is_negative(c) or rest is ONE:
        return node
    scalar, body = (rest.args[0], rest.args[1]) if rest.op == "scale" else (None, rest)
    factors = body.args if body.op in ("matmul", "had") else (body,)
    for i, f in enumerate(factors):
        flipped = _flipped(f)
        if flipped is not None:
            changed = [*factors[:i], flipped, *factors[i + 1 :]]
            product = al.had(changed) if body.op == "had" else al.matmul(changed)
            outside = al.had([const(value_product(-1, c)), *([scalar] if scalar is not None else [])])
            return al.scale(outside, product)
    return node


def _flipped(f: Node) -> Node | None:
    """The negated sum, when its heaviest term is negative and outweighs the rest."""
    if f.op == "transpose":
        inner = _flipped(f.args[0])
        return None if inner is None else al.transpose(inner)
    if f.op in ("had", "diag"):
        for i, g in enumerate(f.args):
            inner = _flipped(g)
            if inner is not None:
                return rebuild(f.op, (*f.args[:i], inner, *f.args[i + 1 :]), f.param, f.shape)
    if f.op != "add":
        return None
    if any(t.op in ("ones", "eye") or t is ONE for t in f.args):
        return None  # 1 - s and I - P stay
    coefficients = [(al.split(t), t) for t in f.args]
    heaviest = max(t[1].weight for t, _ in coefficients)
    top = [c for (c, rest), _ in coefficients if rest.weight == heaviest]
    outweighs = len({rest.weight for (_, rest), _ in coefficients}) > 1 or len(top) == len(coefficients)
    if outweighs and all(is_negative(c) for c in top):
        return al.scale(MINUS_ONE, f) if f.is_scalar else _negated(f)
    return None


def _negated(f: Node) -> Node:
    return al.add([al.scale(MINUS_ONE, t) for t in f.args])


# --- multiplying out --------------------------------------------------------------------------------------------
def expanded_terms(node: Node, limit: int = 64) -> list[Node]:
    """The terms of an expression with its products multiplied out, as far as `limit` allows."""
    terms = [node]
    for _ in range(8):
        spread = [u for t in terms for u in _spread(t)]
        if len(spread) == len(terms) or len(spread) > limit:
            return terms
        terms = spread
    return terms


def _spread(t: Node) -> list[Node]:
    if t.op == "add":
        return list(t.args)
    if t.op == "transpose" and t.args[0].op == "add":
        return [al.transpose(a) for a in t.args[0].args]
    if t.op in ("matmul", "had", "scale", "kron", "diag", "trace", "sumover"):
        for i, a in enumerate(t.args[: 1 if t.op == "sumover" else None]):
            inner = _spread(a) if a.op in ("add", "scale", "transpose", "matmul", "had") else [a]
            if len(inner) > 1:
                return [rebuild(t.op, (*t.args[:i], u, *t.args[i + 1 :]), t.param, t.shape) for u in inner]
    return [t]
