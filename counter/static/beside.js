/** Work without a number: a contact by phone or video beside the visit, its sheet, and whom to call back. */
import { html, nothing } from "/static/vendor/lit/lit-html.js";
import { repeat } from "/static/vendor/lit/directives/repeat.js";
import { boot, elapsed, icon, t } from "/static/page.js";
import { refusal } from "./desk_actions.js";
import { emptyDraft, focusFinder } from "./draft.js";
import { picker } from "./finder.js";
import { plain } from "./fields.js";
import { atCounter, inFront } from "./front.js";
import { keysOf } from "./keymap.js";
import { between, languageName, line, serviceName, time, word } from "./words.js";

const CHANNEL_ICONS = { talrunis: "phone", video: "video", e_pasts: "message", klatiene: "user" };
const channelIcon = (channel) => CHANNEL_ICONS[channel] ?? "user";

/** Brings the contact or the visit to the front; what was begun for the other one stays as it was left. */
export function bring(desk, front) {
  const { ui } = desk;
  if (ui.front === front) return;
  Object.assign(ui, { front, refusal: null });
  desk.draw();
  document.querySelector("[data-heading]")?.focus();
}

/** The one key for it: a new contact where there is none, else from the one to the other. */
export function goContact(desk) {
  if (desk.view.contact) bring(desk, inFront(desk) ? "visit" : "contact");
  else if (desk.allows("RegisterContact")) openContact(desk);
}

function openContact(desk) {
  Object.assign(desk.ui, { sheet: { name: "contact", command: "RegisterContact", slot: emptyDraft() }, refusal: null });
  desk.draw();
}

/** The two records of a counter, when there are two; the one in front is pressed. */
export function both(desk) {
  const { contact, visit } = desk.view;
  if (!contact) return nothing;
  const tab = (front, name, words, since) => html`<button
    class="button"
    type="button"
    aria-pressed=${inFront(desk) === (front === "contact")}
    @click=${() => bring(desk, front)}
  >
    ${icon(name)}<span class="button-label">${words}</span>${since ? html`<span class="clock">${elapsed(between(desk, since))}</span>` : nothing}
  </button>`;
  return html`<div class="both" role="group" aria-label=${t("Two records at once")}>
    ${tab("visit", visit ? "user" : "door-enter", visit ? visit.number || t("Without a number") : t("Counter"), visit?.served)}
    ${tab("contact", channelIcon(contact.channel), word(desk, "channels", contact.channel), contact.since)}
  </div>`;
}

/** The contact as the one thing. */
export const contactHead = (desk, heading) => {
  const { contact } = desk.view;
  return html`<section class="card serve">
    ${heading(t("{channel}: without a number", { channel: word(desk, "channels", contact.channel) }))}
    <div class="visit-about">
      <p class="visit-service">${serviceName(desk, contact.service)}</p>
      <p class="muted">${contact.language === "lv" ? "" : languageName(contact.language)}</p>
    </div>
    <div class="serve-clock">
      <p class="clock" role="timer" aria-label=${t("Time since the contact began")}>${elapsed(between(desk, contact.since))}</p>
    </div>
  </section>`;
};

/** The way back from a contact that was begun by mistake or came to nothing; once something is recorded it is finished instead. */
export const giveUp = (desk) => {
  const { visit, number, channel, delivered } = atCounter(desk);
  return channel && !number && !delivered.length
    ? html`<p class="aside-link">
        <button class="quiet needs-link" type="button" data-step="giveUp" @click=${() => desk.run([["Leave", { visit }]], "steps")}>
          ${icon("x")} <span>${t("It came to nothing: take it back")}</span>
        </button>
      </p>`
    : nothing;
};

/** The button that begins a contact without a number. */
export const contactButton = (desk) =>
  desk.allows("RegisterContact")
    ? html`<p class="aside-link">
        <button class="quiet needs-link" type="button" data-step="contact" aria-haspopup="dialog" aria-keyshortcuts=${keysOf("contact")[0]} @click=${() => openContact(desk)}>
          ${icon("phone")} <span>${t("Without a number: by phone, by video, at the counter")}</span>
        </button>
      </p>`
    : nothing;

