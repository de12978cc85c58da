"""The grant reckoned from frozen figures by a formula that people can read and change."""

import ast
import operator
from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_UP, Decimal, DivisionByZero, InvalidOperation
from typing import Any

import msgspec

CENT = Decimal("0.01")
LONGEST = 400

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
    """The whole sheet. `digests` are those of the closed months that it rests on, so that it can be made again and compared."""

    months: tuple[str, ...]
    digests: dict[str, str]
    terms: Terms
    lines: tuple[Line, ...]
    total: Decimal


class FormulaError(ValueError):
    """What is wrong with the formula, and where."""


def worksheet(terms: Terms, inputs: tuple[Inputs, ...], digests: Mapping[str, str]) -> Worksheet:
    """Every centre by the formula; FormulaError names what it does not say or have a value for."""
    tree = parsed(terms.formula)
    lines = []
    for one in inputs:
        text, amount = _value(tree, terms, one, len(digests))
        lines.append(Line(inputs=one, sum=text, amount=_cents(amount)))
    total = sum((line.amount for line in lines), Decimal(0))
    return Worksheet(months=tuple(sorted(digests)), digests=dict(digests), terms=terms, lines=tuple(lines), total=total)


def parsed(formula: str) -> ast.expr:
    """The formula as a tree; FormulaError for what it may not hold."""
    if len(formula) > LONGEST:
        raise FormulaError(f"the formula is longer than {LONGEST} characters")
    try:
        tree = ast.parse(formula.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        at = f" near character {error.offset}" if isinstance(error, SyntaxError) and error.offset else ""
        raise FormulaError(f"the formula cannot be read{at}") from None
    _check(tree)
    return tree


def _check(node: ast.expr) -> None:
    match node:
        case ast.Constant(value=int() | float()) if not isinstance(node.value, bool):
            return
        case ast.Name(id="base" | "months"):
            return
        case ast.BinOp(left, op, right) if type(op) in _OPERATORS:
            _check(left)
            _check(right)
            return
        case ast.UnaryOp(ast.USub(), operand):
            _check(operand)
            return
        case ast.Call(ast.Name(id="registered" | "rate"), [ast.Name()], []):
            return
        case ast.Call(ast.Name(id=name), args, []) if name in _FUNCTIONS and args:
            for one in args:
                _check(one)
            return
    raise FormulaError(f"character {node.col_offset + 1}: {ast.unparse(node)} means nothing in a formula")


def _value(node: ast.expr, terms: Terms, one: Inputs, months: int) -> tuple[str, Decimal]:
    """The arithmetic as text, and its result."""
    match node:
        case ast.Constant(value):
            number = Decimal(str(value))
            return _shown(number), number
        case ast.Name(id="months"):
            return str(months), Decimal(months)
        case ast.Name():
            number = _known(terms.base, one.type, "base")
            return _shown(number), number
        case ast.Call(ast.Name(id="registered"), [ast.Name(id=kind)], []):
            return str(one.registered.get(kind, 0)), Decimal(one.registered.get(kind, 0))
        case ast.Call(ast.Name(id="rate"), [ast.Name(id=kind)], []):
            number = _known(terms.rate, kind, "rate")
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
            try:
                return f"{_left(a, left, op)} {sign} {_right(b, right, op)}", work(x, y)
            except (DivisionByZero, InvalidOperation):
                raise FormulaError(f"{one.centre}: {a} {sign} {b} has no result") from None
    raise FormulaError("the formula cannot be read")


def _left(text: str, node: ast.expr, outer: ast.operator) -> str:
    is_sum = isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub)
    return f"({text})" if is_sum and isinstance(outer, ast.Mult | ast.Div) else text


def _right(text: str, node: ast.expr, outer: ast.operator) -> str:
    if isinstance(node, ast.UnaryOp) or (isinstance(node, ast.BinOp) and isinstance(outer, ast.Sub | ast.Div)):
        return f"({text})"
    return _left(text, node, outer)


def _known(values: Mapping[str, Decimal], name: str, what: str) -> Decimal:
    if name not in values:
        raise FormulaError(f'there is no {what} for "{name}" (there are {", ".join(values) or "none"})')
    return values[name]


def _cents(number: Decimal) -> Decimal:
    return number.quantize(CENT, ROUND_HALF_UP)


def _shown(number: Decimal) -> str:
    """As Latvian writes it: a comma for the decimals."""
    plain: Any = format(number.normalize(), "f")
    return str(plain).replace(".", ",")
