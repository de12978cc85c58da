/** How the board looks: templates over what `board.js` knows, without state of their own. */
import { html, nothing } from "/static/vendor/lit/lit-html.js";
import { repeat } from "/static/vendor/lit/directives/repeat.js";
import { clock, fit, icon, mark, pick, spoken, t } from "/static/page.js";
import { tiles } from "/display/static/tiles.js";

const SOUND = {
  cut: () => html`<p class="sound" data-kind="cut">${icon("plug-connected-x")} <span>${t("No connection")}</span></p>`,
  on: () => html`<p class="sound">${icon("volume")} <span>${t("A call comes with a chime")}</span></p>`,
  off: () => html`<p class="sound">${icon("volume-off")} <span>${t("Sound is off: watch the screen")}</span></p>`,
  blocked: () => html`<button class="sound" type="button">
    ${icon("volume-off")} <span>${t("Sound is blocked. Touch once.")}</span>
  </button>`,
};

const NTH = ["second call", "third call", "fourth call", "fifth call"];
const nth = (calls) => (calls < 2 ? null : t(NTH[calls - 2] ?? "call {n}", { n: calls }));

/** `screen`: {centre, zone, now, timezone, sound, link, block, recent, bright, fresh, queues, idle}. */
export const board = (screen) => html`
  <div class="board" data-link=${screen.link.state} data-count=${screen.block.length}>
    <header>
      ${mark()}
      <h1 ?data-long=${pick(screen.centre).length > 60}>${pick(screen.centre)}</h1>
      ${SOUND[isCut(screen.link) ? "cut" : screen.sound]()}
      <time class="clock">${clock(screen.now, screen.timezone)}</time>
    </header>
    ${isCut(screen.link) ? cutBand(screen) : nothing}
    <main>${isCut(screen.link) ? lastKnown(screen) : current(screen)}</main>
    <footer>${isCut(screen.link) ? valid() : tiles(screen.queues)}</footer>
    <p class="visually-hidden" role="status">${newest(screen)}</p>
  </div>
`;

export const isCut = (link) => link.state === "stale" || link.state === "replaced" || link.state === "refused";

const valid = () => html`<p class="valid">${t("Numbers are valid. The queue goes on.")}</p>`;

const current = (screen) => html`
  ${screen.block.length ? callBlock(screen) : empty(screen)}
  ${screen.block.length > 1 || !screen.recent.length ? nothing : recentCalls(screen.recent)}
`;

const callBlock = (screen) => html`<section class="calls" aria-label=${t("Called now")}>
  ${repeat(
    screen.block,
    (call) => call.key,
    (call) => (screen.block.length > 1 ? band(call, screen) : single(call, screen)),
  )}
</section>`;

const stateOf = (screen) => (screen.bright ? "bright" : "calm");

const single = (call, screen) => html`<article class="call" data-state=${stateOf(screen)} ?data-new=${screen.fresh.has(call.key)}>
  <p class="label">${t("Ticket number")}${again(call)}</p>
  <p class="number" ${fit(call.number)}>${call.number}</p>
  <p class="towards">${screen.bright ? t("Please come {towards}", { towards: pick(call.towards) }) : pick(call.towards)}</p>
  ${icon("arrow-right")}
  <p class="counter" aria-hidden="true" ${fit(call.counter)}>${call.counter}</p>
</article>`;

const band = (call, screen) => html`<article class="band" data-state=${stateOf(screen)} ?data-new=${screen.fresh.has(call.key)}>
  <p class="number" ${fit(call.number)}>${call.number}</p>
  ${icon("arrow-right")}
  <p class="towards">${pick(call.towards)}${again(call)}</p>
  <p class="counter" aria-hidden="true" ${fit(call.counter)}>${call.counter}</p>
</article>`;

const again = (call) => (nth(call.calls) ? html`<span class="again">${nth(call.calls)}</span>` : nothing);

const recentCalls = (calls) => html`<section class="recent" aria-labelledby="recent">
  <h2 id="recent">${t("Called before")}</h2>
  <ol>
    ${repeat(calls, (call) => call.key, recentCall)}
  </ol>
</section>`;

const recentCall = (call) => html`<li data-state=${call.state}>
  <span class="number">${call.number}</span>
  ${icon("arrow-right")}
  <span class="counter" ${fit(call.counter)}>${call.counter}</span>
</li>`;

const empty = (screen) => html`<section class="empty">
  ${mark()}
  <p>${screen.idle}</p>
</section>`;

const cutBand = ({ link, timezone }) => html`<div class="cut" role="alert">
  ${icon("plug-connected-x")}
  <p>${cutText(link, timezone)}</p>
  ${link.state === "replaced" ? html`<button class="button" type="button" data-act="take-over">${t("Use here")}</button>` : nothing}
</div>`;

function cutText(link, timezone) {
  if (link.state === "replaced") return t("This screen is open in another window.");
  const since = t("The screen has not been updated since {time}.", { time: clock(link.at, timezone) });
  return `${since} ${t("Please listen to the staff.")}`;
}

/** The last truth in grey with its time; after 5 minutes without a link nothing of it stays. */
function lastKnown({ block, recent, link, now, timezone }) {
  const [call, ...before] = [...block, ...recent];
  if (!call || now - link.at > 5 * 60_000) return html`<section class="empty"><p>${t("Please listen to the staff.")}</p></section>`;
  return html`<section class="calls" aria-label=${t("Last known call")}>
      <article class="call" data-state="old">
        <p class="label">${t("Last known call, at {time}", { time: clock(call.at, timezone) })}</p>
        <p class="number" ${fit(call.number)}>${call.number}</p>
        <p class="towards">${pick(call.towards)}</p>
      </article>
    </section>
    ${before.length ? recentCalls(before.slice(0, 4)) : nothing}`;
}

/** What a screen reader hears of the newest call. */
const newest = ({ block: [call], link }) =>
  call && !isCut(link) ? [spoken(call.number), pick(call.towards), nth(call.calls)].filter(Boolean).join(", ") : "";
