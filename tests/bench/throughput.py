"""TakeTicket and CallNext through the whole HTTP path, against a trivial POST and a bare commit of the same rows."""

from collections.abc import Callable, Iterator, Sequence
from itertools import count
from statistics import median

from tests.bench.client import Answer, Script, calls, drive, must, post, repeat, services, tickets
from tests.bench.commit import Commits
from tests.bench.report import Row, at_least, at_most
from tests.bench.servers import COUNTERS, Server, bare, centre

BODY = b'{"id":"0190b6d0-7f3b-7cc1-8f6f-3a7f5d1c2b9e","data":{"service":"VSAA-01"}}'
RATE_GOAL, ONE_GOAL = 0.35, 2.5
CLIENTS = 32


def take(quick: bool) -> Iterator[Row]:
    """TakeTicket with 32 clients and with one."""
    with centre() as ours, bare() as base:
        offered, seed = services(ours.port), count()
        drive(ours.port, [tickets(offered) for _ in range(CLIENTS)], 0.5)
        yield from _rows(
            "TakeTicket", "TicketIssued", ours, base, quick, CLIENTS,
            lambda clients: [tickets(offered, seed=next(seed)) for _ in range(clients)],
        )  # fmt: skip


def call(quick: bool) -> Iterator[Row]:
    """CallNext (and the NoShow that frees the counter) with sixteen counters and with one."""
    with centre(4_000) as ours, bare() as base:
        offered = services(ours.port)

        def scripts(clients: int) -> Sequence[Script]:
            # Between the rounds the queues are filled again.
            each = 20 if clients > 1 else 5
            drive(ours.port, [tickets(offered, each, seed=n) for n in range(CLIENTS)])
            return [calls(counter) for counter in COUNTERS[:clients]]

        drive(ours.port, scripts(len(COUNTERS)), 0.5)

        yield from _rows("CallNext", "VisitCalled", ours, base, quick, len(COUNTERS), scripts)


def _rows(
    name: str, event: str, ours: Server, base: Server, quick: bool, many: int, scripts: Callable[[int], Sequence[Script]]
) -> Iterator[Row]:  # fmt: skip
    rounds, seconds = (3, 0.7) if quick else (9, 1.0)
    commits = Commits(ours.database, event)
    commits.run(100)
    drive(base.port, _trivial(many), 0.5)
    mine, theirs, kept = [], [], []
    for _ in range(rounds):
        mine.append(_rate(*drive(ours.port, scripts(many), seconds)))
        theirs.append(_rate(*drive(base.port, _trivial(many), seconds)))
        kept.append(1 / median(commits.run(200)))
    yield at_least(f"{name}, {many} clients: rate / trivial POST", mine, theirs, RATE_GOAL)
    yield at_least(f"{name}, {many} clients: rate / bare commits", mine, kept)
    ones, sums = [], []
    for _ in range(rounds):
        answers = must(drive(ours.port, scripts(1), seconds / 2)[0])
        ones.append(median(answer.seconds for answer in answers if answer.name == name))
        plain = median(answer.seconds for answer in drive(base.port, _trivial(1), seconds / 4)[0])
        sums.append(plain + median(commits.run(200)))
    yield at_most(f"{name}, 1 client: median / (trivial POST + bare commit)", ones, sums, ONE_GOAL)
    commits.close()


def _trivial(clients: int) -> Sequence[Script]:
    return [repeat(lambda: post("/trivial", BODY)) for _ in range(clients)]


def _rate(answers: Sequence[Answer], taken: float) -> float:
    return len(must(answers)) / taken
