"""The grant reckoned from frozen figures by a formula that people can read and change."""

import ast
import operator
import re
from collections.abc import Callable, Collection, Mapping
from decimal import ROUND_HALF_UP, Decimal, DivisionByZero, InvalidOperation
from typing import Any

import msgspec

from server.national.node.told import Told
from server.words import Words

CENT = Decimal("0.01")
LONGEST = 400
AMOUNT_MOST = Decimal(10) ** 12
"""Euro; no grant is larger, and to here every cent is exact."""
DECIMALS = 6

_OPERATORS: dict[type[ast.operator], tuple[str, Callable[[Decimal, Decimal], Decimal]]] = {
    ast.Add: ("+", operator.add),
    ast.Sub: ("−", operator.sub),
    ast.Mult: ("×", operator.mul),
    ast.Div: (":", operator.truediv),
}
_FUNCTIONS: dict[str, Callable[..., Decimal]] = {"min": min, "max": max}


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """The formula for one centre, and its values.

    In `formula` stand numbers, + - * / ( ), min, max, months (how many the sheet covers), base (of the centre's type), and for
    each kind of service registered(kind) and rate(kind). `source` says who decided it; an example until a person did.
    """

    formula: str
    base: dict[str, Decimal]
    rate: dict[str, Decimal]
    source: str
    approved: bool = False


