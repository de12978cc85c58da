/** Between the desk and the others: lines to and from the manager, and the quiet alarm. */
import { html, nothing } from "/static/vendor/lit/lit-html.js";
import { repeat } from "/static/vendor/lit/directives/repeat.js";
import { icon, t } from "/static/page.js";
import { keyHint, refusal } from "./desk_actions.js";
import { plain } from "./fields.js";
import { keysOf } from "./keymap.js";
import { personName } from "./lock.js";
import { time } from "./words.js";

const LONGEST = 200;

/** The counter's own alarm and what the manager wrote, over the one thing. */
export const told = (desk) => html`${ownAlarm(desk)}${repeat(
  (desk.view?.messages ?? []).filter((one) => !one.own),
  (one) => one.message,
  (one) => html`<div class="notice" data-kind="info">
    ${icon("message")}
    <p><strong>${personName(one.sender)}, ${time(one.sent)}:</strong> ${one.text}</p>
    <button
      class="button needs-link"
      type="button"
      @click=${() => desk.run([["AcknowledgeMessage", { message: one.message }]], one.message)}
    >
      ${icon("check")}<span class="button-label">${t("Read")}</span>
    </button>
    ${refusal(desk, one.message)}
  </div>`,
)}`;

function ownAlarm(desk) {
  const alarm = desk.view?.alarm;
  if (!alarm) return refusal(desk, "alarm");
  const text = alarm.clerk
    ? t("{clerk} is coming to you.", { clerk: personName(alarm.clerk) })
    : t("Colleagues and the manager see your call since {time}. Nobody has answered yet.", { time: time(alarm.since) });
  return html`<div class="notice" data-kind=${alarm.clerk ? "info" : "attention"} data-alarm>${icon(alarm.clerk ? "walk" : "hand-stop")}<p>${text}</p>
    ${alarm.clerk
      ? nothing
      : html`<button class="button needs-link" type="button" @click=${() => desk.run([["AcknowledgeAlarm", {}]], "alarm")}>
          ${icon("x")}<span class="button-label">${t("Not needed any more")}</span>
        </button>`}
    ${refusal(desk, "alarm")}</div>`;
}

/** Lines written here, with what became of them, and the ways to write one and to ask for a colleague. */
export function post(desk) {
  const own = (desk.view.messages ?? []).filter((one) => one.own);
  return html`${own.length
    ? html`<ul class="course">
        ${repeat(own, (one) => one.message, (one) => html`<li>
          <span>${icon("message")} ${one.text}</span>
          <span class="muted">${one.read ? t("read {time}, {reader}", { time: time(one.read), reader: personName(one.reader) }) : t("sent {time}", { time: time(one.sent) })}</span>
        </li>`)}
      </ul>`
    : nothing}
    ${desk.allows("SendMessage")
      ? html`<p class="aside-link">
          <button class="quiet needs-link" type="button" data-step="message" aria-haspopup="dialog" aria-keyshortcuts=${keysOf("message")[0]} @click=${() => openMessage(desk)}>
            ${icon("message")} <span>${t("Message to the manager")}</span>
          </button>
        </p>`
      : nothing}
    ${desk.allows("RaiseAlarm")
      ? html`<p class="aside-link">
          <button class="quiet needs-link" type="button" data-step="alarm" aria-keyshortcuts=${keysOf("alarm")[0]} @click=${() => raiseAlarm(desk)}>
            ${icon("hand-stop")} <span>${t("Ask a colleague to come, quietly")}</span> ${keyHint(keysOf("alarm")[0])}
          </button>
        </p>`
      : nothing}`;
}

export function openMessage(desk) {
  if (!desk.allows("SendMessage")) return;
  Object.assign(desk.ui, { sheet: { name: "message" }, refusal: null });
  desk.draw();
}

/** Asks nothing and makes no sound: who stands before the desk notices nothing. */
export function raiseAlarm(desk) {
  if (!desk.allows("RaiseAlarm")) return;
  desk.run([["RaiseAlarm", {}]], "alarm");
}

export const messageSheet = (desk, form) =>
  form(desk, {
    title: t("Message to the manager"),
    act: t("Send"),
    command: "SendMessage",
    name: "message",
    data: (found) => ({ text: plain(found.get("text")) }),
    fields: html`<label class="field">
        <span>${t("Text")}</span>
        <textarea name="text" rows="3" maxlength=${LONGEST} required autofocus aria-describedby="message-how"></textarea>
      </label>
      <p class="muted" id="message-how">${t("No names, personal codes or account numbers.")}</p>`,
  });
