"""The media folder: what it takes, what it makes of it, what it refuses; nothing half there, no room taken from the server."""

import hashlib
import io
import os
import shutil
import struct
import threading
import zlib
from pathlib import Path
from typing import NamedTuple

import pytest
from msgspec.structs import replace
from PIL import Image

from config import CATALOGUE
from config.load import dump_plan, load_catalogue
from config.plan import Slide
from server.cli import main
from server.media.folder import FREE_LEAST, PICTURE_MOST, SIZE_MOST, Media, Stored, media_warnings
from server.media.pictures import Unusable
from tests.media.made import box, mp4, picture, read, webm
from tests.support import demo_plan, tiny_plan


@pytest.fixture
def media(tmp_path: Path) -> Media:
    found = Media(tmp_path)
    found.open()
    return found


def send(media: Media, data: bytes) -> Stored:
    """A file as it comes over the wire."""
    part = media.begin(len(data))
    part.write_bytes(data)
    return media.keep(part)


def refused(media: Media, data: bytes) -> str:
    """Why a file is not taken; nothing of it stays."""
    with pytest.raises(Unusable) as error:
        send(media, data)
    assert os.listdir(media.folder) == []
    return error.value.text


@pytest.mark.parametrize(("form", "ending"), [("PNG", "png"), ("JPEG", "jpg"), ("WEBP", "webp"), ("AVIF", "webp")])
def test_a_picture_is_made_anew_and_named_by_what_is_in_it(media: Media, form: str, ending: str) -> None:
    kept = send(media, picture(form))
    path = media.path(kept.name)
    assert path is not None
    data = path.read_bytes()
    assert kept.name == f"{hashlib.sha256(data).hexdigest()}.{ending}"
    assert (kept.kind, kept.bytes) == ("picture", len(data))
    assert read(data).size == (60, 40)
    assert media.stored() == (kept,)


def test_what_a_camera_noted_is_gone_and_its_turn_is_done(media: Media) -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010F], exif[0x9286] = 6, "Camera of Anna", "at home"
    exif.get_ifd(0x8825)[2] = (56.0, 57.0, 0.0)
    kept = send(media, picture("JPEG", (60, 40), exif=exif, comment=b"secret words", icc_profile=b"profile" * 20))
    data = (media.folder / kept.name).read_bytes()
    assert read(data).size == (40, 60)
    assert not read(data).getexif()
    assert not [word for word in (b"Exif", b"Anna", b"secret", b"profile") if word in data]


def test_words_in_a_png_are_gone(media: Media) -> None:
    from PIL.PngImagePlugin import PngInfo

    notes = PngInfo()
    notes.add_text("Comment", "secret words")
    kept = send(media, picture("PNG", pnginfo=notes) + b"<script>alert(1)</script>")
    data = (media.folder / kept.name).read_bytes()
    assert b"secret" not in data
    assert b"script" not in data, "what stood behind the picture"


@pytest.mark.parametrize(
    ("size", "made"), [((4000, 1000), (1920, 480)), ((1000, 4000), (480, 1920)), ((1920, 1080), (1920, 1080))]
)
def test_no_picture_is_larger_than_a_board(media: Media, size: tuple[int, int], made: tuple[int, int]) -> None:
    kept = send(media, picture("JPEG", size))
    assert read((media.folder / kept.name).read_bytes()).size == made


def test_what_is_transparent_stays_so(media: Media) -> None:
    kept = send(media, picture("PNG", mode="LA"))
    assert read((media.folder / kept.name).read_bytes()).mode == "RGBA"


@pytest.mark.parametrize("mode", ["1", "L", "P", "I;16", "CMYK"])
def test_every_kind_of_colour_is_shown(media: Media, mode: str) -> None:
    kept = send(media, picture("JPEG" if mode == "CMYK" else "PNG", mode=mode))
    assert read((media.folder / kept.name).read_bytes()).mode == "RGB"


def bomb(wide: int, high: int) -> bytes:
    """A PNG that says that it is so large; nothing of it needs to be there to find it too large."""
    head = struct.pack(">IIBBBBB", wide, high, 1, 0, 0, 0, 0)
    parts = [(b"IHDR", head), (b"IDAT", zlib.compress(b"\0" * 1000)), (b"IEND", b"")]
    chunks = (struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in parts)
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def swollen() -> bytes:
    """A PNG whose note unfolds to far more than it is."""
    note = b"zTXt" + b"a\0\0" + zlib.compress(b"\0" * 5_000_000, 9)
    chunk = struct.pack(">I", len(note) - 4) + note + struct.pack(">I", zlib.crc32(note))
    return picture("PNG")[:33] + chunk + picture("PNG")[33:]


