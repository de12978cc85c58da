"""What the video booths of a plan say about its zones and services."""

from config.booths import VIDEO
from config.catalogue import Service
from config.plan import Plan
from config.shape import Report


def check_booths(plan: Plan, report: Report) -> None:
    """A booth stands in a zone of the plan and is for something that this centre gives by video."""
    zones = [zone.code for zone in plan.zones]
    offered = [*(one.code for one in plan.institutions), *(one.code for one in plan.services)]
    blind = report.torn("institutions", "institutions[]", "institutions[].code")
    for i, booth in enumerate(plan.booths):
        path, who = f"booths[{i}]", f'booth "{booth.code}"'
        if booth.zone and booth.zone not in zones and not report.torn("zones", "zones[]", "zones[].code"):
            text = f'{who} stands in zone "{booth.zone}", which no [[zone]] defines'
            report.add(f"{path}.zone", text + report.did_you_mean(booth.zone, zones))
        if not booth.services:
            report.add(f"{path}.services", f"{who} has no services")
        for j, code in enumerate(booth.services):
            where = f"{path}.services[{j}]"
            if not code or blind:
                continue
            if code not in offered:
                text = f'{who} is for "{code}", which is no institution or service of this centre'
                report.add(where, text + report.did_you_mean(code, offered))
            elif not any(_is(code, one) and VIDEO in one.channels for one in plan.services):
                report.add(where, f'{who} is for "{code}", which has no service with the channel "{VIDEO}"')


def _is(code: str, service: Service) -> bool:
    return code in (service.code, service.institution)