class Inputs(msgspec.Struct, frozen=True, kw_only=True):
    """What is put in for one centre: its type, and the services registered in the months by kind."""

    centre: str
    name: str
    municipality: str
    type: str
    registered: dict[str, int]


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One centre on the sheet: `sum` says the arithmetic with its numbers, `amount` is in euro, rounded half up to a cent."""

    inputs: Inputs
    sum: str
    amount: Decimal


class Worksheet(msgspec.Struct, frozen=True, kw_only=True):
    """The whole sheet. `digests` are those of the closed months that it rests on, `corrections` how many times each of them had
    been put right by then, so that it can be made again and compared."""

    months: tuple[str, ...]
    digests: dict[str, str]
    corrections: dict[str, int]
    terms: Terms
    lines: tuple[Line, ...]
    total: Decimal


def is_amount(value: Decimal) -> bool:
    """Whether it may be a value of the terms: euro, with at most DECIMALS decimals."""
    places = value.as_tuple().exponent
    return isinstance(places, int) and places >= -DECIMALS and 0 <= value <= AMOUNT_MOST


class FormulaError(Told):
    """What is wrong with the formula; `at` is the character (from 1) where, 0 for what is wrong with a value."""

    def __init__(self, text: str, at: int = 0, /, **facts: str) -> None:
        super().__init__(text, **facts)
        self.at = at

    def said(self, words: Words) -> str:
        """The sentence, with its place."""
        said = super().said(words)
        return words("character {n}: {fault}", n=self.at, fault=said) if self.at else said


def worksheet(
    terms: Terms, inputs: tuple[Inputs, ...], digests: Mapping[str, str], corrections: Mapping[str, int]
) -> Worksheet:  # fmt: skip
    """Every centre by the formula; FormulaError names what it does not say or have a value for."""
    tree = parsed(terms.formula)
    lines = []
    for one in inputs:
        text, amount = _value(tree, terms, one, len(digests))
        if not abs(amount) <= AMOUNT_MOST:
            raise FormulaError("{centre}: the amount is too large", centre=one.name or one.centre)
        lines.append(Line(inputs=one, sum=text, amount=_cents(amount)))
    total = sum((line.amount for line in lines), Decimal(0))
    return Worksheet(
        months=tuple(sorted(digests)), digests=dict(digests), corrections=dict(corrections), terms=terms, lines=tuple(lines),
        total=total,
    )  # fmt: skip


def by_municipality(sheet: Worksheet) -> tuple[tuple[str, tuple[Line, ...], Decimal], ...]:
    """The lines of each municipality with their sum, in the order of the lines."""
    found: dict[str, list[Line]] = {}
    for line in sheet.lines:
        found.setdefault(line.inputs.municipality, []).append(line)
    return tuple((name, tuple(its), sum((one.amount for one in its), Decimal(0))) for name, its in found.items())


def parsed(formula: str) -> ast.expr:
    """The formula as a tree; FormulaError for what it may not hold."""
    if len(formula) > LONGEST:
        raise FormulaError("the formula is longer than {most} characters", most=str(LONGEST))
    try:
        tree = ast.parse(formula.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        end, lead = len(formula.strip()) + 1, len(formula) - len(formula.lstrip())
        offset = error.offset if isinstance(error, SyntaxError) and error.lineno == 1 else None
        raise FormulaError("the formula cannot be read", lead + min(offset or end, end)) from None
    _check(tree, formula)
    return tree


def check_names(terms: Terms, kinds: Collection[str]) -> None:
    """FormulaError, with its place, for a kind of service in the formula that is none of `kinds` or has no rate: the one would
    count as 0 for ever, the other give no sheet; and for 1,5, which would be two values."""
    if (comma := re.search(r"\d+,\d", terms.formula)) is not None:
        raise FormulaError("write decimals with a point: 0.5; between two values a space after the comma", comma.start() + 1)
    for node in ast.walk(parsed(terms.formula)):
        match node:
            case ast.Call(ast.Name(id="registered"), [ast.Name(id=kind) as named]) if kind not in kinds:
                raise FormulaError(_NO_KIND, _place(named, terms.formula), name=kind, known=", ".join(sorted(kinds)))
            case ast.Call(ast.Name(id="rate"), [ast.Name(id=kind) as named]) if kind not in terms.rate:
                raise FormulaError(_NO_RATE, _place(named, terms.formula), name=kind, known=", ".join(terms.rate) or "–")


def _check(node: ast.expr, formula: str) -> None:
    match node:
        case ast.Constant(value=int() | float() as value) if not isinstance(value, bool) and Decimal(value) <= AMOUNT_MOST:
            return
        case ast.Name(id="base" | "months"):
            return
        case ast.BinOp(left, op, right) if type(op) in _OPERATORS:
            _check(left, formula)
            _check(right, formula)
            return
        case ast.UnaryOp(ast.USub(), operand):
            _check(operand, formula)
            return
        case ast.Call(ast.Name(id="registered" | "rate"), [ast.Name()], []):
            return
        case ast.Call(ast.Name(id=name), args, []) if name in _FUNCTIONS and args:
            for one in args:
                _check(one, formula)
            return
        case ast.Tuple():
            raise FormulaError("write decimals with a point: 0.5", _place(node, formula))
    raise FormulaError("{part} means nothing in a formula", _place(node, formula), part=ast.unparse(node))


def _place(node: ast.expr, formula: str) -> int:
    """The character (from 1) where it begins; Python counts columns in bytes."""
    return len(formula.strip().encode()[: node.col_offset].decode(errors="ignore")) + len(formula) - len(formula.lstrip()) + 1


def _value(node: ast.expr, terms: Terms, one: Inputs, months: int) -> tuple[str, Decimal]:
    """The arithmetic as text, and its result."""
    match node:
        case ast.Constant(value):
            number = Decimal(str(value))
            return _shown(number), number
        case ast.Name(id="months"):
            return str(months), Decimal(months)
        case ast.Name():
            number = _known(terms.base, one.type, _NO_BASE, centre=one.name or one.centre)
            return _shown(number), number
        case ast.Call(ast.Name(id="registered"), [ast.Name(id=kind)], []):
            return str(one.registered.get(kind, 0)), Decimal(one.registered.get(kind, 0))
        case ast.Call(ast.Name(id="rate"), [ast.Name(id=kind)], []):
            number = _known(terms.rate, kind, _NO_RATE)
            return _shown(number), number
        case ast.Call(ast.Name(id=name), args, []):
            parts = [_value(arg, terms, one, months) for arg in args]
            return f"{name}({'; '.join(text for text, _ in parts)})", _FUNCTIONS[name](value for _, value in parts)
        case ast.UnaryOp(_, operand):
            text, number = _value(operand, terms, one, months)
            return f"−({text})" if isinstance(operand, ast.BinOp | ast.UnaryOp) else f"−{text}", -number
        case ast.BinOp(left, op, right):
            sign, work = _OPERATORS[type(op)]
            (a, x), (b, y) = _value(left, terms, one, months), _value(right, terms, one, months)
            said = f"{_left(a, left, op)} {sign} {_right(b, right, op)}"
            try:
                return said, work(x, y)
            except (DivisionByZero, InvalidOperation):
                raise FormulaError("{centre}: {sum} has no result", centre=one.name or one.centre, sum=said) from None
    raise FormulaError("the formula cannot be read")


def _left(text: str, node: ast.expr, outer: ast.operator) -> str:
    is_sum = isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub)
    return f"({text})" if is_sum and isinstance(outer, ast.Mult | ast.Div) else text


def _right(text: str, node: ast.expr, outer: ast.operator) -> str:
    if isinstance(node, ast.UnaryOp) or (isinstance(node, ast.BinOp) and isinstance(outer, ast.Sub | ast.Div)):
        return f"({text})"
    return _left(text, node, outer)


_NO_BASE = "{centre}: base of “{name}” is not given (there are {known})"
_NO_KIND = "there is no kind “{name}” (there are {known})"
_NO_RATE = "rate of “{name}” is not given (there are {known})"


def _known(values: Mapping[str, Decimal], name: str, fault: str, **facts: str) -> Decimal:
    if name not in values:
        raise FormulaError(fault, name=name, known=", ".join(values) or "–", **facts)
    return values[name]


def _cents(number: Decimal) -> Decimal:
    return number.quantize(CENT, ROUND_HALF_UP)


def _shown(number: Decimal) -> str:
    """As Latvian writes it: a comma for the decimals."""
    plain: Any = format(number.normalize(), "f")
    return str(plain).replace(".", ",")


def sentence(terms: Terms, words: Mapping[str, str]) -> str:
    """The formula as people read it: values of rates in euro, everything else by its name; FormulaError."""
    return _said(parsed(terms.formula), terms, words)


def _said(node: ast.expr, terms: Terms, words: Mapping[str, str]) -> str:
    match node:
        case ast.Constant(value):
            return _shown(Decimal(str(value)))
        case ast.Name(id=name):
            return words.get(name, name)
        case ast.Call(ast.Name(id="registered"), [ast.Name(id=kind)], []):
            return words.get(kind, kind)
        case ast.Call(ast.Name(id="rate"), [ast.Name(id=kind)], []):
            return f"{_shown(_known(terms.rate, kind, _NO_RATE))} €"
        case ast.Call(ast.Name(id=name), args, []):
            return f"{words.get(name, name)}({'; '.join(_said(one, terms, words) for one in args)})"
        case ast.UnaryOp(_, operand):
            text = _said(operand, terms, words)
            return f"−({text})" if isinstance(operand, ast.BinOp | ast.UnaryOp) else f"−{text}"
        case ast.BinOp(left, op, right):
            first, second = (_said(one, terms, words) for one in (left, right))
            return f"{_left(first, left, op)} {_OPERATORS[type(op)][0]} {_right(second, right, op)}"
    raise FormulaError("the formula cannot be read", 1)
