r"""Names as people write them, and the one string that stands for each: fonts stripped, accents and indices kept.

`\mathbf{W}^{(1)}` is `W^{(1)}`, `\hat{\mathbf y}` is `\hat{y}`, `x_{i}` is `x_i`: the names of `where=`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from .tex import Tex, Tok, argument, bare, group_end, script, split, text_of, tokens

FONTS = frozenset(
    r"\mathbf \boldsymbol \bm \mathrm \mathit \mathsf \mathcal \mathbb \mathfrak \mathscr \mathtt \bf \rm "
    r"\pmb \symbf \symbfit \bold \cal \mathbfit \mathbfsf \mathnormal \textbf \textit \textrm \text ".split()
)
ACCENTS = frozenset(
    r"\hat \tilde \bar \vec \dot \ddot \widehat \widetilde \overline \check \breve \acute "
    r"\underline".split()
)
_GREEK = frozenset(
    [rf"\{g}" for g in "alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi "
     "omicron rho varrho sigma varsigma tau upsilon phi varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma "
     "Upsilon Phi Psi Omega ell hbar imath jmath".split()])  # fmt: skip
_UPPER = frozenset(r"\Gamma \Delta \Theta \Lambda \Xi \Pi \Sigma \Upsilon \Phi \Psi \Omega".split())
_LABELS = re.compile(r"\*|\\star|\\ast|\(.*\)|\\prime|\\circ|\[.*\]|\\ell|[LHl](?:[+-]1)?|[+-]")
_BOLD = re.compile(r"\\(?:mathbf|boldsymbol|bm|bf|pmb|symbf|bold|vec)(?![A-Za-z])")


def name_end(tex: Tex, i: int) -> int:
    """The index after the name that begins at i, or i when none does."""
    end = _head_end(tex, i)
    if end == i:
        return i
    while end < len(tex):
        nxt = _index_end(tex, end)
        if nxt == end:
            return end
        end = nxt
    return end


def _head_end(tex: Tex, i: int) -> int:
    if i >= len(tex):
        return i
    word = tex[i].text
    if word in ACCENTS:
        return argument(tex, i + 1)[1]
    if word in FONTS:
        inside, end = argument(tex, i + 1)
        return end if _is_one_name(inside) else i
    if word == "{":
        end = group_end(tex, i)
        return end if _is_one_name(tex[i + 1 : end - 1]) else i
    if word == r"\pi":  # the number, unless it has an index
        return i + 1 if i + 1 < len(tex) and tex[i + 1].text == "_" else i
    return i + 1 if (len(word) == 1 and word.isalpha()) or word in _GREEK else i


def _is_one_name(tex: Tex) -> bool:
    return bool(tex) and (name_end(tex, 0) == len(tex) or bool(re.fullmatch(r"[A-Za-z]{2,}", text_of(tex))))


def _index_end(tex: Tex, i: int) -> int:
    """After an index that belongs to the name: any subscript, and a superscript that is a label and no power."""
    if tex[i].text == "_":
        return script(tex, i + 1)[1]
    if tex[i].text == "^":
        inside, end = script(tex, i + 1)
        return end if _LABELS.fullmatch(text_of(inside).replace(" ", "")) else i
    return i


def name_spans(tex: Tex) -> Iterator[tuple[int, int]]:
    """The places [i, j) of the names of a formula, one after the other."""
    i = 0
    while i < len(tex):
        end = name_end(tex, i)
        if end > i and tex[i].text == "{" and group_end(tex, i) == end:
            yield from ((i + 1 + a, i + 1 + b) for a, b in name_spans(tex[i + 1 : end - 1]))
        elif end > i:
            yield i, end
        i = max(end, i + 1)


def canonical(tex: Tex) -> str:
    """The name of `where=` for a name as written."""
    words = [_plain(tok.text) for tok in _unfonted(tex)]
    text = "".join(w if w.startswith("\\") and not _letter_follows(words, k) else w + " " * w.startswith("\\")
                   for k, w in enumerate(words))  # fmt: skip
    text = re.sub(r"(?<=[_^])\{(.|\\[A-Za-z]+) ?\}", r"\1", text)
    return text.strip()


def _plain(word: str) -> str:
    return {r"\widehat": r"\hat", r"\widetilde": r"\tilde", r"\overline": r"\bar", r"\star": "*", r"\ast": "*"}.get(
        word, word)  # fmt: skip


def _letter_follows(words: list[str], k: int) -> bool:
    return k + 1 < len(words) and words[k + 1][0].isalpha()


def _unfonted(tex: Tex) -> list[Tok]:
    out: list[Tok] = []
    i = 0
    while i < len(tex):
        if tex[i].text in FONTS:
            inside, i = argument(tex, i + 1)
            scripted = out and out[-1].text in ("_", "^") and len(inside) > 1
            out += [Tok("{", 0), *_unfonted(inside), Tok("}", 0)] if scripted else _unfonted(inside)
        elif tex[i].text == "{" and (not out or out[-1].text not in {"_", "^", *ACCENTS}):
            end = group_end(tex, i)
            out += _unfonted(tex[i + 1 : end - 1])
            i = max(end, i + 1)
        else:
            out.append(tex[i])
            i += 1
    return out


def name_of(tex: Tex) -> str | None:
    """The name that the tokens are, or None when they are more or less than one name."""
    tex = bare(tex)
    return canonical(tex) if tex and name_end(tex, 0) == len(tex) else None


def names_in(tex: Tex) -> set[str]:
    """All names that occur, in groups and in indices too; `\\mathbf{AXB}` counts letter by letter."""
    found: set[str] = set()
    i = 0
    while i < len(tex):
        end = name_end(tex, i)
        if end == i:
            i += 1
            continue
        found.add(canonical(tex[i:end]))
        found |= {canonical(tex[i : _head_end(tex, i)])}
        i = end
    return found


def is_bold(tex: Tex) -> bool:
    return bool(_BOLD.search(text_of(tex)))


def is_upper(name: str) -> bool:
    letter = re.search(r"\\[A-Za-z]+|[A-Za-z]", re.sub(r"\\(hat|tilde|bar|vec|dot|check)\b", "", name))
    if letter is None:
        return False
    return letter[0].isupper() if len(letter[0]) == 1 else letter[0] in _UPPER


def call(tex: Tex) -> tuple[Tex, list[Tex]]:
    """The name and the arguments of `f(x, y)`; a name alone has none; nothing at all for another formula."""
    end = name_end(tex, 0)
    if not end:
        return (), []
    if end == len(tex):
        return tex, []
    if tex[end].text not in ("(", r"\left") or group_end(tex, end) != len(tex):
        return (), []
    return tex[:end], [part for _, part in split(bare(tex[end:]), lambda tok: tok.text in (",", ";"))]


def canonical_key(name: str) -> str:
    return canonical(tokens(name))
