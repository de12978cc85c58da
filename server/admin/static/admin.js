/** The manager's page: the whole centre at one look, and in words whether the order of calling was fair. */
import { html, nothing } from "/static/vendor/lit/lit-html.js";
import { repeat } from "/static/vendor/lit/directives/repeat.js";
import { boot, clock, deviceName, draw, icon, mark, pick, t, tn } from "/static/page.js";
import { connect } from "/static/link.js";
import { attachLock } from "/counter/static/lock.js";
import { alertKey, kioskName, printerFault, told } from "/static/alerts.js";

const STATES = {
  closed: ["lock", "none", () => t("closed")],
  idle: ["circle-check", "ok", () => t("free")],
  called: ["speakerphone", "attention", () => t("calling")],
  serving: ["user", "info", () => t("serving")],
  paused: ["player-pause", "none", () => t("paused")],
};

let view = null;
let state = { state: "down", since: Date.now() };
attachLock();
const link = connect({
  channel: boot.channel,
  device: deviceName(boot.device),
  protocol: boot.protocol,
  onView({ data }) {
    view = data;
    paint();
  },
  onLink(next) {
    state = next;
    paint();
  },
});
setInterval(paint, 5000);

const minutes = (since) => Math.max(0, Math.floor((link.now() - new Date(since)) / 60_000));
const waits = (since) => (since ? t("{n} min", { n: minutes(since) }) : "–");

function paint() {
  draw(html`<div class="admin" data-link=${state.state}>
    <header class="admin-bar">
      ${mark()}
      <h1>${view ? pick(view.centre) : t("The centre now")}</h1>
      ${boot.manages ? html`<a href="/admin/board">${t("Boards and voice")}</a>` : nothing}
      <form method="post" action="/logout"><span>${boot.who}</span> <button class="button" type="submit">${t("Sign out")}</button></form>
      <time>${clock(link.now(), boot.timezone)}</time>
    </header>
    ${notice()} ${view ? centre() : nothing}
  </div>`);
}

function notice() {
  const sentence = {
    stale: () => t("There has been no connection to the centre server since {time}. The page shows what was true then.", { time: clock(state.since, boot.timezone) }),
    refused: () => state.text || t("The centre server does not admit this page."),
    replaced: () => t("This page is open in another window."),
  }[state.state];
  if (!sentence) return view ? nothing : html`<p class="admin-notice" role="status">${t("Please wait")}</p>`;
  return html`<div class="notice admin-notice" data-kind="trouble" role="alert">
    ${icon("plug-connected-x")}<span>${sentence()}</span>
    ${state.state === "replaced" ? html`<button class="button" type="button" @click=${link.takeOver}>${t("Use here")}</button>` : nothing}
  </div>`;
}

const centre = () => html`<main>
  ${view.alerts.length ? alerts() : nothing} ${order()} ${queues()} ${counters()} ${view.booths.length ? booths() : nothing} ${kiosks()} ${boards()} ${devices()}
</main>`;

/** What somebody must see to at the kiosks, gravest first, with what to do. */
const alerts = () => html`<section aria-labelledby="alerts">
  <h2 id="alerts">${t("To be seen to")}</h2>
  <ul class="alerts">
    ${repeat(view.alerts, alertKey, (alert) => {
      const { name, kind, title, todo } = told(alert);
      return html`<li class="notice" data-kind=${kind} data-alert=${alert.kind}>${icon(name)}<span><strong>${title}.</strong> ${todo}</span></li>`;
    })}
  </ul>
</section>`;

/** Who was passed over today, in sentences. */
function order() {
  const { waiting, parked, queues, overtakes } = view;
  const since = queues.map(({ longest }) => longest).filter(Boolean).sort()[0];
  return html`<section aria-labelledby="order">
    <h2 id="order">${t("Waiting and order")}</h2>
    <ul class="sentences">
      <li>
        ${waiting
          ? `${tn("Waiting: {n} person", "Waiting: {n} people", waiting)}${since ? `, ${t("the longest for {n} min", { n: minutes(since) })}` : ""}.`
          : t("Nobody is waiting.")}
        ${parked ? `${tn("{n} visit is set aside", "{n} visits are set aside", parked)}.` : nothing}
      </li>
      ${passedOver(overtakes).map((sentence) => html`<li>${sentence}</li>`)}
    </ul>
  </section>`;
}

