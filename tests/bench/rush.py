"""32 kiosks and 16 counters at once until the queues are empty: counts, not speed."""

from collections import Counter
from collections.abc import Iterator, Sequence
from time import perf_counter

from tests.bench.client import Answer, Script, ask, command, drive, get, services, tickets
from tests.bench.report import Row
from tests.bench.servers import COUNTERS, centre

KIOSKS, EACH = 32, 20
WITHIN_S = 60.0


def rush(quick: bool) -> Iterator[Row]:
    """Numbers lost, doubled or called twice, and answers that are errors: all of them 0."""
    with centre() as ours:
        offered, kinds = services(ours.port), _kinds(ours.port)
        kiosks = [tickets(offered, EACH, f"bench-kiosk-{n}", n) for n in range(KIOSKS)]
        over = perf_counter() + WITHIN_S
        clerks = [_clerk(counter, f"bench-clerk-{n}", kinds, over) for n, counter in enumerate(COUNTERS)]
        answers, _ = drive(ours.port, [*kiosks, *clerks], WITHIN_S)
        kept = _visits(ours.port)
    faults = _faults(answers, kept)
    said = ", ".join(f"{count} {what}" for what, count in faults.items())
    name = f"{KIOSKS} kiosks and {len(COUNTERS)} counters at once, {KIOSKS * EACH} visits: {said}"
    yield Row(name=name, ours=str(sum(faults.values())), baseline="0", ratio=None, goal="0", met=not any(faults.values()))


def _clerk(counter: str, token: str, kinds: dict[str, str], over: float) -> Script:
    """Calls, serves, records and finishes until nobody has waited ten times in a row."""
    idle = 0
    while idle < 10 and perf_counter() < over:
        called = yield command("CallNext", token, counter=counter)
        if called.status != 200:
            idle += 1
            continue
        idle, service = 0, called.json["result"]["service"]
        yield command("Serve", token, counter=counter)
        yield command("RecordService", token, counter=counter, service=service, kind=kinds[service])
        yield command("Finish", token, counter=counter)


def _kinds(port: int) -> dict[str, str]:
    found = ask(port, get("/api/v1/views/catalogue")).json["data"]["services"]
    return {service["service"]: service["kinds"][0] for service in found}


def _visits(port: int) -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    since = 0
    while page := ask(port, get(f"/api/v1/visits?since={since}")).json:
        if not page["visits"]:
            break
        found, since = [*found, *page["visits"]], page["next"]
    return found


def _faults(answers: Sequence[Answer], kept: Sequence[dict[str, object]]) -> dict[str, int]:
    issued = [a.json["result"] for a in answers if a.name == "TakeTicket" and a.status == 200]
    called = [a.json["result"]["visit"] for a in answers if a.name == "CallNext" and a.status == 200]
    errors = [a for a in answers if a.status != 200 and a.json.get("code") != "nobody_waiting"]
    served = {visit["visit"] for visit in kept if visit["end"] == "served"}
    numbers = Counter(str(visit["number"]) for visit in kept)
    last: dict[str, int] = {}
    for number in numbers:
        last[number[0]] = max(last.get(number[0], 0), int(number[1:]))
    return {
        "lost": KIOSKS * EACH - len(served & {one["visit"] for one in issued} & set(called)),
        "doubled": len(kept) - len(numbers) + len(issued) - len({one["number"] for one in issued}),
        "skipped": sum(last.values()) - len(numbers),
        "called twice": len(called) - len(set(called)),
        "errors": len(errors),
    }
