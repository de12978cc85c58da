/** The video booths: which is free or taken until when, whose talk is next, and the signal that one is ready. */
import { html, nothing } from "/static/vendor/lit/lit-html.js";
import { repeat } from "/static/vendor/lit/directives/repeat.js";
import { icon, pick, t } from "/static/page.js";
import { refusal } from "./desk_actions.js";
import { personName } from "./lock.js";
import { line, serviceName, time } from "./words.js";

const STATES = {
  free: ["circle-check", "ok", () => t("booth free")],
  prepared: ["plug-connected", "info", () => t("line tested")],
  ready: ["user-check", "attention", () => t("booth ready")],
  busy: ["video", "info", () => t("talk going on")],
};

/** What a press says of the booth. */
const STEPS = {
  free: ["door-exit", () => t("Set free")],
  prepared: ["plug-connected", () => t("Line tested")],
  ready: ["user-check", () => t("Ready")],
  busy: ["video", () => t("The talk has begun")],
};

/** All booths of the centre with what can be done now; nothing where there are none. */
export const booths = (desk) =>
  desk.view.booths.length
    ? html`<h3 class="lead">${icon("video")} ${t("Video booths")}</h3>
        <ul class="booths">
          ${repeat(desk.view.booths, (one) => one.booth, (one) => booth(desk, one))}
        </ul>`
    : nothing;

function booth(desk, one) {
  const [name, kind, words] = STATES[one.state];
  const taken = one.state !== "free";
  return html`<li data-booth=${one.booth} data-state=${one.state}>
    <p>
      <strong>${pick(one.name)}</strong>
      <span class="tag" data-kind=${kind}>${icon(name)} ${taken ? t("{state} since {time}", { state: words(), time: time(one.since) }) : words()}</span>
    </p>
    ${taken ? html`<p class="muted">${line(one.talk && told(desk, one.talk), one.until && t("until {time}", { time: time(one.until) }), one.clerk && personName(one.clerk))}</p>` : nothing}
    ${one.next ? html`<p>${t("Next: {what}", { what: told(desk, one.next) })}</p>` : nothing}
    <p class="booth-steps">
      ${repeat([one.talk, one.next].filter((talk) => talk?.due), (talk) => talk.appointment, (talk) => hasCome(desk, one, talk))}
      ${repeat(one.steps, ({ state }) => state, (step) => act(desk, one, step))}
      ${one.call ? callTo(desk, one, one.call) : nothing}
    </p>
    ${one.call?.called ? html`<p class="muted">${proof(one.call)}</p>` : nothing}
    ${refusal(desk, placeOf(one.booth))}
  </li>`;
}

/** To the first step of a booth: of the one that must be seen to, else of the first where anything can be done. */
export function focusBooths({ view }) {
  const due = view.alerts.find(({ kind }) => kind === "booth");
  (firstStep(due?.booth) ?? document.querySelector(".booths button"))?.focus();
}

const firstStep = (booth) => document.querySelector(`[data-booth="${booth}"] button`);

/** "10:00 J001 Videokonsultācija": a talk, with the number of its visitor or that nobody has come. */
const told = (desk, talk) => `${time(talk.start)} ${talk.number ?? t("(not here yet)")} ${serviceName(desk, talk.service)}`;

function hasCome(desk, { booth }, { start, code }) {
  const label = t("Has come: {time}, {code}", { time: time(start), code });
  return press(desk, booth, "user-check", t("Has come"), label, "CheckIn", { code });
}

function callTo(desk, { booth, name }, { number, called }) {
  const words = called ? t("Call {number} again", { number }) : t("Call {number}", { number });
  return press(desk, booth, "speakerphone", words, `${words}: ${pick(name)}`, "CallToPlace", { kind: "booth", place: booth });
}

/** When somebody was called to a booth, and whether a screen has shown that. */
const proof = ({ number, at, shown }) =>
  line(t("{number}: called at {time}", { number, time: time(at) }), shown ? t("on a screen at {time}", { time: time(shown) }) : t("not on a screen yet"));

function act(desk, { booth, name }, { state, appointment }) {
  const [picture, words] = STEPS[state];
  return press(desk, booth, picture, words(), `${words()}: ${pick(name)}`, "SetBooth", { booth, state, appointment });
}

const press = (desk, booth, name, words, label, command, data) => html`<button
  class="button needs-link"
  type="button"
  aria-label=${label}
  aria-busy=${desk.ui.busy === command ? "true" : nothing}
  @click=${() => run(desk, booth, command, data)}
>
  ${icon(name)}<span class="button-label">${words}</span>
</button>`;

/** A step takes the pressed button away; the next one of its booth then holds the reading position. */
async function run(desk, booth, command, data) {
  await desk.run([[command, data]], placeOf(booth));
  if (document.activeElement === document.body) firstStep(booth)?.focus();
}

/** Where the refusals of a booth are shown. */
const placeOf = (booth) => `booth ${booth}`;
