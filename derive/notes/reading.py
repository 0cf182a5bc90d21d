r"""A question read as expressions: the names of its formulas get the shapes that the text declares, or else their
conventional ones, and what had to be assumed is said."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ..errors import DeriveError
from ..nodes import Node, symbol
from ..nonconforming import Written
from ..read import read_claim, read_many
from ..rebuilding import substitute
from ..symbols import Family
from .context import Context, Declaration, key_of, keys_in, plain
from .indices import coefficients, summation_indices
from .names import canonical, is_bold, is_upper, name_end, name_spans
from .question import Inner, Question
from .tex import Tex, Tok, bare, group_end, script, text_of, tokens

SIGN = "plus or minus one"
SQUARE = frozenset(["symmetric", "positive definite", "invertible", "orthogonal", "diagonal", "skew"])
Symbols = dict[str, Node | Family | str]
Derive = Callable[[Node, Node, Sequence[str]], Node]  # function, variable, indices of its entry: the derivative


@dataclass(frozen=True)
class Typing:
    """How far the declarations of the text are taken: `sizes` as declared; `vectors` are names forced to be vectors,
    `shapes` the shapes of names that the claim itself shows. What is a mere `guess` can make a claim right, not wrong.
    """

    sizes: bool = True
    vectors: frozenset[str] = frozenset()
    shapes: tuple[tuple[str, str], ...] = ()
    members: str = ""  # the length of the vectors in families, where the text does not say it
    facts: tuple[tuple[str, str], ...] = ()  # properties by key
    label: str = ""
    guess: bool = False


@dataclass(frozen=True)
class Expressions:
    """What a question is about, read: `claim` is None when only the claim could not be read, and `error` says why."""

    function: Node
    wrt: Node
    claim: Node | None
    parts: tuple[Node, ...]
    directions: tuple[Node, ...]
    point: tuple[Node, ...]
    differentials: Mapping[str, Node]
    symbols: Mapping[str, Node | Family]
    assumptions: tuple[str, ...]
    error: DeriveError | None = None
    written: Written | None = None  # the texts that were read


class QuestionReader:
    """Reads questions of one document."""

    def __init__(self, context: Context, place: int, typing: Typing) -> None:
        self.context, self.place, self.typing = context, place, typing
        self.transposed: frozenset[str] = frozenset()  # keys of what can only be a vector
        self.wholes: frozenset[str] = frozenset()  # bold vectors of which light letters are the entries

    def length(self, name: Tex) -> str:
        """The declared length of a vector; nothing for another name."""
        words = self._declaration(key_of(name)).split()
        return words[0] if words and words[0] != "scalar" and words[1:2] != ["x"] else ""

    def declared(self, question: Question) -> Symbols:
        """`where=` for the names of a question."""
        found: Symbols = dict.fromkeys(question.scalars, "scalar")
        keys = set().union(*map(keys_in, question.texts))
        members = self._families(question.texts)
        for text in question.texts:
            found |= summed_sizes(text, lambda name: members.get(plain(key_of(name)), "scalar")[0] != "s" or
                                  bool(self.context.declared(key_of(name), self.place)))  # fmt: skip
        found |= {k: words for k, words in members.items() if not self.context.declared(k, self.place)}
        found |= dict.fromkeys(coefficients(question.texts, self.context, self.place), "scalar")
        bold = {key_of(t[i:j]) for t in question.texts for i, j in name_spans(t)}
        indexed = {key_of(name[:cut]) for name, cut in _indexed_names(question.texts)}
        for key in sorted(keys, key=lambda k: k.startswith("b:")):
            words = self._declaration(key)
            if words.split()[:1] == ["scalar"] and key in indexed:
                continue  # that number is another one: this letter has entries
            if (
                words
                and ("b:" + key not in bold)
                and (not key.startswith("b:") or key in bold or plain(key) not in found)
            ):
                found[plain(key)] = words
        if question.entry or question.free:  # p_1 on the right is an entry of the p in \sum_k p_k
            for name, cut in _indexed_names(question.texts):
                if not is_bold(name) and not self.context.declared(key_of(name[:cut]), self.place):
                    found.setdefault(plain(key_of(name[:cut])), "size_" + text_of(bare(name[cut + 1 :])).strip())
        return found | dict(self.typing.shapes)

    def _families(self, texts: Sequence[Tex]) -> dict[str, str]:
        """The members of families in all formulas; what is a vector in one is a vector in all."""
        found: dict[str, str] = {}
        for text in texts:
            for name, words in families(text, self._family_shape, self.typing.members).items():
                if found.get(name, "scalar").startswith("scalar"):
                    found[name] = words
        for key in (key for key, word in self.typing.facts if word == SIGN):
            for name in found:
                if re.split(r"[_^]", name)[0] == plain(key):
                    found[name] = found[name].replace("scalar,", f"scalar {SIGN},")
        return found

    def _declaration(self, key: str) -> str:
        said = self._said(key)
        kind = next((d.kind for d in said if d.kind), "")
        shape = next((d.shape for d in said if d.shape), "") if self.typing.sizes else ""
        if not said and key in self.context.losses:
            kind = "scalar"
        if kind == "scalar" and key not in self.typing.vectors:
            shape = "scalar"
        if not shape or key in self.typing.vectors:
            return ""
        return " ".join([shape.removesuffix(" x 1"), *_fitting(_properties(said), shape)])

    def _family_shape(self, name: Tex) -> str:
        """The shape of the members of a family: bold ones are vectors of one length, as is what is declared one."""
        head = next((name[:k] for k, tok in enumerate(name) if tok.text in ("_", "^")), name)
        declared = self._declaration(key_of(head))
        if declared and " x " not in declared and declared.split()[0].isalnum():
            return declared.split()[0]
        if self.typing.members:
            return self.typing.members if key_of(head).startswith("b:") else ""
        return "q_" + plain(key_of(head)).strip("\\") if key_of(head).startswith("b:") else ""

    def _said(self, key: str) -> list[Declaration]:
        """The declarations of a name back to the last one that introduces it."""
        found: list[Declaration] = []
        kind = ""
        for one in self.context.declared(key, self.place):
            if kind and one.kind and _family(one) != kind:
                break
            found.append(one)
            kind = kind or _family(one)
            if one.shape:
                break
        return found

    def all_firm(self, tex: Tex) -> bool:
        """True when every name is declared, or set so that its kind is clear: bold, or a capital letter."""
        heads = {key_of(tex[i:end]) for i, end in name_spans(tex) if not (i and tex[i - 1].text in ("_", "^"))}
        heads -= {"T", *summation_indices(tex)}  # T is a transpose written x^\text{T}
        return all(k.startswith("b:") or is_upper(plain(k)) or k in self.transposed or self._said(k) for k in heads)

    def text(self, tex: Tex) -> str:
        """The formula as text, with the names that the text calls vectors set bold."""
        out: list[Tok] = []
        i = 0
        while i < len(tex):
            end = name_end(tex, i)
            cut = next((k for k in range(i, end) if tex[k].text == "_"), i)
            if cut > i and key_of(tex[i:cut]) in self.wholes and not self._said(key_of(tex[i:end])):
                out += [*tokens(rf"\left[\mathbf{{{text_of(tex[i:cut])}}}\right]", tex[i].at), *tex[cut:end]]
            elif end > i and self._is_light_vector(tex[i:end]) and not (i and tex[i - 1].text == "_"):
                out += [
                    Tok(r"\mathbf", tex[i].at, True),
                    Tok("{", tex[i].at),
                    tex[i],
                    Tok("}", tex[i].at),
                    *tex[i + 1 : end],
                ]
            elif end > i and (after := self._factor_end(tex, i, end)):
                out += [Tok("{", tex[i].at, True), *tex[i:after], Tok("}", tex[i].at)]
                end = after
            else:
                out += tex[i : max(end, i + 1)]
            i = max(end, i + 1)
        return text_of(out).strip()

    def _factor_end(self, tex: Tex, i: int, end: int) -> int:
        r"""After `\Sigma^{-1}` in `\Sigma^{-1}(x - \mu)`: a power before a bracket, and no call; or 0."""
        if end + 1 >= len(tex) or tex[end].text != "^" or (i and tex[i - 1].text in ("_", "^")):
            return 0
        after = script(tex, end + 1)[1]
        opens = after < len(tex) and tex[after].text in ("(", "[", r"\left")
        key = key_of(tex[i:end])
        called = self.context.is_function(key, self.place) or (not is_upper(plain(key)) and not key.startswith("b:"))
        return after if opens and not called else 0

    def _is_light_vector(self, name: Tex) -> bool:
        key = key_of(name)
        if key.startswith("b:") or is_upper(plain(key)) or len(name[0].text) > 1:
            return False
        said = self._said(key)
        if key in self.transposed and not any(d.kind or d.shape for d in said):
            return True
        return key in self.typing.vectors or any(d.kind == "vector" and not d.shape for d in said)

    def properties(self, question: Question, symbols: Mapping[str, Node | Family]) -> dict[Node, Node]:
        """Symbols whose properties are declared without a shape, and the same symbols with their properties."""
        found: dict[Node, Node] = {}
        for key in set().union(*map(keys_in, question.texts)):
            node = symbols.get(plain(key))
            words = _properties(self._said(key)) + [word for name, word in self.typing.facts if name == key]
            words += ["symmetric"] if self._is_symmetric(key, symbols) else []
            if isinstance(node, Node) and node.shape[0] != node.shape[1]:
                words = [word for word in words if word not in SQUARE]
            if isinstance(node, Node) and words and not set(words) <= node.properties:
                try:
                    found[node] = symbol(node.name, node.shape, {*node.properties, *_closed(words)})
                except DeriveError:
                    continue
        return found

    def _is_symmetric(self, key: str, symbols: Mapping[str, Node | Family]) -> bool:
        r"""Is a matrix its own transpose by its definition, as S in `S = \frac1N \sum_i (x_i - m)(x_i - m)^\top`?"""
        definition = self.context.definition(key, self.place) if is_upper(plain(key)) else None
        node = symbols.get(plain(key))
        if definition is None or definition.parameters or not isinstance(node, Node) or node.shape[0] != node.shape[1]:
            return False
        try:
            known: Symbols = {**families(definition.body, self._family_shape)}
            body = read_many([self.text(definition.body)], known)[0].expression
        except DeriveError:
            return False
        return not body.is_scalar and body.T is body


def _family(one: Declaration) -> str:
    """A vector said to be 3 x 1 or 1 x 3 is a vector still."""
    if one.kind == "matrix" and "1" in one.shape.split(" x "):
        return "vector"
    return "vector" if one.kind == "row" else one.kind


def _indexed_names(texs: Sequence[Tex]) -> Iterator[tuple[Tex, int]]:
    """The names x_i with the index of a sum in the same formula, and where the index begins."""
    for tex in texs:
        bound = {t.text for k, tok in enumerate(tex) if tok.text == r"\sum" and tex[k + 1 : k + 2] and
                 tex[k + 1].text == "_" for t in script(tex, k + 2)[0][:1]}  # fmt: skip
        for i, j in name_spans(tex) if bound else ():
            cut = next((k for k in range(i, j) if tex[k].text == "_"), i)
            if cut > i and text_of(bare(tex[cut + 1 : j])).strip() in bound:
                yield tex[i:j], cut - i


def summed_sizes(tex: Tex, is_member: Callable[[Tex], bool]) -> dict[str, str]:
    r"""`\sum_{i=1}^{n} \beta_i x_i` makes \beta and x vectors of length n; a declared or
    transposed x_i is a member of a family."""
    found: dict[str, str] = {}
    for k, tok in enumerate(tex):
        limits = _limits(tex, k) if tok.text == r"\sum" else None
        if limits is None:
            continue
        index, size, begin = limits
        for i, end in name_spans(tex[begin:]):
            name = tex[begin + i : begin + end]
            cut = next((j for j, t in enumerate(name) if t.text == "_"), 0)
            runs = cut and text_of(bare(name[cut + 1 :])).strip() == index
            if runs and not is_bold(name) and not is_member(name):
                found[plain(key_of(name[:cut]))] = size
    return found


def families(tex: Tex, shape_of: Callable[[Tex], str], size_of_members: str = "") -> dict[str, str]:
    r"""`\sum_{i=1}^m (y^{(i)} - w^\top x^{(i)})^2`: y^{(i)} and x^{(i)} are families, and x^{(i)} one of vectors."""
    found: dict[str, str] = {}
    for k, tok in enumerate(tex):
        limits = _limits(tex, k) if tok.text == r"\sum" else None
        if limits is None:
            continue
        index, size, begin = limits
        for i, end in name_spans(tex[begin:]):
            name = tex[begin + i : begin + end]
            vectorial = _is_vectorial(tex, begin + i, begin + end)
            member = _is_member(name, index) or (vectorial and _is_entry(name, index))
            if member and found.get(plain(key_of(name)), "scalar").startswith("scalar"):
                shape = shape_of(name) or ((size_of_members or "q_" + index) if vectorial else "scalar")
                found[plain(key_of(name))] = f"{shape}, {index}=1..{size}"
    return found


def _is_member(name: Tex, index: str) -> bool:
    r"""`x^{(i)}`, or a bold `\mathbf{x}_i` or capital `A_i`; a light `x_i` is an entry."""
    raised = canonical(name).endswith(f"^{{({index})}}")
    lowered = canonical(name).endswith(f"_{index}") and (is_bold(name) or is_upper(canonical(name)))
    return raised or (lowered and not is_upper(canonical(name)))


def _is_entry(name: Tex, index: str) -> bool:
    return canonical(name).endswith(f"_{index}") and not is_bold(name)


def _is_vectorial(tex: Tex, i: int, end: int) -> bool:
    r"""Is the name transposed, or does a transposed one stand in front of it: `x^\top`, `w^\top x`, `\|x\|`?"""
    before = [tok.text for tok in tex[max(0, i - 6) : i]]
    after = [tok.text for tok in tex[end : end + 5]]
    marks = (r"\top", "T", r"\intercal")
    if _is_transposed_term(tex, i, end):
        return True
    return (after[:1] == ["^"] and any(m in after[1:4] for m in marks)) or (
        bool(before) and before[-1] in (*marks, "}") and any(m in before[-3:] for m in marks)) or (
        before[-1:] in ([r"\|"], [r"\lVert"]))  # fmt: skip


def transposed_terms(tex: Tex) -> Iterator[tuple[int, int]]:
    r"""The names that are a term of a transposed bracket by themselves: x and \mu in `(x - \mu)^\top`."""
    for i, end in name_spans(tex):
        if _is_transposed_term(tex, i, end):
            yield i, end


def _is_transposed_term(tex: Tex, i: int, end: int) -> bool:
    if end >= len(tex) or tex[end].text not in ("+", "-", ")", "]", r"\right"):
        return False
    begin = next((k for k in range(i - 1, -1, -1) if tex[k].text in ("(", "[") and group_end(tex, k) > end), -1)
    if begin < 0 or tex[i - 1].text not in ("+", "-", "(", "["):
        return False
    begin -= begin > 0 and tex[begin - 1].text == r"\left"
    after = group_end(tex, begin)
    return is_transpose(tex, after)


def is_transpose(tex: Tex, i: int) -> bool:
    r"""Does `^\top`, `^T` or `^{\mathsf T}` stand at i?"""
    if i + 1 >= len(tex) or tex[i].text != "^":
        return False
    return canonical(script(tex, i + 1)[0]) in ("T", r"\top", r"\intercal", r"\text{T}", r"\mathsf{T}", r"\mathrm{T}")


def _limits(tex: Tex, k: int) -> tuple[str, str, int] | None:
    """The index, the upper limit and the body's place of a sum from 1 to a letter."""
    if k + 1 >= len(tex) or tex[k + 1].text != "_":
        return None
    below, i = script(tex, k + 2)
    if i >= len(tex) or tex[i].text != "^":
        return None
    above, begin = script(tex, i + 1)
    size = text_of(above).strip()
    words = [tok.text for tok in below]
    if len(words) != 3 or words[1:] != ["=", "1"] or not (len(size) == 1 and size.isalpha()):
        return None
    return words[0], size, begin


