"""Forward and reverse accumulation: both tables are run by hand on numbers, and the counts of simple products."""

from __future__ import annotations

import builtins
from typing import Any

import numpy as np
import pytest
import sympy

from derive import (
    BadInput,
    NoClosedForm,
    Node,
    ShapeError,
    accumulation,
    exp,
    inv,
    log,
    logdet,
    logsumexp,
    matrix,
    norm,
    scalar,
    sigmoid,
    sin,
    softmax,
    sum,
    tanh,
    tr,
    vector,
)
from derive.draw import draw_instances
from derive.modes import Accumulation, bar
from derive.nodes import walk
from derive.numeric import evaluate
from derive.oracle import numerical_jacobian
from derive.rule import tangent

A, W, U = matrix("A", "m", "n"), matrix("W", "m", "n"), matrix("U", "k", "m")
x, b, y, S = vector("x", "n"), vector("b", "m"), vector("y", "k"), matrix("S", "n", "n")
X = matrix("X", "n", "n")

FUNCTIONS = [
    (norm(A * x - b) ** 2, x), (x.T * S * x, x), (norm(U * tanh(W * x + b) - y) ** 2, x), (softmax(W * x), x),
    (W * x, x), (sigmoid(W * x), x), (sum(exp(W * x)), x),
    ((x.T * x) * x, x), (b - W * x, x), (-norm(x), x), (logsumexp(A * x), x), (logdet(X.T * X), X), (tr(inv(X) * S), X),
    (sum(exp(X * x)), X),
    (norm(X * x - x) ** 2 + tr(X), X),
]  # fmt: skip


@pytest.mark.parametrize(("f", "v"), FUNCTIONS, ids=[f"{f} by {v}" for f, v in FUNCTIONS])
def test_both_tables_compute_the_derivative(f: Node, v: Node) -> None:
    both = accumulation(f, v)
    for instance in draw_instances([f], 2):
        whole = numerical_jacobian(f, v, instance)
        d = np.random.default_rng(0).standard_normal(whole.shape[2:])
        u = np.random.default_rng(1).standard_normal(whole.shape[:2])
        forward = _forward(both, {**instance.values, tangent(v): d}, instance.sizes)
        np.testing.assert_allclose(forward, np.einsum("ijkl,kl->ij", whole, d), rtol=1e-9, atol=1e-9)
        reverse = _reverse(both, dict(instance.values), u, instance.sizes)
        np.testing.assert_allclose(reverse, np.einsum("ijkl,ij->kl", whole, u), rtol=1e-9, atol=1e-9)


def _forward(both: Accumulation, values: dict[Any, Any], sizes: dict[str, int]) -> Any:
    for line in both.lines:
        values[line.name] = evaluate(line.value, values, sizes)
        values[tangent(line.name)] = evaluate(line.tangent, values, sizes)
    return values[tangent(both.lines[-1].name)]


def _reverse(both: Accumulation, values: dict[Any, Any], seed: Any, sizes: dict[str, int]) -> Any:
    for line in both.lines:
        values[line.name] = evaluate(line.value, values, sizes)
    values[bar(both.lines[-1].name)] = seed
    for line in reversed(both.lines):
        for argument, contribution in line.contributions:
            values[bar(argument)] = values.get(bar(argument), 0) + evaluate(contribution, values, sizes)
    return values[bar(both.wrt)]


def test_counts_of_a_matrix_vector_product() -> None:
    m, n = (sympy.Symbol(s, integer=True, positive=True) for s in "mn")
    both = accumulation(A * x, x)
    assert sympy.expand(2 * m * n - m) == both.primal  # m inner products of n multiplications and n - 1 additions
    assert sympy.expand(2 * (2 * m * n - m)) == both.forward.operations
    assert sympy.expand(2 * m * n - m + 2 * m * n - n) == both.reverse.operations
    assert (n, m) == (both.forward.runs, both.reverse.runs)
    numbers = {"operations": 20, "runs": 3, "total": 60, "memory": 10}  # two runs over A x; x and A x with tangents
    assert numbers == both.counts({"m": 2, "n": 3})["forward"]


def test_a_scalar_loss_is_for_reverse_mode() -> None:
    assert "reverse" == accumulation(norm(U * tanh(W * x + b) - y) ** 2, x).better


def test_reverse_mode_holds_every_value() -> None:
    both = accumulation(norm(A * x - b) ** 2, x)
    assert "2*m + n + 1" == str(both.reverse.memory)


