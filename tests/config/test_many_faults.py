"""A plan with more mistakes than anybody reads is still answered, and soon."""

import msgspec
import pytest

from config.catalogue import Catalogue
from config.plan import Plan
from config.shape import GUESSES, KEYS_MOST, LIST_MOST, Report, read
from server.admin.plan.form import TOLD, checked, data_of


def test_the_page_is_told_the_first_faults_and_how_many_more_there_are(demo: Plan, catalogue: Catalogue) -> None:
    data = data_of(demo, catalogue)
    data["profiles"][1]["queues"] = [f"vsaa{n:03d}" for n in range(LIST_MOST)]
    _, faults = checked(data, catalogue, demo, "lv")
    assert len(faults.told) == TOLD
    assert len(faults.told) + faults.more >= LIST_MOST
    assert "vai domājāt" in faults.told[0].text, "the first are still explained"


def test_a_list_that_no_centre_has_is_one_fault(demo: Plan, catalogue: Catalogue) -> None:
    data = data_of(demo, catalogue)
    data["profiles"][1]["queues"] = ["vsaa"] * (LIST_MOST + 1)
    _, faults = checked(data, catalogue, demo, "lv")
    assert [(one.path, one.text) for one in faults.told] == [
        ("profiles[1].queues", "Šeit ir par daudz ierakstu: 1\u00a0001. Vairāk par 1\u00a0000 nevar būt.")
    ]


def test_unknown_keys_are_told_up_to_a_number() -> None:
    report = Report()
    read({"code": "x", "name": {"lv": "x"}, **{f"key{n}": 1 for n in range(KEYS_MOST + 7)}}, Thing, report)
    assert len(report.faults) == KEYS_MOST + 1
    assert ("", "7 more unknown keys") in report.faults


class Thing(msgspec.Struct):
    """Something with two fields."""

    code: str
    name: dict[str, str]


def test_guessing_ends() -> None:
    report = Report()
    known = [f"word-{n}" for n in range(1000)]
    hints = [report.did_you_mean("wort-7", known) for _ in range(GUESSES // 1000 + 3)]
    assert hints == ['; did you mean "word-7"?'] * (GUESSES // 1000) + [""] * 3
    assert report.meant("word-3", known) == "word-3"


@pytest.mark.parametrize("many", [0, 1])
def test_few_faults_are_all_told(demo: Plan, catalogue: Catalogue, many: int) -> None:
    data = data_of(demo, catalogue)
    data["zones"] = [*data["zones"], *data["zones"][:many]]
    _, faults = checked(data, catalogue, demo, "lv")
    assert (len(faults.told), faults.more) == (many, 0)
