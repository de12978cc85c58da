/** The delivered service that is being written down: kept on the page until it is recorded, never lost by an update. */
import { faultOf, plain } from "./fields.js";
import { inFront, over, subject } from "./front.js";
import { kindDue, kindMissing } from "./kind_due.js";
import { serviceName, serviceOf } from "./words.js";

/** What may be said of a service beyond its kind, as RecordService has it, with nothing said. */
const UNSAID = { redirected_to: "", why: "", scanned: 0, printed: 0, alone: "", language: "", minutes: "", note: "" };

/** Nothing chosen yet. `n` is set while a recorded service is corrected; `after` is what was asked for and waits for the record. */
export const emptyDraft = () => ({
  text: "",
  service: null,
  kind: "",
  channel: "klatiene",
  outcome: "",
  quantity: 1,
  ...UNSAID,
  more: false,
  n: null,
  after: null,
  open: false,
  active: 0,
});

/** Takes a service into the draft. Its kind is the clerk's word, for the figures rest on it, unless there is only one. */
export function choose(desk, service) {
  const { draft } = desk.ui;
  const kinds = serviceOf(desk, service)?.kinds ?? [];
  const kind = kinds.length === 1 ? kinds[0] : "";
  const channel = draft.n === null && subject(desk)?.channel ? subject(desk).channel : draft.channel;
  Object.assign(draft, { text: serviceName(desk, service), service, kind, channel, open: false, active: 0 });
  desk.draw();
  focusKind();
}

/** Opens a recorded service for correction. */
export function amend(desk, delivered) {
  const said = Object.fromEntries(Object.keys(UNSAID).map((name) => [name, delivered[name] ?? UNSAID[name]]));
  const { n, service, kind, channel, outcome, quantity } = delivered;
  const draft = { ...emptyDraft(), n, service, kind, channel, outcome, quantity, ...said, text: serviceName(desk, service) };
  draft.more = Object.keys(UNSAID).some((name) => said[name] !== UNSAID[name]);
  desk.ui.draft = draft;
  desk.draw();
  focusKind();
}

/** Takes a recorded service out again. */
export async function strike(desk, { n }) {
  if (await desk.run([["StrikeService", { n, ...visitOf(desk) }]], "finder")) focusFinder();
}

export function discard(desk) {
  desk.ui.draft = emptyDraft();
  desk.ui.refusal = null;
  desk.draw();
  focusFinder();
}

/** Records or corrects the draft, then does what the clerk asked for with it. */
export async function record(desk) {
  const { draft } = desk.ui;
  if (!draft.service) return;
  if (!draft.kind) return lackKind(desk);
  const lacking = unsaid(desk);
  if (lacking) return ask(desk, lacking);
  const form = document.querySelector("form.record");
  if (form.querySelector("details :invalid")) {
    draft.more = true;
    desk.draw();
  }
  const wrong = faultOf(form);
  if (wrong) return desk.refuse("finder", wrong);
  const { n, service, kind, channel, outcome, quantity, redirected_to, why, scanned, printed, alone, language, minutes, note } = draft;
  const data = {
    service, kind, channel, quantity: Number(quantity), scanned: Number(scanned), printed: Number(printed), note: plain(note),
    outcome: outcome || null, why: why || null,
    redirected_to: plain(redirected_to), alone: alone || null, language: language || null,
    minutes: minutes === "" ? null : Number(minutes), ...visitOf(desk),
  };
  const step = n === null ? ["RecordService", data] : ["AmendService", { n, ...data }];
  if (!(await desk.run([step], "finder"))) return;
  if (desk.ui.draft === draft) desk.ui.draft = emptyDraft();
  if (draft.after) return draft.after();
  desk.draw();
  focusFinder();
}

/**
 * Finishes the visit, with `next` calling the following one. A draft is recorded first; where nothing was recorded at
 * all, the ticket's own service is filled in and its kind asked.
 */
export function finish(desk, next = false) {
  const { draft } = desk.ui;
  const then = () => desk.run([["Finish", { then_next: next, ...visitOf(desk) }]], "steps");
  if (draft.service) return recordFirst(desk, then);
  const { delivered, missing, service } = subject(desk);
  const incomplete = delivered.find((one) => missing.some((field) => lacks(one, field)));
  if (incomplete) {
    amend(desk, incomplete);
    desk.ui.draft.after = then;
    return ask(desk, missing.find((field) => lacks(incomplete, field)));
  }
  if (delivered.length) return then();
  draft.after = then;
  desk.ui.said = kindDue(desk);
  choose(desk, service);
}

/** Records what was chosen and not yet recorded, asking for what it lacks, and then does `then`. */
export function recordFirst(desk, then) {
  const { draft } = desk.ui;
  if (!draft.service) return then();
  draft.after = then;
  return record(desk);
}

/** Goes on without a kind: says that it is missing, and with which keys it is chosen. */
function lackKind(desk) {
  const text = kindMissing(desk);
  Object.assign(desk.ui, { refusal: { place: "kinds", text }, said: text });
  desk.draw();
  focusKind();
}

/** A step for a visit that is over, or for the contact beside the one at the counter, names it. */
const visitOf = (desk) => (over(desk) || inFront(desk) ? { visit: subject(desk).visit } : {});

/** Whether a record lacks a field that the plan wants: where to and why only where they apply. */
function lacks(one, field) {
  if (field === "redirected_to") return one.outcome === "redirected" && !one.redirected_to;
  if (field === "why") return one.outcome === "not_served" && !one.why;
  return field !== "service" && (one[field] ?? "") === "";
}

/** The first field that the plan wants and the draft does not say, or null. */
const unsaid = (desk) => (desk.catalogue?.record ?? []).find((field) => lacks(desk.ui.draft, field)) ?? null;

/** Shows a field that is still to be said, and goes there. */
function ask(desk, field) {
  desk.ui.draft.more = true;
  desk.draw();
  document.querySelector(`form.record [name="${field}"]`)?.focus();
}

export const focusFinder = () => document.getElementById("finder")?.focus();

/** The page moves only where the kinds would be out of sight. */
function focusKind() {
  document.querySelector("form.record .kinds").scrollIntoView({ block: "nearest" });
  (document.querySelector("input[name=kind]:checked") ?? document.querySelector("input[name=kind]"))?.focus({ preventScroll: true });
}
