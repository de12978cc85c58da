/** The keyboard map of the desk. Function keys only: letters and digits belong to screen readers and text fields. */
import { press, mainStep } from "./desk_actions.js";
import { focusFinder } from "./draft.js";
import { openKeys } from "./frame.js";

const second = ({ state }) => ({ called: "next", serving: "finishNext" })[state];
const step = (pick) => (desk) => {
  const name = pick(desk.view);
  if (name) press(desk, name);
};

const KEYS = {
  F1: openKeys,
  F2: step(mainStep),
  "Shift+F2": step(second),
  "Control+F2": step(() => "store"),
  F4: step(() => "recall"),
  "Shift+F4": step(() => "noShow"),
  F8: focusFinder,
  "Shift+F8": step(({ state }) => (state === "paused" ? "resume" : "pause")),
  "Control+F8": step(() => "roll"),
  F9: step(() => "transfer"),
  "Shift+F9": step(() => "park"),
  "Control+F9": step(() => "setRoll"),
  "Control+z": step(() => "undo"),
};

/** Listens on the whole page. A held key acts once; an open sheet keeps all keys but F1 to itself. */
export function listen(desk) {
  window.addEventListener("keydown", (event) => {
    const name = nameOf(event);
    const act = KEYS[name];
    if (!act || (name === "Control+z" && isText(event.target))) return;
    event.preventDefault();
    if (event.repeat || !desk.view || (desk.ui.sheet && act !== openKeys)) return;
    act(desk);
  });
}

function nameOf({ key, ctrlKey, shiftKey, altKey, metaKey }) {
  if (altKey || metaKey) return null;
  const letter = key.length === 1 ? key.toLowerCase() : key;
  return [ctrlKey && "Control", shiftKey && "Shift", letter].filter(Boolean).join("+");
}

const isText = (element) => element.matches?.("input:not([type=radio]), textarea, [contenteditable]");
