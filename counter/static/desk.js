/** The clerk's desk: connects the channel, keeps what is local to the page, and redraws all of it from the whole view. */
import { html, nothing } from "/static/vendor/lit/lit-html.js";
import { boot, draw as paint, t } from "/static/page.js";
import { connect } from "/static/link.js";
import { newAlert } from "./alerts.js";
import { announcement, stepChanged } from "./changes.js";
import { centre } from "./centre.js";
import { inFront, inHand, over } from "./front.js";
import { reload } from "./finished.js";
import { emptyDraft } from "./draft.js";
import { bar, foot, reasons, waits } from "./frame.js";
import { listen } from "./keys.js";
import { attachLock, signInOver } from "./lock.js";
import { sheet, syncSheet } from "./sheets.js";
import { placeName } from "./words.js";

const INERT_MS = 400;
const SETTLE_MS = 1000;
const SIGN_MS = 150;
const app = document.getElementById("app");

/** All that the parts draw from: the view, the link, the catalogue, and what only this page knows (`ui`). */
const desk = {
  view: null,
  position: 0,
  link: { state: "down", since: Date.now() },
  catalogue: null,
  ui: {
    drafts: { visit: emptyDraft(), contact: emptyDraft(), over: emptyDraft() },
    get draft() {
      return this.drafts[inHand(desk)];
    },
    set draft(draft) {
      this.drafts[inHand(desk)] = draft;
    },
    front: "visit", sheet: null, menu: null, refusal: null, busy: null, said: "", result: null,
    given: null, rebinding: null, inertUntil: 0, contactEnded: false,
  },
  now: () => link.now(),
  allows: (name) => desk.link.state === "up" && desk.view.actions.includes(name),
  inert: () => performance.now() < desk.ui.inertUntil,
  takeOver: () => link.takeOver(),
  draw,
  refuse,
  run,
};

let settle = null;
let focused = null;
let drawing = false;
const link = connect({ channel: boot.channel, device: boot.device, protocol: boot.protocol, onView, onLink });
listen(desk);
attachLock({ counter: boot.counter, again: () => link.takeOver() });
setInterval(draw, 1000);

function onView({ position, data }) {
  const before = desk.view;
  desk.view = data;
  desk.position = position;
  settle?.();
  if (!desk.catalogue || data.plan !== before?.plan) loadCatalogue();
  desk.ui.said = announcement(before, data) ?? (before && newAlert(before, data)) ?? desk.ui.said;
  const moved = before !== null && stepChanged(before, data);
  if (moved) {
    const { ui } = desk;
    Object.assign(ui, { inertUntil: performance.now() + INERT_MS, refusal: null, menu: null });
    if (before.visit?.visit !== data.visit?.visit) ui.drafts.visit = emptyDraft();
    else ui.drafts.visit.after = null; // the end that was asked for is not due in another state
    if (ui.sheet?.command && !data.actions.includes(ui.sheet.command)) ui.sheet = null;
  }
  else if (before?.visit && before.visit.delivered.length !== data.visit?.delivered.length && desk.ui.drafts.visit.n !== null) desk.ui.drafts.visit = emptyDraft(); // its number is another's now
  const contactOver = before?.contact && before.contact.visit !== data.contact?.visit;
  if (data.undo?.at !== before?.undo?.at) desk.ui.contactEnded = false;
  if (contactOver) {
    desk.ui.contactEnded = true;
    desk.ui.drafts.contact = emptyDraft();
    if (!data.contact) desk.ui.front = "visit";
  }
  draw();
  // A step takes the pressed button away; the heading of the new state then holds the reading position.
  if (!moved && !contactOver) return;
  const heading = app.querySelector("[data-heading]");
  if (document.activeElement === document.body) heading?.focus();
  // Where the focus stays, the page may still be scrolled to what a long side shows.
  for (const part of [app.querySelector(".desk-centre .desk-number"), heading]) part?.scrollIntoView({ block: "nearest" });
}

function onLink(next) {
  if (desk.link.state === "up" && app.contains(document.activeElement)) focused = document.activeElement;
  desk.link = next;
  draw();
  if (next.state === "refused" && next.code === "signed_out") signInOver();
  if (next.state === "up" && document.activeElement === document.body && focused?.isConnected) focused.focus();
}

/**
 * Submits `steps` ([[name, data], ...]) one after the other until one is refused; the refusal shows at `place`, in sight. Resolves
 * to how many were done, once the page shows them. A press while another is under way does nothing. An answer that takes
 * longer than SIGN_MS has a sign at the pressed button; what is quicker needs none, and is not held up by drawing it.
 */
async function run(steps, place) {
  const { ui } = desk;
  if (ui.busy || desk.link.state !== "up") return 0;
  ui.refusal = null;
  let done = 0;
  let seen = desk.position;
  for (const [name, data] of steps) {
    ui.busy = name;
    const sign = setTimeout(draw, SIGN_MS);
    const answer = await link.submit(name, { counter: boot.counter, seen, ...data });
    clearTimeout(sign);
    if (!answer.ok) {
      ui.refusal = { place, code: answer.code, text: answer.text ?? t("There is no connection to the centre server.") };
      ui.said = ui.refusal.text;
      break;
    }
    done += 1;
    ui.result = answer.result;
    seen = Math.max(desk.position, answer.position);
    await (data.visit && data.visit === over(desk)?.visit ? reload(desk) : reached(answer.position));
  }
  ui.busy = null;
  draw();
  if (done < steps.length) document.querySelector("[data-refusal]")?.scrollIntoView({ block: "nearest" });
  return done;
}

/** Says at `place` why nothing is sent. */
function refuse(place, text) {
  Object.assign(desk.ui, { refusal: { place, text }, said: text });
  draw();
  document.querySelector("[data-refusal]")?.scrollIntoView({ block: "nearest" });
}

/** Resolves when a view of `position` or later is here; at the latest after a second, as not every step changes it. */
function reached(position) {
  if (desk.position >= position) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(finish, SETTLE_MS);
    settle = () => desk.position >= position && finish();
    function finish() {
      clearTimeout(timer);
      settle = null;
      resolve();
    }
  });
}

async function loadCatalogue() {
  const plan = desk.view.plan;
  try {
    const answer = await fetch("/api/v1/views/catalogue", { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(`catalogue: ${answer.status}`);
    desk.catalogue = (await answer.json()).data;
    draw();
  } catch {
    setTimeout(() => desk.view.plan === plan && loadCatalogue(), 3000);
  }
}

/** Draws the page. What loses the focus while lit takes it away may ask for another drawing: that one waits its turn. */
function draw() {
  if (drawing) return queueMicrotask(draw);
  drawing = true;
  paint(page());
  drawing = false;
  syncSheet(desk);
}

function page() {
  const { view, ui } = desk;
  const number = view?.visit?.number;
  document.title = number ? `${number} · ${placeName()}` : placeName();
  return html`<div class="desk" data-link=${desk.link.state} data-state=${view?.state ?? "unknown"} data-front=${inFront(desk) ? "contact" : "visit"} data-busy=${ui.busy !== null}>
    ${bar(desk)}
    <main class="desk-centre">${centre(desk)}</main>
    ${view ? html`${waits(desk)}${reasons(desk)}${foot(desk)}` : nothing} ${sheet(desk)}
    <p class="visually-hidden" role="status">${ui.said}</p>
    <p class="visually-hidden" role="alert">
      ${desk.link.state === "stale" ? t("There is no connection to the centre server.") : nothing}
    </p>
  </div>`;
}
