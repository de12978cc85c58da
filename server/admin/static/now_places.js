/** Queues as bars of promises, counters with who is there, and what may be done with them. */
import { html, nothing, svg } from "/static/vendor/lit/lit-html.js";
import { repeat } from "/static/vendor/lit/directives/repeat.js";
import { boot, icon, pick, range, t, tn } from "/static/page.js";
import { message, release, setProfile, setQueue } from "./now_acts.js";
import { act, at, counterName, lasting, minutes, open, page, person, tag } from "./now_page.js";
import { list } from "./now_visits.js";

const SCALE = 40;

const WAITS = {
  empty: () => html`<span class="small">${t("nobody waits")}</span>`,
  waiting: () => html`<span class="small">${t("no promise")}</span>`,
  within: () => tag("ok", "circle-check", t("as promised")),
  near: () => tag("info", "clock", t("near its end")),
  over: ({ over }) => tag("attention", "alert-triangle", over ? t("over by {n} min", { n: over }) : t("just over")),
};

/** The promised band and, as a diamond, the longest wait, on a track of 0 to 40 minutes. */
function bar({ low, high, longest, state }) {
  const x = (value) => 8 + (Math.min(value, SCALE) / SCALE) * 144;
  const waited = longest ? minutes(longest) : null;
  return svg`<svg class="promise" viewBox="0 0 160 20" aria-hidden="true" data-state=${state}>
    <path class="promise-track" d="M8 10h144" />
    ${high === null ? nothing : svg`<rect class="promise-band" x=${x(low ?? 0)} y="4" width=${Math.max(4, x(high) - x(low ?? 0))} height="12" rx="3" />`}
    ${waited === null ? nothing : svg`<path class="promise-now" d=${`M${x(waited)} 2l8 8-8 8-8-8z`} />`}
  </svg>`;
}

export const queues = () => html`<section class="card" aria-labelledby="queues">
  <h2 id="queues">${t("Queues")} <span class="small">${t("band = promised now, diamond = longest wait, 0–40 min")}</span></h2>
  <div class="scroll" tabindex="0" role="group" aria-labelledby="queues"><table>
    <thead><tr>
      <th scope="col">${t("Queue")}</th>
      <th scope="col" class="n">${t("Waiting now")}</th>
      <th scope="col">${t("Promise")}</th>
      <th scope="col" colspan="2">${t("Longest wait")}</th>
      <th scope="col">${t("State")}</th>
      ${page.view.queues.some(({ acts }) => acts.length) ? html`<th scope="col">${t("Numbers")}</th>` : nothing}
    </tr></thead>
    <tbody>${repeat(page.view.queues, ({ queue }) => queue, queue)}</tbody>
  </table></div>
</section>`;

function queue(one) {
  const name = `${one.letter} ${pick(one.name)}`;
  return html`<tr data-queue=${one.queue} data-gives=${one.gives}>
    <th scope="row"><strong>${one.letter}</strong> ${pick(one.name)}</th>
    <td class="n">${one.waiting ? html`<button class="figure-button" type="button" @click=${() => list({ queue: one.queue })}>
      ${one.waiting}<span class="visually-hidden">: ${t("who waits in {queue}", { queue: name })}</span></button>` : 0}</td>
    <td class="nowrap">${range(one.low, one.high) ?? "–"}</td>
    <td class="n">${one.longest ? t("{n} min", { n: minutes(one.longest) }) : "–"}</td>
    <td>${bar(one)}</td>
    <td>${one.gives || one.waiting ? WAITS[one.state](one) : nothing}
      ${one.gives ? nothing : html`${tag("none", "player-pause", t("gives no numbers"))} ${one.why ? html`<span class="small">${one.why}</span>` : nothing}`}</td>
    ${one.acts.length
      ? html`<td>${one.gives
          ? act(null, t("Close it"), () => setQueue(one, false), { of: name, id: "close" })
          : act(null, t("Open it"), () => setQueue(one, true), { of: name, id: "open" })}</td>`
      : nothing}
  </tr>`;
}

const STATES = {
  closed: ["lock", "none", () => t("closed")],
  idle: ["circle-check", "ok", () => t("free")],
  called: ["speakerphone", "attention", () => t("calling")],
  serving: ["user", "info", () => t("serving")],
  paused: ["player-pause", "none", () => t("paused")],
};

export const counters = () => html`<section class="card" aria-labelledby="counters">
  <h2 id="counters">${t("Counters")}</h2>
  <div class="scroll" tabindex="0" role="group" aria-labelledby="counters"><table>
    <thead><tr>
      <th scope="col">${t("Counter")}</th>
      <th scope="col">${t("Clerk")}</th>
      <th scope="col">${t("State")}</th>
      <th scope="col" class="n">${t("Time")}</th>
      <th scope="col" class="n">${t("Served")}</th>
      ${page.view.counters.some(({ acts }) => acts.length) ? html`<th scope="col">${t("Acts")}</th>` : nothing}
    </tr></thead>
    <tbody>${repeat(page.view.counters, ({ counter }) => counter, counter)}</tbody>
  </table></div>
</section>`;

const ACTS = {
  ReleaseCounter: (one) => ["lock", t("Close the counter"), () => release(one), "release"],
  SetProfile: (one) => ["adjustments", t("Change what it serves"), () => setProfile(one), "profile"],
  SendMessage: (one) => ["message", t("Message"), () => message(one), "message"],
};

const choose = (one, name) => open({ key: "counter", title: name, choices: one.acts.map((each) => ACTS[each](one)) });

function counter(one) {
  const [sign, kind, words] = STATES[one.state];
  const name = counterName(one.counter);
  const shown = page.view.counters.some(({ acts }) => acts.length);
  return html`<tr data-counter=${one.counter} data-state=${one.state}>
    <th scope="row"><a href="/counter/${one.counter}">${name}</a></th>
    <td>${one.clerk ? person(one.clerk) : "–"} ${one.clerk ? html`<span class="small">${profileName(one.profile)}</span>` : nothing}</td>
    <td>${tag(kind, sign, html`${words()} ${one.number ?? nothing}`)} ${beside(one)}</td>
    <td class="n">${one.clerk && one.since ? lasting(one.since) : "–"}</td>
    <td class="n">${one.served}</td>
    ${shown ? html`<td>${one.acts.length ? act(null, t("Do"), () => choose(one, name), { of: name, id: "counter" }) : nothing}</td>` : nothing}
  </tr>`;
}

const profileName = (code) => pick(boot.profiles.find((one) => one.code === code)?.name);

/** What is to be known of the state: until when the pause is, how long such a service usually takes, who could be called. */
function beside(one) {
  if (one.state === "paused") {
    const until = one.until ? t("until {time}", { time: at(one.until) }) : null;
    return html`<span class="small">${[pick(boot.pauses[one.pause]), until].filter(Boolean).join(", ")}</span>`;
  }
  if (one.state === "serving" && one.usual !== null) {
    const late = minutes(one.since) > 2 * one.usual;
    return html`<span class="small">${late ? icon("alert-triangle") : nothing} ${t("usually {n} min", { n: one.usual })}</span>`;
  }
  if (one.idle) {
    const words = tn("{n} person waits for it for {min} min", "{n} people wait for it for {min} min", one.idle.waiting, { min: minutes(one.idle.since) });
    return html`<span class="small">${minutes(one.idle.since) >= 1 ? icon("alert-triangle") : nothing} ${words}</span>`;
  }
  return nothing;
}
