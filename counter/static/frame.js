/** What surrounds the one thing: the bar, what waits, why this visitor, and the foot with the undo line. */
import { html, nothing } from "/static/vendor/lit/lit-html.js";
import { repeat } from "/static/vendor/lit/directives/repeat.js";
import { boot, clock, icon, mark, pick, t, tn } from "/static/page.js";
import { STEPS, button, keyHint, mainStep, press, refusal } from "./desk_actions.js";
import { callOne } from "./call_one.js";
import { lockNow, openSwitch, personName } from "./lock.js";
import { callbacks, contactButton } from "./beside.js";
import { booths } from "./booths.js";
import { dockButton } from "./dock.js";
import { finishedButton } from "./finished.js";
import { keysOf } from "./keymap.js";
import { post } from "./messages.js";
import { giveButton, printButton } from "./slips.js";
import { between, line, minutes, placeName, promise, serviceName, time, why } from "./words.js";

const STATES = {
  closed: ["lock", () => t("Closed")],
  idle: ["player-play", () => t("Free")],
  called: ["speakerphone", () => t("Calling")],
  serving: ["user", () => t("Serving")],
  paused: ["player-pause", () => t("Paused")],
};

const LINKS = {
  up: ["plug-connected", () => t("Online")],
  down: ["refresh", () => t("Connecting …")],
  stale: ["plug-connected-x", ({ since }) => t("No connection since {time}", { time: clock(new Date(since), boot.timezone) })],
  replaced: ["copy", () => t("Open in another window")],
  refused: ["lock", () => t("No access")],
};

export function bar(desk) {
  const { view, link } = desk;
  return html`<header class="desk-bar">
    ${mark()}
    <h1>${placeName()}</h1>
    ${clerk()} ${view ? state(view) : nothing}
    ${view ? html`<span class="bar-steps">${button(desk, "pause")}${button(desk, "close")}</span>` : nothing}
    ${linkTag(link)}
    <time class="now">${clock(desk.now(), boot.timezone)}</time>
    ${view ? refusal(desk, "bar") : nothing}
  </header>`;
}

export const clerk = () => html`<form class="clerk" method="post" action="/logout">
  <span>${boot.clerk}</span>
  <button class="button switch" type="button" title=${t("Switch person")} @click=${openSwitch}>${icon("users")}<span>${t("Switch person")}</span></button>
  <button class="button only-icon" type="button" aria-label=${t("Lock")} title=${t("Lock")} @click=${lockNow}>${icon("lock")}</button>
  <button class="button only-icon" type="submit" aria-label=${t("Sign out")} title=${t("Sign out")}>${icon("logout")}</button>
</form>`;

export function linkTag(link) {
  const [name, word] = LINKS[link.state];
  return html`<span class="link" data-state=${link.state}>${icon(name)} <span>${word(link)}</span></span>`;
}

function state(view) {
  const [name, wording] = STATES[view.state];
  return html`<span class="state" data-state=${view.state}>${icon(name)} ${wording()}</span>`;
}

/** One notice over the middle while the desk is not connected, with the way forward. */
export function linkNotice({ link, view, takeOver }) {
  const since = clock(new Date(link.since), boot.timezone);
  if (link.state === "stale")
    return notice(
      "trouble",
      "plug-connected-x",
      t("There has been no connection to the centre server since {time}.", { time: since }),
      view ? t("The desk shows what was true then and goes on by itself when the connection is back. Recorded work is safe.") : "",
    );
  if (link.state === "replaced")
    return notice("attention", "copy", t("This page is open in another window."), "", t("Use here"), takeOver);
  if (link.state === "refused" && link.code === "signed_out")
    return notice("attention", "lock", t("Your sign-in here is over."), "", t("Sign in"), () => location.reload());
  if (link.state === "refused")
    return notice("trouble", "lock", link.text || t("The centre server does not admit this page."), "", t("Load again"), () =>
      location.reload(),
    );
  return nothing;
}

const notice = (kind, name, title, text, act, press) => html`<div class="notice link-notice" data-kind=${kind}>
  ${icon(name)}
  <div>
    <p><strong>${title}</strong></p>
    ${text ? html`<p>${text}</p>` : nothing}
    ${act ? html`<button class="button" type="button" @click=${press}>${act}</button>` : nothing}
  </div>
</div>`;

