/** The screens on the walls, and how loud they speak. */
import { html, nothing } from "/static/vendor/lit/lit-html.js";
import { boot, icon, pick, t } from "/static/page.js";
import { choice, line, tick, weekdays, zones } from "./board_fields.js";

const LAYOUTS = () => [
  ["auto", t("by size and distance")],
  ["full", t("calls and queues")],
  ["calls", t("calls only")],
];

export const screens = (page) => html`<section aria-labelledby="screens">
  <h2 id="screens" tabindex="-1">${t("Screens")}</h2>
  ${page.content.screens.length ? nothing : html`<p class="muted">${t("The plan names no screens.")}</p>`}
  <ul class="cards">
    ${page.content.screens.map((screen, at) => card(page, screen, at))}
  </ul>
</section>`;

function card(page, screen, at) {
  const path = `screens[${at}]`;
  const put = (name) => (value) => page.change(() => (screen[name] = value));
  return html`<li>
    <h3>${icon("device-tv")} ${screen.code} <span class="muted">${pick(boot.zones.find(({ code }) => code === screen.zone)?.name)}</span></h3>
    ${page.checked.few.includes(at)
      ? html`<p class="notice" data-kind="attention">${icon("eye")} <span>${t("From the farthest seat fewer than four rows can be read. A larger screen, nearer seats or calls only would help.")}</span></p>`
      : nothing}
    <div class="fields">
      ${line(page, `${path}.inches`, t("Diagonal, inches"), screen.inches, put("inches"), { type: "number", min: 5, max: 120, step: "any" })}
      ${line(page, `${path}.metres`, t("Farthest seat, metres"), screen.metres, put("metres"), { type: "number", min: 1, max: 60, step: "any" })}
      ${choice(page, `${path}.layout`, t("Shows"), screen.layout, LAYOUTS(), put("layout"))}
      <div class="ticks">
        ${tick(`${path}.sound`, t("has a loudspeaker"), screen.sound, put("sound"))}
        ${tick(`${path}.loop`, t("feeds an induction loop"), screen.loop, put("loop"))}
        ${tick(`${path}.slides`, t("shows slides"), screen.slides, put("slides"))}
        ${tick(`${path}.swaps`, t("sides change from day to day"), screen.swaps, put("swaps"))}
      </div>
    </div>
  </li>`;
}

export function loudness(page) {
  const { voice, quiet } = page.content;
  return html`<section aria-labelledby="loudness">
    <h2 id="loudness" tabindex="-1">${t("Voice")}</h2>
    <div class="fields">${zones(page, "quiet", t("Waiting areas where calls are shown, not spoken"), quiet, (value) => page.change((all) => (all.quiet = value)))}</div>
    ${voice ? volumes(page, voice) : html`<p class="muted">${t("The plan has no voice.")}</p>`}
  </section>`;
}

function volumes(page, voice) {
  const percent = { type: "number", min: 0, max: 100 };
  return html`<div class="fields">
      ${line(page, "voice.volume", t("Usual volume, percent"), voice.volume, (value) => page.change(() => (voice.volume = value)), percent)}
    </div>
    <ul class="cards">
      ${voice.volumes.map((one, at) => html`<li>
        <div class="fields">
          ${line(page, `voice.volumes[${at}].spans`, t("Hours"), one.spans, (value) => page.change(() => (one.spans = value)), { help: t("For example 8:30-12:00; 13:00-17:00") })}
          ${line(page, `voice.volumes[${at}].percent`, t("Volume, percent"), one.percent, (value) => page.change(() => (one.percent = value)), percent)}
          ${weekdays(page, `voice.volumes[${at}].days`, one.days, (value) => page.change(() => (one.days = value)))}
        </div>
        <button class="button" type="button" data-kind="grave" @click=${() => page.change(() => voice.volumes.splice(at, 1))}>${icon("x")} ${t("Remove these hours")}</button>
      </li>`)}
    </ul>
    <div class="adders">
      <button class="button" type="button" data-add="volume" @click=${() => page.change(() => voice.volumes.push({ spans: "", percent: voice.volume, days: [] }))}>${icon("plus")} ${t("Other volume at certain hours")}</button>
    </div>`;
}