function passedOver({ calls, overtaking, passed, most }) {
  if (!calls) return [t("Nobody has been called yet today.")];
  const whole = tn("{n} call", "{n} calls", calls);
  if (!overtaking) return [t("Today: {calls}, nobody was passed over.", { calls: whole })];
  const found = [
    t("Today: {calls}; {overtaking} of them passed over somebody who had come earlier, {passed} in all.", {
      calls: whole,
      overtaking,
      passed: tn("on {n} occasion", "on {n} occasions", passed),
    }),
  ];
  if (most) {
    const facts = { number: most.number, times: tn("on {n} occasion", "on {n} occasions", most.times) };
    found.push(
      most.waiting
        ? t("Passed over most: {number}, {times}; still waiting.", facts)
        : t("Passed over most: {number}, {times}; called since.", facts),
    );
  }
  return found;
}

const queues = () => html`<section aria-labelledby="queues">
  <h2 id="queues">${t("Queues")}</h2>
  <table>
    <thead>
      <tr>
        <th scope="col">${t("Queue")}</th>
        <th scope="col" class="figure">${t("Waiting now")}</th>
        <th scope="col" class="figure">${t("Longest wait")}</th>
      </tr>
    </thead>
    <tbody>
      ${repeat(view.queues, ({ queue }) => queue, (one) => html`<tr>
        <th scope="row"><strong>${one.letter}</strong> ${pick(one.name)}</th>
        <td class="figure">${one.waiting}</td>
        <td class="figure">${waits(one.longest)}</td>
      </tr>`)}
    </tbody>
  </table>
</section>`;

const counters = () => html`<section aria-labelledby="counters">
  <h2 id="counters">${t("Counters")}</h2>
  <table>
    <thead>
      <tr>
        <th scope="col">${t("Counter")}</th>
        <th scope="col">${t("State")}</th>
        <th scope="col">${t("Clerk")}</th>
        <th scope="col" class="figure">${t("Served today")}</th>
      </tr>
    </thead>
    <tbody>
      ${repeat(view.counters, ({ counter }) => counter, (one) => {
        const [name, kind, words] = STATES[one.state];
        return html`<tr>
          <th scope="row"><a href="/counter/${one.counter}">${pick(boot.place.noun).replace("{n}", one.counter)}</a></th>
          <td><span class="tag" data-kind=${kind}>${icon(name)} ${words()} ${one.number ?? nothing}</span></td>
          <td>${one.clerk ?? "–"}</td>
          <td class="figure">${one.served}</td>
        </tr>`;
      })}
    </tbody>
  </table>
</section>`;

const BOOTHS = {
  free: ["circle-check", "ok", () => t("booth free")],
  prepared: ["plug-connected", "info", () => t("line tested")],
  ready: ["user-check", "attention", () => t("booth ready")],
  busy: ["video", "info", () => t("talk going on")],
};

const booths = () => html`<section aria-labelledby="booths">
  <h2 id="booths">${t("Video booths")}</h2>
  <table>
    <thead>
      <tr>
        <th scope="col">${t("Booth")}</th>
        <th scope="col">${t("State")}</th>
        <th scope="col">${t("Clerk")}</th>
        <th scope="col" class="figure">${t("Next talk")}</th>
      </tr>
    </thead>
    <tbody>
      ${repeat(view.booths, ({ booth }) => booth, (one) => {
        const [name, kind, words] = BOOTHS[one.state];
        return html`<tr data-booth=${one.booth} data-state=${one.state}>
          <th scope="row">${pick(one.name)}</th>
          <td>
            ${tag(kind, name, one.state === "free" ? words() : t("{state} since {time}", { state: words(), time: at(one.since) }))}
            ${one.until ? html`<span class="muted">${t("until {time}", { time: at(one.until) })}</span>` : nothing}
          </td>
          <td>${(one.state !== "free" && one.clerk) || "–"}</td>
          <td class="figure">${one.next ? at(one.next) : "–"}</td>
        </tr>`;
      })}
    </tbody>
  </table>
</section>`;

const at = (iso) => clock(new Date(iso), boot.timezone);

const kiosks = () => html`<section aria-labelledby="kiosks">
  <h2 id="kiosks">${t("Kiosks")}</h2>
  <table>
    <thead>
      <tr>
        <th scope="col">${t("Kiosk")}</th>
        <th scope="col">${t("Connection")}</th>
        <th scope="col">${t("Printer")}</th>
      </tr>
    </thead>
    <tbody>
      ${repeat(view.kiosks, ({ kiosk }) => kiosk, (one) => html`<tr>
        <th scope="row">${kioskName(one.kiosk)} <span class="muted">${one.zone}</span></th>
        <td>${connection(one)}</td>
        <td>${printer(one)}</td>
      </tr>`)}
    </tbody>
  </table>
</section>`;

