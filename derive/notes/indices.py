r"""Indices of what is written by its entries: `x_k` of a vector, `x_{ab}` of a matrix, sums over the rest of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from .claims import Claim
from .context import Context, Definition, key_of, keys_in, plain
from .names import canonical, is_bold, is_upper, name_of, name_spans
from .tex import Tex, Tok, bare, script, split, tokens

_DEPTH = 5


def entry_of(tex: Tex, context: Context, place: int, near: Iterable[Tex]) -> tuple[Tex, tuple[str, ...]] | None:
    r"""The whole and the indices of an entry: `x_k` of a vector x, `X_{ab}` or `x_{ab}` of a matrix X; else None."""
    cut = next((k for k, tok in enumerate(tex) if tok.text == "_"), 0)
    if not cut or script(tex, cut + 1)[1] != len(tex):
        return None
    head, indices = tex[:cut], indices_of(script(tex, cut + 1)[0])
    if len(indices) not in (1, 2):
        return None
    near = list(near)
    used = set().union(*(keys_in(one) for one in near))
    alone = _standing_alone(near, context, place)
    if len(indices) == 1 and key_of(head) in alone and key_of(tex) not in _standing_alone(near[:1], context, place):
        return (wholes(head, 1)[1] if "b:" + key_of(head) in alone else head), indices
    if len(indices) == 1:
        used = alone
    for whole in wholes(head, len(indices)):
        if _is_array(whole, len(indices), context, place, used):
            return whole, indices
    return None


def _index_of(definition: Definition) -> frozenset[str]:
    r"""The i of s_i; the t of `h_t = o_t \odot \tanh(c_t)` counts whole vectors."""
    key = definition.name
    if any(tok.text in (r"\odot", r"\circ") for tok in definition.body):
        return frozenset()
    return frozenset(key[-1:]) if len(key) > 2 and key[-2] == "_" and key[-1].isalpha() else frozenset()


def _standing_alone(near: Iterable[Tex], context: Context, place: int, depth: int = 0,
                    running: frozenset[str] = frozenset()) -> set[str]:  # fmt: skip
    """The names that stand without an index in formulas and in the definitions that they rest on."""
    found: set[str] = set()
    for one in near:
        bound = summation_indices(one) | running
        for i, j in name_spans(one):
            key = key_of(one[i:j])
            cut = next((k for k in range(i, j) if one[k].text == "_"), i)
            runs = cut > i and bool(bound & set(indices_of(script(one, cut + 1)[0])))
            definition = context.definition(key, place) if key not in found and depth < _DEPTH else None
            found.add(key_of(one[i:cut]) if runs else key)
            if runs and depth < _DEPTH:  # the whole that \hat{y}_k is an entry of
                wholly = [context.definition(k, place) for k in (key_of(one[i:cut]), "b:" + plain(key_of(one[i:cut])))]
                definition = next((d for d in wholly if d is not None), definition)
            if definition is not None:
                found |= _standing_alone([definition.body], context, place, depth + 1, _index_of(definition))
                found |= set(definition.parameters)
    return found


def indices_of(inside: Tex) -> tuple[str, ...]:
    words = [tok.text for tok in inside if tok.text != ","]
    return tuple(words) if all(len(w) == 1 and w.isalnum() for w in words) else ()


def wholes(head: Tex, count: int) -> list[Tex]:
    """What `x` in `x_{ab}` may be an entry of: itself, itself in bold, the capital letter."""
    name = name_of(head) or ""
    found = [head, tokens(rf"\mathbf{{{name}}}", head[0].at)]
    if count == 2 and len(name) == 1 and name.islower():
        found += [tokens(rf"\mathbf{{{name.upper()}}}", head[0].at)]
    return found


def _is_array(whole: Tex, count: int, context: Context, place: int, used: set[str]) -> bool:
    key = key_of(whole)
    if any(d.kind in (("matrix",) if count == 2 else ("vector", "row")) for d in context.declared(key, place)):
        return True
    return key in used and (key.startswith("b:") or is_upper(plain(key)))


def matrix_letters(texs: Iterable[Tex]) -> set[str]:
    """The small letters of the matrices that are used: `v` for V."""
    return {key.lower() for tex in texs for key in keys_in(tex) if len(key) == 1 and key.isupper()}


def entries_in_capitals(claim: Claim, letters: set[str]) -> Claim:
    r"""`v_{ab}` written as `V_{ab}` where the claim has a matrix V, so that a reader knows what it is an entry of."""
    derivative = replace(claim.derivative, function=with_entries(claim.derivative.function, letters),
                         wrt=tuple(with_entries(w, letters) for w in claim.derivative.wrt))  # fmt: skip
    return replace(claim, derivative=derivative, side=with_entries(claim.side, letters))


def with_entries(tex: Tex, letters: set[str]) -> Tex:
    if not letters:
        return tex
    out: list[Tok] = []
    for k, tok in enumerate(tex):
        entry = tok.text in letters and k + 2 < len(tex) and tex[k + 1].text == "_"
        entry = entry and len(indices_of(script(tex, k + 2)[0])) == 2 and not (k and tex[k - 1].text == "_")
        out.append(Tok(tok.text.upper(), tok.at, tok.spaced) if entry else tok)
    return tuple(out)


def summed(tex: Tex, free: Sequence[str]) -> Tex:
    r"""`x_i a_{ij} x_j` with its sums, `\sum_{i} \sum_{j} x_i a_{ij} x_j`, over all indices but the free ones."""
    out: list[Tok] = []
    for mark, term in split(bare(tex), lambda tok: tok.text in ("+", "-")):
        bound = summation_indices(term)
        dummies = [k for k in dict.fromkeys(index_letters(term)) if k not in free and k not in bound]
        out += [mark] if mark else []
        for k in dummies:
            out += tokens(rf"\sum_{{{k}}} ", term[0].at)
        out += term
    return tuple(out)


def index_letters(tex: Tex) -> list[str]:
    found: list[str] = []
    for k, tok in enumerate(tex):
        if tok.text == "_" and not (k and tex[k - 1].text == r"\sum"):
            found += [word for word in indices_of(script(tex, k + 1)[0]) if word.isalpha() and word.islower()]
    return found


def summation_indices(tex: Tex) -> set[str]:
    return {tok.text for k in range(len(tex) - 1) if tex[k].text == r"\sum" and tex[k + 1].text == "_"
            for tok in script(tex, k + 2)[0]}  # fmt: skip


def apart_from(tex: Tex, indices: Sequence[str]) -> Tex:
    r"""`e^{z_i} / \sum_j e^{z_j}` with another letter for j, where j is wanted as an index from outside."""
    words = {tok.text for tok in tex}
    for letter in summation_indices(tex) & set(indices):
        fresh = next((k for k in "klmnpqrst" if k not in words and k not in indices), letter)
        tex = tuple(Tok(fresh, tok.at, tok.spaced) if tok.text == letter else tok for tok in tex)
        words.add(fresh)
    return tex


def with_index(tex: Tex, values: dict[str, str]) -> Tex:
    """The formula with numbers for free indices: `x_k` for k = 2 is `x_2`."""
    values = {k: v for k, v in values.items() if k not in summation_indices(tex)}
    out: list[Tok] = []
    i = 0
    while i < len(tex):
        if tex[i].text == "_" and i + 1 < len(tex) and not (i and tex[i - 1].text == r"\sum"):
            inside, end = script(tex, i + 1)
            if len(indices_of(inside)) in (1, 2):
                words = [Tok(values.get(word, word), tex[i].at) for word in indices_of(inside)]
                if i and tex[i - 1].text == r"\delta" and len(words) == 2 and all(w.text.isdigit() for w in words):
                    out[-1] = Tok("1" if words[0].text == words[1].text else "0", tex[i].at, out[-1].spaced)
                    i = end
                    continue
                comma = [Tok(",", tex[i].at)] if len(words) == 2 else []
                out += [tex[i], Tok("{", tex[i].at), words[0], *comma, *words[1:], Tok("}", tex[i].at)]
                i = end
                continue
        out.append(tex[i])
        i += 1
    return tuple(out)


def coefficients(texts: Sequence[Tex], context: Context, place: int) -> set[str]:
    r"""The numbers \theta_0, \theta_1 of a text in which \theta itself, or \theta_i, does not stand."""
    names = {canonical(t[i:j]): t[i:j] for t in texts for i, j in name_spans(t)}
    heads = {name[:-2] for name, tex in names.items() if name[-2:] == "_0" and not is_upper(name) and not is_bold(tex)}
    heads -= names.keys() | {name.rpartition("_")[0] for name in names if not name.rpartition("_")[2].isdigit()}
    heads = {head for head in heads if not context.declared(head, place)}
    return {name for name in names if name.rpartition("_")[0] in heads and not context.declared(name, place)}


def targets_of(base: Sequence[Tex], entry: tuple[str, ...]) -> frozenset[str]:
    """The keys of the variables; entries of a bold vector are often set light."""
    keys = {key_of(w) for w in base}
    return frozenset(keys | {plain(k) for k in keys} if entry else keys)


def variable_entry(wrt: list[Tex], claim: Claim, context: Context) -> tuple[tuple[str, ...], list[Tex]]:
    """`x_k`, `X_{ab}` and `x_{ab}` as entries of x and X, where the text has these: the indices and the whole."""
    if len(wrt) != 1 or context.definition(key_of(wrt[0]), claim.place):
        return (), wrt
    bodies = [d.body for d in context.bodies_of(claim.derivative.function, claim.place)]
    if canonical(wrt[0]) in coefficients([claim.derivative.function, claim.side, *bodies], context, claim.place):
        return (), wrt
    found = entry_of(wrt[0], context, claim.place, (claim.derivative.function, claim.side))
    return ((), wrt) if found is None else (found[1], [found[0]])