def _properties(said: Sequence[Declaration]) -> list[str]:
    return list(dict.fromkeys(p for d in said for p in d.properties))


def _fitting(words: Sequence[str], shape: str) -> list[str]:
    """Without what only a square matrix can be, if this one is none: "if A is symmetric" is said of another then."""
    rows, _, columns = shape.partition(" x ")
    return [w for w in words if rows == columns or not columns or w not in SQUARE]


def _closed(words: Sequence[str]) -> set[str]:
    from ..symbols import IMPLIED

    found = set(words)
    for word in words:
        found |= set(IMPLIED.get(word, ()))
    return found


def read_question(question: Question, reader: QuestionReader, derive: Derive) -> Expressions:
    """Read all formulas of a question. Raises ReadError or ShapeError when the function itself cannot be read."""
    reader.transposed = frozenset(key_of(t[i:j]) for t in question.texts for i, j in transposed_terms(t))
    if question.entry:
        bold = {key_of(t[i:j]) for t in (*question.texts, question.wrt) for i, j in name_spans(t)}
        reader.wholes = frozenset(plain(key) for key in bold if key.startswith("b:"))
    form = "differential" if question.differential else "hessian" if question.order == 2 else "derivative"
    where = reader.declared(question)
    function, wrt, claim = (reader.text(t) for t in (question.function, question.wrt, question.claim))
    definitions: dict[str, Node] = {}
    assumptions: list[str] = []
    if question.stand_ins:
        where = _with_stand_ins(question, reader, where)
    if question.inner:
        where, definitions, assumptions = _read_inner(question, reader, where, derive)
    read = read_claim(function, wrt, claim, where, form=form, definitions=definitions)
    if read.claim is not None and not question.inner and not question.stand_ins and _shrunk(read.claim.symbols, where):
        # The claim fits only if a vector is a number: by the function alone it is none.
        alone = read_many([function, wrt], where)
        read = read_claim(function, wrt, claim, alone[0].symbols, form=form)
    symbols = read.claim.symbols if read.claim is not None else read.f.symbols
    assumptions += [*read.f.assumptions, *read.wrt.assumptions, *(read.claim.assumptions if read.claim else ())]
    more = [*question.parts, *question.directions, *question.point]
    extra = [f.expression for f in read_many([reader.text(t) for t in more], symbols)] if more else []
    a, b = len(question.parts), len(question.parts) + len(question.directions)
    value = read.claim.expression if read.claim else None
    found = Expressions(read.f.expression, read.wrt.expression, value, tuple(extra[:a]),
                        tuple(extra[a:b]), tuple(extra[b:]), read.claim.differentials if read.claim else {}, symbols,
                        tuple(dict.fromkeys(assumptions)), read.error,
                        Written(function, wrt, claim, where, form, definitions))  # fmt: skip
    return _with_properties(found, reader.properties(question, symbols))