const languages = (desk) => html`<label class="field">
  <span>${t("Language")}</span>
  <select name="language">
    ${(desk.catalogue?.languages ?? []).map((code) => html`<option value=${code}>${languageName(code)}</option>`)}
  </select>
</label>`;

/** A new contact: how, what about, in which language, and, where the plan allows it, for which colleague. */
export function contactSheet(desk, form) {
  const channels = ["talrunis", "video", "e_pasts", "klatiene"].filter((code) => code in (desk.catalogue?.channels ?? {}));
  const { slot } = desk.ui.sheet;
  return form(desk, {
    title: t("Without a number"),
    act: t("Begin"),
    command: "RegisterContact",
    name: "phone",
    ready: () => Boolean(slot.service),
    done: () => {
      if (desk.view.contact) bring(desk, "contact");
      focusFinder();
    },
    data: (found) => ({
      service: slot.service,
      channel: found.get("channel"),
      language: found.get("language"),
      clerk: found.get("clerk")?.trim() || null,
    }),
    fields: html`<fieldset class="options">
        <legend>${t("How")}</legend>
        ${channels.map((code, index) => html`<label>
          <input type="radio" name="channel" value=${code} ?checked=${index === 0} ?autofocus=${index === 0} required /><span>${word(desk, "channels", code)}</span>
        </label>`)}
      </fieldset>
      ${picker(desk, slot, "contact-service")} ${languages(desk)}
      ${desk.catalogue?.for_colleagues
        ? html`<label class="field">
            <span>${t("For a colleague (user name; empty: for me)")}</span>
            <input name="clerk" maxlength="40" list="colleagues" pattern="[A-Za-z0-9_.@\\-]*" title=${t("A user name has no spaces and no letters with marks")} />
            <datalist id="colleagues">${desk.catalogue.clerks.map((code) => html`<option value=${code}></option>`)}</datalist>
          </label>`
        : nothing}`,
  });
}

/** Whom to call back, the first due first, and the way to note one more. */
export function callbacks(desk) {
  const { callbacks: due = [] } = desk.view;
  const may = desk.allows("RegisterCallback");
  if (!due.length && !may) return nothing;
  return html`<section class="callbacks">
    <h3 class="lead with-figure"><span>${icon("phone")} ${t("To call back")}</span><strong>${due.length || ""}</strong></h3>
    ${due.length
      ? html`<ul class="parked">
          ${repeat(due, (one) => one.callback, (one) => html`<li>
            <span><strong>${time(one.start)}</strong> ${serviceName(desk, one.service)}${one.late ? html` <span class="tag" data-kind="attention">${icon("clock")} ${t("late")}</span>` : nothing}</span>
            <button class="quiet needs-link" type="button" aria-haspopup="dialog" @click=${() => openCallback(desk, one)}>${t("Open …")}</button>
          </li>`)}
        </ul>`
      : nothing}
    ${may
      ? html`<p class="aside-link"><button class="quiet needs-link" type="button" data-step="callback" aria-haspopup="dialog" @click=${() => openRegister(desk)}>
          ${icon("plus")} <span>${t("Note a call back")}</span>
        </button></p>`
      : nothing}
  </section>`;
}

function openRegister(desk) {
  Object.assign(desk.ui, { sheet: { name: "callback", slot: emptyDraft() }, refusal: null });
  desk.draw();
}

