/** The appointments page: connects, keeps what is local to the page, asks the API for places and for the day's appointments. */
import { html, nothing } from "/static/vendor/lit/lit-html.js";
import { boot, clock, deviceName, draw as paint, icon, mark, t } from "/static/page.js";
import { connect } from "/static/link.js";
import { byDay, dayOf } from "./book_days.js";
import { booked, channelOf, ways } from "./book_ways.js";
import { form } from "./book_form.js";
import { list, question, syncQuestion } from "./book_list.js";
import { clerk, linkNotice, linkTag } from "./frame.js";
import { focusFinder } from "./draft.js";
import { attachLock } from "./lock.js";
import { placeName } from "./words.js";

const LOOK_MS = 15_000;
const DAYS = 7;

/** Nothing chosen yet. `places` are those of the week from `from` on; `held` is the place that is kept meanwhile, `moving` the appointment that gets another time. */
const emptyForm = () => ({ service: null, video: false, from: dayOf(book.now()), day: null, places: null, slot: null, held: null, moving: null });

/** All that the parts draw from; `ui.draft` is the finder's. */
const book = {
  link: { state: "down", since: Date.now() },
  catalogue: null,
  day: null,
  appointments: null,
  form: null,
  done: null,
  ui: { draft: emptyText(), sought: "", asked: null, refusal: null, busy: false, said: "" },
  now: () => link.now(),
  takeOver: () => link.takeOver(),
  draw,
  show,
  begin,
  choose,
  look,
  run,
  hold,
  say,
};

attachLock({ counter: boot.counter });
const link = connect({
  channel: boot.channel,
  device: deviceName(boot.device),
  protocol: boot.protocol,
  onView({ data }) {
    book.catalogue = { ...data, services: data.services.filter(({ service }) => booked(data, service)) };
    draw();
  },
  onLink(next) {
    book.link = next;
    if (next.state === "up") refresh();
    draw();
  },
});
book.day = dayOf(book.now());
book.form = emptyForm();
setInterval(refresh, LOOK_MS);
setInterval(draw, 1000);
addEventListener("keydown", (event) => {
  if (event.key !== "F8" || event.shiftKey || event.ctrlKey || event.altKey || book.ui.asked) return;
  event.preventDefault();
  if (book.done || book.form.moving) begin();
  else focusFinder();
});

function emptyText() {
  return { text: "", service: null, open: false, active: 0 };
}

/** The JSON of an API address, or null where there was no good answer. */
async function ask(path, query) {
  try {
    const answer = await fetch(`/api/v1/${path}?${new URLSearchParams(query)}`, { headers: { Accept: "application/json" } });
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}

/** The appointments of the day that is shown; what is known stays while there is no answer. */
async function refresh() {
  if (book.link.state !== "up") return;
  const { day } = book;
  const answer = await ask("appointments", { day });
  if (answer === null || day !== book.day) return;
  book.appointments = answer.appointments;
  draw();
}

/** Shows another day's appointments. */
function show(day) {
  Object.assign(book, { day, appointments: null });
  draw();
  return refresh();
}

/** Gives back what was kept for an unfinished booking and starts anew, perhaps to move an appointment: then the days come next. */
async function begin(moving = null) {
  release();
  Object.assign(book, { form: emptyForm(), done: null });
  Object.assign(book.ui, { draft: emptyText(), refusal: null });
  if (moving) {
    book.form.moving = moving;
    await choose(moving.service, moving.booth !== null);
    return book.form.moving === moving && !book.form.slot ? focusDays() : undefined;
  }
  draw();
  return focusFinder();
}

/** The chosen day; in a week without a free time all of it. */
function focusDays() {
  (document.querySelector(".book-one-day[aria-pressed=true]:enabled") ?? document.querySelector(".book-week"))?.focus();
}

function release() {
  if (book.form?.held) link.submit("CancelAppointment", { appointment: book.form.held });
}

/** Takes a service, by video if it is had in no other way or if asked for, and looks for its free places. */
function choose(service, video = !ways(book.catalogue, service).counter) {
  release();
  Object.assign(book.form, { service, video, day: null, slot: null, held: null });
  Object.assign(book.ui.draft, { text: "", open: false, active: 0 });
  return look(book.form.from);
}

/** The places of a week from a day on; to move, the place of the appointment itself is free. */
async function look(from) {
  const { form } = book;
  Object.assign(form, { from, places: null });
  draw();
  const { service, video, moving } = form;
  const query = { service, from, days: DAYS, ...(video && { channel: "video" }), ...(moving && { without: moving.appointment }) };
  const answer = await ask("slots", query);
  if (form !== book.form || form.from !== from) return;
  form.places = byDay(answer?.slots ?? []);
  if (!form.slot) form.day = [...form.places].find(([, day]) => day.free)?.[0] ?? from;
  if (answer === null) book.ui.refusal = { place: "slots", text: t("There is no connection to the centre server.") };
  draw();
}

/** Submits one command; resolves to its result, or to null after showing the refusal at `place`. One at a time. */
async function run(name, data, place) {
  const { ui } = book;
  if (ui.busy || book.link.state !== "up") return null;
  Object.assign(ui, { busy: true, refusal: null });
  draw();
  const answer = await link.submit(name, data);
  ui.busy = false;
  if (!answer.ok) {
    ui.refusal = { place, text: answer.text ?? t("There is no connection to the centre server.") };
    ui.said = ui.refusal.text;
  }
  draw();
  refresh();
  return answer.ok ? answer.result : null;
}

/** Keeps a place while the rest is written down; a place that was kept before is given back. To move, the choice is enough. */
async function hold(slot) {
  const { form } = book;
  if (form.moving) {
    form.slot = slot;
    draw();
    return document.querySelector(".book-contact [data-kind=main]")?.focus();
  }
  const before = form.held;
  const kept = await run("HoldSlot", { service: form.service, start: slot.start, channel: channelOf(form) }, "slots");
  if (form !== book.form) return null;
  if (kept === null) return look(form.from);
  if (before) link.submit("CancelAppointment", { appointment: before });
  Object.assign(form, { slot, held: kept.appointment });
  draw();
  return document.getElementById("contact-name")?.focus();
}

function say(text) {
  book.ui.said = text;
  draw();
}

/** Draws the page; an open question follows what the page says. */
let drawing = false;
function draw() {
  if (drawing) return queueMicrotask(draw);
  drawing = true;
  paint(page());
  drawing = false;
  return syncQuestion(book);
}

function page() {
  const { link: state, catalogue, ui } = book;
  return html`<div class="desk book" data-link=${state.state}>
    <header class="desk-bar">
      ${mark()}
      <h1>${t("Appointments")}</h1>
      ${boot.counter ? html`<a class="button" href="/counter/${boot.counter}">${icon("arrow-left")} ${placeName()}</a>` : nothing}
      ${clerk()} ${linkTag(state)}
      <time class="now">${clock(book.now(), boot.timezone)}</time>
    </header>
    <div class="book-notice">${linkNotice(book)}</div>
    ${catalogue
      ? html`<main class="book-main">
          ${list(book)}
          ${catalogue.services.length
            ? form(book)
            : html`<section class="card plain"><h2>${t("This centre takes no appointments.")}</h2></section>`}
        </main>`
      : html`<p class="book-notice" role="status">${t("Please wait")}</p>`}
    ${question(book)}
    <p class="visually-hidden" role="status">${ui.said}</p>
  </div>`;
}