def _with_stand_ins(question: Question, reader: QuestionReader, where: Symbols) -> Symbols:
    """The declarations with a symbol for each stand-in, of the shape that its formula turns out to have."""
    known = () if any(tok.text == r"\check" for tok in question.function) else (question.function,)
    texts = [*known, question.wrt, *(body for _, body in question.stand_ins)]
    formulas = read_many([reader.text(t) for t in texts], where)
    symbols: Symbols = dict(where)
    for formula in formulas:
        symbols |= formula.symbols
    for (name, _), formula in zip(question.stand_ins, formulas[len(known) + 1 :], strict=True):
        symbols[name] = symbol(name, formula.expression.shape)
    return symbols


def _shrunk(symbols: Mapping[str, Node | Family], where: Symbols) -> bool:
    """Is an undeclared capital letter, or a name set bold, only a number or a column?"""
    return any(isinstance(node, Node) and is_upper(name) and not all(d != 1 for d in node.shape)
               for name, node in symbols.items() if name not in where and not name.startswith(r"\check"))  # fmt: skip


def _with_properties(found: Expressions, marked: dict[Node, Node]) -> Expressions:
    if not marked:
        return found

    def put(node: Node) -> Node:
        return substitute(node, marked)

    def put_all(nodes: Sequence[Node]) -> tuple[Node, ...]:
        return tuple(map(put, nodes))

    return replace(found, function=put(found.function), wrt=put(found.wrt), claim=found.claim and put(found.claim),
                   parts=put_all(found.parts), directions=put_all(found.directions),
                   point=put_all(found.point))  # fmt: skip


def _read_inner(question: Question, reader: QuestionReader, where: Symbols, derive: Derive) -> tuple[
    Symbols, dict[str, Node], list[str]]:  # fmt: skip
    """The derivatives within a claim, worked out: their names with their values."""
    texts = [question.function, question.wrt]
    for inner in question.inner:
        texts += [inner.function, inner.wrt, *(t for link in inner.links for t in link)]
    formulas = read_many([reader.text(t) for t in texts], where)
    symbols: Symbols = {}
    for formula in formulas:
        symbols |= formula.symbols
    rest = iter([f.expression for f in formulas[2:]])
    values = {inner.name: _value(inner, rest, derive) for inner in question.inner}
    said = [a for f in formulas for a in f.assumptions]
    return symbols, values, said


def _value(inner: Inner, expressions: Iterator[Node], derive: Derive) -> Node:
    """The derivative, with its intermediate names put in terms of the claim's variable."""
    value = derive(next(expressions), next(expressions), inner.entry)
    return substitute(value, {next(expressions): next(expressions) for _ in inner.links})
