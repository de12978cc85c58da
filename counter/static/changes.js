/** What a new view means for a person who does not look at the screen: which step it was, and one sentence for it. */
import { t } from "/static/page.js";
import { towards } from "./words.js";

/** Whether the desk is in another step than before: another state or another visit. */
export const stepChanged = (before, after) =>
  before.state !== after.state || before.visit?.visit !== after.visit?.visit;

/** The sentence to speak, or null where nothing happened that a clerk must hear of. */
export function announcement(before, after) {
  if (!before) return null;
  const { state, visit } = after;
  const name = visit?.number || t("a visit without a number");
  if (stepChanged(before, after)) {
    if (state === "called") return t("Called {number}, {towards}", { number: name, towards: towards() });
    if (state === "serving") return t("Serving {number}", { number: name });
    if (state === "paused") return t("Paused");
    if (state === "closed") return t("The counter is closed.");
    return idleSentence(after);
  }
  if (visit && visit.calls > before.visit.calls) return t("Called again: {number}", { number: name });
  if (visit?.answer && visit.answer !== before.visit.answer) return `${name}: ${visit.answer === "coming" ? t("Is coming") : t("Asks for 2 minutes")}`;
  if (visit && visit.delivered.length > before.visit.delivered.length) return t("The service was recorded.");
  if (visit && visit.delivered.length < before.visit.delivered.length) return t("A service was taken out.");
  if (!before.stored && after.stored) return t("The next arrival will be called here by itself.");
  if (before.stored && !after.stored) return t("The next arrival is not called by itself any more.");
  if (state === "idle" && !before.waiting.length && after.waiting.length) return idleSentence(after);
  return null;
}

const idleSentence = ({ waiting }) =>
  waiting.length ? t("Free. Next: {number}", { number: waiting[0].number }) : t("Free. Nobody is waiting.");
