/** Calls on the board: one in its block, several in bands, those called before in a list, those still to come in a line. */
import { html, nothing } from "/static/vendor/lit/lit-html.js";
import { repeat } from "/static/vendor/lit/directives/repeat.js";
import { clock, fit, icon, pick, spoken, t } from "/static/page.js";

const NTH = ["second call", "third call", "fourth call", "fifth call"];
const nth = ({ times }) => (times > 1 ? t(NTH[times - 2] ?? "call {n}", { n: times }) : null);
const again = (call) => (nth(call) ? html`<span class="again">${nth(call)}</span>` : nothing);

const stateOf = (scene) => (scene.bright ? "bright" : "calm");

export const callBlock = (scene) => html`<section class="calls" aria-label=${t("Called now")}>
  ${repeat(
    scene.block,
    (call) => call.key,
    (call) => (scene.block.length > 1 ? band(call, scene) : single(call, scene)),
  )}
</section>`;

/** What stands on the sign: a counter's code as it is, that of a room or booth as in its numbers (D1-1). */
const sign = ({ counter, place }) => (place === "room" || place === "booth" ? counter.toUpperCase() : counter);

const counter = (call) => html`<p class="counter" aria-hidden="true" ${fit(sign(call))}>${sign(call)}</p>`;

const single = (call, scene) => html`<article class="call" data-call=${call.key} data-state=${stateOf(scene)} ?data-new=${scene.fresh.has(call.key)}>
  <p class="label" ${fit([t("Ticket number"), nth(call)].filter(Boolean).join(" "))}><span>${t("Ticket number")}</span>${again(call)}</p>
  <p class="number" ${fit(call.number)}>${call.number}</p>
  ${sentence(scene.bright ? t("Please come {towards}", { towards: pick(call.towards) }) : pick(call.towards))}
  ${arrow(call)} ${counter(call)}
</article>`;

/** Where the counter lies, as the plan says. */
const arrow = (call) => icon(`arrow-${call.arrow ?? "right"}`);

const sentence = (text) => html`<p class="towards" ${fit(text, 600)}>${text}</p>`;

const band = (call, scene) => html`<article class="band" data-call=${call.key} data-state=${stateOf(scene)} ?data-new=${scene.fresh.has(call.key)}>
  <p class="number" ${fit(call.number)}>${call.number}</p>
  ${arrow(call)}
  <p class="towards" ${fit(pick(call.towards), 600)}>${pick(call.towards)}${again(call)}</p>
  ${counter(call)}
</article>`;

/** The last call that is known, without a place for more: nobody can say whether it still holds. */
export const oldCall = ({ block: [call], timezone }) => html`<section class="calls" aria-label=${t("Last known call")}>
  <article class="call" data-state="old">
    <p class="label">${t("Last known call, at {time}", { time: clock(call.at, timezone) })}</p>
    <p class="number" ${fit(call.number)}>${call.number}</p>
    ${sentence(pick(call.towards))}
  </article>
</section>`;

export const recentCalls = (calls) => html`<section class="recent" aria-labelledby="recent">
  <h2 id="recent">${t("Called before")}</h2>
  <ol>
    ${repeat(calls, (call) => call.key, recentCall)}
  </ol>
</section>`;

const recentCall = (call) => html`<li data-call=${call.key} data-state=${call.state}>
  <span class="number" ${fit(call.number)}>${call.number}</span>
  ${arrow(call)}
  <span class="counter" ${fit(sign(call))}>${sign(call)}</span>
</li>`;

/** Calls whose place in the block is still to come: as many as the line has room for, and how many more there are. */
export const nextCalls = (calls, more) => html`<section class="next" aria-labelledby="next">
  <h2 id="next">${t("Next calls")}</h2>
  <ol>
    ${repeat(
      calls,
      (call) => call.key,
      (call) => html`<li data-call=${call.key}><span class="number">${call.number}</span> ${arrow(call)} <span class="place">${sign(call)}</span></li>`,
    )}
    ${more > 0 ? html`<li>+${more}</li>` : nothing}
  </ol>
</section>`;

/** What a screen reader hears of the newest call. */
export const newest = ({ kind, block: [call] }) =>
  call && kind === "calls" ? [spoken(call.number), pick(call.towards), nth(call)].filter(Boolean).join(", ") : "";
