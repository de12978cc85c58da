/** The middle of the desk, the one thing: what it is depends on the state of the counter. */
import { html, nothing } from "/static/vendor/lit/lit-html.js";
import { repeat } from "/static/vendor/lit/directives/repeat.js";
import { elapsed, icon, t } from "/static/page.js";
import { alerts } from "./alerts.js";
import { both, contactHead, giveUp } from "./beside.js";
import { STEPS, button, refusal } from "./desk_actions.js";
import { inFront, over } from "./front.js";
import { personName } from "./lock.js";
import { told } from "./messages.js";
import { callOne } from "./call_one.js";
import { delivered } from "./record.js";
import { linkNotice } from "./frame.js";
import {
  between, booked, exactTime, flags, institutionName, line, minutes, number, promise, serviceName, time, why, word,
} from "./words.js";

const STATES = { closed, idle, called, serving, paused };

/** The notice of a broken link and what kiosks need above the state; before the first view only the notice. */
export const centre = (desk) => html`${linkNotice(desk)}${alerts(desk)}${told(desk)}${desk.view ? html`${both(desk)}${theOne(desk)}` : waitFor(desk)}`;

const theOne = (desk) => somebodyElses(desk) ?? (inFront(desk) ? contact(desk) : STATES[desk.view.state](desk));

/** A contact without a number, beside whatever stands at the counter. */
const contact = (desk) => html`${contactHead(desk, heading)} ${recorded(desk)}
  <div class="foot-steps">${steps(desk, "finish")}</div>
  ${giveUp(desk)}`;

/** The one form of the page is in the sheet while a visit that is over is open there. */
const recorded = (desk) => (over(desk) ? nothing : delivered(desk));

/** An open counter at which this person may do nothing is another clerk's: said once, instead of a page of dead buttons. */
function somebodyElses({ view }) {
  if (view.state === "closed" || view.actions.length) return null;
  return html`<section class="card plain">${heading(t("Another clerk works at this counter: {clerk}.", { clerk: personName(view.clerk) }))}
    <p class="muted">${t("Open another counter, or wait until this one is closed.")}</p>
    <p class="aside-link"><a href="/">${t("All counters")}</a></p>
  </section>`;
}

const waitFor = ({ link }) => (link.state === "down" ? html`<p role="status">${t("Please wait")}</p>` : nothing);

const heading = (text, look) => html`<h2 tabindex="-1" data-heading class=${look ?? nothing}>${text}</h2>`;

const steps = (desk, ...names) => html`<div class="steps">
  ${names.map((name) => (Array.isArray(name) ? button(desk, ...name) : button(desk, name)))}
</div>
${refusal(desk, "steps")}`;

const about = (desk, service, ...facts) => html`<p class="visit-service">${serviceName(desk, service)}</p>
  <p class="muted">${line(institutionName(desk, service), ...facts)}</p>`;

function closed(desk) {
  return html`<section class="card plain">${heading(t("The counter is closed."))}
    <p class="muted">${t("Numbers are called here once it is open.")}</p>
  </section>
  ${steps(desk, "open")}`;
}

function idle(desk) {
  const [next, ...rest] = desk.view.waiting;
  if (!next) return html`<section class="card plain">${nobody(desk.view)}</section>${idleSteps(desk, t("Call next"))}`;
  return html`<section class="card next">
    ${heading(t("Next"), "lead")}
    ${number(next.number, "next")}
    <div class="visit-about">
      ${about(desk, next.service, t("waiting {time}", { time: minutes(between(desk, next.since)) }), booked(next))}
      <p class="flags">${flags(next)}</p>
    </div>
  </section>
  ${idleSteps(desk, t("Call next: {number}", { number: next.number }))}
  ${later(desk, rest)}`;
}

function nobody({ stored, roll }) {
  if (stored)
    return html`${heading(t("The next arrival will be called here by itself."))}
      <p class="muted">${t("Switched on at {time}.", { time: time(stored) })}</p>`;
  if (roll !== null)
    return html`${heading(t("Next on the roll"))} ${number(String(roll), "next")}`;
  return html`${heading(t("Nobody is waiting."))}
    <p class="muted">${t("The next number appears here by itself.")}</p>`;
}

/** The steps of a free counter, each always in its place; those of the paper roll where the centre has one. */
const idleSteps = (desk, call) => {
  const { stored, roll } = desk.view;
  const store = stored ? t("Not the next arrival to me") : STEPS.store.label();
  const ofRoll = roll === null ? [] : [["roll", t("Call {number} of the roll", { number: roll })], "setRoll"];
  return html`<div class="idle-steps">${steps(desk, ["call", call], ["store", store], ...ofRoll)}</div>`;
};

