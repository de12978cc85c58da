/** Booking in three steps on one page: service, time, contact; and the code that the visitor gets. */
import { html, nothing } from "/static/vendor/lit/lit-html.js";
import { repeat } from "/static/vendor/lit/directives/repeat.js";
import { boot, icon, pick, t, tn } from "/static/page.js";
import { dayOf, dayShort, dayWords, later } from "./book_days.js";
import { byVideo, channelOf, wayChoice } from "./book_ways.js";
import { refusal } from "./desk_actions.js";
import { finder } from "./finder.js";
import { NEEDS, languageName, serviceName, serviceOf, time } from "./words.js";

const WEEK = 7;

export const form = (book) => html`<section class="book-form" aria-labelledby="book-title">
  ${book.done ? receipt(book) : steps(book)}
</section>`;

function steps(book) {
  const { moving, service, slot } = book.form;
  return html`<div class="card">
    <div class="book-head">
      <h2 id="book-title">${moving ? t("Another time for {code}", { code: moving.code }) : t("New appointment")}</h2>
      ${service ? html`<button class="button" type="button" @click=${() => book.begin()}>${icon("x")}${t("Start anew")}</button>` : nothing}
    </div>
    ${moving ? html`<p>${t("Now: {day}, {time}", { day: dayWords(dayOf(moving.start)), time: time(moving.start) })}</p>` : chooser(book)}
    ${service ? chosen(book) : nothing} ${service ? days(book) : nothing} ${refusal(book, "slots")}
    ${slot ? (moving ? move(book) : contact(book)) : nothing}
  </div>`;
}

const chooser = (book) =>
  finder(book, {
    id: "finder",
    key: "F8",
    slot: book.ui.draft,
    label: t("Service"),
    first: (services) => services,
    take: (service) => book.choose(service),
    drop: () => book.begin(),
  });

function chosen(book) {
  const { service } = book.form;
  const minutes = serviceOf(book, service)?.minutes;
  return html`<p class="visit-service">${serviceName(book, service)}</p>
    ${minutes ? html`<p class="muted">${t("usually {n} min", { n: minutes })}</p>` : nothing} ${wayChoice(book)}`;
}

/** A week of days, each with how many times are free, and under them the places of the chosen day by the hour. */
function days(book) {
  const { from, day, places } = book.form;
  const week = Array.from({ length: WEEK }, (_, n) => later(from, n));
  const turn = (days, name, label, off) => html`<button class="button" type="button" aria-label=${label} ?disabled=${off} @click=${() => book.look(later(from, days))}>${icon(name)}</button>`;
  return html`<div class="book-week" role="group" tabindex="-1" aria-label=${t("Day")}>
      ${turn(-WEEK, "chevron-left", t("The week before"), from <= dayOf(book.now()))}
      ${week.map((one) => {
        const { weekday, date } = dayShort(one);
        const free = places?.get(one)?.free ?? 0;
        return html`<button
          class="book-one-day"
          type="button"
          aria-pressed=${one === day}
          aria-label="${dayWords(one)}: ${tn("{n} free time", "{n} free times", free)}"
          ?disabled=${!free}
          @click=${() => pickDay(book, one)}
        >
          <span>${weekday}</span><strong>${date}</strong><span class="muted">${places === null ? "…" : free}</span>
        </button>`;
      })}
      ${turn(WEEK, "chevron-right", t("The week after"), false)}
    </div>
    ${places === null ? html`<p class="muted" role="status">${t("Please wait")}</p>` : hours(book, places.get(day))}`;
}

function pickDay(book, day) {
  book.form.day = day;
  book.draw();
}

function hours(book, day) {
  if (!day?.free)
    return html`<p class="muted">${t("There is no free place in this week. Look in the next one.")}</p>`;
  return html`<div class="book-hours" role="group" aria-label=${t("Time")}>
    ${repeat([...day.hours], ([hour]) => hour, ([hour, ofHour]) => html`<div class="book-hour">
      <span class="book-hour-name" aria-hidden="true">${hour}</span>
      ${ofHour.map((slot) => place(book, slot))}
    </div>`)}
  </div>`;
}

const place = (book, slot) => html`<button
  class="book-slot needs-link"
  type="button"
  aria-pressed=${book.form.slot?.start === slot.start}
  aria-label="${time(slot.start)}, ${tn("{n} free place", "{n} free places", slot.free)}"
  ?disabled=${!slot.free || book.ui.busy}
  @click=${() => book.hold(slot)}
>
  <strong>${time(slot.start)}</strong> <span class="muted">${tn("{n} place", "{n} places", slot.free)}</span>
</button>`;

const when = ({ start }) => html`<p class="book-when">${icon("calendar-check")} ${dayWords(dayOf(start))}, <strong>${time(start)}</strong></p>`;

