/** The manager's page: the whole centre at one look, and what can be done about it from here. */
import { html, nothing } from "/static/vendor/lit/lit-html.js";
import { boot, clock, deviceName, draw, icon, pick, t } from "/static/page.js";
import { connect } from "/static/link.js";
import { attachLock } from "/counter/static/lock.js";
import { announce, closeDay, setQueue, take } from "./now_acts.js";
import { alerts, history, lines, messages } from "./now_alerts.js";
import { booths, devices } from "./now_devices.js";
import { act, at, may, page, tag } from "./now_page.js";
import { counters, queues } from "./now_places.js";
import { done, sheet } from "./now_sheet.js";
import { figures, hours, nobody, order } from "./now_today.js";
import { visits } from "./now_visits.js";

let state = { state: "down", since: Date.now() };
attachLock();
page.paint = paint;
page.link = connect({
  channel: boot.channel,
  device: deviceName(boot.device),
  protocol: boot.protocol,
  onView({ data }) {
    page.view = data;
    paint();
    anew();
  },
  onLink(next) {
    state = next;
    paint();
  },
});
setInterval(paint, 5000);

/** Profiles, zones and names came with the page: with another plan it is loaded anew, unless somebody is in the middle of something. */
function anew() {
  if (page.view.plan !== boot.plan && !page.sheet && !page.list) location.reload();
}

function paint() {
  draw(html`<div class="now" data-link=${state.state}>
    ${page.view ? head() : html`<h1>${pick(boot.centre)}</h1>`} ${notice()} ${page.view ? centre() : nothing} ${done()} ${visits()} ${sheet()}
  </div>`);
}

const signedOut = () => state.state === "refused" && state.code === "signed_out";

function notice() {
  const sentence = {
    stale: () => t("There has been no connection to the centre server since {time}. The page shows what was true then.", { time: clock(state.since, boot.timezone) }),
    refused: () => (signedOut() ? t("Your sign-in here is over.") : state.text || t("The centre server does not admit this page.")),
    replaced: () => t("This page is open in another window."),
  }[state.state];
  if (!sentence) return page.view ? nothing : html`<p role="status">${t("Please wait")}</p>`;
  return html`<div class="notice" data-kind="trouble" role="alert">
    ${icon("plug-connected-x")}<span>${sentence()}</span>
    ${state.state === "replaced" ? html`<button class="button" type="button" @click=${page.link.takeOver}>${t("Use here")}</button>` : nothing}
    ${signedOut() ? html`<button class="button" type="button" @click=${() => location.reload()}>${t("Sign in")}</button>` : nothing}
  </div>`;
}

const head = () => html`<div class="head">
  <div>
    <h1>${pick(page.view.centre)}</h1>
    <p class="when">${boot.today}, ${clock(page.link.now(), boot.timezone)} · ${t("plan version {n}", { n: page.view.plan })}</p>
  </div>
  <div class="head-acts">
    ${state.state === "up" ? tag("ok", "plug-connected", t("live")) : tag("trouble", "plug-connected-x", t("no connection"))}
    ${may("Announce") ? act("speakerphone", t("A line on the screens"), announce, { id: "announce" }) : nothing}
    ${may("TakeTicket") ? act("ticket", t("Give a number"), take, { id: "take" }) : nothing}
    ${may("CloseDay") && !page.view.stopped ? act("lock", t("Stop numbers"), () => setQueue(null, false), { id: "stop" }) : nothing}
    ${may("CloseDay") ? act("door-exit", t("Close the day"), closeDay, { kind: "grave", id: "close-day" }) : nothing}
  </div>
</div>`;

function stopped() {
  const one = page.view.stopped;
  if (!one) return nothing;
  return html`<div class="notice" data-kind="attention" data-stopped>
    ${icon("player-pause")}
    <span>${one.reason
      ? t("No numbers are given in the whole centre since {time}: {reason}", { time: at(one.since), reason: one.reason })
      : t("The day was closed at {time}: no numbers are given.", { time: at(one.since) })}</span>
    ${may("SetQueue") ? act("circle-check", t("Give numbers again"), () => setQueue(null, true), { id: "reopen" }) : nothing}
  </div>`;
}

const centre = () => html`${stopped()} ${nobody()} ${figures()} ${alerts()} ${messages()} ${lines()}
  <div class="now-cards">
    <div class="now-column">${queues()} ${hours()} ${order()}</div>
    <div class="now-column">${counters()} ${devices()} ${booths()}</div>
  </div>
  ${history()}`;
