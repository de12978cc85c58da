"""What the slides of a plan say about its zones, about their files and about time."""

from datetime import date

from config.media import kind_of
from config.plan import Plan, Slide
from config.shape import Report

MOST = 40
"""Slides of a plan: they go to every board whole."""
WORDLESS = ("rule",)
"""Kinds whose words are made from the plan."""


def check_slides(plan: Plan, report: Report) -> None:
    """A slide has what its kind needs and nothing else, stands in zones of the plan, and ends after it begins."""
    if len(plan.slides) > MOST:
        report.add("slides", f"{len(plan.slides)} slides are more than boards are sent ({MOST})")
    zones = [zone.code for zone in plan.zones]
    first: dict[str, int] = {}
    for i, slide in enumerate(plan.slides):
        path = f"slides[{i}]"
        if slide.code and (before := first.setdefault(slide.code, i)) < i:
            report.add(f"{path}.code", f'slide "{slide.code}" is there already ({report.named("slides")}[{before}])')
        for j, code in enumerate(slide.zones):
            if code and code not in zones and not report.torn("zones", "zones[]", "zones[].code"):
                text = f'slide "{slide.code}" is for zone "{code}", which no [[zone]] defines'
                report.add(f"{path}.zones[{j}]", text + report.did_you_mean(code, zones))
        whole = report.holes.isdisjoint((f"{path}.since", f"{path}.until"))
        if slide.since and slide.until and whole and date.fromisoformat(slide.until) < date.fromisoformat(slide.since):
            report.add(f"{path}.until", f'"{slide.until}" is before since ("{slide.since}")')
        if f"{path}.kind" not in report.holes:
            _contents(slide, path, report)


def _contents(slide: Slide, path: str, report: Report) -> None:
    filed = slide.kind in ("picture", "video")
    if slide.kind == "text" or filed:
        if not slide.text:
            report.add(f"{path}.text", "is missing" + (": it describes the file to who cannot see it" if filed else ""))
    elif slide.kind in WORDLESS and slide.text:
        report.add(f"{path}.text", f'has no place in a slide of kind "{slide.kind}": its words are made from the plan')
    if filed and not slide.file:
        report.add(f"{path}.file", "is missing")
    elif slide.file and kind_of(slide.file) != slide.kind:
        report.add(f"{path}.file", f'does not go with kind "{slide.kind}"')
