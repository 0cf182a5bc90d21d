"""Derivations on paper: LaTeX, Markdown, Unicode text, a whole document, plain data. What is said is in `steps`."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from .errors import BadInput, DeriveError
from .latex import latex, latex_shape
from .law import Law
from .letters import superscript
from .naming import name_intermediates
from .nodes import Node, const, walk
from .rule import Condition, Primary, Rule
from .sizes import Shape, Size, is_one, shape_text
from .step_record import DEFINED, EQUAL, Step
from .steps import UNNAMED, is_wide
from .structure import structure
from .symbols import CURVED
from .text import text, unicode

if TYPE_CHECKING:
    from .derivation import Derivation
    from .index_form import IndexForm

DETAILS = ("short", "normal", "full")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a derivation: left side (empty where it goes on), right side, reason."""

    left: str
    right: str
    reason: str


@dataclass(frozen=True)
class _Style:
    """How one output spells what the lines need."""

    node: Callable[[Node], str]
    shape: Callable[[Shape], str]
    array: Callable[[Sequence[Size]], str]
    condition: Callable[[Condition], str]
    index_form: Callable[[IndexForm], str]
    subjects: dict[str, str]
    where: str
    power: Callable[[int], str]
    dollars: str = ""
    vec: str = "vec "
    known: tuple[Node, ...] = ()  # what the reader has seen: the function

    def left(self, of: Node | str, derivation: Derivation, f: str, x: str, y: str) -> str:
        """The left side of a line: d f, or of a higher order d^3 f, whose subject is "d^3"."""
        if isinstance(of, Node):
            return self.node(of)
        kind, mark, order = of.partition("^")
        k = self.power(int(order)) if mark and order != "1" else ""
        h = ", ".join([self.node(derivation.direction)] * int(order)) if kind == "D" else ""
        return self.subjects[kind + mark].format(f=f, x=x, y=y, k=k, h=h)

    def named(self, node: Node) -> str:
        """An expression, with what repeats in it named behind."""
        definitions, (body,) = name_intermediates(node, hints=self.known)
        if not definitions:
            return self.node(node)
        told = ", ".join(f"{self.node(s)} = {self.node(e)}" for s, e in definitions)
        return f"{self.node(body)}{self.where}{told}"


def _dimensions(shape: Shape) -> str:
    if is_one(shape[0]) and is_one(shape[1]):
        return "scalar"
    return _axes(shape)


def _axes(shape: Sequence[Size]) -> str:
    return " × ".join(unicode(const(n)) for n in shape)


def _tex_axes(shape: Sequence[Size]) -> str:
    return f"${latex_shape(shape)}$"


def _tex_dimensions(shape: Shape) -> str:
    return "scalar" if is_one(shape[0]) and is_one(shape[1]) else _tex_axes(shape)


# The left sides of lines, by the subject of their steps.
PLAIN_SUBJECTS = {
    "f": "{f}", "df": "d{f}", "vec": "vec d{f}", "dt": "d{f}/d{x}", "J": "∂{f}/∂{x}", "Jt": "(∂{f}/∂{x})ᵀ",
    "grad": "∇{f}", "dg": "d∇{f}", "vec g": "vec d∇{f}", "H": "∇²{f}", "M": "∂²{f}/∂{x}∂{y}ᵀ", "Mt": "∂²{f}/∂{x}∂{y}",
    "d^": "d{k}{f}", "D^": "D{k}{f}[{h}]",
    "p^": "d{k}{f}/d{x}{k}", "dp^": "d(d{k}{f}/d{x}{k})", "q^": "(d{k}{f}/d{x}{k})ᵀ",
}  # fmt: skip
TEX_SUBJECTS = {
    "f": "{f}",
    "df": r"\mathrm{{d}} {f}",
    "vec": r"\operatorname{{vec}} \mathrm{{d}} {f}",
    "dt": r"\frac{{\mathrm{{d}} {f}}}{{\mathrm{{d}} {x}}}",
    "J": r"\frac{{\partial {f}}}{{\partial {x}}}",
    "Jt": r"\left(\frac{{\partial {f}}}{{\partial {x}}}\right)^\top",
    "grad": r"\nabla_{{{x}}} {f}",
    "dg": r"\mathrm{{d}} \nabla {f}",
    "vec g": r"\operatorname{{vec}} \mathrm{{d}} \nabla {f}",
    "H": r"\nabla^2 {f}",
    "Mt": r"\frac{{\partial^2 {f}}}{{\partial {x} \, \partial {y}}}",
    "M": r"\frac{{\partial^2 {f}}}{{\partial {x} \, \partial {y}^\top}}",
    "d^": r"\mathrm{{d}}{k} {f}",
    "D^": r"\mathrm{{D}}{k} {f}[{h}]",
    "p^": r"\frac{{\mathrm{{d}}{k} {f}}}{{\mathrm{{d}} {x}{k}}}",
    "dp^": r"\mathrm{{d}} \frac{{\mathrm{{d}}{k} {f}}}{{\mathrm{{d}} {x}{k}}}",
    "q^": r"\left(\frac{{\mathrm{{d}}{k} {f}}}{{\mathrm{{d}} {x}{k}}}\right)^\top",
}


