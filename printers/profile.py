"""The paper of one printer, as numbers."""

import msgspec


class PaperProfile(msgspec.Struct, frozen=True):
    """Printable width in dots, resolution, how it cuts, the model's name in python-escpos's database."""

    dots: int = 576
    dpi: int = 203
    cut: str = "full"  # full | partial | none
    escpos: str = "default"

    @property
    def narrow(self) -> bool:
        """58 mm paper: smaller number, QR code above its text."""
        return self.dots < 480

    def scaled(self, dots: int) -> int:
        """A size given in dots at 203 dpi, on this paper."""
        return dots if self.dpi == 203 else max(1, round(dots * self.dpi / 203))


PAPER_80 = PaperProfile()
PAPER_58 = PaperProfile(dots=384)
