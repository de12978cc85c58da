/** The appointments of one day: who has booked what, and check-in, another time, cancelling. */
import { html, nothing } from "/static/vendor/lit/lit-html.js";
import { repeat } from "/static/vendor/lit/directives/repeat.js";
import { live } from "/static/vendor/lit/directives/live.js";
import { icon, t, tn } from "/static/page.js";
import { kioskName } from "/static/alerts.js";
import { refusal } from "./desk_actions.js";
import { dayOf, dayWords, later } from "./book_days.js";
import { boothTag } from "./book_ways.js";
import { fold } from "./finder.js";
import { flags, serviceName, time } from "./words.js";

export function list(book) {
  const shown = sought(book);
  return html`<section class="card book-list" aria-labelledby="book-day">
    <div class="book-day">
      ${step(book, -1, "chevron-left", t("The day before"))}
      <h2 id="book-day" tabindex="-1">${dayWords(book.day)}</h2>
      ${step(book, 1, "chevron-right", t("The day after"))}
      <label class="field">
        <span class="visually-hidden">${t("Another day")}</span>
        <input type="date" required .value=${live(book.day)} @change=${(event) => event.target.value && book.show(event.target.value)} />
      </label>
    </div>
    <label class="field">
      <span>${t("Find by code or name")}</span>
      <input type="search" autocomplete="off" spellcheck="false" .value=${live(book.ui.sought)} @input=${(event) => seek(book, event)} />
    </label>
    ${refusal(book, "list")} ${arrived(book)}
    ${book.appointments === null
      ? html`<p class="muted">${t("Please wait")}</p>`
      : shown.length
        ? table(book, shown)
        : html`<p class="muted">${book.appointments.length ? t("No appointment fits.") : t("There are no appointments on this day.")}</p>`}
  </section>`;
}

const step = (book, days, name, label) => html`<button
  class="button"
  type="button"
  aria-label=${label}
  @click=${() => book.show(later(book.day, days))}
>
  ${icon(name)}
</button>`;

function seek(book, event) {
  book.ui.sought = event.target.value;
  book.draw();
}

function sought({ appointments, ui }) {
  const wanted = fold(ui.sought.trim());
  return (appointments ?? []).filter(({ code, contact }) => !wanted || code.startsWith(wanted) || fold(contact?.name ?? "").includes(wanted));
}

/** The number of who was checked in here last, to be told to the visitor: at a desk nothing is printed. */
/** The number of whoever has come, with its paper at any kiosk that prints. */
const arrived = (book) =>
  book.ui.arrived
    ? html`<div class="notice" data-kind="info">
        ${icon("circle-check")}<span>${t("Has come. The number is {number}.", { number: book.ui.arrived.number })}</span>
        ${(book.catalogue?.printers ?? []).map(
          (kiosk) => html`<button
            class="button needs-link"
            type="button"
            ?disabled=${book.ui.busy}
            @click=${() => book.run("PrintSlip", { visit: book.ui.arrived.visit, kiosk }, "list")}
          >
            ${icon("printer")}<span class="button-label">${t("Print: kiosk {kiosk}", { kiosk: kioskName(kiosk) })}</span>
          </button>`,
        )}
      </div>`
    : nothing;

const table = (book, shown) => html`<table>
  <caption class="visually-hidden">${tn("{n} appointment", "{n} appointments", shown.length)}</caption>
  <thead>
    <tr>
      <th scope="col">${t("Time")}</th>
      <th scope="col">${t("Code")}</th>
      <th scope="col">${t("Service")}</th>
      <th scope="col">${t("Contact")}</th>
      <th scope="col"><span class="visually-hidden">${t("Actions")}</span></th>
    </tr>
  </thead>
  <tbody>
    ${repeat(shown, (one) => one.appointment, (one) => row(book, one))}
  </tbody>
</table>`;

const row = (book, one) => html`<tr data-state=${one.state} data-moving=${book.form.moving?.appointment === one.appointment}>
  <th scope="row">${time(one.start)}</th>
  <td class="figure">${one.state === "held" ? "" : one.code}</td>
  <td>
    ${serviceName(book, one.service)}
    <span class="flags">
      ${one.state === "held" ? html`<span class="tag">${icon("clock")} ${t("kept while somebody books")}</span>` : nothing} ${boothTag(book, one)} ${flags(one)}
    </span>
  </td>
  <td>${contact(one.contact)}</td>
  <td>${one.state === "booked" ? steps(book, one) : nothing}</td>
</tr>`;

const contact = (known) =>
  known
    ? html`${known.name}${known.phone ? html`<br /><a href="tel:${known.phone.replaceAll(" ", "")}">${known.phone}</a>` : nothing}${known.email
        ? html`<br /><a href="mailto:${known.email}">${known.email}</a>`
        : nothing}`
    : nothing;

function steps(book, one) {
  const about = { time: time(one.start), code: one.code };
  const act = (kind, name, words, label, press) => html`<button
    class="button needs-link"
    type="button"
    data-kind=${kind || nothing}
    aria-label=${label}
    ?disabled=${book.ui.busy}
    @click=${press}
  >
    ${icon(name)}<span class="button-label">${words}</span>
  </button>`;
  return html`<span class="book-steps">
    ${dayOf(one.start) === dayOf(book.now())
      ? act("done", "user-check", t("Has come"), t("Has come: {time}, {code}", about), () => checkIn(book, one))
      : nothing}
    ${act("", "calendar-time", t("Move"), t("Move: {time}, {code}", about), () => book.begin(one))}
    ${act("grave", "x", t("Cancel it"), t("Cancel the appointment: {time}, {code}", about), () => askFirst(book, one))}
  </span>`;
}

async function checkIn(book, { code }) {
  book.ui.arrived = null;
  const issued = await book.run("CheckIn", { code }, "list");
  if (!issued) return;
  book.ui.arrived = issued;
  book.say(t("Has come. The number is {number}.", { number: issued.number }));
}

function askFirst(book, one) {
  Object.assign(book.ui, { asked: one, refusal: null });
  book.draw();
}

/** Cancelling cannot be undone by the visitor who was told a code: it is asked about. */
export function question(book) {
  const { asked } = book.ui;
  return html`<dialog class="book-ask" aria-labelledby="ask-title" @close=${() => askFirst(book, null)}>
    ${asked
      ? html`<h2 id="ask-title">${t("Cancel this appointment?")}</h2>
          <p>${dayWords(dayOf(asked.start))}, ${time(asked.start)} · ${serviceName(book, asked.service)}</p>
          ${refusal(book, "ask")}
          <div class="sheet-steps">
            <button class="button needs-link" type="button" data-kind="grave" @click=${() => cancel(book, asked)}>
              ${icon("x")}<span class="button-label">${t("Yes, cancel it")}</span>
            </button>
            <button class="button" type="button" autofocus @click=${() => askFirst(book, null)}>${t("No, keep it")}</button>
          </div>`
      : nothing}
  </dialog>`;
}

/** Opens or closes the question as the page says; called after each drawing. */
export function syncQuestion({ ui }) {
  const dialog = document.querySelector("dialog.book-ask");
  if (ui.asked && !dialog.open) dialog.showModal();
  if (!ui.asked && dialog.open) dialog.close();
}

async function cancel(book, { appointment }) {
  if (!(await book.run("CancelAppointment", { appointment }, "ask"))) return;
  if (book.form.moving?.appointment === appointment) book.begin();
  askFirst(book, null);
  book.say(t("The appointment was cancelled."));
  document.getElementById("book-day")?.focus();
}