def _plain_condition(c: Condition) -> str:
    return c.text.replace("!=", "≠").replace("<=", "≤").format(unicode(c.subject))


def _raised(k: int) -> str:
    return superscript(str(k)) or ""


def _plain_index_form(form: IndexForm) -> str:
    return form.text()


def _tex_index_form(form: IndexForm) -> str:
    return form.latex()


PLAIN = _Style(unicode, _dimensions, _axes, _plain_condition, _plain_index_form, PLAIN_SUBJECTS, "  where ", _raised)


def _tex(bold: bool) -> _Style:
    def node(n: Node) -> str:
        return latex(n, bold=bold)

    return _Style(
        node,
        _tex_dimensions,
        _tex_axes,
        Condition.to_latex,
        _tex_index_form,
        TEX_SUBJECTS,
        r" \quad \text{where } ",
        lambda k: f"^{{{k}}}",
        "$",
        r"\operatorname{vec} ",
    )


# --- lines ------------------------------------------------------------------------------------------------------
def lines(derivation: Derivation, style: _Style, detail: str = "normal") -> list[Line]:
    """The derivation as lines of left side, right side and reason."""
    if detail not in DETAILS:
        raise BadInput(f"unknown detail {detail!r}; wanted one of {', '.join(DETAILS)}")
    f, x = derivation.function, derivation.wrt
    style = replace(style, known=(f,))
    rows = getattr(derivation, "rows", x)
    name, variable, other = _function_name(f), _variable(rows, style), _variable(x, style)
    out: list[Line] = []
    steps = derivation.steps
    in_names = any(s.subject == "f" for s in steps) and is_wide(f)  # then f stands there over its names only
    if not in_names:
        out.append(Line(style.subjects["f"].format(f=name), style.node(f), _shapes(f, rows, style)))
    last: Node | str = "f"
    for step in _shown(steps, detail):
        if step.rule == UNNAMED and (is_wide(step.after) or _names(derivation)):
            continue
        of = step.subject
        if of == "f" and in_names:
            out.append(Line(style.subjects["f"].format(f=name), _right(step, style), _shapes(f, x, style)))
            last = of
            continue
        left = style.left(of, derivation, name, variable, other)
        out.append(Line("" if of == last else left, _right(step, style), _reason(step, style, detail)))
        last = of
    return out


def _variable(x: Node, style: _Style) -> str:
    """x, or (x1, x2) for several scalars at once."""
    return f"({', '.join(map(style.node, x.args))})" if x.op == "explicit" else style.node(x)


def _function_name(f: Node) -> str:
    """f, or another letter where the expression has an f of its own."""
    taken = {n.name for n in walk(f) if n.op in ("symbol", "item")}
    return next(n for n in ("f", "L", "g", "h", "F", "ϕ") if n not in taken)


def _shapes(f: Node, x: Node, style: _Style) -> str:
    return f"{style.shape(f.shape)}, by {style.dollars}{_variable(x, style)}{style.dollars}: {style.shape(x.shape)}"


def _shown(steps: Sequence[Step], detail: str) -> Iterable[Step]:
    """All steps; with "short" only the finished differential and what is read off; with "full" their substeps too."""
    if detail != "short":
        for s in steps:
            if detail == "full":
                yield from s.substeps
            yield s
        return
    for s, after in zip(steps, [*steps[1:], None], strict=True):
        if after is None or s.subject != after.subject:
            yield s


