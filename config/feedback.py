"""What visitors may say: what a plan's part about it refers to, and what the slip says of it."""

from config import texts
from config.catalogue import Text
from config.plan import Plan
from config.shape import Report


def check_feedback(plan: Plan, report: Report) -> None:
    """Every route is that of an institution of this centre."""
    known = [institution.code for institution in plan.institutions]
    for code in plan.feedback.routes:
        if code not in known:
            report.add(f"feedback.routes.{code}", f'no institution "{code}" at this centre{report.did_you_mean(code, known)}')


def slip_footer(plan: Plan) -> Text:
    """The last words of a slip, with where a complaint or a proposal can be made if the plan wants it told."""
    if not plan.feedback.slip:
        return plan.slip_footer
    said = {code: texts.translate(code, "Complaints and proposals: on the page of this code.") for code in plan.languages}
    return {code: " ".join(filter(None, (plan.slip_footer.get(code, ""), text))) for code, text in said.items()}
