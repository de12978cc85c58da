"""QR codes as pictures."""

from functools import lru_cache

BORDER = 4
"""Light modules around a code, as its standard wants."""


@lru_cache(maxsize=8)
def qr_picture(data: str) -> str:
    """A QR code of level M as SVG, dark on light whatever is around it."""
    import qrcode  # late: no board may ever ask for it
    from qrcode.constants import ERROR_CORRECT_M

    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=BORDER)
    code.add_data(data)
    code.make(fit=True)
    rows = code.get_matrix()
    dark = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, one in enumerate(row) if one)
    side = len(rows)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" shape-rendering="crispEdges">'
        f'<path fill="#fff" d="M0 0h{side}v{side}H0z"/><path d="{dark}"/></svg>'
    )