function contact(book) {
  const field = (name, label, type, more = {}) => html`<label class="field">
    <span>${label}</span>
    <input
      id="contact-${name}"
      name=${name}
      type=${type}
      autocomplete="off"
      maxlength=${more.most ?? 80}
      pattern=${more.pattern ?? nothing}
      title=${more.how ?? nothing}
      aria-describedby="contact-how"
    />
  </label>`;
  return html`<form class="book-contact" autocomplete="off" @submit=${(event) => submit(book, event)}>
    ${when(book.form.slot)}
    <p class="muted">${t("The place is kept for you while you write.")}</p>
    <div class="book-fields">
      ${field("name", t("Name and surname"), "text")}
      ${field("phone", t("Phone"), "tel", { most: 20, pattern: "\\+?[0-9 ]{6,20}", how: t("Digits and spaces, perhaps with + before them") })}
      ${field("email", t("E-mail"), "email", { most: 120 })}
      ${boot.spoken.length > 1
        ? html`<label class="field">
            <span>${t("Language")}</span>
            <select name="language">
              ${boot.spoken.map((code) => html`<option value=${code}>${languageName(code)}</option>`)}
            </select>
          </label>`
        : nothing}
    </div>
    <p class="muted" id="contact-how">${t("The contact may be left out. It is erased the day after the appointment.")}</p>
    <fieldset class="book-needs">
      <legend>${t("What the visitor needs")}</legend>
      ${Object.entries(NEEDS).map(
        ([code, [name, words]]) => html`<label><input type="checkbox" name="needs" value=${code} /> ${icon(name)} ${words()}</label>`,
      )}
    </fieldset>
    ${refusal(book, "contact")}
    <button class="button needs-link" data-kind="main" type="submit" ?disabled=${book.ui.busy}>
      ${icon("calendar-plus")}<span class="button-label">${t("Book")}</span>
    </button>
  </form>`;
}

async function submit(book, event) {
  event.preventDefault();
  const { service, slot, held, video } = book.form;
  const written = new FormData(event.target);
  const [name, phone, email] = ["name", "phone", "email"].map((field) => written.get(field).trim());
  const data = {
    service,
    start: slot.start,
    held,
    channel: channelOf(book.form),
    language: written.get("language") ?? boot.spoken[0],
    needs: written.getAll("needs"),
    contact: name || phone || email ? { name, phone, email } : null,
  };
  const booked = await book.run("BookAppointment", data, "contact");
  if (!booked) return;
  book.form.held = null;
  finished(book, { ...booked, service, video }, t("Booked. The code is {code}.", { code: [...booked.code].join(" ") }));
}

const move = (book) => html`<div class="book-contact">
  ${when(book.form.slot)} ${refusal(book, "contact")}
  <button class="button needs-link" data-kind="main" type="button" ?disabled=${book.ui.busy} @click=${() => moved(book)}>
    ${icon("calendar-time")}<span class="button-label">${t("Move to this time")}</span>
  </button>
</div>`;

async function moved(book) {
  const { moving, slot } = book.form;
  const { appointment, code, service } = moving;
  const answer = await book.run("MoveAppointment", { appointment, start: slot.start }, "contact");
  if (!answer) return;
  const words = t("Moved to {date}, {time}.", { date: dayShort(dayOf(slot.start)).date, time: time(slot.start) });
  finished(book, { appointment, code, service, start: slot.start, video: book.form.video }, words);
}

function finished(book, done, words) {
  book.done = done;
  book.form.moving = null;
  book.show(dayOf(done.start));
  book.say(words);
  document.getElementById("book-title")?.focus();
}

/** What the visitor takes along; the only thing that this page prints. */
function receipt(book) {
  const { code, start, service, video } = book.done;
  return html`<div class="card book-receipt">
    <div class="book-sheet">
      <p class="sheet-centre">${pick(boot.centre)}</p>
      <h2 id="book-title" tabindex="-1">${t("Appointment")}</h2>
      <p class="visit-service">${serviceName(book, service)}</p>
      ${when({ start })} ${video ? byVideo() : nothing}
      <p>${t("Code for the check-in")}</p>
      <p class="number book-code" aria-label=${[...code].join(" ")} role="img">${code.slice(0, 3)} ${code.slice(3)}</p>
      <img src="/counter/appointments/${code}.svg" alt=${t("The code as a picture for the reader of the kiosk")} />
      <p>${t("At the kiosk press “I have an appointment” and scan or type this code.")}</p>
    </div>
    <div class="sheet-steps">
      <button class="button" type="button" @click=${() => print()}>${icon("printer")}<span class="button-label">${t("Print")}</span></button>
      <button class="button" type="button" data-kind="main" @click=${() => book.begin()}>
        ${icon("calendar-plus")}<span class="button-label">${t("New appointment")}</span>
      </button>
    </div>
  </div>`;
}
