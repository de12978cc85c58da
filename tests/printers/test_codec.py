"""The back channel is split right, however its messages arrive."""

from hypothesis import given, settings
from hypothesis import strategies as st

from printers.codec import Asb, Block, Fence, Flow, Garbage, Message, RealTime, Splitter
from printers.drivers.base import IDENT
from tests.conftest import drawn

realtime = st.builds(lambda bits: RealTime(0x12 | bits & 0x6C), st.integers(0, 255))
asb = st.builds(
    lambda b1, rest: Asb(0x10 | b1 & 0x6C, *(byte & 0x6F for byte in rest)),
    st.integers(0, 255),
    st.tuples(st.integers(0, 255), st.integers(0, 255), st.integers(0, 255)),
)
process = st.builds(lambda d: Block(0x37, b"\x22" + bytes(d)), st.lists(st.sampled_from(list(IDENT)), min_size=4, max_size=4))
count = st.builds(lambda n: Block(0x5F, str(n).encode()), st.integers(0, 10**9))
fence = st.builds(lambda bits: Fence(bits & 0x6F), st.integers(0, 255))
flow = st.builds(Flow, st.booleans())
cleared = st.just(Block(0x37, b"\x25"))


def encode(message: Message) -> bytes:
    match message:
        case RealTime(byte=byte) | Fence(byte=byte):
            return bytes((byte,))
        case Asb():
            return bytes((message.b1, message.b2, message.b3, message.b4))
        case Block(kind=kind, data=data):
            return bytes((kind,)) + data + b"\0"
        case Flow(on=on):
            return b"\x11" if on else b"\x13"
        case Garbage(data=data):
            return data


@settings(max_examples=drawn(500), deadline=None)
@given(st.lists(st.one_of(realtime, asb, process, count, fence, flow, cleared), max_size=30), st.data())
def test_any_sequence_in_any_portions(messages: list[Message], data: st.DataObject) -> None:
    wire = b"".join(map(encode, messages))
    splitter, out, at = Splitter(), [], 0
    while at < len(wire):
        size = data.draw(st.integers(1, 9))
        out += splitter.feed(wire[at : at + size])
        at += size
    assert out == messages


@settings(max_examples=drawn(300), deadline=None)
@given(st.one_of(asb, process), realtime, st.data())
def test_a_real_time_byte_may_land_inside_asb_and_process_id(outer: Message, inner: RealTime, data: st.DataObject) -> None:
    wire = encode(outer)
    at = data.draw(st.integers(1, len(wire) - 1))
    if isinstance(outer, Block):
        at = max(at, 2)  # behind the two header bytes
        at = min(at, 5)
    out = Splitter().feed(wire[:at] + encode(inner) + wire[at:])
    assert sorted(map(repr, out)) == sorted(map(repr, [inner, outer]))


@settings(max_examples=drawn(300), deadline=None)
@given(st.binary(max_size=300))
def test_noise_never_raises_and_ends(noise: bytes) -> None:
    splitter = Splitter()
    splitter.feed(noise)
    splitter.reset()
    assert splitter.feed(b"\x12") == [RealTime(0x12)]


def test_meanings() -> None:
    assert Splitter().feed(b"\x37\x22abca\x00\x37\x25\x00_1234\x00_EPSON\x00") == [
        first := Block(0x37, b"\x22abca"),
        second := Block(0x37, b"\x25"),
        third := Block(0x5F, b"1234"),
        fourth := Block(0x5F, b"EPSON"),
    ]
    assert (first.process, second.cleared, third.count, fourth.count) == (b"abca", True, 1234, None)
    assert (second.process, first.cleared, first.count) == (None, False, None)


def test_a_block_without_end_is_given_up() -> None:
    splitter = Splitter()
    assert isinstance(splitter.feed(b"_" + b"A" * 200)[0], Garbage)


def test_a_broken_asb_does_not_swallow_what_follows() -> None:
    assert Splitter().feed(b"\x10\x00\x10\x00\x00\x00") == [Garbage(b"\x10\x00"), Asb(0x10, 0, 0, 0)]
