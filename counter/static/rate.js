/** The rating tablet: two questions after each visit, faces with words; calm as soon as they are answered or a minute is over. */
import { html, nothing } from "/static/vendor/lit/lit-html.js";
import { boot, deviceName, draw, icon, mark, pick, t } from "/static/page.js";
import { connect } from "/static/link.js";

const THANKS_MS = 6000;
const FACES = [
  ["5", "mood-happy", "Very well"],
  ["4", "mood-smile", "Well"],
  ["3", "mood-neutral", "So-so"],
  ["2", "mood-sad", "Badly"],
  ["1", "mood-cry", "Very badly"],
];
const SETTLED = [
  ["yes", "circle-check", "Yes, wholly"],
  ["partly", "circle-half-2", "In part"],
  ["no", "circle-x", "Not today"],
];

let view = null;
let link = { state: "down" };
let said = {};
let thanked = 0;
let timer = null;
const answered = new Set();

const server = connect({
  channel: boot.channel,
  device: deviceName(boot.device),
  protocol: boot.protocol,
  onView({ data }) {
    if (said.key && data.key !== said.key) send();
    view = data;
    step();
  },
  onLink(state) {
    link = state;
    if (link.state === "refused") import("/static/again.js");
    render();
  },
});

const now = () => server.now().getTime();
const asks = () => view?.state === "ask" && !answered.has(view.key) && now() < Date.parse(view.until);
const cut = () => ["stale", "refused"].includes(link.state);

/** Draws, and comes back when what stands on the screen is over with time alone. */
function step() {
  clearTimeout(timer);
  if (said.key && !asks()) send();
  render();
  const ends = [thanked + THANKS_MS, asks() ? Date.parse(view.until) : 0].filter((at) => at > now());
  if (ends.length) timer = setTimeout(step, Math.min(...ends) - now() + 20);
}

/** One press answers a question; after the second, or when time is over, it is sent. */
function answer(name, value) {
  said = { ...said, key: view.key, [name]: value };
  if (said.score && said.settled) {
    thanked = now();
    send();
  }
  step();
}

/** Sends what was said once; the server keeps one answer for each visit, so a second try does no harm. */
async function send(left = 3) {
  const { key, ...answers } = said;
  said = {};
  answered.add(key);
  const body = new URLSearchParams({ key, ...answers });
  const done = await fetch(`/rate/${boot.counter}`, { method: "POST", body }).catch(() => null);
  if (done || !left) return;
  await new Promise((later) => setTimeout(later, 2000));
  if (view?.key === key) {
    said = { key, ...answers };
    send(left - 1);
  }
}

function render() {
  const state = cut() ? "cut" : thanked + THANKS_MS > now() ? "thanks" : asks() ? (said.score ? "settled" : "score") : "calm";
  document.body.dataset.state = state;
  draw(html`<main class="rate" data-state=${state} aria-live="polite">${SCREENS[state]()}</main>`);
}

const SCREENS = {
  score: () => question("score", "How were you served?", FACES),
  settled: () => question("settled", "Was your matter settled today?", SETTLED),
  thanks: () => html`${icon("heart-handshake")}<h1>${both("Thank you for your answer!")}</h1>`,
  calm: () => html`${mark()}<h1>${view ? pick(view.place) : boot.counter}</h1><p>${view ? pick(view.centre) : nothing}</p>`,
  cut: () => html`${icon("plug-connected-x")}<h1>${both("No connection")}</h1>`,
};

const question = (name, text, choices) => html`<h1 id="question">${both(text)}</h1>
  <div class="choices" role="group" aria-labelledby="question">
    ${choices.map(
      ([value, sign, word]) =>
        html`<button class="button" type="button" data-value=${value} @click=${() => answer(name, value)}>
          ${icon(sign)} <span>${both(word)}</span>
        </button>`,
    )}
  </div>
  <p class="small">${both("Without a name. Your answer is not tied to your number.")}</p>`;

/** Latvian, and under it the language in which the number was taken. */
function both(text) {
  const second = view?.language ?? "lv";
  const other = second === "lv" ? text : t(text, {}, second);
  return html`<span>${t(text)}</span>${second === "lv" ? nothing : html`<span class="second" lang=${second}>${other}</span>`}`;
}

step();
