"""Mean waits in closed form, and the interval in which a simulated mean must lie; all times in minutes."""

import math
from collections.abc import Sequence
from statistics import fmean, stdev

_T99 = 2.8609
"""Student's t for 19 degrees of freedom, two-sided 99 %."""

BATCHES = 20


def erlang_c(counters: int, load: float) -> float:
    """Probability to wait in M/M/c with `load` erlangs (A. K. Erlang 1917; Gross and Harris, Fundamentals of Queueing Theory)."""
    term = load**counters / math.factorial(counters) * counters / (counters - load)
    return term / (sum(load**k / math.factorial(k) for k in range(counters)) + term)


def erlang_wait(counters: int, rate: float, mean: float) -> float:
    """Mean wait in M/M/c: C(c, a) / (c mu - lambda)."""
    return erlang_c(counters, rate * mean) / (counters / mean - rate)


def residual(rates: Sequence[float], means: Sequence[float]) -> float:
    """W0 of M/M/1 with classes: the mean work left of whoever is served, sum of lambda E[x^2] / 2."""
    return sum(rate * mean * mean for rate, mean in zip(rates, means, strict=True))


def cobham(rates: Sequence[float], means: Sequence[float]) -> list[float]:
    """Mean waits under strict priority without interruption, the most urgent first (A. Cobham 1954, Operations Research 2)."""
    loads = [rate * mean for rate, mean in zip(rates, means, strict=True)]
    first = residual(rates, means)
    return [first / ((1 - sum(loads[:p])) * (1 - sum(loads[: p + 1]))) for p in range(len(loads))]


def kleinrock(rates: Sequence[float], means: Sequence[float], gains: Sequence[float]) -> list[float]:
    """Mean waits where class p has b_p points for each minute, gains ascending (L. Kleinrock 1964, A delay dependent queue
    discipline, Naval Research Logistics Quarterly 11):

    W_p = (W0 / (1 - rho) - sum over i < p of rho_i W_i (1 - b_i / b_p)) / (1 - sum over i > p of rho_i (1 - b_p / b_i))
    """
    loads = [rate * mean for rate, mean in zip(rates, means, strict=True)]
    arrival = residual(rates, means) / (1 - sum(loads))
    waits: list[float] = []
    for p, gain in enumerate(gains):
        less = sum(loads[i] * waits[i] * (1 - gains[i] / gain) for i in range(p))
        more = sum(loads[i] * (1 - gain / gains[i]) for i in range(p + 1, len(gains)))
        waits.append((arrival - less) / (1 - more))
    return waits


def interval(values: Sequence[float]) -> tuple[float, float]:
    """Mean and half-width of its 99 % interval from batch means; the first tenth, while the room fills, does not count."""
    steady = values[len(values) // 10 :]
    size = len(steady) // BATCHES
    means = [fmean(steady[i * size : (i + 1) * size]) for i in range(BATCHES)]
    return fmean(means), _T99 * stdev(means) / math.sqrt(BATCHES)
