"""Names with their scripts: what is part of the name, what is an index, what acts on it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from . import densities, sums
from .cases import conditions
from .scope import joined
from .scripts import Script, apply_all, braced, gather, indices, python_entries
from .syntax import (
    Application,
    Call,
    Constant,
    Differential,
    Expectation,
    Index,
    Item,
    Literal,
    Name,
    Number,
    Power,
    Product,
    Syntax,
    Transpose,
    Unit,
    walk,
)
from .tokens import Token

if TYPE_CHECKING:
    from .brackets import Brackets

_FUNCTION_LETTERS = frozenset(
    "f g h F G \\phi \\varphi \\psi \\Phi \\Psi \\ell J L \\mathcal{L} \\rho \\kappa k p q".split()
)
_LETTER_FUNCTIONS = {"\\sigma": "sigmoid", "\\Phi": "normal_cdf", "\\lambda": "eigenvalue"}
_STRUCTURED = {"K": "commutation", "D": "duplication", "L": "elimination", "N": "symmetrizer"}
_RELATIONS = frozenset("> < ≥ ≤ = ≠".split())
_PROSE = frozenset(
    "where and or if with for since as by when is are then so the such that subject to thus hence because which in on "
    "at of from we let otherwise else all any each given gradient derivative".split()
)
SIZES = frozenset("m n p q r s k".split())
_STARRED = frozenset({"*", "∗"})


@dataclass(frozen=True, slots=True)
class _Parts:
    token: Token
    scripts: list[Script]

    def primes(self) -> int:
        return sum(s.kind == "prime" for s in self.scripts)

    def without(self, *used: Script | None, primes: bool = False) -> list[Script]:
        return [s for s in self.scripts if not any(s is u for u in used) and not (primes and s.kind == "prime")]


def name(p: Brackets) -> Syntax:
    """A name, a constant, the identity, a unit vector, a differential: whatever begins with a letter."""
    start = p.i
    token = p.take()
    if token.text == "d" and _is_differential(p, token):
        return differential(p, start)
    if token.text in ("\\Sigma", "\\Pi") and sums.is_range(p):
        return sums.unicode_sum(p, start, token.text == "\\Pi")
    density = densities.gaussian(p, token, start)
    if density is not None:
        return density
    if _is_expectation(p, token):
        return expectation(p, start)
    known = p.scope.find(token.text) is not None or token.text in p.defined
    if token.text in _LETTER_FUNCTIONS and not known and _applied(p, token) and not _in_its_bracket(p, token):
        return letter_function(p, token, start)
    body, rest = resolve(p, token, gather(p), start)
    if isinstance(body, Name) and not rest and body.text in p.defined:
        return applied(p, body)
    if isinstance(body, Name):
        _refuse_application(p, body, token)
    elif isinstance(body, Index):
        _refuse_indexed_function(p, body, token)
    elif isinstance(body, Item):
        body = _python_member(p, body)
    body = apply_all(p, body, rest)
    _refuse_operator(p, body, token)
    entries = isinstance(body, Name) and body.text in p.scope.names and p.scope.rank(body.text) > 0
    return python_entries(p, body) if entries else body


def _python_member(p: Brackets, body: Item) -> Syntax:
    """x_i[k] in plain text: the member k of the family x_i, as in Python and as it is printed; not an entry of x_i."""
    (index,) = body.indices
    own = any(f.family.name == body.family and f.family.index == getattr(index, "text", "")
              for found in p.scope.families.values() for f in found)  # fmt: skip
    if not (own and p.plain and p.peek().text == "[" and p.peek().kind == "open" and not p.peek().spaced):
        return body
    start, opening = p.i, p.take()
    at = p.expression(0)
    p.close(opening)
    return apply_all(p, replace(body, span=(body.span[0], p.since(start)[1]), indices=(at,)), gather(p))


def applied(p: Brackets, function: Name) -> Syntax:
    """f or f(x) of a defined name, with what follows; f(x + h) is a value of a function, y(a + b) a product."""
    parameters = p.defined[function.text]
    if p.peek().text != "(" or p.peek().kind != "open":
        return apply_all(p, function, gather(p))
    mark = p.i
    args = _arguments(p)
    of_itself = any(isinstance(n, Name) and n.text == function.text for a in args for n in walk(a))  # s(1 - s)
    if not of_itself and (parameters or all(isinstance(a, Name) for a in args)):
        span = (function.span[0], p.tokens[p.i - 1].end)
        return apply_all(p, Application(span, function.text, args), gather(p))
    p.i = mark
    return function


def _in_its_bracket(p: Brackets, token: Token) -> bool:
    r"""True for \sigma(1 - \sigma): a letter that stands as a value in the bracket behind it is a factor before it."""
    if p.peek().text != "(" or p.peek().kind != "open":
        return False
    depth = 0
    for k in range(p.i, p.stop):
        depth += (p.tokens[k].kind == "open") - (p.tokens[k].kind == "close")
        if depth == 0:
            return False
        after = p.tokens[min(k + 1, p.stop - 1)]
        if p.tokens[k].text == token.text and after.text != "(" and after.kind not in ("sub", "prime"):
            return True
    return False


def _arguments(p: Brackets) -> tuple[Syntax, ...]:
    """(a, b, c)."""
    opening = p.take()
    saved, p.bars = p.bars, []
    args = [p.expression(0)]
    while p.accept(",") or p.accept(";"):
        args.append(p.expression(0))
    p.bars = saved
    p.close(opening)
    return tuple(args)


def _is_differential(p: Brackets, token: Token) -> bool:
    after = p.peek()
    follows = after.kind == "symbol" or after.text in ("vec", "(") or (after.text == "{" and token.mark == "roman")
    return follows and (token.mark == "roman" or p.differentials or not p.scope.is_symbol("d"))


def differential(p: Brackets, start: int) -> Syntax:
    """dX and its scripts: dX^T is the transpose of dX. The sign d or ∂ has been taken."""
    token = p.peek()
    if token.text == "vec" and token.kind == "word":  # d vec X = vec dX
        return _differential_of_vec(p, start)
    if token.kind == "symbol":
        p.take()
        body, rest = resolve(p, token, gather(p), p.i - 1)
        if isinstance(body, Name) and (declared := p.scope.find("d" + body.text)):
            return apply_all(p, Name((p.tokens[start].start, body.span[1]), declared), rest)
        return apply_all(p, Differential((p.tokens[start].start, body.span[1]), body), rest)
    if token.kind == "open":
        body = p.within(p.argument()) if token.text == "{" else p.bracketed(token)
        return apply_all(p, Differential(p.since(start), body), gather(p))
    raise p.unexpected(token, "the variable of the differential")


def _is_expectation(p: Brackets, token: Token) -> bool:
    r"""\mathbb{E} with anything behind it, and an undeclared E or \mathrm{E} with a square bracket."""
    if token.text != "E" or "E" in p.scope.names:
        return False
    return token.mark == "bb" or (p.peek().text == "[" and p.peek().kind == "open")


def _differential_of_vec(p: Brackets, start: int) -> Syntax:
    found = p.atom()
    vec = found.body if isinstance(found, Transpose) else found
    if not isinstance(vec, Call) or not isinstance(vec.args[0], Name):
        raise p.error(p.since(start), "the differential of this vec", "d vec X of one symbol")
    span = p.since(start)
    moved = replace(vec, span=span, args=(Differential(span, vec.args[0]),))
    return Transpose(span, moved) if isinstance(found, Transpose) else moved


def expectation(p: Brackets, start: int) -> Syntax:
    gather(p)
    opening = p.peek()
    if opening.text in ("(", "[", "\\{"):
        body = p.bracketed(opening)
    else:
        body = p.expression(19)
    return apply_all(p, Expectation(p.since(start), body), gather(p))


def _applied(p: Brackets, token: Token) -> bool:
    """True when a bracket follows, perhaps after a prime, a dot or a ring; of an eigenvalue, after its number."""
    k = 0
    if token.text == "\\lambda":
        if p.peek().kind != "sub":
            return False
        k = 2 if p.peek(1).text != "{" else p.braces[p.i + 1] - p.i + 1
    while p.peek(k).kind == "prime" or (p.peek(k).text == "." and p.peek(k).kind == "op"):
        k += 1
    if p.peek(k).kind == "sub" and p.peek(k + 1).text == "⊙":
        k += 2
    return p.peek(k).text in ("(", "[", "\\{") and p.peek(k).kind == "open"


def letter_function(p: Brackets, token: Token, start: int) -> Syntax:
    r"""\sigma(x), \Phi(x), \lambda_k(A)."""
    primes, number = 0, list[Syntax]()
    if token.text == "\\lambda":
        p.take()
        piece = p.script()
        largest = p.texts(piece) in (["max"], ["\\max"])
        smallest = p.texts(piece) in (["min"], ["\\min"])
        number = [] if largest or smallest else [p.within(piece)]
        function = "largest eigenvalue" if largest else "eigenvalue"
    else:
        function = _LETTER_FUNCTIONS[token.text]
    while p.peek().text not in ("(", "[", "\\{"):
        primes += p.take().kind == "prime"
    body = p.bracketed(p.peek())
    return apply_all(p, Call(p.since(start), function, (body, *number), primes=primes), gather(p))


def _refuse_indexed_function(p: Brackets, body: Index, token: Token) -> None:
    r"""An undeclared p_i(\theta) below a sum over i is no product of an entry and \theta."""
    known = p.scope.find(token.text) is not None or token.text in p.scope.families
    name_alone = p.peek(1).kind == "symbol" and p.peek(2).text in (")", ",", ";")
    if p.peek().text == "(" and p.peek().kind == "open" and name_alone and not known:
        name = p.text[body.span[0] : body.span[1]]
        raise p.error(
            token,
            f"{name} is not declared, so {name}(...) may be a product or a function",
            "the function written out, or a declaration such as 'scalar, i=1..N' of the family",
        )


def _refuse_operator(p: Brackets, body: Syntax, token: Token) -> None:
    r"""An undeclared upright word before its argument, \operatorname{div} f, is an operator, and no factor."""
    is_word = token.mark == "roman" and len(token.text) > 1 and token.text.isalpha()
    if not (is_word and isinstance(body, Name) and p.binding(p.peek()) == 30):
        return
    if p.scope.find(body.text) is None and body.text not in p.scope.sizes and body.text not in p.defined:
        wanted = "a declaration where it is a number, or its definition written out"
        raise p.error(token, f"the operator {token.text} is not known", wanted)


def _refuse_application(p: Brackets, body: Name, token: Token) -> None:
    """An undeclared f(x) could be a product or a function: ask."""
    after = p.peek()
    if after.text != "(" or after.kind != "open" or body.text in p.bound:
        return
    known = p.scope.find(body.text) is not None or body.text in p.scope.sizes or token.text in p.scope.families
    of_one_name = p.peek(2).text in (")", ",") and not token.text.isupper()  # u(x), v(s, t)
    is_word = len(token.text) > 2 and token.text.isalpha()  # foo(x + y)
    if known or not (p.scope.declared or of_one_name or is_word or token.text in _FUNCTION_LETTERS):
        return
    raise p.error(
        token,
        f"{body.text} is not declared, so {body.text}(...) may be a product or a function",
        f"a declaration of {body.text}, or its definition",
    )


def resolve(p: Brackets, token: Token, scripts: list[Script], start: int) -> tuple[Syntax, list[Script]]:
    """The meaning of a letter with its scripts, and the scripts that are left over."""
    parts = _Parts(token, scripts)
    span = (token.start, token.end)
    if token.text in p.bound:
        return Name(span, token.text), scripts
    for base in _variants(token.text):
        found = _declared(p, base, parts)
        if found is None or (isinstance(found[0], Name) and found[0].text == base):  # y_i of y, beside a family y_i
            found = _family(p, base, parts) or found
        if found is not None:
            return found
    return _special(p, parts) or _root(p, parts) or _undeclared(p, parts)


def _variants(text: str) -> list[str]:
    for accent in ("\\vec{", "\\mathcal{"):
        if text.startswith(accent):
            return [text, text[len(accent) : -1]]
    return [text]


def _text(p: Brackets, script: Script | None) -> str | None:
    return None if script is None else "".join(p.texts(script.piece)).replace("∗", "*")


def _spanned(parts: _Parts, *used: Script | None) -> tuple[int, int]:
    return (parts.token.start, max([parts.token.end, *(s.span[1] for s in used if s is not None)]))


def _declared(p: Brackets, base: str, parts: _Parts) -> tuple[Syntax, list[Script]] | None:
    """The declared name that uses most of the scripts."""
    names, primes = p.scope.names, parts.primes()
    spelt = p.scope.spellings
    if not parts.scripts:
        base = spelt.get(base, base) if base not in names else base
        return (
            (Name(_spanned(parts), base, parts.token.mark == "bold"), [])
            if base in names or base in p.scope.sizes
            else None
        )
    sub = next((s for s in parts.scripts if s.kind == "sub"), None)
    sups: list[Script | None] = [s for s in parts.scripts if s.kind == "sup"]
    for with_primes in (True, False) if primes else (False,):
        for s in (sub, None) if sub else (None,):
            for sup in (*sups, None):
                text = joined(base, primes if with_primes else 0, _text(p, s), _text(p, sup))
                text = spelt.get(text, text) if text not in names else text
                if text in names or text in p.scope.sizes:
                    _refuse_bound(p, s, text)
                    return Name(_spanned(parts, s, sup), text, parts.token.mark == "bold"), parts.without(
                        s, sup, primes=with_primes
                    )
    return None


def _refuse_bound(p: Brackets, sub: Script | None, name: str) -> None:
    r"""a_{ij} declared as one number cannot stand in a sum over i: there it is another one for every i."""
    letters = [] if sub is None else [t for t in _letters(p, sub) if isinstance(t, Name)]
    bound = [t.text for t in letters if t.text in p.bound]
    if len(letters) < 2 or not bound:
        return
    assert sub is not None
    array = p.scope.keys.get(name, name).partition("_")[0].upper()
    whole = f"the matrix {array}: 'M x N', of which {name} is then the entry"
    raise p.error(
        sub.span, f"{name} is declared as a constant, but its index {bound[0]} is that of a sum around it", whole
    )


def _family(p: Brackets, base: str, parts: _Parts) -> tuple[Syntax, list[Script]] | None:
    """A member of a declared family: x_i, x_{i+1}, y^{(i)}."""
    for family in p.scope.families.get(base, ()):
        indexed = next((s for s in parts.scripts if s.kind == family.place), None)
        other_kind = "sup" if family.place == "sub" else "sub"
        other = next((s for s in parts.scripts if s.kind == other_kind and _text(p, s) == family.other), None)
        if indexed is None or (family.other is not None and other is None):
            continue
        found = indices(p, _inside(p, indexed.piece), digits=False)
        span = _spanned(parts, indexed, other)
        if any(f is None for f in found) or len(found) > 2:
            raise p.error(indexed.span, f"{family.family.name} has one index", f"{base}_{family.family.index}")
        member: Syntax = Item(span, family.family.name, tuple(f for f in found[:1] if f is not None))
        return Index(span, member, found[1:]) if found[1:] else member, parts.without(indexed, other)
    return None


def _inside(p: Brackets, piece: tuple[int, int]) -> tuple[int, int]:
    """The slice without the parentheses of ^{(i)}."""
    first, last = piece
    while last - first > 2 and p.tokens[first].text in ("(", "[", "{") and p.tokens[last - 1].text in (")", "]", "}"):
        first, last = first + 1, last - 1
    return first, last


def _special(p: Brackets, parts: _Parts) -> tuple[Syntax, list[Script]] | None:
    """Letters with a meaning of their own, unless they are declared: I, e, pi, infinity, e_i."""
    token = parts.token
    if token.text in p.defined:
        return None
    sub = next((s for s in parts.scripts if s.kind == "sub"), None)
    span = _spanned(parts, sub)
    if token.text == "I" or (token.text == "Id" and token.mark == "roman"):
        return Literal(span, "eye", sizes(p, sub.piece) if sub else ()), parts.without(sub)
    if token.text == "\\pi" and sub is None:
        return Constant(span, "pi"), parts.scripts
    if token.text == "\\infty":
        return Constant(span, "infinity"), parts.scripts
    sup = next((s for s in parts.scripts if s.kind == "sup"), None)
    if token.text == "J" and sub is None and sup is not None and len(found := _letters(p, sup)) == 2:
        i, j = (Unit(_spanned(parts, sup), n) for n in found)  # J^{ij} = e_i e_j^T
        return Product(_spanned(parts, sup), (i, Transpose(j.span, j)), ("",)), parts.without(sup)
    if token.text == "\\delta" and sub is not None and len(found := _pair(p, sub)) == 2:
        i, j = (Unit(span, n) for n in found)  # \delta_{ij} = e_i^T e_j
        return Product(span, (Transpose(span, i), j), ("",)), parts.without(sub)
    if token.text in _STRUCTURED and sub is not None:
        found = _size_names(p, sub)
        if len(found) == 1 or (len(found) == 2 and token.text == "K"):
            return Call(span, _STRUCTURED[token.text], found), parts.without(sub)
    if token.text != "e":
        return None
    if sub is not None:
        return Unit(span, p.within(sub.piece)), parts.without(sub)
    if token.mark == "bold":
        return None
    if sup is None:
        return Constant(span, "e"), parts.scripts
    return Call(_spanned(parts, sup), "exp", (p.within(sup.piece),)), parts.without(sup)


def _root(p: Brackets, parts: _Parts) -> tuple[Syntax, list[Script]] | None:
    r"""\sigma and \sigma^4 where \sigma^2 is a declared name: its powers."""
    sub = next((s for s in parts.scripts if s.kind == "sub"), None)
    square = joined(parts.token.text, 0, _text(p, sub), "2")
    if square not in p.scope.names:
        return None
    sup = next((s for s in parts.scripts if s.kind == "sup"), None)
    exponent = "1" if sup is None else _text(p, sup) or ""
    if not exponent.lstrip("-").isdigit():
        return None
    span = _spanned(parts, sub, sup)
    half = Number(span, Fraction(int(exponent), 2))
    return Power(span, Name(span, square), half), parts.without(sub, sup)


def _letters(p: Brackets, script: Script) -> tuple[Syntax, ...]:
    """The letters of a script such as ij or i,j; nothing when it is anything else."""
    tokens = [t for t in p.tokens[script.piece[0] : script.piece[1]] if t.text not in ("{", "}", ",")]
    if len(tokens) == 1 and len(tokens[0].text) == 2 and tokens[0].text.isalpha():  # delta_ij in plain text
        return tuple(Name((tokens[0].start, tokens[0].end), c) for c in tokens[0].text)
    return tuple(Name((t.start, t.end), t.text) for t in tokens) if all(t.kind == "symbol" for t in tokens) else ()


def _pair(p: Brackets, script: Script) -> tuple[Syntax, ...]:
    """The two indices of a Kronecker delta: ij, i,j, 1k or i+1,j; nothing when it is anything else."""
    first, last = script.piece
    tokens = p.tokens[first:last]
    commas = [first + n for n, t in enumerate(tokens) if t.text == ","]
    if len(commas) == 1 and len(tokens) > 2:
        return p.within((first, commas[0])), p.within((commas[0] + 1, last))
    kinds = sorted(t.kind for t in tokens)
    if kinds == ["number", "symbol"]:
        return p.within((first, first + 1)), p.within((first + 1, last))
    return _letters(p, script)


def _size_names(p: Brackets, sub: Script) -> tuple[Syntax, ...]:
    """The sizes in K_{mn} or D_n, declared or beside a vec; nothing when the subscript is anything else."""
    tokens = [t for t in p.tokens[sub.piece[0] : sub.piece[1]] if t.text not in (",", "(", ")")]
    known = all(t.text in p.scope.sizes or (p.beside_vec and t.text in SIZES) for t in tokens)
    return tuple(Name((t.start, t.end), t.text) for t in tokens) if known else ()


def _refuse_prose(p: Brackets, token: Token) -> None:
    """Words of a sentence are no factors."""
    if token.mark == "roman" and token.text in _PROSE:
        raise p.error(token, f"the word {token.text!r} stands inside the formula", "a formula without text")


def _undeclared(p: Brackets, parts: _Parts) -> tuple[Syntax, list[Script]]:
    """A free name: its subscript belongs to it, unless that is the index of a sum around it."""
    _refuse_prose(p, parts.token)
    token, bold = parts.token, parts.token.mark == "bold"
    single = _single_entry(p, parts)
    if single is not None:
        return single
    sub = next((s for s in parts.scripts if s.kind == "sub"), None)
    sup = next((s for s in parts.scripts if s.kind == "sup" and _names(p, s, token)), None)
    labelled, whole = (joined(token.text, 0, below, _text(p, sup)) for below in (None, _text(p, sub)))
    if sub is not None and labelled in p.defined and whole not in p.defined and len(_text(p, sub) or "") <= 3:
        span = _spanned(parts, sub, sup)
        return Index(span, Name(span, labelled, bold), indices(p, sub.piece)), parts.without(sub, sup)
    if sub is not None:
        texts = p.texts(sub.piece)
        if texts in (["⊙"], ["+"]):
            sub = None
        elif any(t in p.bound for t in texts) or token.text in p.arrays:
            return _entry(p, parts, sub)
    _refuse_undeclared_member(p, parts, sup)
    text = joined(token.text, 0, _text(p, sub), _text(p, sup))
    return Name(_spanned(parts, sub, sup), text, bold), parts.without(sub, sup)


def _refuse_undeclared_member(p: Brackets, parts: _Parts, sup: Script | None) -> None:
    """x^{(i)} in a sum over i: read as one name it would be the same for every i."""
    runs = next((t for t in p.texts(sup.piece) if t in p.bound), None) if sup is not None else None
    if sup is not None and runs is not None:
        name = joined(parts.token.text, 0, None, _text(p, sup))
        wanted = f"a declaration such as {name}: 'n, {runs}=1..N', or 'scalar, {runs}=1..N'"
        raise p.error((parts.token.start, sup.span[1]), f"{name} runs over {runs} and is not declared", wanted)


def _entry(p: Brackets, parts: _Parts, sub: Script) -> tuple[Syntax, list[Script]]:
    """x_i of an undeclared x; a_{ij} may be the entry of A, and in X^{-1}_{ij} the inverse comes first."""
    token = parts.token
    array = p.arrays.get(token.text, token.text)
    body = Name((token.start, token.end), array, token.mark == "bold")
    first = parts.scripts[0]
    if first.kind == "sup" and not _names(p, first, token):
        return body, parts.scripts
    written = joined(token.text, 0, _text(p, sub))
    note = "" if array == token.text else f"{written} is read as the entry of {array}"
    return Index(_spanned(parts, sub), body, indices(p, sub.piece), note), parts.without(sub)


def _single_entry(p: Brackets, parts: _Parts) -> tuple[Syntax, list[Script]] | None:
    """E_{ij} or E^{ij} beside a derivative by X_{ij}: the matrix e_i e_j^T."""
    script = next((s for s in parts.scripts if s.kind in ("sub", "sup") and len(_letters(p, s)) == 2), None)
    if script is None or parts.token.text not in p.units:
        return None
    span = _spanned(parts, script)
    row, column = _letters(p, script)
    written, at = p.text[span[0] : span[1]], " ".join(p.texts(script.piece)).replace(" , ", " ")
    note = f"{written} is read as the matrix with a single 1, at {at}"
    return Product(span, (Unit(span, row), Transpose(span, Unit(span, column), note)), ("",)), parts.without(script)


def _names(p: Brackets, script: Script, token: Token) -> bool:
    r"""True for a superscript that labels: ^{(1)}, ^{[l]}, a lone ^-, and * on a small letter."""
    text = _text(p, script) or ""
    if text in _STARRED:
        return not token.text.isupper()
    if text == "-":
        return True
    return (text[:1], text[-1:]) in (("(", ")"), ("[", "]")) and (not p.plain or braced(p, script))


def ones_or_zeros(p: Brackets, token: Token) -> Syntax:
    r"""A bold 1 or 0, perhaps with its size: \mathbf 1, \mathbf{1}_n, 0_{m \times n}. The token has been taken."""
    indicated = indicator(p, token)
    if indicated is not None:
        return indicated
    scripts = gather(p)
    sub = next((s for s in scripts if s.kind == "sub"), None)
    found = sizes(p, sub.piece) if sub else ()
    kind = "ones" if token.text == "1" else "zeros"
    span = (token.start, sub.span[1] if sub else token.end)
    body = Literal(span, kind, found, matrix=len(found) == 2)
    return apply_all(p, body, [s for s in scripts if s is not sub])


def indicator(p: Brackets, token: Token) -> Syntax | None:
    r"""\mathbf{1}[x > 0], \mathbf 1_{x > 0}, \mathbb{1}\{x > 0\}: where the condition holds; None for plain ones."""
    opening, start = p.peek(), p.i
    if token.text != "1" or not (opening.kind == "sub" or opening.text in ("(", "[", "\\{")):
        return None
    if opening.kind == "sub":
        p.take()
        piece = p.script()
        if not any(t.text in _RELATIONS for t in p.tokens[piece[0] : piece[1]]):
            p.i = start
            return None
        if p.tokens[piece[0]].text in ("(", "[", "\\{"):
            return p.within(piece)
        saved = p.i, p.stop
        p.i, p.stop = piece
        body = conditions(p)
        p.i, p.stop = saved
        return body
    depth = 0
    for t in p.tokens[start : p.stop]:
        depth += (t.kind == "open") - (t.kind == "close")
        if depth == 0:
            return None
        if t.text in _RELATIONS and depth == 1:
            return p.bracketed(opening)
    return None


def sizes(p: Brackets, piece: tuple[int, int]) -> tuple[Syntax, ...]:
    r"""The sizes in a subscript: n, m \times n, m,n."""
    found = (
        indices(p, piece, digits=False)
        if any(t.text == "," for t in p.tokens[piece[0] : piece[1]])
        else (p.within(piece),)
    )
    parts: list[Syntax] = []
    for f in found:
        if isinstance(f, Product) and f.signs == ("×",):
            parts.extend(f.factors)
        elif f is not None:
            parts.append(f)
    return tuple(parts)
