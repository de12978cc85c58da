"""The browser of a board decodes every clip that the server makes, at its full length."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.house import House, until

pytestmark = pytest.mark.e2e

DECODE = """async (name) => {
  const bytes = await (await fetch(`/display/voice/${name}.pack`)).arrayBuffer();
  const length = new DataView(bytes).getUint32(0);
  const index = JSON.parse(new TextDecoder().decode(new Uint8Array(bytes, 4, length)));
  const context = new OfflineAudioContext(1, 48000, 48000);
  const found = [];
  for (const [name, { at, bytes: size, ms }] of Object.entries(index)) {
    const sound = await context.decodeAudioData(bytes.slice(4 + length + at, 4 + length + at + size));
    const peak = sound.getChannelData(0).reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
    found.push([name, ms, sound.duration * 1000, peak]);
  }
  return found;
}"""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    found = House(tmp_path_factory.mktemp("house")).start()
    yield found
    found.stop()


def test_every_clip_can_be_played(house: House, open_page: Any) -> None:
    name = until(lambda: house.data("board/hall")["voice"]["clips"], "a pack of clips")
    page = open_page(f"{house.address}/display/hall")
    found = page.evaluate(DECODE, name)
    assert len(found) > 150
    for clip, ms, decoded, peak in found:
        assert decoded == pytest.approx(ms, abs=15), f"{clip}: a decoder may take a block of the silence at an end"
        assert 0.1 < peak < 0.97, clip
