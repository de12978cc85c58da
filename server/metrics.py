"""Figures for Prometheus, read off the floor and the hub when they are asked for."""

from collections.abc import Callable, Iterable

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from server.domain.floor import Floor, counter_state, line


class Metrics:
    """Counts commands by name and answer, and how long an answer took; the rest is collected on demand."""

    def __init__(self, floor: Callable[[], Floor], connected: Callable[[], int]) -> None:
        self._registry = CollectorRegistry()
        self._registry.register(_Now(floor, connected))
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


class _Now(Collector):
    def __init__(self, floor: Callable[[], Floor], connected: Callable[[], int]) -> None:
        self._floor, self._connected = floor, connected

    def collect(self) -> Iterable[Metric]:
        floor = self._floor()
        yield GaugeMetricFamily("rinda_position", "Last journal position", value=floor.position)
        yield GaugeMetricFamily("rinda_devices", "Devices with a live connection", value=self._connected())
        yield GaugeMetricFamily("rinda_parked", "Visits set aside", value=len(floor.parked))
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
