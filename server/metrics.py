"""Figures for Prometheus, read off the floor and the hub when they are asked for."""

import time
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from uuid import UUID

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from server.alerts import UPLINK, Health, unproven
from server.bridge import Door
from server.domain.commands import Command
from server.domain.context import Actor
from server.domain.floor import Floor, counter_state, line
from server.domain.proof import every_summons, shown_at
from server.domain.refusal import Refusal
from server.engine import Reply

PROOF_BUCKETS = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0)
"""Seconds."""


class Metrics:
    """Counts commands by name and answer, and how long an answer took; the rest is collected on demand."""

    def __init__(
        self, floor: Callable[[], Floor], connected: Callable[[], int], health: Callable[[], Mapping[str, Health]]
    ) -> None:
        self._registry = CollectorRegistry()
        self._registry.register(_Now(floor, connected, health))
        self._commands = Counter("rinda_commands", "Commands by name and answer code", ["name", "code"], registry=self._registry)
        self._seconds = Histogram(
            "rinda_command_seconds",
            "From command to durable answer",
            buckets=(0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.3, 1, 3),
            registry=self._registry,
        )

    def count(self, name: str, code: str, seconds: float) -> None:
        """One answered command."""
        self._commands.labels(name, code).inc()
        self._seconds.observe(seconds)

    def text(self) -> bytes:
        """Everything in the Prometheus text format."""
        return generate_latest(self._registry)


class Counted:
    """The door with a stop-watch."""

    def __init__(self, door: Door, metrics: Metrics) -> None:
        self._door, self._metrics = door, metrics

    def handle(self, command: Command, actor: Actor, id: UUID) -> Reply:
        """Submits, waits, counts."""
        started = time.perf_counter()
        reply = self._door.handle(command, actor, id)
        code = reply.code if isinstance(reply, Refusal) else "ok"
        self._metrics.count(type(command).__name__, code, time.perf_counter() - started)
        return reply


class _Now(Collector):
    def __init__(
        self, floor: Callable[[], Floor], connected: Callable[[], int], health: Callable[[], Mapping[str, Health]]
    ) -> None:
        self._floor, self._connected, self._health = floor, connected, health

    def collect(self) -> Iterable[Metric]:
        floor = self._floor()
        yield GaugeMetricFamily("rinda_position", "Last journal position", value=floor.position)
        yield GaugeMetricFamily("rinda_devices", "Devices with a live connection", value=self._connected())
        yield GaugeMetricFamily("rinda_parked", "Visits set aside", value=len(floor.parked))
        yield from _uplink(self._health().get(UPLINK), datetime.now(UTC))
        if floor.plan is None:
            return
        waiting = GaugeMetricFamily("rinda_waiting", "People waiting", labels=["queue"])
        for queue in floor.plan.queues:
            waiting.add_metric([queue.code], len(line(floor, queue.code)))
        yield waiting
        counters = GaugeMetricFamily("rinda_counters", "Counters by state", labels=["state"])
        states = [counter_state(floor, counter.code) for counter in floor.plan.counters]
        for state in sorted(set(states)):
            counters.add_metric([state], states.count(state))
        yield counters
        missing = unproven(floor, self._health(), datetime.now(UTC))
        yield GaugeMetricFamily("rinda_calls_unproven", "Calls that no board has shown in time", value=len(missing))
        yield _proofs(floor)


def _uplink(line_: Health | None, now: datetime) -> Iterable[Metric]:
    """The line to the network, where the centre has one."""
    if line_ is None:
        return
    said = line_.status
    age = max(0.0, (now - said.unsent_since).total_seconds()) if said.unsent_since is not None else 0.0
    yield GaugeMetricFamily("rinda_uplink_up", "Whether the node was reached at the last try", value=float(said.state == "up"))
    phase = GaugeMetricFamily("rinda_uplink_state", "How the line is: new, up, down, behind, busy, refused", labels=["state"])
    phase.add_metric([said.state], 1.0)
    yield phase
    yield GaugeMetricFamily("rinda_uplink_unsent", "Records that the node does not have yet", value=said.unsent)
    yield GaugeMetricFamily("rinda_uplink_backlog_seconds", "Age of the oldest of these", value=age)


def _proofs(floor: Floor) -> Metric:
    """Of today's calls and recalls that were shown, how long it took."""
    took = [
        max(0.0, (at - one.at) / timedelta(seconds=1))
        for visit in floor.visits.values() for one in every_summons(visit) if (at := shown_at(one)) is not None
    ]  # fmt: skip
    buckets = [(str(bound), float(sum(seconds <= bound for seconds in took))) for bound in PROOF_BUCKETS]
    return HistogramMetricFamily(
        "rinda_call_proof_seconds", "From a call to its proof on a board, today", [*buckets, ("+Inf", len(took))], sum(took)
    )
