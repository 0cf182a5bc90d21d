"""Members of a family as variables: dx_i = delta_ik dx_k, and a sum over the family, sum_i delta_ik g_i, is g_k.

delta_ik is written e_i^T e_k, with unit vectors as long as the family. Where the range of a sum is not that of the
family, it stays: nothing is assumed of k but that x_k exists.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import sympy

from . import algebra as al
from . import leaves, maps
from .errors import BadInput
from .nodes import BINDERS, MINUS_ONE, ONE, SCALAR, ZERO, Node, const, depends, symbol, walk
from .random_variables import refuse_moments
from .rebuilding import rebuild, renewed
from .sizes import Size, is_one
from .symbols import Family, check_movable


class Active(set[Node]):
    """The nodes that vary with the variables, and for each member of a family the variables x_k of that family."""

    members: dict[Node, tuple[Node, ...]]


def relatives(root: Node, variables: Iterable[Node]) -> dict[Node, tuple[Node, ...]]:
    """The members x_i of the families of the variables x_k that occur in `root`, each with the x_k of its family."""
    wanted: dict[Family, tuple[Node, ...]] = {}
    for v in variables:
        if v.op == "item":
            wanted[v.param] = (*wanted.get(v.param, ()), v)
    return {n: wanted[n.param] for n in walk(root) if n.op == "item" and n.param in wanted} if wanted else {}


def varying(root: Node, variables: Iterable[Node]) -> set[Node]:
    """The nodes below `root` that vary with the variables; any member x_i may be the x_k that varies."""
    variables = list(variables)
    return depends(root, [*variables, *relatives(root, variables)])


def member_tangents(root: Node, tangents: Mapping[Node, Node]) -> dict[Node, Node]:
    """dx_i = delta_ik dx_k for the other members of the family of a variable x_k."""
    found = relatives(root, tangents)
    return {x: al.add([al.scale(delta(x, k), tangents[k]) for k in ks]) for x, ks in found.items()}


def delta(member: Node, variable: Node) -> Node:
    """delta_ik for two members x_i, x_k of one family, as e_i^T e_k; 0 or 1 where that is known."""
    family = member.param
    return al.had([_delta(i, k, family) for i, k in zip(member.args, variable.args, strict=True)])


def _delta(i: Node, k: Node, family: Family) -> Node:
    if i is k:
        return ONE
    if i.op == k.op == "const":
        return ZERO
    length, shift = _length(family), const(1 - sympy.sympify(family.lo))
    return al.dot(leaves.basis(length, al.add([i, shift])), leaves.basis(length, al.add([k, shift])))


def _length(family: Family) -> Size:
    length = sympy.sympify(family.hi) - sympy.sympify(family.lo) + 1
    return int(length) if length.is_Integer else length


# --- sums -------------------------------------------------------------------------------------------------------
def summed(body: Node, index: Node, lo: Node, hi: Node, taken: Taken | None = None) -> Node:
    """sum_i body with every delta_ik used up: sum_i delta_ik g_i = g_k. `taken` collects what has to hold of k where
    that is not certain; without it the sum stays there."""
    if not any(map(_is_delta, walk(body))):
        return maps.sumover(body, index, lo, hi)
    done: list[Node] = []
    plain: list[Node] = []
    for term in _terms(body):
        deltas, rest = _taken_out(term)
        if not deltas:
            turned = _exchanged(term, index, lo, hi)
            (plain if turned is None else done).append(term if turned is None else turned)
            continue
        own = [f for f in deltas if index in set(walk(f))]
        if any(_is_outside(f, index, lo, hi) for f in own):
            continue
        value = next((v for f in own if (v := _solution(f, index, lo, hi, taken)) is not None), None)
        if value is None:
            inner = maps.sumover(_times(own, rest), index, lo, hi)
        else:
            inner = maps.at_index(_times(own, rest), index, value)  # the delta that is used up becomes delta_kk = 1
        done.append(_times([f for f in deltas if f not in own], inner))
    if plain:
        done.append(maps.sumover(al.add(plain), index, lo, hi))
    return al.add(done) if done else leaves.zeros_like(body)


def _exchanged(term: Node, index: Node, lo: Node, hi: Node) -> Node | None:
    """sum_{i=a..b} sum_{j=i+c..e} = sum_j sum_{i=a..j-c}, sum_i sum_{j=e..i-c} = sum_j sum_{i=j+c..b}: a delta of j can
    then be used up. None where that is not so, or there is no such delta."""
    inner, others = _inner_sum(term)
    if inner is None or not any(_is_delta(n) and inner.param in set(walk(n)) for n in walk(inner)):
        return None
    body, first, last = inner.args
    j, whole = inner.param, _times(others, body)
    if index in set(walk(first)) and index not in set(walk(last)):
        c, beyond = _less(first, index), _less(last, hi)
        if c is None or c < 0 or beyond is None or beyond > c:
            return None
        behind = summed(whole, index, lo, _plus(j, -c))
        return summed(behind, j, _plus(lo, max(c - 1, 0)), last)  # from one earlier, where the inner sum is empty
    if index in set(walk(last)) and index not in set(walk(first)):
        c, before = _less(index, last), _less(lo, first)
        if c is None or c < 0 or before is None or before > c:
            return None
        return summed(summed(whole, index, _plus(j, c), hi), j, first, _plus(hi, -max(c - 1, 0)))
    return None


def _inner_sum(term: Node) -> tuple[Node | None, list[Node]]:
    """The one sum among the factors of a term, and the other factors, scalars."""
    s, m = (term.args[0], term.args[1]) if term.op == "scale" else (term, ONE)
    factors = [*(s.args if s.op == "had" and s.is_scalar else (s,)), m]
    sums = [f for f in factors if f.op == "sumover"]
    others = [f for f in factors if f.op != "sumover"]
    if len(sums) != 1 or not all(f.is_scalar for f in others):
        return None, []
    return sums[0], others


def _plus(a: Node, c: int) -> Node:
    return al.add([a, const(c)])


def _less(a: Node, b: Node) -> int | None:
    """a - b, where it is a known whole number."""
    found = al.add([a, al.scale(MINUS_ONE, b)])
    return found.param if found.op == "const" and isinstance(found.param, int) else None


def _is_delta(n: Node) -> bool:
    return n.op == "matmul" and len(n.args) == 2 and n.is_scalar and all(_unit(f) is not None for f in n.args)


def _unit(f: Node) -> Node | None:
    """i of e_i or of e_i^T."""
    f = f.args[0] if f.op == "transpose" else f
    return f.args[0] if f.op == "basis" else None


def _times(deltas: Sequence[Node], rest: Node) -> Node:
    return al.scale(al.had([ONE, *deltas]), rest)


def _terms(body: Node) -> list[Node]:
    """The terms of a body, products multiplied out as far as a delta is inside."""
    done: list[Node] = []
    todo = [body]
    while todo:
        t = todo.pop()
        spread = _spread(t)
        if spread is None:
            done.append(t)
        else:
            todo.extend(reversed(spread))
    return done


def _spread(t: Node) -> list[Node] | None:
    """One step of multiplying out; None where no delta is hidden in a sum."""
    if t.op == "add":
        return list(t.args)
    if t.op == "transpose" and t.args[0].op == "add":
        return [al.transpose(a) for a in t.args[0].args]
    if t.op not in ("scale", "had", "matmul", "trace", "transpose"):
        return None
    for position, f in enumerate(t.args):
        if f.op in ("add", "scale", "had", "matmul", "transpose") and not _is_delta(f) and any(map(_is_delta, walk(f))):
            inner = _spread(f)
            if inner is not None:
                before, after = t.args[:position], t.args[position + 1 :]
                return [rebuild(t.op, (*before, g, *after), t.param, t.shape) for g in inner]
    return None


def _taken_out(term: Node) -> tuple[list[Node], Node]:
    """The deltas among the scalar factors of a term, and the rest."""
    c, rest = al.split(term)
    s, m = (rest.args[0], rest.args[1]) if rest.op == "scale" else (rest, ONE) if rest.is_scalar else (ONE, rest)
    factors = s.args if s.op == "had" else (s,)
    bases = [f.args[0] if f.op == "pow" and al.is_positive(f.args[1]) else f for f in factors]  # delta^2 = delta
    deltas = [b for b in bases if _is_delta(b)]
    others = [f for f, b in zip(factors, bases, strict=True) if not _is_delta(b)]
    return deltas, al.scale(al.had([const(c), *others]), m)


def _solution(f: Node, index: Node, lo: Node, hi: Node, taken: Taken | None = None) -> Node | None:
    """The value of the index at which the delta is 1, where the range holds it, certainly or as taken."""
    found = _equation(f, index, lo, hi)
    if found is None:
        return None
    b, shift, first, last = found
    length = const(f.args[0].shape[1] if is_one(f.args[0].shape[0]) else f.args[0].shape[0])
    needed = [] if first is ONE or _at_most(first, b) else [(first, b)]
    needed += [] if last is length or _at_most(b, last) else [(b, last)]
    if needed and (taken is None or any(taken.is_bound(end) for bound in needed for end in bound)):
        return None
    if taken is not None:
        taken.bounds.update(dict.fromkeys(needed))
    return al.add([b, al.scale(MINUS_ONE, shift)])


def _equation(f: Node, index: Node, lo: Node, hi: Node) -> tuple[Node, Node, Node, Node] | None:
    """A delta of index + shift and b, and the range of index + shift."""
    pair = [_unit(a) for a in f.args]
    a, b = pair if index in set(walk(pair[0])) else pair[::-1]  # type: ignore[arg-type]
    assert a is not None and b is not None
    shift = al.add([a, al.scale(MINUS_ONE, index)])
    if index in set(walk(shift)) or index in set(walk(b)):
        return None
    return b, shift, al.add([lo, shift]), al.add([hi, shift])


def _is_outside(f: Node, index: Node, lo: Node, hi: Node) -> bool:
    """True for a delta that is certainly 0 throughout the range."""
    found = _equation(f, index, lo, hi)
    if found is None:
        return False
    b, _, first, last = found
    return _certainly_less(b, first) or _certainly_less(last, b)


def _certainly_less(a: Node, b: Node) -> bool:
    gap = al.add([b, al.scale(MINUS_ONE, a)])
    return gap.op == "const" and (gap.param.is_positive is True if isinstance(gap.param, sympy.Expr) else gap.param > 0)


def _at_most(a: Node, b: Node) -> bool:
    return a.op == b.op == "const" and isinstance(a.param, int) and isinstance(b.param, int) and a.param <= b.param


# --- inside a family --------------------------------------------------------------------------------------------
class Taken:
    """Inequalities a <= b that are taken for granted of indices that no sum binds."""

    def __init__(self, root: Node) -> None:
        self.indices = {n.param for n in walk(root) if n.op in BINDERS}
        self.bounds: dict[tuple[Node, Node], None] = {}

    def is_bound(self, b: Node) -> bool:
        return not self.indices.isdisjoint(walk(b))


def inside(root: Node) -> tuple[Node, tuple[tuple[Node, Node], ...]]:
    """`root` with sum_i delta_{i+1,k} g_i as g_{k-1} wherever k is a free index, and the inequalities a <= b under
    which k - 1 lies in the range of the sum: at the ends of the family a term is missing."""
    taken = Taken(root)
    done: dict[Node, Node] = {}
    for n in walk(root):
        args = tuple(done[a] for a in n.args)
        if n.op == "sumover" and any(x.op == "basis" for x in walk(args[0])):
            done[n] = summed(al.add(_paired(args[0])), n.param, args[1], args[2], taken)
        else:
            done[n] = renewed(n, args)
    below, above = _tightest(taken.bounds)
    if any(k in below and _certainly_less(above[k], below[k]) for k in above):
        return root, ()  # no k is in all ranges
    return done[root], tuple(taken.bounds)


def in_words(bounds: Iterable[tuple[Node, Node]]) -> str:
    """The inequalities, the weaker ones left out: "3 <= k <= N - 2"."""
    below, above = _tightest(bounds)
    said = []
    for k in dict.fromkeys((*above, *below)):
        chain = [below.get(k), k, above.get(k)]
        said.append(" <= ".join(str(n) for n in chain if n is not None))
    return " and ".join(said)


def _tightest(bounds: Iterable[tuple[Node, Node]]) -> tuple[dict[Node, Node], dict[Node, Node]]:
    """The largest lower and the smallest upper end for every index: 2 <= k + 1 bounds k by 1."""
    below: dict[Node, Node] = {}
    above: dict[Node, Node] = {}
    for pair in bounds:
        k = pair[1] if pair[0].op == "const" else pair[0]
        shift = al.scale(MINUS_ONE, const(_shift(k)))
        a, b = (al.add([n, shift]) for n in pair)
        if a.op == "const":
            below[b] = a if b not in below or _certainly_less(below[b], a) else below[b]
        else:
            above[a] = b if a not in above or _certainly_less(b, above[a]) else above[a]
    return below, above


def _shift(k: Node) -> int:
    """The number c of i + c."""
    found = next((n.param for n in k.args if n.op == "const"), 0) if k.op == "add" else 0
    return found if isinstance(found, int) else 0


def _paired(body: Node) -> list[Node]:
    """The terms of a body, with (a e_i^T) e_k as e_i^T e_k a."""
    found: list[Node] = []
    todo = [body]
    while todo:
        t = todo.pop()
        s, m = (t.args[0], t.args[1]) if t.op == "scale" else (ONE, t)
        spread = next((f for f in m.args if f.op == "add"), None) if m.op == "matmul" else None
        if m.op == "add":
            todo += [al.scale(s, a) for a in m.args]
        elif spread is not None and any(map(_unit, m.args)):
            at = m.args.index(spread)
            todo += [al.scale(s, al.matmul([*m.args[:at], a, *m.args[at + 1 :]])) for a in spread.args]
        else:
            found.append(al.scale(s, _without_pair(m)))
    return found


def _without_pair(m: Node) -> Node:
    if m.op != "matmul":
        return m
    pair = next((p for p in range(1, len(m.args)) if _unit(m.args[p - 1]) and _unit(m.args[p])), None)
    if pair is None or not is_one(m.args[pair].shape[1]) or len(m.args) == 2:
        return m
    rest = [*m.args[: pair - 1], *m.args[pair + 1 :]]
    return al.scale(al.dot(al.transpose(m.args[pair - 1]), m.args[pair]), al.matmul(rest))


# --- indices ----------------------------------------------------------------------------------------------------
def checked(f: Node, x: Node) -> Node:
    """f with the indices of its sums apart from that of the variable; BadInput for an index used twice or left free."""
    check_movable(x)
    f = apart(f, x)
    loose = _free_symbols(f) & {n.param for n in walk(f) if n.op in BINDERS}
    for i in sorted(loose, key=lambda n: n.name):
        raise BadInput(f"the index {i} is used twice, bound by a sum and free outside it; put the whole in brackets")
    for n in walk(f):
        if n.op in BINDERS:
            _check_limits(n)
    refuse_moments(f, [x])
    if x.op == "item":
        _check_range(x)
    return f


def _check_limits(total: Node) -> None:
    """BadInput for a sum that certainly runs beyond a family whose members it reads."""
    body, *ends = total.args
    for member in walk(body):
        if member.op != "item" or any(e.op != "const" for e in ends):
            continue
        family = member.param
        for i in member.args:
            shift = al.add([i, al.scale(MINUS_ONE, total.param)])
            if shift.op != "const":
                continue
            lo, hi = (sympy.sympify(e.param) + sympy.sympify(shift.param) for e in ends)
            below, above = sympy.sympify(family.lo) - lo, hi - sympy.sympify(family.hi)
            if below.is_positive or above.is_positive:
                raise BadInput(
                    f"the sum over {total.param} reads {family.name} from {lo} to {hi}, but the family runs from "
                    f"{family.lo} to {family.hi}"
                )


def apart(f: Node, x: Node) -> Node:
    """f with the indices of its sums renamed where they are that of the variable, sum_i x_i by x_i."""
    if not any(n.op in BINDERS for n in walk(f)):
        return f
    free = _free_symbols(f)
    own = {n for a in x.args for n in walk(a) if n.op == "symbol" and "integer" in n.properties}
    clash = {n.param for n in walk(f) if n.op in BINDERS} & own
    for i in sorted(clash, key=lambda n: n.name):
        if i in free:
            raise BadInput(f"the index {i} is used twice, bound by a sum and free; rename the index of the sum")
        f = _renamed(f, i, _other_letter(f, own))
    return f


def _check_range(x: Node) -> None:
    family = x.param
    for i in x.args:
        if i.op == "const" and not all(s.is_nonnegative is not False for s in _margins(i, family)):
            raise BadInput(f"there is no {x}: the family {family.name} runs from {family.lo} to {family.hi}")


def _margins(i: Node, family: Family) -> tuple[sympy.Expr, sympy.Expr]:
    at, lo, hi = map(sympy.sympify, (i.param, family.lo, family.hi))
    return at - lo, hi - at if hi.is_Integer else sympy.Integer(0)


def _free_symbols(f: Node) -> set[Node]:
    """The symbols of f that no sum binds. BadInput where a sum and a sum inside it bind one index."""
    order = walk(f)
    bound = {n.param for n in order if n.op in BINDERS}
    symbols = {n for n in order if n.op == "symbol"}
    if not bound:
        return symbols
    free: dict[Node, frozenset[Node]] = {}
    inside: dict[Node, frozenset[Node]] = {}
    for n in walk(f):
        free[n] = frozenset([n] if n in bound else []).union(*(free[a] for a in n.args))
        inside[n] = frozenset().union(*(inside[a] for a in n.args))
        if n.op in BINDERS:
            if n.param in inside[n]:
                raise BadInput(f"the index {n.param} is used twice, in a sum and in one inside it; rename one of them")
            free[n] -= {n.param}
            inside[n] |= {n.param}
    return (symbols - bound) | free[f]


def _renamed(f: Node, index: Node, fresh: Node) -> Node:
    done: dict[Node, Node] = {index: fresh}
    for n in walk(f):
        if n in done:
            continue
        args = tuple(done[a] for a in n.args)
        if n.op in BINDERS and n.param is index:
            done[n] = maps.over(n.op, args[0], fresh, args[1], args[2])
        else:
            done[n] = renewed(n, args)
    return done[f]


def _other_letter(f: Node, also: Iterable[Node]) -> Node:
    taken = {n.name for n in (*walk(f), *also) if n.op in ("symbol", "item")}
    letters = (letter + "'" * k for k in range(9) for letter in "jlmnpqrsi")
    return symbol(next(name for name in letters if name not in taken), SCALAR, ("integer",))
