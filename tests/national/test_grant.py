"""The grant: every line can be reckoned again from its own arithmetic, and a formula that means nothing is named."""

import re
from decimal import Decimal
from fractions import Fraction

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.national.node.grant import (
    AMOUNT_MOST,
    FormulaError,
    Inputs,
    Terms,
    by_municipality,
    check_names,
    is_amount,
    parsed,
    sentence,
    worksheet,
)
from server.national.node.grant_pages import kinds_of

FORMULA = "base * months / 12 + rate(pieteikums) * registered(pieteikums) + rate(konsultacija) * registered(konsultacija)"
TERMS = Terms(
    formula=FORMULA, base={"vietejas": Decimal(1200), "novada": Decimal("4800.60")},
    rate={"pieteikums": Decimal("2.35"), "konsultacija": Decimal("1.10")}, source="piemērs",
)  # fmt: skip
SMILTENE = Inputs(
    centre="smiltene", name="Smiltenes VPVKAC", municipality="Smiltenes novads", type="novada",
    registered={"pieteikums": 321, "konsultacija": 120},
)  # fmt: skip
FIXED = {"2026-01": 0, "2026-02": 2, "2026-03": 0}
DIGESTS = {"2026-01": "a", "2026-02": "b", "2026-03": "c"}


def again(said: str) -> Fraction:
    """The printed arithmetic, reckoned by Python's own fractions."""
    plain = said.replace("×", "*").replace(":", "/").replace("−", "-").replace(",", ".").replace(";", ",")
    numbers = "".join(f" Fraction('{word}') " if word.replace(".", "").isdigit() else word for word in _words(plain))
    return eval(numbers, {"Fraction": Fraction, "min": min, "max": max})


def _words(text: str) -> list[str]:
    words, word = [], ""
    for sign in text:
        if sign.isdigit() or sign == ".":
            word += sign
        else:
            words += [word, sign] if word else [sign]
            word = ""
    return [*words, word] if word else words


def test_a_line_says_its_arithmetic_and_gives_its_cents() -> None:
    sheet = worksheet(TERMS, (SMILTENE,), DIGESTS, FIXED)
    assert sheet.lines[0].sum == "4800,6 × 3 : 12 + 2,35 × 321 + 1,1 × 120"
    assert sheet.lines[0].amount == sheet.total == Decimal("2086.50")


def reckoned(formula: str) -> Fraction:
    """The formula itself, reckoned by Python."""
    known = {"base": Fraction("4800.60"), "months": 3, "pieteikums": 321, "konsultacija": Fraction("1.10"), "max": max}
    return Fraction(eval(formula, {**known, "registered": lambda count: count, "rate": lambda value: value}))


_leaf = st.sampled_from(["base", "months", "registered(pieteikums)", "rate(konsultacija)", "7", "2.5"])
_formula = st.recursive(
    _leaf,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from("+-*"), inner).map(lambda t: f"({t[0]}) {t[1]} ({t[2]})"),
        inner.map(lambda one: f"({one}) / 4"),
        st.tuples(inner, inner).map(lambda t: f"max({t[0]}, {t[1]})"),
        inner.map(lambda one: f"-({one})"),
    ),
    max_leaves=8,
)


@given(_formula)
def test_any_formulas_arithmetic_gives_its_amount(formula: str) -> None:
    if len(formula) > 400:
        return
    try:
        line = worksheet(msgspec.structs.replace(TERMS, formula=formula), (SMILTENE,), DIGESTS, FIXED).lines[0]
    except FormulaError:
        assert abs(reckoned(formula)) > AMOUNT_MOST
        return
    exact = again(line.sum)
    assert abs(Fraction(str(line.amount)) - exact) <= Fraction(1, 200)


@pytest.mark.parametrize(
    ("formula", "says"),
    [
        ("base +", "cannot be read"),
        ("base ** 2", "means nothing"),
        ("__import__('os').system('true')", "means nothing"),
        ("base.real", "means nothing"),
        ("registered('x')", "means nothing"),
        ("True", "means nothing"),
        ("1e999", "means nothing"),
        ("1e11 * 1e11", "too large"),
        ("-1e11 * 1e11", "too large"),
        ("max()", "means nothing"),
        ("max(base, tips)", "means nothing"),
        ("1 / 1e-300", "too large"),
        ("rate(video)", "rate of “video” is not given"),
        ("base / (months - 3)", "Smiltenes VPVKAC: 4800,6 : (3 − 3) has no result"),
        ("base + 0,5", "decimals with a point"),
        ("(" * 300 + "1" + ")" * 300, "longer than"),
        ("base" + " " * 500, "longer than"),
        ("", "cannot be read"),
    ],
)
def test_a_formula_that_means_nothing_is_named(formula: str, says: str) -> None:
    with pytest.raises(FormulaError, match=re.escape(says)):
        worksheet(msgspec.structs.replace(TERMS, formula=formula), (SMILTENE,), DIGESTS, FIXED)


