/** The loudspeaker of a board: chime and spoken calls, one after the other, never over each other. */
import { announcements } from "/display/static/announcements.js";
import { CHIME_S, chime } from "/display/static/chime.js";
import { clipPack } from "/display/static/clips.js";

const LEAD_S = 0.05;
const GAP_S = 0.06;
const SENTENCE_GAP_S = 0.35;
const LANGUAGE_GAP_S = 0.6;
const SETTLE_MS = 1500;
/** What is done without a voice of the plan: a chime, once. */
const CHIME_ONLY = { clips: "", chime: true, repeat_s: 0, volume: 0.8 };

/**
 * `onChange()` is called when `state()` or `detail()` changes, `onSpoken(call)` when a call was said whole for the first time,
 * `onTested(call, result)` when a test (a call with `test`) was "played" with its words or as a "chime" alone.
 *
 * `set({screen, voice})` takes what the view says of this screen and of the voice, `announce(call)` puts a call in line,
 * `keep(ids)` forgets those no longer called, `step()` begins the next one if it is due: call it at least once a second.
 * `state()` is "on", "blocked" (the browser wants a touch or a key first) or "off" (nothing sounds here), "" while it is not
 * known yet; `detail()` names what could not be said; `quiet()` is whether nothing sounds now.
 */
export function speaker({ onChange, onSpoken, onTested }) {
  const Context = window.AudioContext;
  const line = announcements();
  let voice = CHIME_ONLY;
  let hears = false;
  let sound = null;
  let settled = false;
  let busy = false;
  let missing = [];

  function set(screen, said) {
    voice = said ?? CHIME_ONLY;
    const loud = voice.volume > 0 || (screen?.loop ?? false);
    hears = Boolean(Context) && (screen?.sound ?? true) && loud && (voice.chime || voice.clips !== "");
    if (!hears) line.clear();
    else sound ??= open();
    sound?.set(voice.volume, screen?.loop ?? false);
    sound?.pack.load(hears ? voice.clips : "");
    step();
  }

  function open() {
    const context = new Context();
    const changed = () => {
      onChange();
      step();
    };
    context.addEventListener("statechange", changed);
    setTimeout(() => {
      settled = true;
      changed();
    }, SETTLE_MS);
    for (const gesture of ["pointerdown", "keydown"]) addEventListener(gesture, () => context.resume().catch(() => {}));
    return { context, ...outputs(context), pack: clipPack(context, changed) };
  }

  function state() {
    if (!hears) return "off";
    if (sound.context.state === "running") return "on";
    return settled ? "blocked" : "";
  }

  function step() {
    if (busy || state() !== "on") return;
    const turn = line.next(sound.context.currentTime);
    if (turn) say(turn);
  }

  async function say(turn) {
    busy = true;
    try {
      await sounded(turn);
    } finally {
      busy = false;
      step();
    }
  }

  async function sounded({ call, repeat }) {
    const { context, hall, speech, pack } = sound;
    const languages = voice.clips ? (call.said ?? []) : [];
    const parts = await Promise.all(languages.map((names) => pack.get(names)));
    const begin = context.currentTime + LEAD_S;
    let [at, last] = [begin, null];
    if (voice.chime) [at, last] = [begin + CHIME_S, chime(hall, begin)];
    for (const { buffers } of parts) {
      if (!buffers.length) continue;
      const end = play(speech, buffers, at);
      [at, last] = [end.at + LANGUAGE_GAP_S, end.node];
    }
    if (!repeat && !call.test && voice.repeat_s > 0) line.again(call, begin + voice.repeat_s);
    note(parts.flatMap((part) => part.missing));
    if (last) await new Promise((done) => last.addEventListener("ended", done, { once: true }));
    const whole = parts.length > 0 && parts.every((part) => !part.missing.length);
    if (call.test) onTested(call, whole ? "played" : "chime");
    else if (!repeat && whole) onSpoken(call);
  }

  function note(names) {
    const known = sound.pack.state() === "ready" ? [...new Set([...missing, ...names])].sort() : missing;
    if (known.length === missing.length) return;
    missing = known;
    onChange();
  }

  return {
    set,
    state,
    step,
    announce(call) {
      if (hears) line.add(call);
      step();
    },
    keep: (ids) => line.keep(ids),
    detail() {
      if (hears && sound.pack.state() === "absent") return "clips: none";
      return missing.length ? `clips: ${missing.join(", ")}`.slice(0, 200) : "";
    },
    quiet: () => !busy,
  };
}

/** Sets clips into the node `out` one after the other from `at`; answers when they end and the node that ends last. */
function play(out, buffers, at) {
  let node = null;
  buffers.forEach((buffer, n) => {
    if (n > 0) at += n === buffers.length - 1 ? SENTENCE_GAP_S : GAP_S;
    node = out.context.createBufferSource();
    node.buffer = buffer;
    node.connect(out);
    node.start(at);
    at += buffer.duration;
  });
  return { at, node };
}

/**
 * The hall's loudspeakers, and where the right channel feeds an induction loop: the loop, which has speech alone, always as loud.
 * `hall` takes the chime, `speech` what is said; `set(volume, loop)` turns the hall's volume (0 to 1) and lays the channels.
 */
function outputs(context) {
  const [hall, speech, amplifier] = [context.createGain(), context.createGain(), context.createGain()];
  const sides = context.createChannelMerger(2);
  speech.connect(hall);
  amplifier.connect(sides, 0, 1);
  sides.connect(context.destination);
  let laid = null;
  return {
    hall,
    speech,
    set(volume, loop) {
      hall.gain.setTargetAtTime(volume, context.currentTime, 0.01);
      if (loop === laid) return;
      laid = loop;
      hall.disconnect();
      speech.disconnect();
      speech.connect(hall);
      if (loop) {
        hall.connect(sides, 0, 0);
        speech.connect(amplifier);
      } else {
        hall.connect(context.destination);
      }
    },
  };
}
