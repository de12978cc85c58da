/** The voice: clips of the kiosk program, without gaps, in steps of volume; where it has none, the browser's own voice. */
import { voiced } from "./voiced.js";

const STEPS = [0.15, 0.3, 0.5, 0.75, 1];
const USUAL = 2;
const LONGEST = 400;
const KEPT = 200;

/** What was said, for the caption and for whoever listens: {language, text} as written, and `voiced` as read aloud. */
const tell = (language, text) =>
  document.dispatchEvent(new CustomEvent("rinda-spoken", { detail: { language, text, voiced: voiced(text, language) } }));

/** Pieces of at most 400 characters, cut between sentences or words. */
function cut(text) {
  const parts = [];
  for (let rest = text; rest; ) {
    if (rest.length <= LONGEST) return [...parts, rest];
    const head = rest.slice(0, LONGEST);
    const at = [head.lastIndexOf(". ") + 1, head.lastIndexOf(" "), LONGEST].find((place) => place > 0);
    parts.push(rest.slice(0, at));
    rest = rest.slice(at).trim();
  }
  return parts;
}

/**
 * `say(pieces, {after})` speaks `[{text, language}]`, instead of what is being said or after it; `stop()` ends it; `louder()`
 * goes to the next step of volume, from the highest to the lowest; `anew()` goes back to the usual one and asks the program again
 * which languages it speaks. `onEnd()` when all is said; `onSilent(language)` when there is no voice at all for a language.
 */
export function speaker({ onEnd, onSilent }) {
  const clips = new Map();
  let context = null;
  let gain = null;
  let step = USUAL;
  let turn = 0;
  let line = Promise.resolve();
  let sounding = [];
  let free = 0;
  let voices = null;

  function open() {
    if (!context) {
      context = new AudioContext();
      gain = context.createGain();
      gain.connect(context.destination);
      gain.gain.value = STEPS[step];
    }
    if (context.state === "suspended") context.resume();
  }

  const ask = () =>
    fetch("/speech/voices")
      .then((reply) => (reply.ok ? reply.json() : {}))
      .catch(() => ({}));

  async function programSpeaks(language) {
    voices ??= ask();
    return Boolean((await voices)[language]);
  }

  async function load(text, language) {
    const query = new URLSearchParams({ language, text });
    const url = `/speech?${query}`;
    if (!clips.has(url)) {
      const clip = fetch(url).then(async (reply) => {
        if (!reply.ok) throw new Error(`no clip: ${reply.status}`);
        return context.decodeAudioData(await reply.arrayBuffer());
      });
      clip.catch(() => clips.delete(url));
      clips.set(url, clip);
      if (clips.size > KEPT) clips.delete(clips.keys().next().value);
    }
    return clips.get(url);
  }

  /** Puts a clip behind what is sounding; resolves when it has sounded. */
  function play(clip) {
    const source = context.createBufferSource();
    source.buffer = clip;
    source.connect(gain);
    free = Math.max(context.currentTime, free);
    source.start(free);
    free += clip.duration;
    sounding.push(source);
    const done = () => (sounding = sounding.filter((one) => one !== source));
    return new Promise((ended) => source.addEventListener("ended", () => ended(done()), { once: true }));
  }

  /** The browser's own voice of that language; false where it has none. */
  function ownVoice(text, language) {
    const voice = window.speechSynthesis?.getVoices().find((one) => one.lang.toLowerCase().startsWith(language));
    if (!voice) return false;
    const words = Object.assign(new SpeechSynthesisUtterance(text), { voice, lang: voice.lang, volume: STEPS[step] });
    const said = new Promise((done) => ["end", "error"].forEach((name) => words.addEventListener(name, done, { once: true })));
    speechSynthesis.speak(words);
    return said;
  }

  async function utter(pieces, mine) {
    const parts = pieces.flatMap(({ text, language }) => cut(voiced(text, language)).map((part) => ({ text: part, language })));
    const clipOf = async ({ text, language }) => ((await programSpeaks(language)) ? load(text, language) : null);
    const ready = parts.map((part) => clipOf(part).catch(() => null));
    let last = null;
    for (const [at, part] of parts.entries()) {
      const clip = await ready[at];
      if (turn !== mine) return;
      if (clip) {
        last = play(clip);
        continue;
      }
      await last;
      const own = turn === mine && ownVoice(part.text, part.language);
      if (own) last = own;
      else if (turn === mine) onSilent(part.language);
    }
    await last;
    if (turn === mine) onEnd();
  }

  function stop() {
    turn += 1;
    sounding.forEach((source) => source.stop());
    sounding = [];
    free = 0;
    line = Promise.resolve();
    window.speechSynthesis?.cancel();
  }

  return {
    say(pieces, { after = false } = {}) {
      if (!pieces.length) return;
      if (!after) stop();
      open();
      const mine = turn;
      const [{ language }] = pieces;
      tell(language, pieces.map((piece) => piece.text).join(" "));
      line = line.then(() => (turn === mine ? utter(pieces, mine) : null));
    },
    stop,
    anew() {
      voices = null;
      step = USUAL;
      if (gain) gain.gain.value = STEPS[step];
    },
    louder() {
      step = (step + 1) % STEPS.length;
      if (gain) gain.gain.value = STEPS[step];
      return { step: step + 1, of: STEPS.length };
    },
  };
}