def test_table_reads_from_left_to_right() -> None:
    first = accumulation(norm(A * x - b) ** 2, x).text().splitlines()[1]
    assert ["v₁ = Ax", "dv₁ = A dx", "x̄ += Aᵀv̄₁"] == [c.strip() for c in first.split("   ") if c.strip()]


def test_picture_has_a_node_for_every_value() -> None:
    pytest.importorskip("matplotlib")
    both = accumulation(norm(A * x - b) ** 2, x)
    figure = both.picture()
    figure.canvas.draw()
    texts = {t.get_text() for t in figure.axes[0].texts}
    assert {"v₁ = Ax", "v₂ = v₁ − b", "v₃ = ‖v₂‖²", "x", "+= Aᵀv̄₁"} <= texts


def test_boxes_of_a_deep_network_do_not_overlap() -> None:
    pytest.importorskip("matplotlib")
    h = x
    for k in range(14):
        h = tanh(matrix(f"W_{k}", "n", "n") * h)
    figure = accumulation(norm(h) ** 2, x).picture()
    figure.canvas.draw()
    boxes = [t.get_window_extent() for t in figure.axes[0].texts if " = " in t.get_text() and "+=" not in t.get_text()]
    assert 29 == len(boxes)
    assert not any(p.overlaps(q) for k, p in enumerate(boxes) for q in boxes[:k])


def test_graphs_as_text_have_every_edge() -> None:
    both = accumulation(norm(A * x - b) ** 2, x)
    assert 3 == both.dot().count("->") == both.mermaid().count("-->")
    assert "| $v_{1} = A x$ |" in both.markdown()


# --- several inputs ---------------------------------------------------------------------------------------------
x1, x2 = scalar("x_1", "positive"), scalar("x_2")


def test_the_table_of_the_survey_by_baydin_and_others() -> None:
    """Baydin, Pearlmutter, Radul, Siskind: Automatic differentiation in machine learning, tables 2 and 3."""
    both = accumulation(log(x1) + x1 * x2 - sin(x2), [x1, x2])
    run = both.numbers({x1: 2, x2: 5}, along={x1: 1})
    value, slope = (t[both.lines[-1].name].item() for t in (run.values, run.tangents))
    assert (11.652, 5.5) == (round(value, 3), round(slope, 3))
    assert (5.5, 1.716) == tuple(round(run.adjoints[v].item(), 3) for v in (x1, x2))
    assert 4 == len(both.lines)  # ln, product, sine, and the sum of the three
    assert (2, 1) == (both.forward.runs, both.reverse.runs)


def test_all_gradients_of_a_network_in_one_reverse_run() -> None:
    f = norm(U * tanh(W * x + b) - y) ** 2
    both = accumulation(f, [W, b, U])
    (instance,) = draw_instances([f], 1)
    run = both.numbers(instance.values)
    for v in (W, b, U):
        wanted = numerical_jacobian(f, v, instance)[0, 0]
        np.testing.assert_allclose(run.adjoints[v], wanted, rtol=1e-9, atol=1e-9)


def test_what_cannot_be_tabulated_is_refused() -> None:
    both = accumulation(norm(A * x - b) ** 2, x)
    for ask in (lambda: both.counts({"m": 2}), lambda: both.numbers([1]), lambda: accumulation(x.T * x, [])):
        with pytest.raises(BadInput):
            ask()


# --- counting what is done --------------------------------------------------------------------------------------
class Tally:
    """A number that counts the operations it takes part in, all of them but changes of sign."""

    done = 0

    def __init__(self, value: float) -> None:
        self.value = value

    def _with(self, value: float) -> Tally:
        Tally.done += 1
        return Tally(value)

    def __add__(self, other: Tally) -> Tally:
        return self._with(self.value + other.value)

    def __mul__(self, other: Tally) -> Tally:
        return self._with(self.value * other.value)

    def apply(self, function: Any) -> Tally:
        return self._with(float(function(self.value)))


def _total(numbers: list[Tally]) -> Tally:
    first, *rest = numbers
    for number in rest:
        first = first + number
    return first


def _times(p: list[list[Tally]], q: list[list[Tally]]) -> list[list[Tally]]:
    return [[_total([row[k] * q[k][j] for k in range(len(q))]) for j in range(len(q[0]))] for row in p]