def _right(step: Step, style: _Style) -> str:
    if step.relation == DEFINED:
        return style.node(step.before)
    last = step.relation != EQUAL or str(step.subject).startswith("D^")
    return style.named(step.after) if last else style.node(step.after)


def _reason(step: Step, style: _Style, detail: str) -> str:
    if step.relation == DEFINED:
        return style.shape(step.after.shape)
    if step.relation != EQUAL:
        return f"{step.rule}, {style.shape(step.after.shape)}"
    if detail != "full" or step.row is None or step.substeps:
        return step.rule
    said = step.rule
    if not isinstance(step.row, Primary):
        said += f": {style.dollars}{equation(step.row, style.node)}{style.dollars}"
    if step.row.cite:
        said += f" [{step.row.cite}]"
    needed = dict.fromkeys(f"{style.dollars}{style.condition(c)}{style.dollars}" for c in step.conditions)
    return f"{said}, if {', '.join(needed)}" if needed else said


def equation(row: Rule | Primary | Law, node: Callable[[Node], str]) -> str:
    """A row or a law as an equation, printed by `node`."""
    if isinstance(row, Primary):
        return f"{row.name}"
    return f"{node(row.lhs)} = {node(row.rhs)}"


_WORDS = ("Shape", "Closed form")  # facts that are words, with mathematics in dollars


# --- what is said below -----------------------------------------------------------------------------------------
def _facts(derivation: Derivation, style: _Style) -> list[tuple[str, str]]:
    """(name, what there is to say) of the result."""
    style = replace(style, known=(derivation.function,))
    array, entry = style.array(derivation.shape), _entry_by_entry(derivation, style)
    try:
        result = derivation.result
    except DeriveError as error:
        return [("Closed form", str(error)), ("Shape", array), *entry]
    out = [("Result", _in_names(derivation, style) if _names(derivation) else f"{style.named(result)}")]
    if derivation.order > 1 and derivation.is_tensor:
        h = f"{style.dollars}{style.node(derivation.direction)}{style.dollars}"
        return [*out, ("Shape", f"{array} as an array; the result is its form along {h}"), *entry]
    shape = f"{style.shape(result.shape)}, {_layout(derivation)}"
    out.append(("Shape", f"{shape}; as an array {array}" if derivation.is_tensor else shape))
    out += entry
    out += _other_layout(derivation, style)
    out += [(name, style.named(form)) for name, form in _other_forms(derivation)]
    return out


def _names(derivation: Derivation) -> tuple[tuple[Node, Node], ...]:
    """The names of a Hessian in names: rho = f, g = grad f."""
    return getattr(derivation, "names", ())


def _in_names(derivation: Derivation, style: _Style) -> str:
    """A Hessian over its names, and what they stand for."""
    *others, (g, _) = _names(derivation)
    gradient = style.subjects["grad"].format(f=_function_name(derivation.function), x=_variable(derivation.wrt, style))
    told = [f"{style.node(s)} = {style.node(e)}" for s, e in others]
    stacked = "" if is_one(derivation.wrt.shape[1]) else style.vec
    told.append(f"{style.node(g)} = {stacked}{gradient}")
    return f"{style.node(derivation.in_names)}{style.where}{', '.join(told)}"  # type: ignore[attr-defined]


def hessian_text(derivation: Derivation, tex: bool = False) -> str:
    """A Hessian in Unicode or LaTeX, with what repeats named behind it."""
    style = _tex(False) if tex else PLAIN
    if _names(derivation):
        return _in_names(derivation, style)
    return replace(style, known=(derivation.function,)).named(derivation.result)


def _entry_by_entry(derivation: Derivation, style: _Style) -> list[tuple[str, str]]:
    """The index form of what no matrix can hold."""
    if not derivation.is_tensor:
        return []
    try:
        return [("Entry by entry", style.index_form(derivation.index_form()))]
    except DeriveError as error:
        return [("Entry by entry", str(error))] if style is PLAIN else []


def _layout(derivation: Derivation) -> str:
    if hasattr(derivation, "rows"):
        return "rows by the first variable, columns by the second"
    if _is_hessian(derivation):
        return f"the Hessian{_moving(derivation)} (the same in every layout)"
    if derivation.function.is_scalar and derivation.layout == "numerator" and not derivation.wrt.is_scalar:
        return "the gradient (numerator layout; the Jacobian is its transpose)"
    return f"{derivation.layout} layout{_moving(derivation)}"