/** How to reach somebody is asked of the server when it is needed, and forgotten with the sheet. */
async function openCallback(desk, callback) {
  const mine = { name: "reach", callback, contact: null, failed: false };
  Object.assign(desk.ui, { sheet: mine, refusal: null });
  desk.draw();
  try {
    const answer = await fetch(`/api/v1/appointments?day=${localDay(desk)}`, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(`callbacks: ${answer.status}`);
    mine.contact = (await answer.json()).callbacks.find((one) => one.callback === callback.callback)?.contact ?? null;
    mine.failed = mine.contact === null;
  } catch {
    mine.failed = true;
  }
  desk.draw();
}

const ENDS = [
  ["done", () => t("Done otherwise")],
  ["unreached", () => t("Not reached")],
  ["cancelled", () => t("No longer wanted")],
];

/** One call back: whom, about what, and what became of it. */
export function reachSheet(desk, head, close) {
  const { callback, contact, failed } = desk.ui.sheet;
  const ways = [contact?.name, contact?.phone, contact?.email];
  const act = async (steps) => {
    if (!(await desk.run(steps, "sheet"))) return;
    desk.ui.sheet = null;
    desk.draw();
    if (steps[0][0] !== "CallCallback") return;
    if (desk.view.contact) bring(desk, "contact");
    focusFinder();
  };
  return html`${head(desk, t("Call back at {time}", { time: time(callback.start) }))}
    <p>${line(serviceName(desk, callback.service), callback.language === "lv" ? "" : languageName(callback.language))}</p>
    <p class="reach">${contact ? line(...ways) : failed ? t("How to reach this person is not known here any more.") : t("Please wait")}</p>
    ${refusal(desk, "sheet")}
    <div class="sheet-steps">
      <button class="button needs-link" data-kind="main" type="button" ?disabled=${!desk.view.actions.includes("CallCallback")} @click=${() => act([["CallCallback", { callback: callback.callback }]])}>
        ${icon("phone")}<span class="button-label">${t("They have answered")}</span>
      </button>
      ${ENDS.map(([reason, words]) => html`<button class="button needs-link" type="button" @click=${() => act([["EndCallback", { callback: callback.callback, reason }]])}>
        <span class="button-label">${words()}</span>
      </button>`)}
      <button class="button" type="button" @click=${() => close(desk)}><span class="button-label">${t("Close")}</span></button>
    </div>`;
}

/** Six digits or more, however they are set apart. */
const PHONE = "\\s*\\+?(?:[\\s\\-]*[0-9]){6,20}\\s*";

/** Noting that somebody wants to be called back today. */
export const callbackSheet = (desk, form) => {
  const { slot } = desk.ui.sheet;
  return form(desk, {
    title: t("Call back today"),
    act: t("Note it"),
    command: "RegisterCallback",
    name: "phone",
    ready: () => Boolean(slot.service),
    data: (found) => ({
      service: slot.service,
      start: today(desk, found.get("at")),
      contact: { name: plain(found.get("person")), phone: found.get("phone").replace(/[\s-]/g, ""), email: "" },
      language: found.get("language"),
    }),
    fields: html`${picker(desk, slot, "callback-service")}
      <label class="field"><span>${t("At what time")}</span><input name="at" type="time" required /></label>
      <label class="field"><span>${t("Phone")}</span><input name="phone" type="tel" maxlength="20" pattern=${PHONE} title=${t("Digits and spaces, perhaps with + before them")} required /></label>
      <label class="field"><span>${t("Name, if they give it")}</span><input name="person" maxlength="80" /></label>
      ${languages(desk)}
      <p class="muted">${t("The phone number is kept apart and erased at the end of the day.")}</p>`,
  });
};

/** Today in the centre, as YYYY-MM-DD. */
const localDay = (desk) => new Intl.DateTimeFormat("sv-SE", { timeZone: boot.timezone, dateStyle: "short" }).format(desk.now());

/** That time of the centre's clock today, as an instant. */
function today(desk, clock) {
  const now = desk.now();
  const parts = new Intl.DateTimeFormat("en-GB", { timeZone: boot.timezone, dateStyle: "short", timeStyle: "medium" }).format(now);
  const [, day, month, year, hour, minute, second] = /(\d+)\/(\d+)\/(\d+), (\d+):(\d+):(\d+)/.exec(parts).map(Number);
  const ahead = Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(now.getTime() / 1000) * 1000;
  const [wantedHour, wantedMinute] = clock.split(":").map(Number);
  return new Date(Date.UTC(year, month - 1, day, wantedHour, wantedMinute) - ahead).toISOString();
}
