/** The steps of the desk, each with its words, icon and keys; buttons are there because the view allows them. */
import { html, nothing } from "/static/vendor/lit/lit-html.js";
import { icon, t } from "/static/page.js";
import { inFront } from "./front.js";
import { finish, recordFirst } from "./draft.js";
import { keysOf, printed } from "./keymap.js";

/** `allowed` names the command that the view must list, `key` the action of the keyboard; `press` is what a press or the key does; `away`: the visit leaves, what was begun for it is recorded first. */
export const STEPS = {
  open: { allowed: "OpenCounter", icon: "door-enter", label: () => t("Open the counter") },
  close: { allowed: "CloseCounter", icon: "door-exit", label: () => t("Close the counter"), place: "bar" },
  pause: { allowed: "Pause", icon: "player-pause", key: "pause", label: () => t("Pause"), place: "bar", sheet: "pause" },
  resume: { allowed: "Resume", icon: "player-play", key: "pause", label: () => t("Resume work") },
  call: { allowed: "CallNext", icon: "speakerphone", label: () => t("Call next") },
  roll: { allowed: "CallRoll", icon: "ticket", key: "roll", label: () => t("Call the next of the roll") },
  setRoll: { allowed: "SetRoll", icon: "pencil", key: "setRoll", label: () => t("Number on the roll"), sheet: "roll" },
  store: {
    allowed: "StoreNext",
    icon: "bell-ringing",
    key: "store",
    label: () => t("Next arrival — to me"),
    press: (desk) => desk.run([["StoreNext", { on: !desk.view.stored }]], "steps"),
  },
  serve: { allowed: "Serve", icon: "user-check", label: () => t("Arrived, start") },
  recall: { allowed: "Recall", icon: "refresh", key: "recall", label: () => t("Call again") },
  next: {
    allowed: "Requeue",
    icon: "player-skip-forward",
    key: "second",
    label: () => t("Next please"),
    data: { then_next: true },
  },
  noShow: { allowed: "NoShow", icon: "user-x", key: "noShow", kind: "grave", label: () => t("No-show") },
  transfer: { allowed: "Transfer", icon: "arrows-left-right", key: "transfer", label: () => t("Transfer to …"), sheet: "transfer", away: true },
  park: { allowed: "Park", icon: "clock-pause", key: "park", label: () => t("Park"), sheet: "park", away: true },
  finish: {
    allowed: "Finish",
    icon: "check",
    kind: "done",
    label: () => t("Finish"),
    press: (desk) => finish(desk),
  },
  finishNext: {
    allowed: "Finish",
    icon: "player-track-next",
    key: "second",
    label: () => t("Finish and call next"),
    press: (desk) => finish(desk, true),
  },
  undo: {
    allowed: "Undo",
    icon: "arrow-back-up",
    key: "undo",
    label: () => t("Undo"),
    place: "foot",
    press: (desk) => (desk.ui.contactEnded ? undoBehind(desk) : desk.run([["Undo", {}]], "foot")),
  },
};

/** The step of the main key: the one that the view names, else finishing, which asks for the record that is due. */
export const mainStep = (desk) =>
  inFront(desk)
    ? "finish"
    : (Object.keys(STEPS).find((name) => STEPS[name].allowed === desk.view.main) ?? (desk.view.state === "serving" ? "finish" : null));

/** The step of the second key. */
export const secondStep = (desk) => (inFront(desk) ? null : ({ called: "next", serving: "finishNext" }[desk.view.state] ?? null));

/** The keys of a step now, the first one as it is printed on its button: those of the main key are the main step's only. */
const keysNow = (desk, name) => [
  ...(name === mainStep(desk) ? keysOf("main") : []),
  ...(STEPS[name].key && (STEPS[name].key !== "second" || name === secondStep(desk)) ? keysOf(STEPS[name].key) : []),
];

/**
 * Finishing is also possible by way of recording, which the draft then asks for. While the contact is in front, it is all that
 * can be done in the middle: no key does anything to the visit behind it, whose buttons are not there.
 */
export const allowed = (desk, step) => {
  if (inFront(desk) && !step.place) return step.allowed === "Finish" && desk.link.state === "up" && desk.view.contact.actions.includes("Finish");
  return desk.allows(step.allowed) || (step.allowed === "Finish" && desk.allows("RecordService"));
};

/** Does the step if it is allowed now; the main and second step rest for a moment after a change of state. */
export function press(desk, name) {
  const step = STEPS[name];
  if (!allowed(desk, step) || ([mainStep(desk), secondStep(desk)].includes(name) && desk.inert())) return;
  if (step.press) return step.press(desk);
  if (step.sheet) return step.away ? recordFirst(desk, () => openSheet(desk, step)) : openSheet(desk, step);
  return desk.run([[step.allowed, step.data ?? {}]], step.place ?? "steps");
}

function openSheet(desk, step) {
  Object.assign(desk.ui, { sheet: { name: step.sheet, command: step.allowed }, refusal: null });
  desk.draw();
}

/** A contact that has just ended cannot be taken back, and nobody means the visit's step before it: the first press says so. */
function undoBehind(desk) {
  const text = t("The end of the contact cannot be taken back. Once more takes back the last step with the visit.");
  Object.assign(desk.ui, { contactEnded: false, refusal: { place: "foot", text }, said: text });
  desk.draw();
}

/** The button of a step in its fixed place; where it is not allowed now it stays, dashed and without effect. */
export function button(desk, name, label = STEPS[name].label()) {
  const step = STEPS[name];
  const main = name === mainStep(desk);
  const keys = keysNow(desk, name);
  return html`<button
    class="button needs-link"
    type="button"
    data-step=${name}
    data-kind=${step.kind ?? (main ? "main" : nothing)}
    aria-keyshortcuts=${keys.length ? keys.join(" ") : nothing}
    aria-haspopup=${step.sheet ? "dialog" : nothing}
    aria-busy=${desk.ui.busy === step.allowed ? "true" : nothing}
    ?disabled=${desk.link.state === "up" && !allowed(desk, step)}
    @click=${() => press(desk, name)}
  >
    ${icon(step.icon)}<span class="button-label">${label}</span>${keys.length ? keyHint(keys[0]) : nothing}
  </button>`;
}

/** A key as it is printed on a keyboard, out of the accessible name. */
export const keyHint = (keys) => html`<kbd aria-hidden="true">${printed(keys)}</kbd>`;

/** The sentence of a refusal, where the press was. */
export const refusal = (desk, place) =>
  desk.ui.refusal?.place === place
    ? html`<p class="notice" data-kind="attention" data-refusal>${icon("alert-triangle")}<span>${desk.ui.refusal.text}</span></p>`
    : nothing;
