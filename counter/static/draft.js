/** The delivered service that is being written down: kept on the page until it is recorded, never lost by an update. */
import { serviceName, serviceOf } from "./words.js";

/** Nothing chosen yet. `n` is set while a recorded service is corrected; `then` are the steps after recording. */
export const emptyDraft = () => ({
  text: "",
  service: null,
  kind: "",
  channel: "klatiene",
  outcome: "",
  quantity: 1,
  n: null,
  then: [],
  open: false,
  active: 0,
});

/** Takes a service into the draft. Its kind is the clerk's word, for the figures rest on it, unless there is only one. */
export function choose(desk, service) {
  const { draft } = desk.ui;
  const kinds = serviceOf(desk, service)?.kinds ?? [];
  const kind = kinds.length === 1 ? kinds[0] : "";
  Object.assign(draft, { text: serviceName(desk, service), service, kind, open: false, active: 0 });
  desk.draw();
  focusKind();
}

/** Opens a recorded service for correction. */
export function amend(desk, delivered) {
  desk.ui.draft = { ...emptyDraft(), ...delivered, text: serviceName(desk, delivered.service) };
  desk.draw();
  focusKind();
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
  if (!draft.kind) return focusKind();
  const { n, service, kind, channel, outcome, quantity } = draft;
  const data = { service, kind, channel, quantity, outcome: outcome || null };
  const step = n === null ? ["RecordService", data] : ["AmendService", { n, ...data }];
  if (!(await desk.run([step], "finder"))) return;
  if (desk.ui.draft === draft) desk.ui.draft = emptyDraft();
  if (draft.then.length) return desk.run(draft.then, "steps");
  desk.draw();
  focusFinder();
}

/**
 * Finishes the visit, with `next` calling the following one. A draft is recorded first; where nothing was recorded at
 * all, the ticket's own service is filled in and its kind asked.
 */
export function finish(desk, next = false) {
  const { draft } = desk.ui;
  const then = [["Finish"], ...(next ? [["CallNext"]] : [])];
  if (draft.service) {
    draft.then = then;
    return record(desk);
  }
  if (desk.view.visit.delivered.length) return desk.run(then, "steps");
  draft.then = then;
  choose(desk, desk.view.visit.service);
}

export const focusFinder = () => document.getElementById("finder")?.focus();

function focusKind() {
  document.querySelector("form.record").scrollIntoView({ block: "nearest" });
  (document.querySelector("input[name=kind]:checked") ?? document.querySelector("input[name=kind]"))?.focus();
}