const tag = (kind, name, words) => html`<span class="tag" data-kind=${kind}>${icon(name)} ${words}</span>`;

const connection = ({ connected, state: said, unsent }) => html`${connected
  ? tag("ok", "circle-check", t("works"))
  : tag("trouble", "plug-connected-x", said ? t("no connection") : t("not heard of"))}
${unsent ? html`<span class="muted">${t("numbers not here yet: {n}", { n: unsent })}</span>` : nothing}`;

function printer({ kiosk, prints, connected, detail, slips }) {
  if (!prints) return t("none");
  if (!connected) return "–";
  const fault = printerFault(view.alerts, kiosk);
  const low = view.alerts.some((alert) => alert.kind === "paper_low" && alert.kiosk === kiosk);
  if (fault) return tag("trouble", "printer-off", fault);
  return html`${low ? tag("attention", "printer", t("paper is running out")) : tag("ok", "printer", t("prints"))}
    <span class="muted">${[detail, slips !== null && t("slips left: about {n}", { n: slips })].filter(Boolean).join(" · ")}</span>`;
}

const SOUNDS = {
  on: () => tag("ok", "volume", t("sound on")),
  off: () => tag("none", "volume-off", t("sound off")),
  blocked: () => tag("trouble", "volume-off", t("sound blocked")),
};

const boards = () => html`<section aria-labelledby="boards">
  <h2 id="boards">${t("Screens of the waiting areas")}</h2>
  <table>
    <thead>
      <tr>
        <th scope="col">${t("Screen")}</th>
        <th scope="col">${t("Connection")}</th>
        <th scope="col">${t("Sound")}</th>
        <th scope="col" class="figure">${t("Clock")}</th>
      </tr>
    </thead>
    <tbody>
      ${repeat(view.boards, ({ zone, device }) => `${zone} ${device}`, (one) => html`<tr data-board=${one.zone}>
        <th scope="row">${pick(one.name)} <span class="muted">${one.device}</span></th>
        <td>${connection(one)}</td>
        <td>${(one.connected && SOUNDS[one.sound]?.()) || "–"}</td>
        <td class="figure">${one.connected && one.clock_ms !== null ? offBy(one.clock_ms) : "–"}</td>
      </tr>`)}
    </tbody>
  </table>
</section>`;

/** By how much a clock is wrong; a second is nothing. */
const offBy = (ms) => (Math.abs(ms) < 1000 ? t("right") : t("{n} s", { n: `${ms > 0 ? "+" : "−"}${Math.round(Math.abs(ms) / 1000)}` }));

const devices = () => html`<section aria-labelledby="devices">
  <h2 id="devices">${t("Devices")}</h2>
  <table>
    <thead>
      <tr>
        <th scope="col">${t("Device")}</th>
        <th scope="col">${t("State")}</th>
      </tr>
    </thead>
    <tbody>
      ${repeat(view.devices, ({ device }) => device, (one) => html`<tr>
        <th scope="row">${one.device} <span class="muted">${one.channel}</span></th>
        <td>${deviceState(one)}</td>
      </tr>`)}
    </tbody>
  </table>
</section>`;

function deviceState(one) {
  const { connected, state: said, detail } = one;
  if (one.device === "uplink") return networkState(one);
  if (!connected) return html`<span class="tag" data-kind="trouble">${icon("plug-connected-x")} ${t("no connection")}</span>`;
  if (said === "ok") return html`<span class="tag" data-kind="ok">${icon("circle-check")} ${t("works")}</span>`;
  return html`<span class="tag" data-kind="attention">${icon("alert-triangle")} ${said} ${detail}</span>`;
}

const PHASES = {
  new: () => t("not reached yet"), up: () => t("connected"), down: () => t("no connection"),
  behind: () => t("the node has records that this server lost: restore them"), busy: () => t("another server speaks for this centre"),
  refused: () => t("the network does not take this centre's papers"),
};

/** The line to the network: its phase, and what waits since when. */
const networkState = ({ state: phase, unsent, unsent_since: since }) => html`<span class="tag" data-kind=${phase === "up" ? "ok" : "attention"}>
  ${icon(phase === "up" ? "circle-check" : "alert-triangle")} ${PHASES[phase]?.() ?? phase}</span>
  ${unsent ? tn("{n} record waits", "{n} records wait", unsent) : nothing} ${unsent && since ? t("since {time}", { time: clock(new Date(since), boot.timezone) }) : nothing}`;
