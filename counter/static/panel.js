/** The call panel as a page: one number and one word, large enough for any screen over a counter. */
import { html, nothing } from "/static/vendor/lit/lit-html.js";
import { repeat } from "/static/vendor/lit/directives/repeat.js";
import { boot, clock, deviceName, draw, fit, icon, mark, pick, spoken, t } from "/static/page.js";
import { connect } from "/static/link.js";

const PULSE_MS = 3200;

let panel = null;
let link = { state: "down" };
let newUntil = 0;

const server = connect({
  channel: boot.channel,
  device: deviceName(boot.device),
  protocol: boot.protocol,
  onView({ data }) {
    if (panel && data.state === "called" && nameOf(data) !== nameOf(panel)) pulse();
    panel = data;
    render();
  },
  onLink(state) {
    link = state;
    if (link.state === "refused") import("/static/again.js");
    render();
  },
});

const nameOf = ({ state, number, calls }) => (state === "called" ? `${number}/${calls}` : null);

function pulse() {
  newUntil = Date.now() + PULSE_MS;
  setTimeout(render, PULSE_MS);
}

/** What each state shows: {sign, words, icon}; the sign is the large thing, spoken what a screen reader hears of it. */
const FACES = {
  called: ({ number }) => ({ sign: number, heard: spoken(number), words: t("Please come"), icon: "bell-ringing" }),
  serving: ({ number }) => ({ sign: number, heard: spoken(number), words: t("We are serving") }),
  idle: () => ({ words: t("Please wait for the call") }),
  paused: ({ until }) =>
    until
      ? { sign: clock(until, boot.timezone), words: t("Back at this time"), icon: "coffee" }
      : { sign: t("Break"), words: "", icon: "coffee" },
  closed: (view) => ({ sign: t("Closed"), words: view.open.length ? t("Nearest: {places}", { places: places(view) }) : "" }),
  cut: () => ({ sign: "– – –", heard: t("No connection"), words: t("Listen to the staff"), icon: "plug-connected-x" }),
};

/** The open counters in the words of this one's place: "1. un 2. lodziņš". */
function places({ counter, place, open }) {
  const [before, after = ""] = pick(place).split(counter);
  const dot = /^\S*/.exec(after)[0];
  const list = open.map((each, i) => (i < open.length - 1 ? each + dot : each));
  return before + new Intl.ListFormat(boot.language).format(list) + after;
}

function render() {
  const cut = ["stale", "replaced", "refused"].includes(link.state);
  const state = cut ? "cut" : (panel?.state ?? "idle");
  const face = FACES[state](panel);
  const key = panel && !cut ? `${state}/${panel.number}/${panel.calls}` : state;
  draw(html`${repeat([key], () => key, () => screen(state, face))}`);
}

const screen = (state, face) => html`<main class="panel" data-state=${state} ?data-new=${Date.now() < newUntil}>
  <h1>${panel ? pick(panel.place) : boot.counter}</h1>
  ${face.icon ? icon(face.icon) : nothing}
  <div class="sign">${face.sign ? sign(face) : mark()}</div>
  <p class="words">${link.state === "replaced" ? takeOver() : face.words}</p>
  <p class="visually-hidden" role="status">${face.heard ?? ""}</p>
</main>`;

const sign = ({ sign: text, heard }) =>
  html`<strong class="number" aria-hidden=${heard ? "true" : "false"} ${fit(text)}>${text}</strong>`;

const takeOver = () => html`${t("This screen is open in another window.")}
  <button class="button" type="button" @click=${() => server.takeOver()}>${t("Use here")}</button>`;

document.fonts.addEventListener("loadingdone", render);
render();
