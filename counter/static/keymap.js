/** Which key does what: the usual keys, their twins on a number pad, a pedal or a keypad, and what this clerk has changed. */
import { boot, t } from "/static/page.js";

/** The usual key first; F13 to F24 are those of pedals and programmable keypads. Words are for the list of keys. */
export const ACTIONS = {
  main: { keys: ["F2", "F13", "NumpadAdd"], word: () => t("main step") },
  second: { keys: ["Shift+F2", "F14", "NumpadMultiply"], word: () => t("second step: Next please, or Finish and call next") },
  store: { keys: ["Control+F2"], word: () => t("next arrival to me, or no longer") },
  recall: { keys: ["F4", "F15", "NumpadDivide"], word: () => t("call again") },
  noShow: { keys: ["Shift+F4", "F16"], word: () => t("no-show") },
  finder: { keys: ["F8", "F19"], word: () => t("to the service finder") },
  pause: { keys: ["Shift+F8", "F20"], word: () => t("pause or resume") },
  transfer: { keys: ["F9", "F17"], word: () => t("transfer") },
  park: { keys: ["Shift+F9", "F18"], word: () => t("park") },
  contact: { keys: ["Control+Shift+F2", "F22"], word: () => t("without a number, or between the visit and the contact beside it") },
  roll: { keys: ["Control+F8"], word: () => t("call the next of the roll") },
  setRoll: { keys: ["Control+F9"], word: () => t("set the number on the roll") },
  booths: { keys: ["Control+Shift+F8"], word: () => t("to the video booths") },
  message: { keys: ["Control+Shift+F9", "F23"], word: () => t("message to the manager") },
  alarm: { keys: ["Control+Shift+Space", "F24"], word: () => t("quiet alarm: a colleague comes") },
  finished: { keys: ["Shift+F1"], word: () => t("finished today: see and put right what was recorded") },
  undo: { keys: ["Control+Z", "F21"], word: () => t("undo the last step (not inside a text field)") },
  keys: { keys: ["F1"], word: () => t("this page") },
};

/** Keys that belong to the browser or to a reader of the screen. */
const TAKEN = ["F3", "F5", "F6", "F7", "F10", "F11", "F12", "Control+F4"];
const GOOD = /^(?:(?:Control\+)?(?:Shift\+)?F(?:[1-9]|1\d|2[0-4])|Control\+Shift\+(?:Space|[A-Z0-9])|Numpad(?:Add|Subtract|Multiply|Divide))$/;
const store = `rinda-keys:${boot.own}`;

let own = read();

/** What the clerk has changed: an action to its key, and whether the number pad is off. */
function read() {
  try {
    const { keys = {}, pad = true } = JSON.parse(localStorage.getItem(store)) ?? {};
    return { keys, pad };
  } catch {
    return { keys: {}, pad: true };
  }
}

function keep() {
  try {
    localStorage.setItem(store, JSON.stringify(own));
  } catch {
    // A browser that keeps nothing has the change until the page is loaded again.
  }
}

/** All keys of an action, its own first: `["Shift+F2", "F14"]`. */
export function keysOf(action) {
  const [usual, ...twins] = ACTIONS[action].keys;
  const taken = Object.entries(own.keys).filter(([other]) => other !== action).map(([, key]) => key);
  const kept = [own.keys[action] ?? usual, ...twins].filter((key) => !taken.includes(key));
  return own.pad ? kept : kept.filter((key) => !key.startsWith("Numpad"));
}

export const padIsOn = () => own.pad;

export function usePad(on) {
  own = { ...own, pad: on };
  keep();
}

/** The action of a key, or null. */
export const actionOf = (name) => Object.keys(ACTIONS).find((action) => keysOf(action).includes(name)) ?? null;

/** Gives an action another key; answers with the sentence that says why not, or null. The action that had the key gets the old one. */
export function rebind(action, key) {
  if (TAKEN.includes(key)) return t("The browser needs this key. Choose another one.");
  if (!GOOD.test(key)) return t("Choose a function key, F1 to F24, alone or with Ctrl or Shift.");
  const other = actionOf(key);
  const keys = { ...own.keys, [action]: key };
  if (other && other !== action && keysOf(other)[0] === key) keys[other] = keysOf(action)[0];
  own = { ...own, keys };
  keep();
  return null;
}

export const changed = () => Object.keys(own.keys).length > 0 || !own.pad;

export function asUsual() {
  own = { keys: {}, pad: true };
  keep();
}

/** The name of a pressed key, `Control+Shift+F2`, or null where it is none that could do anything. */
export function nameOf({ key, code, ctrlKey, shiftKey, altKey, metaKey }) {
  if (altKey || metaKey || ["Control", "Shift"].includes(key)) return null;
  const pad = /^Numpad(?:Add|Subtract|Multiply|Divide)$/.test(code);
  const base = pad ? code : code === "Space" ? "Space" : key.length === 1 ? key.toUpperCase() : key;
  return [ctrlKey && "Control", shiftKey && "Shift", base].filter(Boolean).join("+");
}

/** As it is printed on a keyboard: "Ctrl Shift F2", "+ (number pad)". */
export const printed = (key) => {
  const pad = { NumpadAdd: "+", NumpadSubtract: "−", NumpadMultiply: "×", NumpadDivide: "÷" }[key];
  return pad ? `${pad} (${t("number pad")})` : key.replace("Control", "Ctrl").replace("Space", t("space bar")).replaceAll("+", " ");
};
