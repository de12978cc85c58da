/** How the board looks: templates over a scene, without state of their own. */
import { html, nothing } from "/static/vendor/lit/lit-html.js";
import { ref } from "/static/vendor/lit/directives/ref.js";
import { clock, fit, icon, mark, pick, t } from "/static/page.js";
import { callBlock, newest, nextCalls, oldCall, recentCalls } from "/display/static/calls_view.js";
import { slideView } from "/display/static/slides_view.js";
import { closed, empty, instruction, loading, night, pause } from "/display/static/states_view.js";
import { tiles } from "/display/static/tiles.js";

const SOUND = {
  cut: () => html`<p class="sound" data-kind="cut">${icon("plug-connected-x")} <span>${t("No connection")}</span></p>`,
  voice: () => html`<p class="sound">${icon("volume")} <span>${t("Calls are also spoken")}</span></p>`,
  on: () => html`<p class="sound">${icon("volume")} <span>${t("A call comes with a chime")}</span></p>`,
  off: () => html`<p class="sound">${icon("volume-off")} <span>${t("Sound is off: watch the screen")}</span></p>`,
  blocked: ({ asks }) => (asks ? html`<p class="sound">${icon("volume-off")}</p>` : touch()),
  silent: () => nothing,
};

const touch = () => html`<button class="sound" type="button">
  ${icon("volume-off")} <span>${t("Sound is blocked. Touch once.")}</span>
</button>`;

const MAIN = {
  calls: callBlock,
  last: oldCall,
  slide: (scene) => slideView(scene.slide),
  rest: pause,
  closed,
  empty,
  instruction,
  loading,
};

/** The whole page of a scene. */
export const board = (scene) => (scene.kind === "night" ? night(scene) : awake(scene));

const awake = (scene) => html`
  <div
    class="board"
    data-kind=${scene.kind}
    data-link=${scene.link.state}
    data-count=${scene.kind === "calls" ? scene.block.length : 0}
    data-beside=${scene.layout.beside}
    data-tall=${scene.layout.call > 420}
    ?data-swapped=${scene.swapped}
    ${sized(scene)}
  >
    <header>
      ${mark()}
      <h1 ?data-long=${pick(scene.centre).length > 60}>${pick(scene.centre)}</h1>
      ${SOUND[scene.sound](scene)}
      <time class="clock">${clock(scene.now, scene.timezone)}</time>
    </header>
    ${scene.cut ? cutBand(scene) : nothing}
    <main>${MAIN[scene.kind](scene)} ${scene.recent.length ? recentCalls(scene.recent) : nothing}</main>
    <footer>
      ${scene.waiting.length ? nextCalls(scene.waiting, scene.more) : nothing}
      ${scene.queues.length ? tiles(scene.queues) : nothing}
      ${scene.cut ? html`<p class="valid">${t("Numbers are valid. The queue goes on.")}</p>` : nothing}
      ${scene.asks ? touch() : nothing}
      ${scene.notice ? notice(pick(scene.notice)) : nothing}
    </footer>
    <p class="visually-hidden" role="status">${newest(scene)}</p>
  </div>
`;

/** Gives the style sheet the sizes of the layout, and by how much all stands aside. */
const sized = ({ layout, block, orbit: [x, y] }) =>
  ref((element) => {
    const sizes = {
      call: layout.call, band: layout.band[Math.max(1, block.length) - 1], recent: layout.recent, aside: layout.aside,
      columns: layout.columns, rows: Math.ceil(layout.recents / layout.columns), "orbit-x": x, "orbit-y": y,
    };
    for (const [name, value] of Object.entries(sizes)) element?.style.setProperty(`--${name}`, value);
  });

const notice = (text) => html`<p class="notices">${icon("info-circle")} <span ${fit(text, 600)}>${text}</span></p>`;

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
