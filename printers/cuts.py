"""How an ESC/POS slip ends: ESC d 6, then GS V (Epson ESC/POS command reference)."""

CUTS_BYTES = {
    "full": b"\x1b\x64\x06\x1d\x56\x00",
    "partial": b"\x1b\x64\x06\x1d\x56\x01",
    "none": b"\x1b\x64\x06",
}