@pytest.mark.parametrize(
    ("formula", "says", "at"),
    [
        ("base + registered(pieteikum)", "there is no kind “pieteikum” (there are konsultacija, pieteikums)", 19),
        ("base + čau", "čau means nothing in a formula", 8),
        ("max(0, rate(video)) * months", "rate of “video” is not given (there are pieteikums, konsultacija)", 13),
        (FORMULA, "", 0),
        ("max(0, 1, 5)", "", 0),
        ("max(0, 1,5)", "write decimals with a point: 0.5; between two values a space after the comma", 8),
    ],
)
def test_a_kind_that_nobody_counts_or_that_has_no_rate_is_named_at_its_place(formula: str, says: str, at: int) -> None:
    said = [("", 0)]
    try:
        check_names(msgspec.structs.replace(TERMS, formula=formula), {"pieteikums", "konsultacija"})
    except FormulaError as wrong:
        said.append((str(wrong), wrong.at))
    assert said[-1] == (says, at)


@pytest.mark.parametrize(
    ("value", "may"), [("0", True), ("0.000001", True), ("0.0000001", False), ("-0.01", False), ("NaN", False)]
)
def test_a_value_of_the_terms_has_six_decimals_at_most(value: str, may: bool) -> None:
    assert is_amount(Decimal(value)) is may


@pytest.mark.parametrize(("formula", "amount"), [("0.125", "0.13"), ("registered(video)", "0.00"), ("max(1, 2)", "2.00")])
def test_half_a_cent_counts_as_one_and_what_was_not_registered_as_nothing(formula: str, amount: str) -> None:
    sheet = worksheet(msgspec.structs.replace(TERMS, formula=formula), (SMILTENE,), dict(reversed(DIGESTS.items())), FIXED)
    assert (str(sheet.total), sheet.months) == (amount, tuple(DIGESTS))


def test_a_type_without_a_base_is_named() -> None:
    with pytest.raises(FormulaError, match="Smiltenes VPVKAC: base of “regionalas” is not given"):
        worksheet(TERMS, (msgspec.structs.replace(SMILTENE, type="regionalas"),), DIGESTS, FIXED)


def test_a_sheet_is_the_same_when_it_is_made_again_and_travels_as_json() -> None:
    sheet = worksheet(TERMS, (SMILTENE,), DIGESTS, FIXED)
    assert (
        msgspec.json.decode(msgspec.json.encode(sheet), type=type(sheet))
        == sheet
        == worksheet(TERMS, (SMILTENE,), DIGESTS, FIXED)
    )


@pytest.mark.parametrize(("formula", "at"), [("base + 2 * tips", 12), ("  base + čau", 10), ("base + + ", 9), ("base * (2", 8)])
def test_a_fault_of_the_formula_has_its_place(formula: str, at: int) -> None:
    with pytest.raises(FormulaError) as wrong:
        parsed(formula)
    assert wrong.value.at == at


def test_the_formula_is_a_sentence() -> None:
    words = {"base": "bāze", "months": "mēneši", "pieteikums": "pieteikumi", "konsultacija": "konsultācijas"}
    assert sentence(TERMS, words) == "bāze × mēneši : 12 + 2,35 € × pieteikumi + 1,1 € × konsultācijas"


def test_a_municipality_has_the_sum_of_its_centres() -> None:
    other = msgspec.structs.replace(SMILTENE, centre="rauna", type="vietejas")
    far = msgspec.structs.replace(SMILTENE, centre="cesis", municipality="Cēsu novads")
    sheet = worksheet(TERMS, (SMILTENE, other, far), DIGESTS, FIXED)
    assert [(name, len(its), total) for name, its, total in by_municipality(sheet)] == [
        ("Smiltenes novads", 2, Decimal("2086.50") + Decimal("1186.35")), ("Cēsu novads", 1, Decimal("2086.50")),
    ]  # fmt: skip
    assert sum(total for _, _, total in by_municipality(sheet)) == sheet.total


def test_the_columns_stand_in_one_order_however_the_terms_name_their_kinds() -> None:
    turned = msgspec.structs.replace(TERMS, rate=dict(sorted(TERMS.rate.items())))
    sheets = [worksheet(terms, (SMILTENE,), DIGESTS, FIXED) for terms in (TERMS, turned)]
    assert [*TERMS.rate] != [*turned.rate]
    assert [kinds_of(sheet) for sheet in sheets] == [["pieteikums", "konsultacija"]] * 2