def _moving(derivation: Derivation) -> str:
    """How a variable with a structure is taken to move."""
    asked = getattr(derivation, "asked", derivation.wrt)
    x = asked if asked.op == "symbol" else derivation.wrt
    linear = structure(x)
    if linear and _is_hessian(derivation):
        return f" along {' and '.join(linear).replace('toeplitz', 'Toeplitz')} d{x}"
    free = (linear or x.properties & CURVED) and (derivation.order > 1 or not derivation.function.is_scalar)
    return ", all entries independent" if free else ""


def _is_hessian(derivation: Derivation) -> bool:
    return derivation.order == 2 and derivation.function.is_scalar


def _other_layout(derivation: Derivation, style: _Style) -> list[tuple[str, str]]:
    """What the same derivative is in the other layout, where that is something else."""
    j = derivation.jacobian
    if derivation.function.is_scalar or j.T is j:
        return []
    if derivation.layout == "denominator":
        return [("In numerator layout", f"{style.named(j)}")]
    return [("In denominator layout", f"{style.named(j.T)}")]


def _other_forms(derivation: Derivation) -> list[tuple[str, Node]]:
    """The other answers in use for a structured variable."""
    plain = derivation.order == 1 or _is_hessian(derivation)
    forms = derivation.forms.items() if plain and derivation.layout == "numerator" else ()
    first = derivation.function.is_scalar and derivation.order == 1
    said = _SAID if first else {**_SAID, **_SAID_OF_HESSIANS}
    return [(said.get(name, name), form) for name, form in forms if form is not derivation.result]


_SAID = {
    "entries independent": "If all entries vary independently",
    "vech": "If the entries of vech vary (Matrix Cookbook)",
    "tied": "If equal entries vary together",
    "by the diagonal": "By the diagonal alone, a vector",
    "sphere": "On the sphere, the Riemannian gradient",
    "Stiefel, embedded metric": "On the Stiefel manifold, in the embedded metric",
    "Stiefel, canonical metric": "On the Stiefel manifold, in the canonical metric",
    "symmetric orthogonal": "On the symmetric orthogonal matrices",
    "skew orthogonal": "On the skew orthogonal matrices",
    "affine-invariant metric": "On the positive definite matrices, in the affine-invariant metric",
    "simplex, projected": "On the simplex, projected on its tangent space",
    "simplex, Fisher metric": "On the simplex, in the Fisher metric",
}
_SAID_OF_HESSIANS = {
    "vech": "If the entries of vech vary",
    "sphere": "On the sphere, the Riemannian Hessian",
    "Stiefel, embedded metric": "On the Stiefel manifold, the Riemannian Hessian",
    "affine-invariant metric": "On the positive definite matrices, the Riemannian Hessian",
    "simplex, projected": "On the simplex, the Hessian of its tangent space",
}


