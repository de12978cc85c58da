/** The keypad: which key means what, where the arrows lead, and the press of OK. */
import { controlsIn, isField } from "./spoken.js";

/**
 * Keys of a keypad that is a keyboard, and what they mean; F13 to F21 as `kiosk/codes.py` has them. A keypad that the program
 * reads names them itself, and `curtain` for OK held down.
 */
const KEYS = {
  ArrowUp: "up",
  ArrowDown: "down",
  ArrowLeft: "left",
  ArrowRight: "right",
  Enter: "ok",
  " ": "ok",
  Escape: "back",
  Backspace: "back",
  F13: "up",
  F14: "down",
  F15: "left",
  F16: "right",
  F17: "ok",
  F18: "back",
  F19: "volume",
  F20: "repeat",
  F21: "help",
};

const SLACK_PX = 8;
const SIDEWAYS = 3;

/** What a key of a keyboard means, or null; in a text field the letters, Space and Backspace are the field's. */
export const meaning = (event) =>
  event.ctrlKey || event.altKey || event.metaKey || (isField(event.target) && ["Backspace", " ", "Enter"].includes(event.key))
    ? null
    : (KEYS[event.key] ?? null);

/** The boxes' place seen along a direction: how far ahead, and how far aside. Boxes as `{left, top, right, bottom}`. */
function apart(from, to, direction) {
  const ahead = {
    up: from.top - to.bottom,
    down: to.top - from.bottom,
    left: from.left - to.right,
    right: to.left - from.right,
  }[direction];
  const upright = direction === "up" || direction === "down";
  const [a, b] = upright ? ["left", "right"] : ["top", "bottom"];
  const aside = Math.max(0, to[a] - from[b], from[a] - to[b]);
  return { ahead, aside, skew: Math.abs(to[a] - from[a]) };
}

/** Index of the nearest of `boxes` in that direction, or -1. Left and right stay in the row. */
export function nearest(from, boxes, direction) {
  const sideways = direction === "left" || direction === "right";
  let best = -1;
  let least = Infinity;
  boxes.forEach((box, at) => {
    const { ahead, aside, skew } = apart(from, box, direction);
    if (ahead < -SLACK_PX || (sideways && aside > 0)) return;
    const far = Math.max(0, ahead) + SIDEWAYS * aside + skew / 1000;
    if (far < least) [best, least] = [at, far];
  });
  return best;
}

/** Whether an arrow stays in the text: the caret has letters on that side. */
function inText(element, direction) {
  if (!isField(element) || element.selectionStart === null) return false;
  if (direction === "left") return element.selectionStart > 0;
  return direction === "right" && element.selectionEnd < element.value.length;
}

/**
 * The control that an arrow leads to, the same text field while the caret has room, or null at either end of the list. `linear`:
 * left and right go in reading order, as one does who hears the places; else they stay in the row. Where nothing lies in a
 * direction the reading order decides, so every control is reached.
 */
export function target(app, direction, linear) {
  const all = controlsIn(app);
  const here = document.activeElement;
  const at = all.indexOf(here);
  if (at < 0) return all[0] ?? null;
  if (inText(here, direction)) return here;
  const step = direction === "down" || direction === "right" ? 1 : -1;
  const sideways = direction === "left" || direction === "right";
  if (!(linear && sideways)) {
    const others = all.filter((one) => one !== here);
    const found = nearest(here.getBoundingClientRect(), others.map((one) => one.getBoundingClientRect()), direction);
    if (found >= 0) return others[found];
  }
  return all[at + step] ?? null;
}

/** Moves the caret of a text field by one letter; answers with the letter that it passed. */
export function moveCaret(field, direction) {
  const from = direction === "left" ? field.selectionStart - 1 : field.selectionEnd;
  const at = direction === "left" ? from : from + 1;
  field.setSelectionRange(at, at);
  return field.value[from];
}