class Interpreter:
    """Node by node on lists of counting numbers, the way a person would: nothing twice, constants beforehand."""

    def __init__(self, cells: dict[Node, Any], varying: set[Node], sizes: dict[str, int]) -> None:
        self.cells, self.varying, self.sizes = cells, varying, sizes

    def run(self, root: Node) -> list[list[Tally]]:
        for n in walk(root):
            if n in self.cells:
                continue
            before = Tally.done
            self.cells[n] = self._one(n, [self.cells.get(a) for a in n.args])
            if not any(a in self.varying for a in n.args):
                Tally.done = before
            else:
                self.varying.add(n)
        return self.cells[root]

    def _one(self, n: Node, args: list[Any]) -> Any:
        if n.op in ("const", "ones", "symbol"):
            return [
                [Tally(v) for v in row]
                for row in np.atleast_2d(evaluate(n, {}, self.sizes) if n.op == "const" else self._ones(n))
            ]
        if n.op == "transpose":
            return [list(row) for row in zip(*args[0], strict=True)]
        if n.op == "matmul":
            return self._product(n, args)
        if n.op in ("add", "had", "scale"):
            return self._entrywise(n, args)
        if n.op == "pow":
            power = args[1][0][0].value
            return [[t.apply(lambda v: v**power) for t in row] for row in args[0]]
        name = n.fn.name
        flat = [t for row in args[0] for t in row]
        if name == "sqnorm":
            return [[_total([t * t for t in flat])]]
        if name == "norm":
            return [[_total([t * t for t in flat]).apply(np.sqrt)]]
        if name == "softmax":
            powers = [t.apply(np.exp) for t in flat]
            below = _total(powers)
            return [[p * Tally(1 / below.value)] for p in powers]
        if name == "logsumexp":
            return [[_total([t.apply(np.exp) for t in flat]).apply(np.log)]]
        function = {"tanh": np.tanh, "exp": np.exp, "sigmoid": lambda v: 1 / (1 + np.exp(-v))}[name]
        return [[t.apply(function) for t in row] for row in args[0]]

    def _ones(self, n: Node) -> Any:
        return np.ones([self.sizes[str(s)] if not isinstance(s, int) else s for s in n.shape])

    def _product(self, n: Node, args: list[Any]) -> Any:
        factors = list(zip(n.args, args, strict=True))
        from_right = n.args[-1].shape[1] == 1
        op, now = factors.pop(-1 if from_right else 0)
        while factors:
            other, value = factors.pop(-1 if from_right else 0)
            before = Tally.done
            left, right = (value, now) if from_right else (now, value)
            now = _times(left, right)
            if "ones" in (getattr(op, "op", None), other.op):  # a sum, nothing is multiplied
                Tally.done = before + len(left) * len(right[0]) * (len(right) - 1)
            op = None
        return now

    def _entrywise(self, n: Node, args: list[Any]) -> Any:
        arrays = [(a, v) for a, v in zip(n.args, args, strict=True) if not (a.op == "const" and a.param in (1, -1))]
        signs = [a for a in n.args if a.op == "const" and a.param == -1]
        constants = [a for a in n.args if a.op == "const" and a.param in (1, -1)]
        rows = max(len(v) for v in args)
        columns = max(len(v[0]) for v in args)
        out = []
        for i in range(rows):
            out.append([])
            for j in range(columns):
                parts = [v[i if len(v) > 1 else 0][j if len(v[0]) > 1 else 0] for _, v in arrays]
                if n.op == "add":
                    found = _total(parts)
                    found = Tally(found.value + len(constants) - 2 * len(signs))
                elif n.op == "scale" and n.args[1].op == "ones":
                    found = parts[0]
                else:
                    first, *rest = parts
                    for p in rest:
                        first = first * p
                    found = Tally(-first.value) if signs else first
                out[-1].append(found)
        return out


COUNTED = [(f, v) for f, v in FUNCTIONS if v is x]  # without determinants and inverses, which count 2 n^3


