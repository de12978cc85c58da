"""A slip that is due, as paper: with what the server's list of slips, or else the last menu, says about the centre."""

from config.catalogue import Text
from kiosk.memory import Remembered
from kiosk.shapes import Jobs, PaperJob, SlipJob
from printers.layout import Ticket, ticket_slip
from printers.sheets import Sheet, sheet_slip
from printers.slip import Slip


def paper_of(slip: SlipJob, copy: bool, jobs: Jobs | None, remembered: Remembered | None, url: str) -> Slip:
    """The paper of a slip; `url` is its phone page, empty for none. Of a reserve number nobody knows how many are ahead."""
    jobs = jobs or (remembered.head if remembered else None)
    around = jobs or (remembered.menu if remembered else None)
    return ticket_slip(
        Ticket(
            number=slip.number, service=slip.service, institution=slip.institution,
            centre=around.centre if around else {"lv": ""}, zone=around.timezone if around else "Europe/Riga",
            issued=slip.issued, url=url, language=slip.language, ahead=None if slip.reserve else slip.ahead,
            low=slip.low, high=slip.high, copy=copy, reserve=slip.reserve,
            closing=jobs.footer if jobs and jobs.footer else None, due=slip.due, where=slip.where, bring=slip.bring,
            access=around.access if around else (), wifi=jobs.wifi if jobs else {}, logo=jobs.logo if jobs else "",
            party=slip.party,
        )
    )  # fmt: skip


def sheet_of(job: PaperJob, centre: Text, zone: str, logo: str = "") -> Slip:
    """The paper of a slip that belongs to no visit."""
    return sheet_slip(
        Sheet(
            kind=job.kind, centre=centre, at=job.asked, zone=zone, language=job.language, logo=logo, network=job.network,
            voucher=job.voucher, note=job.note, service=job.service, institution=job.institution, bring=job.bring,
            code=job.code, counts=job.counts, codes=job.codes, day=job.day,
        )
    )  # fmt: skip
