"""Why numbers are not called in their order: the calling rules of a zone's counters in a few plain sentences."""

from collections.abc import Iterator

from markupsafe import escape

from config import texts
from config.plan import Calling, Gain, Plan, Profile

GAINERS = {
    "appointment": "who has an appointment",
    "priority": "to whom a law or need gives priority",
    "returning": "who comes back to a counter",
    "transferred": "whom another counter sent on",
}
"""Classes of visitors with points of their own, as boards call them."""


def rule_html(plan: Plan, zone: str, language: str) -> str:
    """A heading and a list, for the boards of a zone."""
    title = texts.translate(language, "Why are numbers not called one after another?")
    items = "".join(f"<li>{escape(sentence)}</li>\n" for sentence in rule_sentences(plan, zone, language))
    return f"<h2>{escape(title)}</h2>\n<ul>\n{items}</ul>\n"


def rule_sentences(plan: Plan, zone: str, language: str) -> tuple[str, ...]:
    """What the counters of a zone do, or where it has none, those that call from its queues; who does what where they differ."""
    profiles = {profile.code: profile for profile in plan.profiles}
    queues = {queue.code for queue in plan.queues if queue.zone == zone}
    own = [one for one in plan.counters if one.zone == zone]
    own = own or [one for one in plan.counters if not queues.isdisjoint(profiles[one.profile].queues)]
    groups: dict[tuple[str, ...], list[str]] = {}
    for counter in own:
        groups.setdefault(tuple(_sentences(plan, profiles[counter.profile], language)), []).append(counter.code)
    said = []
    if any(len(profiles[one.profile].queues) < len(plan.queues) for one in own):
        said.append(texts.translate(language, "Every letter is a queue of its own, and a counter calls only from some of them."))
    for sentences, counters in groups.items():
        said += sentences if len(groups) == 1 else [f"{_named(plan, counters, language)}: {' '.join(sentences)}"]
    if any(one.accessible for one in plan.counters) or any("sign_language" in clerk.skills for clerk in plan.clerks):
        said.append(texts.translate(language, "Who needs sign language or a counter without steps is called where there is one."))
    return tuple(said)


def _sentences(plan: Plan, profile: Profile, language: str) -> Iterator[str]:
    calling, letters = profile.calling, {queue.code: queue.letter for queue in plan.queues}
    booked = plan.booking is not None and calling.booked_first and calling.order != "points"
    if calling.order != "points":
        yield texts.translate(language, "Who was set aside and has come back is called first.")
    if booked:
        yield texts.translate(language, "Who has an appointment is called before others, from the appointed minute.")
    yield _order(calling, profile, letters, language)
    if calling.overtakes_most is not None:
        yield texts.plural(
            language, "Whoever was passed over {n} time is called next.", "Whoever was passed over {n} times is called next.",
            calling.overtakes_most,
        )  # fmt: skip
    if calling.wait_most is not None:
        yield texts.plural(
            language, "Whoever has waited {n} minute is called next.", "Whoever has waited {n} minutes is called next.",
            calling.wait_most,
        )  # fmt: skip


def _order(calling: Calling, profile: Profile, letters: dict[str, str], language: str) -> str:
    if calling.order == "preference" and len(profile.queues) > 1:
        first, *then = (letters[code] for code in profile.queues)
        return texts.translate(language, "First the numbers with {first}, then {then}.", first=first, then=", ".join(then))
    if calling.order == "ratio":
        takes = {share.queue: share.take for share in calling.shares}
        rest = {code: 1 for code in profile.queues if code not in takes}
        turns = ", ".join(f"{take} × {letters[code]}" for code, take in (takes | rest).items())
        return texts.translate(language, "The letters take turns: {turns}.", turns=turns)
    if calling.order == "target":
        return texts.translate(language, "Whose promised waiting time ends soonest is called first.")
    if calling.order == "points":
        faster = [name for name in GAINERS if _faster(getattr(calling.points, name), calling.points.walk_in)]
        who = ", ".join(texts.translate(language, GAINERS[name]) for name in faster)
        if who:
            return texts.translate(language, "Every minute of waiting counts; it counts more for those: {who}.", who=who)
    return texts.translate(language, "Who took a number earlier is called earlier.")


def _faster(gain: Gain, usual: Gain) -> bool:
    return gain.rate >= usual.rate and gain.head_start >= usual.head_start and gain != usual


def _named(plan: Plan, counters: list[str], language: str) -> str:
    """The counters as the plan calls them, neighbours as a range: 1.–4. lodziņš, 6. lodziņš."""
    noun = plan.place.noun.get(language, plan.place.noun["lv"])
    dot = "." if "{n}." in noun else ""
    runs: list[list[str]] = []
    for code in counters:
        follows = runs and code.isdecimal() and runs[-1][-1].isdecimal() and int(code) == int(runs[-1][-1]) + 1
        runs[-1:] = [[*runs[-1], code]] if follows else [*runs[-1:], [code]]
    return ", ".join(noun.replace("{n}", run[0] if len(run) == 1 else f"{run[0]}{dot}–{run[-1]}") for run in runs)
