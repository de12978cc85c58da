"""QR codes: which modules are dark, and how large they are on a paper."""

from functools import lru_cache

from PIL import Image

from printers.profile import PaperProfile

SIDE = 176  # dots at 203 dpi: 22 mm, quiet zone not counted


@lru_cache(maxsize=16)
def modules(data: str) -> tuple[bytes, ...]:
    """A QR code (level M, no border) as rows of packed bits, dark = 1."""
    import qrcode  # lazily: a status check does not need it
    from qrcode.constants import ERROR_CORRECT_M

    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=0)
    code.add_data(data)
    code.make(fit=True)
    rows = code.get_matrix()
    wide = -(-len(rows) // 8) * 8
    return tuple(
        int("".join("1" if dark else "0" for dark in row).ljust(wide, "0"), 2).to_bytes(wide // 8, "big") for row in rows
    )


def square(data: str, profile: PaperProfile) -> tuple[int, int]:
    """The side of the code and of one module, in dots; the code is at least 22 mm."""
    count = len(modules(data))
    module = -(-profile.scaled(SIDE) // count)
    return module * count, module


def picture(data: str, module: int, wide: int, left: int) -> Image.Image:
    """The code as ink = 1 on a strip `wide` dots wide, `left` dots from its edge."""
    matrix = modules(data)
    count = len(matrix)
    code = Image.frombytes("1", (count, count), b"".join(matrix))
    code = code.resize((count * module, count * module), Image.Resampling.NEAREST)
    strip = Image.new("1", (wide, code.height), 0)
    strip.paste(code, (left, 0))
    return strip