# --- outputs ----------------------------------------------------------------------------------------------------
def text_derivation(derivation: Derivation, detail: str = "normal", width: int = 100) -> str:
    """Plain Unicode text in columns; a reason goes to a line of its own where a formula is too long."""
    rows = lines(derivation, PLAIN, detail)
    left = max(len(r.left) for r in rows)
    right = max((len(r.right) for r in rows if len(r.right) <= width // 2), default=0)
    out = []
    for r in rows:
        head = f"{r.left.rjust(left)} = {r.right}"
        gap = left + 3 + right - len(head)
        out.append(
            f"{head}{' ' * max(gap, 0)}   {r.reason}" if gap >= -12 else f"{head}\n{' ' * (left + 5)}({r.reason})"
        )
    facts = [(name, said) for name, said in _facts(derivation, PLAIN) if name != "Result"]
    definite = getattr(derivation, "definiteness", None)
    facts += [("Definiteness", str(definite))] if definite is not None else []
    facts += [("Conditions", "; ".join(map(PLAIN.condition, derivation.conditions)))] if derivation.conditions else []
    facts += [("Note", note) for note in derivation.notes]
    return "\n".join([*out, "", *(f"{name}: {said}" for name, said in facts)])


def latex_derivation(derivation: Derivation, detail: str = "normal", bold: bool = False) -> str:
    r"""An aligned environment in the KaTeX subset, reasons in \text{}."""
    style = _tex(bold)
    rows = []
    for r in lines(derivation, style, detail):
        reason = rf" && \text{{{_tex_words(r.reason)}}}" if r.reason else ""
        rows.append(rf"{r.left} &= {r.right}{reason}")
    shown = [(name, said) for name, said in _facts(derivation, style) if name not in ("Result", *_WORDS)]
    rows += [rf"&\text{{{name}: }} {said}" for name, said in shown]
    if derivation.conditions:
        told = r", \; ".join(c.to_latex() for c in derivation.conditions)
        rows.append(rf"&\text{{where }} {told}")
    return "\\begin{aligned}\n" + " \\\\\n".join(rows) + "\n\\end{aligned}"


_ESCAPES = {"_": r"\_", "&": r"\&", "%": r"\%", "#": r"\#", "^": r"\textasciicircum{}", "~": r"\textasciitilde{}"}


def _tex_words(s: str) -> str:
    """Words for a text, where $...$ is mathematics already."""
    words = s.split("$")
    words[::2] = ["".join(_ESCAPES.get(c, c) for c in w) for w in words[::2]]
    return "$".join(words)


def markdown_derivation(derivation: Derivation, detail: str = "normal", bold: bool = False) -> str:
    """Markdown with LaTeX mathematics."""
    style = _tex(bold)
    out = ["$$", latex_derivation(derivation, detail, bold), "$$", ""]
    out += [
        f"- {name}: {said}" if name in _WORDS else f"- {name}: ${said}$" for name, said in _facts(derivation, style)
    ]
    out += [f"- Condition: ${c.to_latex()}$" for c in derivation.conditions]
    out += [f"- {note}" for note in derivation.notes]
    return "\n".join(out)


def document(derivation: Derivation, detail: str = "normal", bold: bool = False) -> str:
    """A whole LaTeX document that compiles."""
    body = latex_derivation(derivation, detail, bold)
    said = [
        f"{name}: {_tex_words(said)}." if name in _WORDS else f"{name}: ${said}$."
        for name, said in _facts(derivation, _tex(bold))
    ]
    said += [f"{_tex_words(note)}." for note in derivation.notes]
    return "\n".join([
        r"\documentclass{article}", r"\usepackage[T1]{fontenc}", r"\usepackage{amsmath,amssymb}", r"\begin{document}",
        r"\[", body, r"\]", "\n\n".join(said), r"\end{document}", "",
    ])  # fmt: skip


# --- plain data -------------------------------------------------------------------------------------------------
def as_dict(derivation: Derivation) -> dict[str, Any]:
    """The derivation as plain data, ready for json.dumps."""
    out: dict[str, Any] = {
        "function": _both(derivation.function),
        "wrt": _both(derivation.wrt),
        "order": derivation.order,
        "layout": derivation.layout,
        "shape": [str(n) for n in derivation.shape],
        "conditions": [{"text": str(c), "latex": c.to_latex()} for c in derivation.conditions],
        "notes": list(derivation.notes),
        "steps": [step_dict(s) for s in derivation.steps],
    }
    try:
        out["result"] = _both(derivation.result)
        if derivation.order == 1 or not derivation.is_tensor:
            out |= {"jacobian": _both(derivation.jacobian), "gradient": _both(derivation.gradient)}
    except DeriveError as error:
        out |= {"result": out.get("result"), "reason": str(error)}
    if derivation.is_tensor:
        with suppress(DeriveError):
            form = derivation.index_form()
            out["index_form"] = {"text": form.text(), "latex": form.latex()}
    json.dumps(out)
    return out


def _both(node: Node) -> dict[str, Any]:
    return {"text": text(node), "latex": latex(node), "shape": [str(n) for n in node.shape]}


def step_dict(step: Step) -> dict[str, Any]:
    """A step as plain data."""
    row = step.row
    return {
        "rule": step.rule,
        "relation": step.relation,
        "before": _both(step.before),
        "after": _both(step.after),
        "where": list(step.where),
        "law": None
        if row is None
        else {"text": equation(row, unicode), "latex": equation(row, latex), "cite": row.cite},
        "conditions": [str(c) for c in step.conditions],
        "check": {"status": step.check.status, "instances": step.check.instances, "message": step.check.message},
        "substeps": [step_dict(s) for s in step.substeps],
    }


__all__ = ["as_dict", "document", "latex_derivation", "markdown_derivation", "shape_text", "text_derivation"]
