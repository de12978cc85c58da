/** The clips that announcements are made of: one pack from the server, each clip decoded once, when it is first needed. */

const RETRY_S = 5;
const RETRY_MOST_S = 60;

/**
 * `load(name)` fetches the pack of that name, again and again until it is there. `get(names)` resolves to
 * {buffers, missing}: the sounds in that order and the names that there is no sound for. `onChange()` is called when `state()`
 * changes: "none" (no pack is named), "waiting" (the first answer is awaited), "absent" or "ready".
 */
export function clipPack(context, onChange) {
  let wanted = "";
  let state = "none";
  let pack = null;
  const made = new Map();
  const become = (next) => {
    if (next === state) return;
    state = next;
    onChange();
  };

  async function load(name) {
    if (name === wanted) return;
    wanted = name;
    become(name ? "waiting" : "none");
    while (name && name === wanted) {
      const answer = await fetch(`/display/voice/${name}.pack`).catch(() => null);
      const bytes = answer?.ok ? await answer.arrayBuffer().catch(() => null) : null;
      const found = bytes && unpack(bytes);
      if (name !== wanted) return;
      if (found) {
        pack = found;
        made.clear();
        become("ready");
        return;
      }
      become("absent");
      const seconds = Number(answer?.headers.get("Retry-After")) || RETRY_S;
      await new Promise((done) => setTimeout(done, Math.min(seconds, RETRY_MOST_S) * 1000));
    }
  }

  const decode = (name) => {
    const place = pack?.index[name];
    if (!place) return Promise.resolve(null);
    const bytes = pack.bytes.slice(pack.start + place.at, pack.start + place.at + place.bytes);
    return context.decodeAudioData(bytes).catch(() => null);
  };
  const buffer = (name) => made.get(name) ?? made.set(name, decode(name)).get(name);

  return {
    load,
    state: () => state,
    async get(names) {
      const found = state === "ready" ? await Promise.all(names.map(buffer)) : names.map(() => null);
      return { buffers: found.filter(Boolean), missing: names.filter((_, i) => !found[i]) };
    },
  };
}

/** Four bytes of length, a JSON index {name: {at, bytes, ...}}, the clips; null for what is no pack. */
function unpack(bytes) {
  try {
    const length = new DataView(bytes).getUint32(0);
    return { index: JSON.parse(new TextDecoder().decode(new Uint8Array(bytes, 4, length))), start: 4 + length, bytes };
  } catch {
    return null;
  }
}
