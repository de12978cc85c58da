/** The two-tone chime, made in code. */

const TONES = [
  { hertz: 659.25, after: 0 },
  { hertz: 523.25, after: 0.4 },
];
const TONE_S = 1.15;

/** Sounds into the node `out` from `start`, seconds of its context; returns the node that ends last. */
export function chime(out, start) {
  return TONES.map((tone) => sound(out, tone.hertz, start + tone.after)).at(-1);
}

/** How long the chime is. */
export const CHIME_S = TONES.at(-1).after + TONE_S;

function sound(out, hertz, start) {
  const gain = out.context.createGain();
  gain.gain.setValueAtTime(0.0001, start);
  gain.gain.exponentialRampToValueAtTime(0.5, start + 0.015);
  gain.gain.exponentialRampToValueAtTime(0.0001, start + 1.1);
  const tone = out.context.createOscillator();
  tone.frequency.value = hertz;
  tone.connect(gain).connect(out);
  tone.addEventListener("ended", () => gain.disconnect(), { once: true });
  tone.start(start);
  tone.stop(start + TONE_S);
  return tone;
}
