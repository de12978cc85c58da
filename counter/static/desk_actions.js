/** The steps of the desk, each with its words, icon and keys; buttons are there because the view allows them. */
import { html, nothing } from "/static/vendor/lit/lit-html.js";
import { icon, t } from "/static/page.js";
import { finish } from "./draft.js";

/** `allowed` names the command that the view must list; `press` is what a press or the key does. */
export const STEPS = {
  open: { allowed: "OpenCounter", icon: "door-enter", keys: "F2", label: () => t("Open the counter") },
  close: { allowed: "CloseCounter", icon: "door-exit", label: () => t("Close the counter"), place: "bar" },
  pause: { allowed: "Pause", icon: "player-pause", keys: "Shift+F8", label: () => t("Pause"), place: "bar", sheet: "pause" },
  resume: { allowed: "Resume", icon: "player-play", keys: "F2 Shift+F8", label: () => t("Resume work") },
  call: { allowed: "CallNext", icon: "speakerphone", keys: "F2", label: () => t("Call next") },
  roll: { allowed: "CallRoll", icon: "ticket", keys: "F2 Control+F8", label: () => t("Call the next of the roll") },
  setRoll: { allowed: "SetRoll", icon: "pencil", keys: "Control+F9", label: () => t("Number on the roll"), sheet: "roll" },
  store: {
    allowed: "StoreNext",
    icon: "bell-ringing",
    keys: "Control+F2",
    label: () => t("Next arrival — to me"),
    press: (desk) => desk.run([["StoreNext", { on: !desk.view.stored }]], "steps"),
  },
  serve: { allowed: "Serve", icon: "user-check", keys: "F2", label: () => t("Arrived, start") },
  recall: { allowed: "Recall", icon: "refresh", keys: "F4", label: () => t("Call again") },
  next: {
    allowed: "Requeue",
    icon: "player-skip-forward",
    keys: "Shift+F2",
    label: () => t("Next please"),
    press: nextPlease,
  },
  noShow: { allowed: "NoShow", icon: "user-x", keys: "Shift+F4", kind: "grave", label: () => t("No-show") },
  transfer: { allowed: "Transfer", icon: "arrows-left-right", keys: "F9", label: () => t("Transfer to …"), sheet: "transfer" },
  park: { allowed: "Park", icon: "clock-pause", keys: "Shift+F9", label: () => t("Park"), sheet: "park" },
  finish: {
    allowed: "Finish",
    icon: "check",
    keys: "F2",
    kind: "done",
    label: () => t("Finish"),
    press: (desk) => finish(desk),
  },
  finishNext: {
    allowed: "Finish",
    icon: "player-track-next",
    keys: "Shift+F2",
    label: () => t("Finish and call next"),
    press: (desk) => finish(desk, true),
  },
  undo: { allowed: "Undo", icon: "arrow-back-up", keys: "Control+Z", label: () => t("Undo"), place: "foot" },
};

/** Puts the visitor back and calls the next one; where that call would come too soon, the visitor stays called. */
async function nextPlease(desk) {
  const done = await desk.run([["Requeue"], ["CallNext"]], "steps");
  const { refusal } = desk.ui;
  if (done !== 1 || refusal?.code !== "too_soon" || !(await desk.run([["Undo"]], "steps"))) return;
  desk.ui.refusal = refusal;
  desk.draw();
}

/** The step of the main key: the one that the view names, else finishing, which asks for the record that is due. */
export const mainStep = (view) =>
  Object.keys(STEPS).find((name) => STEPS[name].allowed === view.main) ?? (view.state === "serving" ? "finish" : null);

/** The keys of a step now: F2 is the main step's only. */
const keysOf = ({ view }, name) =>
  STEPS[name].keys?.split(" ").filter((keys) => keys !== "F2" || name === mainStep(view)).join(" ") || null;

/** Finishing is also possible by way of recording, which the draft then asks for. */
export const allowed = (desk, step) =>
  desk.allows(step.allowed) || (step.allowed === "Finish" && desk.allows("RecordService"));

/** Does the step if it is allowed now; the main and second step rest for a moment after a change of state. */
export function press(desk, name) {
  const step = STEPS[name];
  if (!allowed(desk, step) || (step.keys?.includes("F2") && desk.inert())) return;
  if (step.press) return step.press(desk);
  if (step.sheet) {
    Object.assign(desk.ui, { sheet: { name: step.sheet, command: step.allowed }, refusal: null });
    return desk.draw();
  }
  return desk.run([[step.allowed]], step.place ?? "steps");
}

/** The button of a step in its fixed place; where it is not allowed now it stays, dashed and without effect. */
export function button(desk, name, label = STEPS[name].label()) {
  const step = STEPS[name];
  const main = name === mainStep(desk.view);
  const keys = keysOf(desk, name);
  return html`<button
    class="button needs-link"
    type="button"
    data-step=${name}
    data-kind=${step.kind ?? (main ? "main" : nothing)}
    aria-keyshortcuts=${keys ?? nothing}
    aria-haspopup=${step.sheet ? "dialog" : nothing}
    aria-busy=${desk.ui.busy === step.allowed ? "true" : nothing}
    ?disabled=${desk.link.state === "up" && !allowed(desk, step)}
    @click=${() => press(desk, name)}
  >
    ${icon(step.icon)}<span class="button-label">${label}</span>${keys ? keyHint(keys.split(" ")[0]) : nothing}
  </button>`;
}

/** A key as it is printed on a keyboard, out of the accessible name. */
export const keyHint = (keys) => html`<kbd aria-hidden="true">${keys.replace("Control", "Ctrl").replaceAll("+", " ")}</kbd>`;

/** The sentence of a refusal, where the press was. */
export const refusal = (desk, place) =>
  desk.ui.refusal?.place === place
    ? html`<p class="notice" data-kind="attention">${icon("alert-triangle")}<span>${desk.ui.refusal.text}</span></p>`
    : nothing;