export function waits(desk) {
  const { view } = desk;
  return html`<section class="desk-side desk-waits" aria-label=${t("What waits")}>
    <h2 class="lead with-figure"><span>${t("Waiting in my queues")}</span><strong>${view.total}</strong></h2>
    <ul class="queues">
      ${repeat(view.queues, (queue) => queue.queue, (queue) => html`<li>
        <span class="queue-name">${pick(queue.name)}</span><strong>${queue.waiting}</strong>
        ${queue.longest
          ? html`<span class="muted">${t("longest {time}", { time: minutes(between(desk, queue.longest)) })}</span>`
          : nothing}
      </li>`)}
    </ul>
    ${view.parked.length ? parked(desk) : nothing} ${view.booked.length ? bookedSoon(desk) : nothing} ${callbacks(desk)} ${booths(desk)}
    <p class="today with-figure">
      <span>${t("Served today")}</span><strong>${tn("{n} visit", "{n} visits", view.served_today)}</strong>
    </p>
  </section>`;
}

const parked = (desk) => html`<h3 class="lead">${icon("clock-pause")} ${t("Parked")}</h3>
  <ul class="parked">
    ${repeat(desk.view.parked, (visit) => visit.visit, (visit) => html`<li>
      <span><strong>${visit.number}</strong> ${visit.note}</span>
      <span>${t("returns {time}", { time: time(visit.until) })}</span>
      ${callOne(desk, visit)}
    </li>`)}
  </ul>`;

/** The next appointments of these queues whose visitors have not come yet. */
const bookedSoon = (desk) => html`<h3 class="lead">${icon("calendar")} ${t("Appointments")}</h3>
  <ul class="parked">
    ${repeat(desk.view.booked, (one) => one.appointment, (one) => html`<li><span><strong>${time(one.start)}</strong> ${serviceName(desk, one.service)}</span></li>`)}
  </ul>`;

export function reasons(desk) {
  const { view } = desk;
  const { visit } = view;
  return html`<section class="desk-side desk-why" aria-label=${t("Why and help")}>
    ${view.state === "serving" && view.reason
      ? html`<h2 class="lead">${t("Why {number}?", { number: visit.number || t("a visit without a number") })}</h2>
          ${why(desk)}`
      : nothing}
    ${visit?.checklist.length
      ? html`<h2 class="lead">${icon("list-check")} ${t("To have along")}</h2>
          <ul class="course">${visit.checklist.map((text) => html`<li><span>${pick(text)}</span></li>`)}</ul>`
      : nothing}
    ${visit?.linked.length ? linked(desk, visit) : nothing} ${visit ? course(desk, visit) : nothing} ${printButton(desk, visit)}
    ${giveButton(desk)} ${contactButton(desk)} ${post(desk)}
    ${desk.catalogue?.bookable.length ? html`<p class="aside-link">${icon("calendar")} ${book}</p>` : nothing}
    <p class="aside-link">${icon("note")} <a href="/admin/rooms/papers">${t("Slips and rooms")}</a></p>
  </section>`;
}

const book = html`<a href="/counter/appointments?counter=${boot.counter}">${t("Appointments")}</a>`;

/** The other numbers of the same person, and where they are. */
const linked = (desk, visit) => html`<h2 class="lead">${icon("users")} ${t("The same person")}</h2>
  <ul class="course">
    ${visit.linked.map((one) => html`<li>
      <span><strong>${one.number}</strong> ${serviceName(desk, one.service)}</span>
      <span class="muted">${one.counter ? placeName(one.counter) : LINKED[one.state]?.() ?? ""}</span>
    </li>`)}
  </ul>`;

const LINKED = { waiting: () => t("waiting"), parked: () => t("Parked"), ended: () => t("over") };

/** What stands in the history of the stretches before this one: where it was, and what was said when it was sent on. */
const stretches = (desk, visit) =>
  visit.history.slice(0, -1).filter((leg) => leg.served || leg.note).map((leg) => html`<li>
    <span>${time(leg.ended ?? leg.since)} ${leg.counter ? placeName(leg.counter) : ""} ${leg.clerk ? personName(leg.clerk) : ""}</span>
    ${leg.note ? html`<span class="muted">${leg.note}</span>` : nothing}
  </li>`);

