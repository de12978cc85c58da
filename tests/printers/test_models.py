"""The model database answers what python-escpos 3.1 knows of each model."""

import pytest

from printers.models import code_page, paper


@pytest.mark.parametrize(
    ("model", "encoding", "n"),
    [("default", "CP775", 33), ("TM-T88V", "CP1257", 51), ("TM-T88V", "CP866", 17), ("TM-T20II", "CP1251", 46),
     ("POS-5890", "CP1257", 25), ("POS-5890", "CP775", 95), ("TM-T88IV", "CP775", None), ("ZJ-5870", "CP1257", None)],
)  # fmt: skip
def test_code_pages(model: str, encoding: str, n: int | None) -> None:
    assert code_page(model, encoding) == n


def test_paper() -> None:
    assert (paper("TM-T88V").dots, paper("TM-T88V").dpi) == (512, 180)
    assert paper("POS-5890").dots == 384
    assert paper("default").dots == 576


def test_an_unknown_model_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match="TM-T88V"):
        paper("laser")
