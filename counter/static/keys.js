/** The keyboard of the desk: a key does its action. Function keys only: letters and digits belong to screen readers and text fields. */
import { press, mainStep, secondStep } from "./desk_actions.js";
import { goContact } from "./beside.js";
import { focusBooths } from "./booths.js";
import { focusFinder } from "./draft.js";
import { over } from "./front.js";
import { openKeys } from "./frame.js";
import { openFinished } from "./finished.js";
import { actionOf, nameOf } from "./keymap.js";
import { openMessage, raiseAlarm } from "./messages.js";

const step = (pick) => (desk) => {
  const name = pick(desk);
  if (name) press(desk, name);
};

const ACTS = {
  main: step(mainStep),
  second: step(secondStep),
  store: step(() => "store"),
  recall: step(() => "recall"),
  noShow: step(() => "noShow"),
  finder: focusFinder,
  pause: step(({ view }) => (view.state === "paused" ? "resume" : "pause")),
  transfer: step(() => "transfer"),
  park: step(() => "park"),
  contact: goContact,
  booths: focusBooths,
  roll: step(() => "roll"),
  setRoll: step(() => "setRoll"),
  finished: openFinished,
  message: openMessage,
  alarm: raiseAlarm,
  undo: step(() => "undo"),
  keys: openKeys,
};

/** Listens on the whole page. A held key acts once; an open sheet keeps all keys but those of help, of the alarm and, in a record that is over, of the finder to itself. */
export function listen(desk) {
  window.addEventListener("keydown", (event) => {
    const name = nameOf(event);
    const action = name && actionOf(name);
    if (!action || (action === "undo" && isText(event.target)) || (name.startsWith("Numpad") && isText(event.target))) return;
    if (desk.ui.rebinding) return;
    event.preventDefault();
    if (desk.ui.sheet && !document.querySelector("dialog.sheet").open) desk.ui.sheet = null; // closed already, its event is on the way
    if (event.repeat || !desk.view || (desk.ui.sheet && !["keys", "alarm", over(desk) && "finder"].includes(action))) return;
    ACTS[action](desk);
  });
}

const isText = (element) => element.matches?.("input:not([type=radio], [type=checkbox]), textarea, [contenteditable]");
