"""A result in plain text: a table, the difference of two plans in words, and the wait over the day as a plot."""

from collections.abc import Iterator, Mapping, Sequence

from server.simulation.measure import Result, Waits

_HEAD = ("", "visits", "mean", "P50", "P85", "P95", "longest")
_WORDS = {
    "walk_in": "walk-in", "appointment": "appointment", "priority": "priority", "returning": "returning",
    "transferred": "handed on", "first": "put first",
}  # fmt: skip


def table(result: Result) -> str:
    """One run: waits in minutes by class and queue, then what else is worth knowing."""
    rows: list[Sequence[str]] = [_HEAD, _row("all", result.waits)]
    if len(result.classes) > 1:
        rows += [_row(f"  {_WORDS[name]}", waits) for name, waits in result.classes.items()]
    rows += [_row(f"  queue {name}", waits) for name, waits in result.queues.items()]
    return "\n".join(["Minutes from the number to the call:", *_columns(rows), "", *_columns(list(_facts(result).items()))])


def comparison(names: tuple[str, str], results: tuple[Result, Result]) -> str:
    """Two runs side by side, and what the second one changes."""
    one, two = results
    rows: list[Sequence[str]] = [("", *names)]
    rows += [(f"mean wait, {name}", f"{a:.1f} min", f"{b:.1f} min") for name, a, b in _pairs(one, two, "mean")]
    rows += [(f"P95 of the wait, {name}", f"{a:.1f} min", f"{b:.1f} min") for name, a, b in _pairs(one, two, "p95")]
    rows.append(("longest wait", *(f"{each.waits.longest:.1f} min" if each.waits.count else "-" for each in results)))
    facts = _facts(one), _facts(two)
    rows += [(name, facts[0].get(name, "-"), facts[1].get(name, "-")) for name in dict.fromkeys((*facts[0], *facts[1]))]
    return "\n".join([*_columns(rows), "", *_changes(names[1], one, two)])


def plot(results: Mapping[str, Result], width: int, *, colour: bool) -> str:
    """Mean and 85th percentile of the wait by the half-hour of arrival; empty if nobody was called."""
    import plotext  # loads a library of its own: only when something is drawn

    slots = {slot for result in results.values() for slot in result.slots}
    if not slots:
        return ""
    figure = plotext.figure
    figure.clear()
    figure.plot_size(width, 20)
    for (name, result), (mean, high) in zip(results.items(), (("●", "○"), ("■", "□")), strict=False):
        middles = [(slot + 0.5) / 2 for slot in result.slots]
        for n, (label, marker) in enumerate((("mean", mean), ("P85", high))):
            signal = figure.signal(middles, [value[n] for value in result.slots.values()], marker=marker)
            figure.draw(signal.label(f"{name}: {label}"))
    hours = range(min(slots) // 2, max(slots) // 2 + 2)
    figure.ruler("x").ticks(list(hours), [f"{hour}:00" for hour in hours])
    figure.title("Wait in minutes by the time of arrival")
    shown: str = figure.build().string(colorless=not colour)
    return "\n".join(line.rstrip() for line in shown.splitlines())


def _facts(result: Result) -> dict[str, str]:
    """What else there is to say of a run, each in a few words."""
    ended, one, said = result.ended, result.appointments, result.promises
    facts = {
        "days": f"{result.days}", "visits": f"{result.visits}", "served": f"{ended.get('served', 0)}",
        "did not come when called": f"{ended.get('no_show', 0)}", "left while waiting": f"{ended.get('left', 0)}",
        "not served by the close": f"{ended.get('day_closed', 0)}",
    }  # fmt: skip
    facts |= {f"refused: {code}": f"{count}" for code, count in result.refused.items()}
    facts |= {"passed over in all": f"{result.overtakes} times", "the same visitor at most": f"{result.overtaken} times"}
    if said is not None:
        facts |= {
            "had a promise": f"{said.had} of {said.of}", "called by its upper bound": f"{said.kept:.1%}",
            "mean error of the promise": f"{said.error:.1f} min",
        }  # fmt: skip
        if said.relative is not None:
            facts["error to the mean wait"] = f"{said.relative:.0%}"
    if one.booked:
        facts |= {
            "appointments booked": f"{one.booked}", "kept": f"{one.kept}", "missed": f"{one.missed}",
            "called after the slot": f"{one.late:.1f} min" if one.late is not None else "-",
        }  # fmt: skip
    facts["counters busy"] = f"{result.worked:.0%}"
    facts |= {f"  counter {counter}": f"{share:.0%}" for counter, share in result.counters.items()}
    return facts


def _pairs(one: Result, two: Result, figure: str) -> Iterator[tuple[str, float, float]]:
    yield "all", getattr(one.waits, figure), getattr(two.waits, figure)
    for name in sorted(one.classes.keys() & two.classes.keys()) if len(one.classes.keys() | two.classes.keys()) > 1 else ():
        yield _WORDS[name], getattr(one.classes[name], figure), getattr(two.classes[name], figure)


def _changes(name: str, one: Result, two: Result) -> Iterator[str]:
    yield f"With {name}, for the very same visitors:"
    for who, before, after in _pairs(one, two, "mean"):
        waits = "the mean wait" if who == "all" else f"the mean wait ({who})"
        yield f"- {waits} is {_differs(before, after, 'min', 'longer', 'shorter', 0.05)}"
    yield f"- the longest wait is {_differs(one.waits.longest, two.waits.longest, 'min', 'longer', 'shorter', 0.05)}"
    served = one.ended.get("served", 0), two.ended.get("served", 0)
    yield f"- the number of visitors served is {_differs(*served, '', 'higher', 'lower', 0.5)}"
    closed = one.ended.get("day_closed", 0), two.ended.get("day_closed", 0)
    yield f"- the number not served by the close is {_differs(*closed, '', 'higher', 'lower', 0.5)}"
    refused = sum(one.refused.values()), sum(two.refused.values())
    yield f"- the number refused is {_differs(*refused, '', 'higher', 'lower', 0.5)}"
    busy = one.worked * 100, two.worked * 100
    yield f"- the share of time that counters are busy is {_differs(*busy, 'points', 'higher', 'lower', 0.5)}"


def _differs(before: float, after: float, unit: str, more: str, less: str, least: float) -> str:
    change = after - before
    if abs(change) < least:
        return "the same"
    amount = f"{abs(change):.1f}" if least < 0.5 else f"{abs(change):.0f}"
    return f"{amount}{' ' if unit else ''}{unit} {more if change > 0 else less}"


def _row(name: str, waits: Waits) -> tuple[str, ...]:
    values = (waits.mean, waits.p50, waits.p85, waits.p95, waits.longest)
    return name, str(waits.count), *(f"{value:.1f}" for value in values)


def _columns(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows with the first column to the left and the others to the right."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    return [
        "  ".join([row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))])
        for row in rows
    ]
