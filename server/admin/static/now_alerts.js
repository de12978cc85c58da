/** What somebody must see to, with what to do; who saw it; messages to the manager; and the day's history. */
import { html, nothing } from "/static/vendor/lit/lit-html.js";
import { repeat } from "/static/vendor/lit/directives/repeat.js";
import { icon, t, tn } from "/static/page.js";
import { alertAbout, alertKey, short, told } from "/static/alerts.js";
import { act, at, counterName, may, page, person } from "./now_page.js";
import { send } from "./now_sheet.js";

/** The trouble of today that an alert is; none for a moment after it began. */
const troubleOf = (alert) => page.view.troubles.find((one) => !one.ended && one.kind === alert.kind && one.about === alertAbout(alert));

export const alerts = () => {
  const { alerts: found } = page.view;
  if (!found.length) return nothing;
  return html`<section class="card now-alerts" aria-labelledby="alerts">
    <h2 id="alerts">${t("To be seen to")} <span class="small">${tn("{n} alert", "{n} alerts", found.length)}</span></h2>
    <ul class="alerts">${repeat(found, alertKey, alert)}</ul>
  </section>`;
};

function alert(one) {
  const { name, kind, title, todo } = told(one);
  const trouble = troubleOf(one);
  return html`<li class="notice" data-kind=${trouble?.seen ? "info" : kind} data-alert=${one.kind} data-seen=${Boolean(trouble?.seen)}>
    ${icon(name)}
    <span><strong>${title}.</strong> ${todo}
      ${trouble?.seen ? html`<span class="small">${icon("eye")} ${t("{who} saw it at {time}", { who: person(trouble.clerk), time: at(trouble.seen) })}</span>` : nothing}</span>
    ${trouble && !trouble.seen && may("SeeTrouble")
      ? act("eye", t("Seen"), () => send("SeeTrouble", { kind: one.kind, about: trouble.about }, t("Noted that you have seen it.")), { of: title, id: "see" })
      : nothing}
  </li>`;
}

/** Lines from desks that nobody has read. */
export const messages = () =>
  page.view.messages.length
    ? html`<section class="card" aria-labelledby="messages">
        <h2 id="messages">${t("Messages")}</h2>
        <ul class="alerts">${repeat(page.view.messages, ({ message }) => message, (one) => html`<li class="notice">
          ${icon("message")}
          <span><strong>${counterName(one.counter)}, ${person(one.sender)}, ${at(one.sent)}:</strong> ${one.text}</span>
          ${act("check", t("Read"), () => send("AcknowledgeMessage", { message: one.message }, t("Marked as read.")), { of: counterName(one.counter), id: "read" })}
        </li>`)}</ul>
      </section>`
    : nothing;

/** What stands on the screens by a manager's hand. */
export const lines = () =>
  page.view.announcements.length
    ? html`<section class="card" aria-labelledby="lines">
        <h2 id="lines">${t("On the screens now")}</h2>
        <ul class="alerts">${repeat(page.view.announcements, ({ announcement }) => announcement, (one) => html`<li class="notice" data-line>
          ${icon("speakerphone")}
          <span>${one.text} <span class="small">${t("until {time}", { time: at(one.until) })}${one.zones.length ? `, ${one.zones.join(", ")}` : ""}</span></span>
          ${may("Withdraw")
            ? act("x", t("Take off"), () => send("Withdraw", { announcement: one.announcement }, t("The line is off the screens.")), { of: one.text, id: "withdraw" })
            : nothing}
        </li>`)}</ul>
      </section>`
    : nothing;

/** Today's alerts with their times. */
export const history = () => html`<section class="card wide" aria-labelledby="history">
  <details ?open=${false}>
    <summary><h2 id="history">${t("Alerts of today")} <span class="small">${page.view.troubles.length}</span></h2></summary>
    ${page.view.troubles.length
      ? html`<div class="scroll" tabindex="0" role="group" aria-labelledby="history"><table>
          <thead><tr>
            <th scope="col">${t("What")}</th><th scope="col">${t("Where")}</th><th scope="col" class="n">${t("Began")}</th>
            <th scope="col" class="n">${t("Ended")}</th><th scope="col">${t("Seen by")}</th>
          </tr></thead>
          <tbody>${page.view.troubles.map((one) => html`<tr data-trouble=${one.kind} data-over=${Boolean(one.ended)}>
            <th scope="row">${short(one.kind)}</th><td>${one.about || "–"}</td><td class="n">${at(one.began)}</td>
            <td class="n">${one.ended ? at(one.ended) : t("still on")}</td>
            <td>${one.seen ? `${person(one.clerk)}, ${at(one.seen)}` : "–"}</td>
          </tr>`)}</tbody>
        </table></div>`
      : html`<p>${t("None.")}</p>`}
  </details>
</section>`;
