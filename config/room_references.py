"""What the rooms, client computers and workplaces of a plan say about its zones, and its network for visitors."""

from config.plan import Plan
from config.shape import Report


def check_rooms(plan: Plan, report: Report) -> None:
    """A room lies in a zone of the plan and is had at most once at a time; a network has a name."""
    zones = [zone.code for zone in plan.zones]
    for i, room in enumerate(plan.rooms):
        path, who = f"rooms[{i}]", f'room "{room.code}"'
        if room.zone and room.zone not in zones and not report.torn("zones", "zones[]", "zones[].code"):
            text = f'{who} lies in zone "{room.zone}", which no [[zone]] defines'
            report.add(f"{path}.zone", text + report.did_you_mean(room.zone, zones))
        for j, minutes in enumerate(room.extend):
            if minutes and minutes in room.extend[:j]:
                report.add(f"{path}.extend[{j}]", f"{who} can be had {minutes} minutes longer already")
        if room.bookable and room.lead >= room.horizon * 24 * 60:
            report.add(f"{path}.lead", f"{who} could never be booked: lead is longer than horizon")
    if plan.wifi is not None and not plan.wifi.network.strip() and "wifi.network" not in report.holes:
        report.add("wifi.network", "is empty: the slip would name no network")
