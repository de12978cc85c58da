/** The two-tone chime, made in code: one after the other, never over each other, silent until the browser allows sound. */

const TONES = [
  { hertz: 659.25, after: 0 },
  { hertz: 523.25, after: 0.4 },
];
const LENGTH_S = 1.6;

/** `onChange()` is called when the state changes: "on", "blocked" (a touch or key unlocks it) or "off" (no sound here). */
export function chime(onChange) {
  const Context = window.AudioContext;
  if (!Context) return { state: () => "off", ring: () => {} };
  const context = new Context();
  let free = 0;
  context.addEventListener("statechange", onChange);
  for (const gesture of ["pointerdown", "keydown"]) addEventListener(gesture, () => context.resume().catch(() => {}));

  return {
    state: () => (context.state === "running" ? "on" : "blocked"),
    ring() {
      if (context.state !== "running") return;
      const start = Math.max(free, context.currentTime + 0.02);
      for (const tone of TONES) sound(context, tone.hertz, start + tone.after);
      free = start + LENGTH_S;
    },
  };
}

function sound(context, hertz, start) {
  const gain = context.createGain();
  gain.gain.setValueAtTime(0.0001, start);
  gain.gain.exponentialRampToValueAtTime(0.5, start + 0.015);
  gain.gain.exponentialRampToValueAtTime(0.0001, start + 1.1);
  const tone = context.createOscillator();
  tone.frequency.value = hertz;
  tone.connect(gain).connect(context.destination);
  tone.start(start);
  tone.stop(start + 1.15);
}