LARGE = "The picture has {n} million pixels, at most {most}."
DAMAGED = "The picture cannot be read: it is damaged or not what it seems."
MOVES = "The picture moves. Send a video (MP4 or WebM) instead."
TORN_MP4, TORN_WEBM = "This MP4 file is damaged or incomplete.", "This WebM file is damaged or incomplete."
NO_TRACK = "The file has no picture track."
NO_H264 = "The video is not coded as H.264, which every board can play. Convert it, or send WebM."
FILM = mp4()
REFUSED = {
    "just too large": (lambda: bomb(5000, 4001), LARGE),
    "bomb": (lambda: bomb(60_000, 60_000), DAMAGED),
    "swollen note": (swollen, DAMAGED),
    "truncated picture": (lambda: picture("JPEG", (400, 400))[:-900], DAMAGED),
    "page": (lambda: b"<!DOCTYPE html><script>alert(1)</script>", DAMAGED),
    "drawing": (lambda: b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", DAMAGED),
    "gif": (lambda: picture("GIF"), DAMAGED),
    "tiff": (lambda: picture("TIFF"), DAMAGED),
    "script behind the name of a picture": (lambda: b"\x89PNG\r\n\x1a\n<?php system($_GET[0]); ?>", DAMAGED),
    "moving": (lambda: moving("PNG"), MOVES),
    "moving webp": (lambda: moving("WEBP"), MOVES),
    "one byte": (lambda: b"\0", DAMAGED),
    "truncated film": (lambda: FILM[:-1], TORN_MP4),
    "film with something behind it": (lambda: FILM + b"<script>alert(1)</script>", TORN_MP4),
    "film without its description": (lambda: box(b"ftyp", b"isom\0\0\0\0isom") + box(b"mdat", b"\0" * 9), TORN_MP4),
    "two descriptions": (lambda: mp4(movies=2), TORN_MP4),
    "unknown brand": (lambda: mp4(brand=b"qt  ").replace(b"mp41", b"xxxx"), TORN_MP4),
    "half a picture in boxes": (lambda: box(b"ftyp", b"avif\0\0\0\0avif") + b"\0" * 40, DAMAGED),
    "box beyond its parent": (lambda: FILM.replace(b"\0\0\0\x5ctkhd", b"\0\0\x5c\0tkhd"), TORN_MP4),
    "box of length 1 without a length": (lambda: FILM + struct.pack(">I", 1) + b"free", TORN_MP4),
    "box shorter than its head": (lambda: FILM + struct.pack(">I", 7) + b"free" + b"\0" * 8, TORN_MP4),
    "a million empty boxes": (lambda: FILM + box(b"free") * 20_000, TORN_MP4),
    "sound only": (lambda: mp4(b"mp4a", handler=b"soun"), NO_TRACK),
    "another coder": (lambda: mp4(b"hvc1"), NO_H264),
    "an old coder": (lambda: mp4(b"mp4v"), NO_H264),
    "matroska": (lambda: webm().replace(b"webm", b"mkv\0", 1), TORN_WEBM),
    "truncated webm": (lambda: webm()[:-5], TORN_WEBM),
    "webm with something behind it": (lambda: webm() + b"PK\3\4", TORN_WEBM),
    "webm of sound": (lambda: webm().replace(b"V_VP8", b"A_XYZ"), NO_TRACK),
    "head of a webm": (lambda: webm()[:40], TORN_WEBM),
    "nothing behind the mark": (lambda: b"\x1a\x45\xdf\xa3", TORN_WEBM),
}  # fmt: skip


def moving(form: str) -> bytes:
    out = io.BytesIO()
    first, *rest = (Image.new("RGB", (20, 20), (shade, 0, 0)) for shade in (0, 100, 200))
    first.save(out, form, save_all=True, append_images=rest, duration=100)
    return out.getvalue()


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_taken(media: Media, name: str) -> None:
    make, why = REFUSED[name]
    assert refused(media, make()) == why


@pytest.mark.parametrize(
    "data",
    [FILM, mp4(b"avc3"), mp4() + box(b"free", b"\0" * 9), struct.pack(">I", 0).join((mp4()[:-72], mp4()[-68:]))],
    ids=["plain", "avc3", "free box", "last box up to the end"],
)
def test_a_film_is_kept_as_it_is(media: Media, data: bytes) -> None:
    kept = send(media, data)
    assert kept == Stored(name=f"{hashlib.sha256(data).hexdigest()}.mp4", kind="video", bytes=len(data))
    assert (media.folder / kept.name).read_bytes() == data


def test_a_webm_is_kept_as_it_is(media: Media) -> None:
    data = webm()
    kept = send(media, data)
    assert (kept.kind, kept.name) == ("video", f"{hashlib.sha256(data).hexdigest()}.webm")


def test_a_film_may_be_larger_than_memory_would_like(media: Media, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its boxes are read one by one, and what is in them never as a whole."""
    part = media.begin(1)
    head = mp4(media=0)[:-8]
    whole = 3 * 1024**3
    with part.open("wb") as file:
        file.write(head + struct.pack(">I", 1) + b"mdat" + struct.pack(">Q", 16 + whole))
        file.truncate(len(head) + 16 + whole)
    monkeypatch.setattr("hashlib.file_digest", lambda *_: hashlib.sha256(b"large"))
    assert media.keep(part).bytes == len(head) + 16 + whole


def test_the_same_file_sent_by_many_at_once_is_there_once_and_whole(media: Media) -> None:
    data, names = picture("PNG", (600, 400)), list[str]()
    start = threading.Barrier(6)

    def one() -> None:
        start.wait()
        names.append(send(media, data).name)

    threads = [threading.Thread(target=one) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(names) == 6
    assert os.listdir(media.folder) == [names[0]]
    assert names[0].startswith(hashlib.sha256((media.folder / names[0]).read_bytes()).hexdigest())


def test_too_large_is_said_before_anything_is_sent(media: Media) -> None:
    with pytest.raises(Unusable, match="MB, at most"):
        media.begin(SIZE_MOST + 1)
    assert os.listdir(media.folder) == []


def test_a_large_picture_is_refused_unread(media: Media) -> None:
    part = media.begin(1)
    with part.open("wb") as file:
        file.truncate(PICTURE_MOST + 1)
    with pytest.raises(Unusable, match="A picture has at most"):
        media.keep(part)
    assert os.listdir(media.folder) == []


class Usage(NamedTuple):
    """As `shutil.disk_usage` tells it."""

    total: int
    used: int
    free: int


def test_a_disk_that_would_be_nearly_full_takes_nothing(media: Media, monkeypatch: pytest.MonkeyPatch) -> None:
    total = 100_000
    least = int(total * FREE_LEAST)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(total, total - least - 500, least + 500))
    part = media.begin(500)
    part.unlink()
    with pytest.raises(Unusable, match="disk is nearly full"):
        media.begin(501)
    assert os.listdir(media.folder) == []


def test_a_disk_that_is_full_in_the_middle_leaves_nothing_half_there(media: Media, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    part = media.begin(10)
    with part.open("wb") as file:
        file.write(picture())
    with pytest.raises(OSError, match="No space"):
        media.keep(part)
    assert os.listdir(media.folder) == []


def test_what_an_end_of_the_server_left_half_sent_is_gone(media: Media) -> None:
    kept = send(media, picture())
    media.begin(10).write_bytes(b"half")
    assert len(os.listdir(media.folder)) == 2
    media.open()
    assert os.listdir(media.folder) == [kept.name]


def test_only_names_of_the_folder_lead_anywhere(media: Media, tmp_path: Path) -> None:
    kept = send(media, picture())
    (tmp_path / "secret.png").write_bytes(b"x")
    (media.folder / "other.png").write_bytes(b"x")
    names = ["../secret.png", "/etc/passwd", "other.png", f"../media/{kept.name}", kept.name.upper(), f"{kept.name}\n", "", "."]
    assert [name for name in names if media.path(name) is not None] == []
    assert [name for name in names if media.delete(name, tiny_plan())] == []
    assert media.stored() == (kept,)


def test_a_file_that_a_slide_names_is_not_deleted_be_it_shown_now_or_later(media: Media, tmp_path: Path) -> None:
    kept, other = send(media, picture()), send(media, picture(size=(9, 9)))
    slide = Slide(code="s", kind="picture", file=kept.name, text={"lv": "x"}, since="2999-01-01")
    plan = replace(tiny_plan(), slides=(slide,))
    assert not media.delete(kept.name, plan)
    assert media.delete(other.name, plan)
    assert media.stored() == (kept,)
    assert media_warnings(plan, tmp_path) == ()
    assert media.delete(kept.name, tiny_plan())
    assert media_warnings(plan, tmp_path) == (f'slide "s": {kept.name} is not in {media.folder}',)


def test_the_check_of_a_plan_warns_of_files_that_are_not_there(
    media: Media, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = send(media, picture())
    slide = Slide(code="karte", kind="picture", file=kept.name, text={"lv": "x"})
    path = tmp_path / "centre.toml"
    path.write_text(dump_plan(replace(demo_plan(), slides=(slide,)), load_catalogue(CATALOGUE)), encoding="utf-8")
    command = ["plan", "check", str(path), "--data", str(tmp_path)]
    assert main(command) == 0
    assert "karte" not in capsys.readouterr().out
    media.delete(kept.name, tiny_plan())
    assert main(command) == 0
    assert f'warning: slide "karte": {kept.name} is not in {media.folder}' in capsys.readouterr().out
