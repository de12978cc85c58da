"""The office's doors with what nobody means well: unsound plans for later, huge and deep files, impossible times, two at once."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import msgspec
import pytest

from config import CATALOGUE, CENTRES
from config.load import load_catalogue, load_plan
from server.admin.plan.form import data_of
from tests.house import MANAGER as TOKEN
from tests.house import House, Reply, bearer, together


def plan_post(house: House, name: str, body: str | bytes) -> Reply:
    """As the plan's page sends it, but by a program of the manager's."""
    return house.request("POST", f"/admin/plan/{name}", body, {**bearer(TOKEN), "Content-Type": "application/json"})


def demo() -> dict[str, Any]:
    return dict(msgspec.to_builtins(load_plan(CENTRES / "demo.toml", load_catalogue(CATALOGUE))))


@pytest.mark.parametrize("command", ["RevisePlan", "SchedulePlan"])
def test_a_plan_that_contradicts_itself_is_refused_now_and_for_later(house: House, command: str) -> None:
    plan = demo()
    plan["queues"][0]["zone"] = "nowhere"
    at = {"version": 1, "at": (datetime.now(UTC) + timedelta(hours=1)).isoformat()} if command == "SchedulePlan" else {}
    reply = house.submit(command, {"plan": plan, **at})
    assert (reply.status, reply.json["code"]) == (400, "malformed")
    assert "queues[0].zone" in reply.json["text"]


@pytest.mark.parametrize("body", [
    "x = " + "[" * 100_000, "a." * 3_000 + "b = 1", "x = \"" + "a" * 140_000 + "\"", "\x00" * 1000, "[[queue]]\n" * 500, "",
], ids=["deep", "dotted", "long", "zeros", "many", "empty"])  # fmt: skip
def test_a_file_that_is_no_plan_is_answered_with_what_is_wrong(house: House, body: str) -> None:
    reply = plan_post(house, "import", body)
    assert reply.status == 422
    assert reply.json["faults"]
    assert all(fault["text"] for fault in reply.json["faults"])
    assert house.view("menu").status == 200


def test_a_body_without_end_is_cut_off(house: House) -> None:
    assert plan_post(house, "import", b"#" * 10_000_000).status == 413


IMPORTS = 4
"""One after the other; between two of them somebody is served even by a server that does nothing beside."""


def test_nobody_at_a_kiosk_waits_for_a_file_of_mistakes(house: House) -> None:
    wrong = "\n".join(f"servces{n} = 1" for n in range(25))
    answered, done = 0, list[int]()

    def import_(_: int) -> None:
        for which in range(IMPORTS):
            body = "\n".join(f'[[queue]]\ncode = "x{which}-{n}"\n{wrong}' for n in range(330))
            done.append(plan_post(house, "import", body).status)

    def ask(_: int) -> None:
        nonlocal answered
        while len(done) < IMPORTS:
            assert house.view("menu").status == 200
            answered += 1

    together(2, lambda n: (import_, ask)[n](n))
    assert done == [422] * IMPORTS
    assert answered > IMPORTS + 1, "others were served in between"


@pytest.mark.parametrize("at", ["0001-01-01T00:00", "9999-99-99T00:00", "tomorrow", "2026-03-29T03:30" * 9])
def test_a_time_that_is_none_is_named(house: House, at: str) -> None:
    catalogue = load_catalogue(CATALOGUE)
    data = data_of(load_plan(CENTRES / "demo.toml", catalogue), catalogue)
    sent = {"data": data, "version": 1, "id": str(uuid4()), "at": at, "reason": ""}
    reply = plan_post(house, "start", msgspec.json.encode(sent))
    assert (reply.status, reply.json["ok"]) == (422, False)
    assert reply.json["text"]


def test_two_give_the_same_room_at_once(house: House) -> None:
    replies = together(6, lambda n: house.submit("StartRoom", {"room": "d1"}))
    assert sorted(reply.status for reply in replies) == [200, 409, 409, 409, 409, 409]
    assert {reply.json.get("code") for reply in replies if reply.status == 409} == {"room_taken"}
    house.done("EndRoom", {"room": "d1"})
    house.done("WipeRoom", {"room": "d1"})