function later(desk, rest) {
  const unseen = desk.view.total - desk.view.waiting.length;
  return html`<section class="card later">
    <h3>${t("After that")}</h3>
    ${rest.length
      ? html`<table>
          <thead>
            <tr>
              <th scope="col">${t("Number")}</th>
              <th scope="col">${t("Service")}</th>
              <th scope="col" class="figure">${t("Waits")}</th>
              <th scope="col">${t("Marks")}</th>
              <th scope="col"><span class="visually-hidden">${t("Actions")}</span></th>
            </tr>
          </thead>
          <tbody>
            ${repeat(rest, (visit) => visit.visit, (visit) => html`<tr>
              <th scope="row">${visit.number}</th>
              <td>${line(serviceName(desk, visit.service), booked(visit))}</td>
              <td class="figure">${minutes(between(desk, visit.since))}</td>
              <td>${flags(visit)}</td>
              <td>${callOne(desk, visit)}</td>
            </tr>`)}
          </tbody>
        </table>`
      : html`<p class="muted">${t("Nobody else is waiting.")}</p>`}
    ${unseen > 0 ? html`<p class="muted">${t("and {n} more", { n: unseen })}</p>` : nothing}
  </section>`;
}

/** What the visitor said by telephone to this summons. */
const answered = ({ answer }) =>
  answer === "coming" ? html`${icon("walk")} ${t("Is coming")}` : html`${icon("clock-pause")} ${t("Asks for 2 minutes")}`;

function called(desk) {
  const { visit } = desk.view;
  const limit = desk.catalogue?.presence_s && desk.catalogue.presence_s + visit.grace_s;
  return html`<section class="card call">
    <p class="call-head">
      <span class="tag" data-kind="call">${icon("speakerphone")} ${t("Called, time {n}", { n: visit.times })}</span>
      ${visit.shown
        ? html`<span class="proof">${icon("device-tv")} ${t("on the screen {time}", { time: exactTime(visit.shown) })}</span>`
        : html`<span class="muted">${icon("device-tv")} ${t("not on the screen yet")}</span>`}
      ${visit.answer ? html`<span class="tag" data-kind="info">${answered(visit)}</span>` : nothing}
    </p>
    <div class="call-who">
      ${number(visit.number, "called")}
      <p class="clock" role="timer" aria-label=${t("Time since the call")}>
        ${elapsed(between(desk, visit.called))}${limit ? html`<span class="muted"> / ${elapsed(limit * 1000)}</span>` : nothing}
      </p>
    </div>
    ${about(
      desk,
      visit.service,
      t("waited {time}", { time: minutes(between(desk, visit.issued, visit.called)) }),
      promise(visit),
      booked(visit),
    )}
    ${why(desk)}
    <p class="flags">${flags(visit)}</p>
    ${note(visit)}
    ${heading(t("Has the visitor come?"))}
    ${steps(desk, "serve", "recall", "next", "transfer", "park", "noShow")}
    <p class="muted">${t("“Next please” puts {number} back in its place and calls the next one.", { number: visit.number })}</p>
  </section>`;
}

function serving(desk) {
  const { visit } = desk.view;
  return html`<section class="card serve">
    ${heading(t("Being served"), "visually-hidden")}
    ${number(visit.number, "serving")}
    <div class="visit-about">
      ${about(
        desk,
        visit.service,
        t("waited {time}", { time: minutes(between(desk, visit.issued, visit.called)) }),
        visit.served && t("came in {time}", { time: elapsed(between(desk, visit.called, visit.served)) }),
        visit.channel && word(desk, "channels", visit.channel),
      )}
      ${visit.more.length ? html`<p>${t("Also: {services}", { services: visit.more.map((code) => serviceName(desk, code)).join("; ") })}</p>` : nothing}
      <p class="flags">${flags(visit)}</p>
      ${note(visit)}
    </div>
    <div class="serve-clock">
      <p class="clock" role="timer" aria-label=${t("Time since service began")}>${elapsed(between(desk, visit.served))}</p>
      ${visit.usual ? html`<p class="muted">${t("usually {n} min", { n: visit.usual })}</p>` : nothing}
    </div>
  </section>
  ${recorded(desk)}
  <div class="foot-steps">${steps(desk, "finish", "finishNext", ["transfer", t("Transfer")], "park")}</div>
  ${giveUp(desk)}`;
}

function paused(desk) {
  const { pause, until, since } = desk.view;
  return html`<section class="card plain">
    ${heading(pause && desk.catalogue?.pause_reasons[pause] ? word(desk, "pause_reasons", pause) : t("Paused"))}
    ${until
      ? html`<p class="number desk-number" data-size="serving">${time(until)}</p>
          <p class="muted">${t("the return time that visitors see")}</p>`
      : nothing}
    ${since ? html`<p class="muted">${t("paused since {time}", { time: time(since) })}</p>` : nothing}
  </section>
  ${steps(desk, "resume")}`;
}

const note = (visit) => (visit.note ? html`<p class="note">${icon("note")} ${visit.note}</p>` : nothing);
