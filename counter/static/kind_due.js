/** The question for the kind of service before a visit ends, and what is said to who goes on without one. */
import { html, nothing } from "/static/vendor/lit/lit-html.js";
import { icon, t } from "/static/page.js";

const keys = (desk) => `1–${Object.keys(desk.catalogue?.kinds ?? {}).length}`;

export const kindDue = (desk) => t("Which kind of service was it? {keys} chooses, Enter records it and finishes.", { keys: keys(desk) });
export const kindMissing = (desk) => t("The kind of service is missing: choose it with {keys}.", { keys: keys(desk) });

/** Both in one place, over the kinds. */
export function kindAsked(desk) {
  const missing = desk.ui.refusal?.place === "kinds";
  if (!missing && !desk.ui.draft.after) return nothing;
  return html`<p class="notice ask" data-kind=${missing ? "attention" : nothing}>
    ${icon(missing ? "alert-triangle" : "info-circle")}<span>${missing ? desk.ui.refusal.text : kindDue(desk)}</span>
  </p>`;
}
