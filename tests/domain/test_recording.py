"""What is recorded of the services that a visitor got: words, what must be said, minutes, corrections afterwards."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from config.plan import Rules
from counter.view import desk
from server.domain import commands as c
from server.domain.context import Context
from server.domain.decide import decide
from server.domain.events import Delivered, VisitCorrected
from server.domain.refusal import WAYS, Refusal
from server.domain.shares import clock_minutes, shares
from tests.conftest import drawn
from tests.support import CLERK, MANAGER, OTHER, Scene, service_of, tiny_plan

PLAN = tiny_plan()
SERVICE, OTHER_SERVICE = service_of(PLAN), service_of(PLAN, 1)


def serving(plan: Any = PLAN) -> tuple[Scene, UUID]:
    scene = Scene(plan, opened=["1"])
    visit = scene.take()
    scene.do(c.CallNext(counter="1"))
    scene.do(c.Serve(counter="1"))
    return scene, visit


def got(kind: str = "konsultacija", service: str = SERVICE, **more: Any) -> c.RecordService:
    return c.RecordService(counter="1", service=service, kind=kind, **more)


def ruled(*record: str) -> Any:
    return replace(PLAN, rules=replace(PLAN.rules, record=record))


def test_everything_that_was_said_is_kept() -> None:
    scene, visit = serving()
    scene.clock.pass_(minutes=20)
    scene.do(got("pieteikums", scanned=2, printed=3, alone="helped", language="uk", minutes=12, note="ar pilnvaru", quantity=2))
    assert scene.visit(visit).delivered == (
        Delivered(
            n=1, service=SERVICE, institution="VSAA", kind="pieteikums", channel="klatiene", outcome="lodged", quantity=2,
            scanned=2, printed=3, alone="helped", language="uk", minutes=12, note="ar pilnvaru",
        ),
    )  # fmt: skip


def test_a_row_of_an_older_journal_is_read() -> None:
    old = b'{"n":1,"service":"A-1","institution":"A","kind":"konsultacija","channel":"klatiene","outcome":"advised","quantity":1}'
    assert msgspec.json.decode(old, type=Delivered).redirected_to == ""


@pytest.mark.parametrize(
    ("more", "outcome"),
    [
        ({"redirected_to": "NVA"}, "redirected"), ({"redirected_to": "NVA", "outcome": "redirected"}, "redirected"),
        ({"why": "no_documents"}, "not_served"), ({"why": "system_down", "outcome": "not_served"}, "not_served"),
        ({}, "advised"), ({"outcome": "lodged"}, "lodged"),
    ],
)  # fmt: skip
def test_where_to_and_why_are_outcomes(more: dict[str, str], outcome: str) -> None:
    scene, visit = serving()
    scene.do(got(**more))
    recorded = scene.visit(visit).delivered[0]
    assert (recorded.outcome, recorded.redirected_to, recorded.why) == (
        outcome, more.get("redirected_to", ""), more.get("why", ""),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"why": "bored"}, "unknown_why"), ({"redirected_to": "NVA", "outcome": "lodged"}, "outcome_other"),
        ({"why": "other", "outcome": "redirected"}, "outcome_other"), ({"redirected_to": "NVA", "why": "other"}, "outcome_other"),
        ({"minutes": 1}, "minutes_over"), ({"outcome": "none"}, "unknown_outcome"), ({"visit": UUID(int=1)}, "unknown_visit"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(more: dict[str, Any], code: str) -> None:
    scene, _ = serving()
    assert scene.refused(got(**more)) == code


@pytest.mark.parametrize(
    ("kind", "outcome", "counts"),
    [("e_atbalsts", "lodged", "pieteikums"), ("e_atbalsts", "advised", "konsultacija"), ("pieteikums", "lodged", "")],
)
def test_help_with_an_e_service_counts_by_its_outcome(kind: str, outcome: str, counts: str) -> None:
    scene, visit = serving()
    scene.do(got(kind, outcome=outcome))
    assert scene.visit(visit).delivered[0].counts == counts


@pytest.mark.parametrize(
    ("record", "said", "missing"),
    [
        ((), {}, ()),
        (("outcome", "language"), {}, ("outcome", "language")),
        (("outcome", "language"), {"outcome": "advised"}, ("language",)),
        (("outcome", "language"), {"outcome": "advised", "language": "lv"}, ()),
        (("redirected_to", "why"), {"outcome": "advised"}, ()),
        (("redirected_to", "why"), {"outcome": "redirected"}, ("redirected_to",)),
        (("redirected_to", "why"), {"outcome": "not_served"}, ("why",)),
        (("outcome", "redirected_to"), {"redirected_to": "NVA"}, ()),
        (("alone", "minutes"), {}, ("alone", "minutes")),
        (("alone", "minutes"), {"alone": "no", "minutes": 0}, ()),
    ],
)
def test_finish_waits_for_what_the_plan_wants_and_names_it(
    record: tuple[str, ...], said: dict[str, Any], missing: tuple[str, ...]
) -> None:
    scene, visit = serving(ruled(*record))
    assert desk(scene.floor, "1", CLERK).visit.missing == ("service",)
    scene.do(got(**said))
    assert desk(scene.floor, "1", CLERK).visit.missing == missing
    if missing:
        with pytest.raises(Refusal) as no:
            scene.do(c.Finish(counter="1"))
        assert (no.value.code, no.value.ways) == ("outcome_due", tuple(f"lacks_{field}" for field in missing))
        assert set(no.value.ways) <= set(WAYS)
    else:
        scene.do(c.Finish(counter="1"))
        assert scene.visit(visit).end == "served"


def test_one_service_that_says_too_little_holds_the_visit() -> None:
    scene, _ = serving(ruled("language"))
    scene.do(got(language="lv"))
    scene.do(got(service=OTHER_SERVICE))
    assert scene.refused(c.Finish(counter="1")) == "outcome_due"
    scene.do(c.AmendService(counter="1", n=2, service=OTHER_SERVICE, kind="konsultacija", language="ru"))
    assert scene.refused(c.Finish(counter="1")) is None


def test_every_rule_of_the_plan_has_its_sentence() -> None:
    (kinds,) = (f.type for f in msgspec.structs.fields(Rules) if f.name == "record")
    assert {f"lacks_{field}" for field in kinds.__args__[0].__args__} <= set(WAYS)


def test_minutes_are_the_clock_s_until_somebody_says_otherwise() -> None:
    scene, visit = serving()
    scene.do(got())
    scene.do(got(service=OTHER_SERVICE))
    scene.clock.pass_(minutes=11)
    now = scene.clock.now
    assert [one.share for one in desk(scene.floor, "1", CLERK, now=now).visit.delivered] == [6, 5]
    scene.do(c.AmendService(counter="1", n=1, service=SERVICE, kind="konsultacija", minutes=9))
    assert [one.share for one in desk(scene.floor, "1", CLERK, now=now).visit.delivered] == [9, 2]
    more = c.AmendService(counter="1", n=2, service=OTHER_SERVICE, kind="konsultacija", minutes=3)
    assert scene.refused(more) == "minutes_over"
    scene.do(replace(more, minutes=2))
    assert clock_minutes(scene.visit(visit), now) == 11


@settings(max_examples=drawn(200), deadline=None)
@given(st.lists(st.none() | st.integers(0, 60), max_size=6), st.integers(0, 600))
def test_shares_come_to_the_clock_where_anything_is_left_to_share(said: list[int | None], minutes: int) -> None:
    one = Delivered(n=1, service="s", institution="i", kind="k", channel="c", outcome="o", quantity=1)
    found = shares([replace(one, minutes=value) for value in said], minutes)
    known = sum(value or 0 for value in said)
    assert all(share == value for share, value in zip(found, said, strict=True) if value is not None)
    assert all(share >= 0 for share in found)
    if None in said:
        assert sum(found) == max(minutes, known)
        rest = [share for share, value in zip(found, said, strict=True) if value is None]
        assert max(rest) - min(rest) <= 1


def test_of_a_contact_what_is_said_of_minutes_counts() -> None:
    scene = Scene(opened=["1"])
    scene.do(c.RegisterContact(counter="1", service=SERVICE, channel="talrunis"))
    assert scene.refused(got(minutes=25)) is None


def ended() -> tuple[Scene, UUID]:
    return ended_under(PLAN)


def ended_under(plan: Any) -> tuple[Scene, UUID]:
    scene, visit = serving(plan)
    scene.clock.pass_(minutes=5)
    scene.do(got())
    scene.do(c.Finish(counter="1"))
    return scene, visit


def amended(visit: UUID) -> c.AmendService:
    return c.AmendService(counter="1", visit=visit, n=1, service=OTHER_SERVICE, kind="pieteikums", alone="yes")


def test_who_served_may_correct_the_record_on_the_same_day() -> None:
    scene, visit = ended()
    before = scene.visit(visit)
    (event,) = scene.do(amended(visit))
    assert isinstance(event, VisitCorrected)
    after = scene.visit(visit)
    assert (after.delivered[0].service, after.delivered[0].alone, after.corrected) == (OTHER_SERVICE, "yes", 1)
    assert (after.end, after.leg.served, after.leg.ended) == (before.end, before.leg.served, before.leg.ended)
    assert scene.records[-1].actor == "clerk:clerk1"
    assert scene.refused(amended(visit)) == "nothing_changed"
    assert scene.replayed() == scene.floor


def test_a_forgotten_service_is_added_afterwards() -> None:
    scene, visit = ended()
    scene.do(got(service=OTHER_SERVICE, visit=visit))
    assert [one.n for one in scene.visit(visit).delivered] == [1, 2]
    assert scene.floor.posts["1"].served == 1


def struck(n: int, visit: UUID | None = None) -> c.StrikeService:
    return c.StrikeService(counter="1", visit=visit, n=n)


def test_a_service_recorded_by_mistake_is_taken_out_and_those_after_it_move_up() -> None:
    scene, visit = serving()
    for service in (SERVICE, OTHER_SERVICE, SERVICE):
        scene.do(got(service=service))
    assert scene.refused(struck(4)) == "unknown_record"
    assert scene.refused(struck(1), OTHER) is not None
    (event,) = scene.do(struck(1))
    assert (event.service, event.counter) == (SERVICE, "1")  # type: ignore[union-attr]
    left = scene.visit(visit).delivered
    assert [(one.n, one.service) for one in left] == [(1, OTHER_SERVICE), (2, SERVICE)]
    scene.do(c.Undo(counter="1"))
    assert [one.n for one in scene.visit(visit).delivered] == [1, 2, 3]
    scene.do(struck(3))
    scene.do(struck(2))
    scene.do(struck(1))
    assert scene.refused(c.Finish(counter="1")) == "outcome_due"
    assert scene.replayed() == scene.floor


def test_a_number_of_a_record_that_another_has_now_is_not_meant() -> None:
    scene, _ = serving()
    scene.do(got())
    scene.do(got(service=OTHER_SERVICE))
    seen = scene.floor.position
    scene.do(struck(1))
    assert scene.refused(replace(struck(1), seen=seen)) == "counter_moved_on"


def test_of_a_contact_beside_a_service_is_taken_out_by_its_name() -> None:
    scene, visit = serving()
    scene.do(got())
    (event,) = scene.do(c.RegisterContact(counter="1", service=SERVICE, channel="talrunis"))
    contact = event.visit  # type: ignore[union-attr]
    scene.do(got(visit=contact))
    scene.do(struck(1, contact))
    assert (len(scene.visit(visit).delivered), scene.visit(contact).delivered) == (1, ())
    assert scene.floor.posts["1"].step.event == "ServiceRecorded", "the steps that can be taken back are the visit's"  # type: ignore[union-attr]


def test_when_the_visit_is_over_all_but_the_last_are_taken_out() -> None:
    scene, visit = ended()
    assert scene.refused(struck(1, visit)) == "outcome_due"
    scene.do(got(service=OTHER_SERVICE, visit=visit))
    assert scene.refused(struck(1, visit), OTHER) == "manager_only"
    (event,) = scene.do(struck(1, visit))
    assert isinstance(event, VisitCorrected)
    assert [(one.n, one.service) for one in scene.visit(visit).delivered] == [(1, OTHER_SERVICE)]
    lenient, other = ended_under(replace(PLAN, rules=replace(PLAN.rules, outcome_required=False)))
    lenient.do(struck(1, other))
    assert lenient.visit(other).delivered == ()


def test_another_clerk_may_not_and_a_manager_may() -> None:
    scene, visit = ended()
    assert scene.refused(amended(visit), OTHER) == "manager_only"
    assert scene.refused(amended(visit), MANAGER) is None
    assert scene.refused(replace(amended(visit), minutes=6), MANAGER) == "minutes_over"


def test_after_the_day_only_a_manager_corrects() -> None:
    scene, visit = ended()
    past = scene.visit(visit)
    scene.clock.pass_(days=1)
    scene.tick()
    codes = {}
    for actor in (CLERK, MANAGER):
        context = Context(now=scene.clock.now, actor=actor, visit=UUID(int=5), token="t", past=past)
        try:
            (event,) = decide(scene.floor, amended(visit), context)
            codes[actor.role] = event.day
        except Refusal as no:
            codes[actor.role] = no.code
    assert codes == {"clerk": "manager_only", "manager": "2026-03-16"}


def test_a_visit_that_is_not_over_or_never_was_served_is_no_correction() -> None:
    scene = Scene(opened=["1"])
    first, second = scene.take(), scene.take()
    assert scene.refused(got(visit=first)) == "not_over"
    scene.do(c.CallNext(counter="1"))
    scene.do(c.NoShow(counter="1"))
    assert scene.refused(got(visit=first), MANAGER) == "never_served"
    assert scene.refused(got(visit=second), MANAGER) == "not_over"


def test_a_correction_may_say_everything_too() -> None:
    scene, visit = ended()
    service = c.DeliveredService(service=SERVICE, kind="konsultacija", redirected_to="NVA", language="ru")
    scene.do(c.CorrectVisit(visit=visit, end="served", delivered=(service,), reason="bija nosūtīts"), MANAGER)
    assert (scene.visit(visit).delivered[0].outcome, scene.visit(visit).delivered[0].language) == ("redirected", "ru")
    same = replace(service, outcome="redirected")
    again = c.CorrectVisit(visit=visit, end="served", delivered=(same,), reason="vēlreiz")
    assert scene.refused(again, MANAGER) == "nothing_changed"


def test_a_clock_that_was_set_back_gives_no_negative_minutes() -> None:
    scene, visit = serving()
    scene.do(got())
    assert clock_minutes(scene.visit(visit), scene.clock.now - timedelta(hours=1)) == 0
