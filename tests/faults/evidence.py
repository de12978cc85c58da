"""Paper read as a visitor and a scanner read it: native text, QR codes, the word that takes a strip back."""

import re
from collections import Counter
from collections.abc import Container, Iterable, Mapping
from types import MappingProxyType

import msgspec
import zxingcpp

from printers.jobs import JobState, Phase
from printers.paper import Paper

ASKED = (Phase.UNCONFIRMED, Phase.UNKNOWN, Phase.MISSING, Phase.EXPIRED)
SURE = ("marker", "counter", "job counter", "presenter", "fence")
NUMBER = re.compile(r"\b[A-Z]\d{3,4}\b")


class Piece(msgspec.Struct, frozen=True):
    """One piece: the numbers that stand on it, in text and in QR codes, and whether its last text is complete.

    `binned` is what a presenter took back: nobody holds it.
    """

    numbers: frozenset[str]
    codes: frozenset[str]
    whole: str
    void: bool
    copy: bool
    binned: bool
    text: str

    @property
    def valid(self) -> bool:
        """A visitor could take it for a ticket."""
        return bool(self.whole or self.codes) and not (self.void or self.copy or self.binned)


def read(paper: Paper, names: Mapping[str, str]) -> Piece:
    """The piece, with every QR code on it: what stands at a code's end is the number, or `names` has the number for it."""
    from PIL import ImageOps

    lines = [line for line in paper.lines if line.strip()]
    void = [at for at, line in enumerate(lines) if "VOID" in line]
    numbers = frozenset(found for line in lines for found in NUMBER.findall(line))
    codes = zxingcpp.read_barcodes(ImageOps.expand(paper.image().convert("L"), 20, 255), formats=zxingcpp.BarcodeFormat.QRCode)
    last = NUMBER.findall(lines[-1]) if lines and not void else []
    ends = [code.text.rpartition("/")[2] for code in codes]
    return Piece(
        numbers=numbers, codes=frozenset(names.get(end, end) for end in ends), whole=last[0] if last else "",
        void=bool(void) and void[-1] == len(lines) - 1, copy=any("KOPIJA" in line or "COPY" in line for line in lines),
        binned=paper.fate == "retracted", text=" | ".join(lines),
    )  # fmt: skip


def judge(
    papers: Iterable[Paper],
    jobs: Mapping[str, JobState],
    *,
    sure: Container[str] = SURE,
    names: Mapping[str, str] = MappingProxyType({}),
) -> Counter[str]:
    """Fails on a valid-looking double, on a strip with two numbers that nothing takes back, on a ticket called printed that is
    not there or cannot be read, and on a number without paper that nobody was asked about; counts the outcomes.

    `jobs` are by the number on their slip; `sure` is the evidence that must mean paper.
    """
    pieces = [read(paper, names) for paper in papers]
    for piece in pieces:
        assert len(piece.numbers | piece.codes) <= 1 or piece.void, f"two numbers on one piece: {piece}"
    outcomes: Counter[str] = Counter()
    for number, job in jobs.items():
        mine = [piece for piece in pieces if number in piece.numbers | piece.codes]
        valid = [piece for piece in mine if piece.valid]
        assert len(valid) <= 1, f"doubled: {number}, {valid}"
        if job.phase is Phase.PRINTED and job.evidence in sure:
            there = [piece for piece in mine if piece.whole == number and not piece.void and number in piece.codes]
            assert there, f"said to be printed, and not there: {job}, {mine}"
        elif job.phase is not Phase.PRINTED:
            assert job.phase in ASKED, f"left open: {job}"
        outcomes[f"{job.phase} {job.evidence}".strip()] += 1
    return outcomes