@pytest.mark.parametrize(("f", "v"), COUNTED, ids=[f"{f} by {v}" for f, v in COUNTED])
def test_counts_are_what_is_done(f: Node, v: Node) -> None:
    """Both tables are run on numbers that count: operations, and for forward mode what must be held."""
    both = accumulation(f, v)
    (instance,) = draw_instances([f], 1, sizes={"m": 4, "n": 3, "k": 2})
    wanted = both.counts({"m": 4, "n": 3, "k": 2})

    def started() -> Interpreter:
        cells = {k: [[Tally(t) for t in row] for row in np.asarray(a)] for k, a in instance.values.items()}
        cells[tangent(v)] = [[Tally(1.0)] for _ in range(3)]
        Tally.done = 0
        return Interpreter(cells, {v, tangent(v)}, instance.sizes)

    forward = started()
    for line in both.lines:
        forward.cells[line.name] = forward.run(line.value)
        forward.varying.add(line.name)
        forward.cells[tangent(line.name)] = forward.run(line.tangent)
        forward.varying.add(tangent(line.name))
    assert wanted["forward"]["operations"] == Tally.done
    reverse = started()
    for line in both.lines:
        reverse.cells[line.name] = reverse.run(line.value)
        reverse.varying.add(line.name)
    bars = {both.lines[-1].name: [[Tally(1.0)] for _ in reverse.cells[both.lines[-1].name]]}
    for line in reversed(both.lines):
        reverse.cells[bar(line.name)] = bars[line.name]
        reverse.varying.add(bar(line.name))
        for argument, g in line.contributions:
            found = reverse.run(g)
            if argument in bars:
                found = [[p + q for p, q in zip(r, s, strict=True)] for r, s in zip(bars[argument], found, strict=True)]
            bars[argument] = found
    assert wanted["reverse"]["operations"] == Tally.done
    exact = numerical_jacobian(f, v, instance).sum(axis=0)[0]
    np.testing.assert_allclose([[t.value for t in row] for row in bars[v]], exact, rtol=1e-8, atol=1e-8)


def test_memory_of_forward_mode_is_what_is_alive() -> None:
    """Values are forgotten after the last line that reads them."""
    for f, v in FUNCTIONS:
        both = accumulation(f, v)
        sizes = {"m": 4, "n": 3, "k": 2}
        reads = [{n for e in (line.value, line.tangent) for n in walk(e)} for line in both.lines]
        alive, most = {v}, 0
        for k, line in enumerate(both.lines):
            alive = {n for n in alive if any(n in r or tangent(n) in r for r in reads[k:])} | {line.name}
            most = max(most, 2 * builtins.sum(int(np.prod([sizes.get(str(s), s) for s in n.shape])) for n in alive))
        assert most == both.counts(sizes)["forward"]["memory"], f


@pytest.mark.parametrize(
    ("f", "x", "where"),
    [
        (r"E[(y - w^Tx)^2]", "w", {"x": "n random", "y": "scalar random", "w": "n"}),
        (r"\prod_{i=1}^N x_i", "x", {"x": "N"}),
        (r"\sum_{i=1}^N \sin(x_i) x_{N+1-i}", "x", {"x": "N"}),
    ],
)
def test_what_runs_over_a_sample_or_an_index_is_no_operation(f: str, x: str, where: dict[str, str]) -> None:
    with pytest.raises(NoClosedForm, match="is no single operation"):
        accumulation(f, x, where=where)


def test_a_sum_with_a_matrix_form_is_taken_in_it() -> None:
    assert "v₁ = xᵀx" in accumulation(r"\sum_{i=1}^n x_i^2", "x", where={"x": "n"}).text()


def test_reading_an_entry_costs_nothing() -> None:
    """x_1 x_2 + sin x_1: a sine, a product and a sum; the entries of x are read, none is multiplied by 0."""
    both = accumulation(r"x_1 x_2 + \sin x_1", "x", where={"x": "n"})
    assert both.primal == 3
    assert not both.forward.operations.free_symbols
    assert not both.reverse.operations.free_symbols


def test_bad_input_to_the_two_modes() -> None:
    a, v = matrix("A", "n", "n"), vector("x", "n")
    both, values = accumulation(norm(a * v), v), {a: np.eye(2), v: np.ones(2)}
    with pytest.raises(ShapeError, match="the direction of x"):
        both.numbers(values, along={v: np.ones(7)})
    with pytest.raises(ShapeError, match="the seed"):
        both.numbers(values, seed=np.ones(7))
    for n in ("a", -1, 0, 2.5):
        with pytest.raises(BadInput, match="whole number from 1 on"):
            both.counts({"n": n})  # type: ignore[dict-item]
    with pytest.raises(BadInput, match="different variables"):
        accumulation(norm(v), [v, v])
