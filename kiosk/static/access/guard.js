/**
 * Nothing leads out of the page, and one finger means one press: a held finger, ten fingers, a bouncing one, a stuck key and a
 * scanner gone wild do no more. What a page cannot hold (Ctrl+W, the address bar) is the machine's policy file's part.
 */
import { isField } from "./spoken.js";

const SAME_MS = 600;
const STUCK_MS = 10_000;
/** A long code that a reader types like a keyboard is within it: its sentence comes only with all of it. */
const FLOOD = 80;
const FLOOD_MS = 1_000;
const CONTROL = "button, input, textarea, select, a[href], label";
/** Letters and digits of the keys on the screen may well be meant twice. */
const REPEATABLE = ".key";

const BLOCKED = ["contextmenu", "dragstart", "dragover", "drop", "auxclick", "dblclick", "gesturestart", "copy", "cut", "paste"];
const KEPT_FOR_US = /^F1[3-9]$|^F2\d$/;

const stop = (event) => {
  event.preventDefault();
  event.stopImmediatePropagation();
};

/** Whether a key is a way out: a shortcut, a function key, a key of a media or browser keyboard. AltGr only writes letters. */
export const isShortcut = ({ key, ctrlKey, altKey, metaKey }, altGr) =>
  metaKey ||
  ((ctrlKey || altKey) && !(altGr && key.length === 1)) ||
  (/^F\d+$/.test(key) && !KEPT_FOR_US.test(key)) ||
  /^(?:Browser|Launch|Media|ContextMenu|PrintScreen|Print$|Help$|Find$|Open$|Meta$|OS$)/.test(key);

/** Says of each moment (ms) whether too many keys came in the second before it: more than a hand or a reader types. */
export function flood() {
  let recent = [];
  return (now) => {
    recent = [...recent.filter((one) => now - one < FLOOD_MS), now];
    return recent.length > FLOOD;
  };
}

/** Puts the guard on `window`; returns how much it has ignored, as `{keys, presses}`. */
export function guard(window) {
  const ignored = { keys: 0, presses: 0 };
  const floods = flood();
  const down = new Map();
  let first = null;
  let last = { control: null, at: -Infinity };
  const early = { capture: true, passive: false };
  const on = (names, act) => [names].flat().forEach((name) => window.addEventListener(name, act, early));
  const ignore = (event, kind) => {
    ignored[kind] += 1;
    stop(event);
  };

  on(BLOCKED, (event) => event.preventDefault());
  on("selectstart", (event) => isField(event.target) || event.preventDefault());
  on("wheel", (event) => event.preventDefault());
  on("touchmove", (event) => event.cancelable && event.preventDefault());
  on("mouseup", (event) => event.button > 2 && event.preventDefault());
  Object.assign(window, { open: () => null, print: () => undefined });
  // One step back stays here: there is always one to take.
  window.history.pushState(null, "");
  on("popstate", () => window.history.pushState(null, ""));
  window.navigation?.addEventListener("navigate", (event) => {
    if (event.cancelable && event.destination.url !== window.location.href) event.preventDefault();
  });

  on("keydown", (event) => {
    if (floods(event.timeStamp) || event.repeat) ignore(event, "keys");
    else if (isShortcut(event, event.getModifierState("AltGraph"))) ignore(event, "keys");
  });

  /** The first finger counts until it is lifted or has lain there for 10 s, as a drop of water or a bag does. */
  const counts = (event) => !first || !down.has(first.id) || event.timeStamp - first.at > STUCK_MS;

  on("pointerdown", (event) => {
    const alone = counts(event);
    down.set(event.pointerId, event.timeStamp);
    for (const [id, at] of down) if (event.timeStamp - at > 6 * STUCK_MS) down.delete(id);
    if (!alone) return ignore(event, "presses");
    first = { id: event.pointerId, at: event.timeStamp, control: event.target.closest?.(CONTROL) };
  });

  const lifted = (event) => {
    down.delete(event.pointerId);
    const mine = first?.id === event.pointerId;
    const { control } = first ?? {};
    if (mine) first = event.type === "pointerup" && event.pointerType !== "touch" ? first : null;
    if (!mine || event.type !== "pointerup" || event.pointerType !== "touch" || !control?.isConnected) return;
    const under = window.document.elementFromPoint(event.clientX, event.clientY)?.closest(CONTROL);
    if (under === control && !isField(control)) control.click();
  };
  on(["pointerup", "pointercancel"], lifted);
  on("blur", (event) => {
    if (event.target !== window) return;
    down.clear();
    first = null;
  });

  on("click", (event) => {
    const control = event.target.closest?.(CONTROL);
    // A finger presses when it is lifted, however long it lay there; the browser's own click comes for short ones only.
    if (event.isTrusted && event.pointerType === "touch" && !isField(control)) return stop(event);
    if (event.isTrusted && event.detail > 0 && first?.id !== event.pointerId) return ignore(event, "presses");
    const soon = event.timeStamp - last.at < SAME_MS && control === last.control;
    if (control && soon && !control.matches(REPEATABLE)) return ignore(event, "presses");
    last = { control, at: event.timeStamp };
  });
  return ignored;
}
