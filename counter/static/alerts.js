/** What the desk shows of the kiosks: who asks for help, which printer stands still; nothing while all is well. */
import { html, nothing } from "/static/vendor/lit/lit-html.js";
import { repeat } from "/static/vendor/lit/directives/repeat.js";
import { icon, t } from "/static/page.js";
import { alertKey as key, told } from "/static/alerts.js";
import { refusal } from "./desk_actions.js";

/** The alerts over the middle of the desk, gravest first. */
export const alerts = (desk) =>
  desk.view?.alerts.length
    ? html`<section class="desk-alerts" aria-label=${t("What must be seen to")}>
        ${repeat(desk.view.alerts, key, (alert) => one(desk, alert))}
      </section>`
    : nothing;

/** What somebody says who goes there, by the kind of alert. */
const ANSWERS = {
  help: ({ kiosk }) => ["AnswerHelp", { kiosk }],
  alarm: ({ counters }) => ["AcknowledgeAlarm", { counter: counters[0] }],
};

function one(desk, alert) {
  const { name, kind, title, todo } = told(alert);
  const answer = alert.clerk ? null : ANSWERS[alert.kind]?.(alert);
  return html`<div class="notice" data-kind=${kind} data-alert=${alert.kind}>
    ${icon(name)}
    <p><strong>${title}.</strong> ${todo}</p>
    ${answer
      ? html`<button
          class="button needs-link"
          type="button"
          aria-busy=${desk.ui.busy === answer[0] ? "true" : nothing}
          @click=${() => desk.run([answer], key(alert))}
        >
          ${icon("walk")}<span class="button-label">${t("I am going")}</span>
        </button>`
      : nothing}
    ${refusal(desk, key(alert))}
  </div>`;
}

/** The sentence of the first alert that was not there before, to be spoken, or null. */
export function newAlert(before, after) {
  const known = new Set(before.alerts.map(key));
  const found = after.alerts.find((alert) => !known.has(key(alert)));
  return found ? told(found).title : null;
}