/** The course of this visit so far. */
const course = (desk, visit) => html`<h2 class="lead">${icon("history")} ${t("This visit so far")}</h2>
  <ul class="course">
    <li><span>${t("{time} number taken", { time: time(visit.issued) })}</span><span class="muted">${promise(visit) ?? ""}</span></li>
    ${stretches(desk, visit)}
    <li>
      <span>${t("{time} called", { time: time(visit.called) })}</span>
      <span class="muted">${line(minutes(between(desk, visit.issued, visit.called)), visit.times > 1 && tn("{n} time", "{n} times", visit.times))}</span>
    </li>
    ${visit.served ? html`<li><span>${t("{time} service began", { time: time(visit.served) })}</span></li>` : nothing}
  </ul>`;

const UNDONE = {
  VisitCalled: () => t("Called {number}"),
  VisitRecalled: () => t("Called again: {number}"),
  ServiceStarted: () => t("Service began: {number}"),
  VisitRequeued: () => t("Put back in the queue: {number}"),
  VisitTransferred: () => t("Transferred: {number}"),
  VisitParked: () => t("Parked: {number}"),
  VisitEnded: () => t("Closed: {number}"),
  ServiceRecorded: () => t("Recorded for {number}"),
  ServiceStruck: () => t("A service taken out: {number}"),
};

/** The line to the network: work goes on without it, so that it is said in the foot only. */
function network({ state, unsent, since }) {
  const up = state === "up";
  const text = up && !unsent ? t("Network: all sent") : unsent ? tn("Network: {n} record waits", "Network: {n} records wait", unsent) : t("Network: no link");
  return html`<span class="muted network-line" data-state=${state}>
    ${icon(up ? "network" : "plug-connected-x")} ${text}${(unsent || !up) && since ? html` ${t("since {time}", { time: time(since) })}` : nothing}
  </span>`;
}

/** The last step in words with the way back, and the keys that do something now. */
export function foot(desk) {
  const { undo } = desk.view;
  return html`<footer class="desk-foot">
    ${undo && desk.allows("Undo")
      ? html`<button class="quiet undo" type="button" data-step="undo" aria-keyshortcuts=${keysOf("undo").join(" ")} @click=${() => press(desk, "undo")}>
          ${icon(STEPS.undo.icon)} <span>${desk.ui.contactEnded ? t("With the visit, not the contact: {what}", { what: wording(undo, desk.view.visit) }) : wording(undo, desk.view.visit)} · ${t("Undo")}</span> ${keyHint(keysOf("undo")[0])}
        </button>`
      : nothing}
    ${refusal(desk, "foot")} ${desk.view.network ? network(desk.view.network) : nothing}
    <span class="keys-hint" aria-hidden="true">
      ${mainStep(desk) ? hint("main", t("main step")) : nothing} ${desk.allows("Recall") ? hint("recall", t("call again")) : nothing}
      ${desk.allows("RecordService") ? hint("finder", t("service")) : nothing} ${desk.allows("Transfer") ? hint("transfer", t("transfer")) : nothing}
     
    </span>
    ${finishedButton(desk)} ${dockButton()}
    <button class="quiet all-keys" type="button" aria-keyshortcuts=${keysOf("keys")[0]} aria-haspopup="dialog" @click=${() => openKeys(desk)}>
      ${keyHint(keysOf("keys")[0])} <span>${t("all keys")}</span>
    </button>
  </footer>`;
}

/** After a recall the step to take back is still the call: the whole of it. */
const wording = ({ step, number }, visit) =>
  (step === "VisitCalled" && visit?.times > 1
    ? t("The whole call of {number}")
    : (UNDONE[step]?.() ?? t("The last step: {number}"))
  ).replace("{number}", named(number));

/** A number of the paper roll is only digits and would say nothing alone. */
const named = (number) => (/^\d+$/.test(number) ? t("number {number}", { number }) : number || t("a visit without a number"));

const hint = (action, text) => html`<span>${keyHint(keysOf(action)[0])} ${text}</span>`;

export function openKeys(desk) {
  desk.ui.sheet = desk.ui.sheet?.name === "keys" ? null : { name: "keys" };
  desk.draw();
}
