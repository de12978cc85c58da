/** How a phone makes itself noticed when its number is called: sound, vibration, light; the first two only after a press. */
import { chime } from "/display/static/chime.js";

const SHAKE_MS = [500, 200, 500, 200, 1000];
const FLASH_MS = 3000;

let sound = null;
let lock = null;
const shakes = typeof navigator.vibrate === "function";

/** Draws what the visitor allowed on a page that was drawn anew, and takes the press. */
export function ready() {
  const part = document.getElementById("signal");
  if (!part) return;
  part.hidden = false;
  const states = { allow: !sound, allowed: sound && shakes, mute: sound && !shakes, awake: sound && lock, asleep: sound && !lock };
  for (const [id, there] of Object.entries(states)) document.getElementById(id).hidden = !there;
  document.getElementById("allow").onclick = allow;
}

/** Three slow pulses of light for everybody; sound and vibration for who allowed them. */
export function ring() {
  document.body.dataset.flash = "";
  setTimeout(() => delete document.body.dataset.flash, FLASH_MS);
  if (!sound) return;
  if (shakes) navigator.vibrate(SHAKE_MS);
  sound.resume();
  chime(sound.destination, sound.currentTime);
}

async function allow() {
  sound = new AudioContext();
  sound.resume();
  chime(sound.destination, sound.currentTime);
  if (shakes) navigator.vibrate(SHAKE_MS[0]);
  ready();
  await stayOn();
  document.getElementById(shakes ? "allowed" : "mute")?.focus();
}

/** Only a page that came over a secure connection may keep the screen on, and loses that when it is out of sight. */
async function stayOn() {
  try {
    lock = (await navigator.wakeLock?.request("screen")) ?? null;
    lock?.addEventListener("release", () => {
      lock = null;
      ready();
    });
  } catch {
    lock = null;
  }
  ready();
}
document.addEventListener("visibilitychange", () => {
  if (sound && !lock && !document.hidden) stayOn();
});
