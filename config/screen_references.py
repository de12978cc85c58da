"""What the screens of a plan say about its zones, and which of them are too small for their hall."""

from config.legible import ROWS_LEAST, cap_mm, rows_that_fit
from config.plan import Plan
from config.shape import Report


def check_screens(plan: Plan, report: Report) -> None:
    """A screen hangs in a zone of the plan; an induction loop is fed by one that has sound."""
    zones = [zone.code for zone in plan.zones]
    for i, screen in enumerate(plan.screens):
        path, who = f"screens[{i}]", f'screen "{screen.code}"'
        if screen.zone and screen.zone not in zones and not report.torn("zones", "zones[]", "zones[].code"):
            text = f'{who} hangs in zone "{screen.zone}", which no [[zone]] defines'
            report.add(f"{path}.zone", text + report.did_you_mean(screen.zone, zones))
        if screen.loop and not screen.sound and f"{path}.sound" not in report.holes:
            report.add(f"{path}.loop", f"{who} feeds an induction loop, but has no sound")


def screen_warnings(plan: Plan) -> tuple[str, ...]:
    """Screens on which fewer than four rows fit of letters that the farthest seat can read, as they usually hang: lying."""
    found = []
    for screen in plan.screens:
        rows, high = (rows_that_fit(screen.inches, screen.metres, portrait) for portrait in (False, True))
        if rows < ROWS_LEAST:
            upright = f", upright {high}" if high >= ROWS_LEAST else ""
            found.append(
                f'screen "{screen.code}": at {screen.metres:g} m capitals of {cap_mm(screen.metres):.0f} mm are needed, and only '
                f"{rows} rows of them fit on {screen.inches:g} inches{upright}: hang a larger screen or one nearer to the seats"
            )
    return tuple(found)
