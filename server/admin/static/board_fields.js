/** Labelled fields of the page of the boards, each with what the server says about it. */
import { html, nothing } from "/static/vendor/lit/lit-html.js";
import { live } from "/static/vendor/lit/directives/live.js";
import { boot, icon, pick, t } from "/static/page.js";

const id = (path) => `f-${path.replace(/[^\w]+/g, "-")}`;

function framed(page, path, label, help, control) {
  const fault = page.fault(path);
  const name = id(path);
  const about = [help && `${name}-help`, fault && `${name}-fault`].filter(Boolean).join(" ");
  return html`<div class="field">
    <label for=${name}>${label}</label>
    ${control({ name, about: about || nothing, invalid: fault ? "true" : nothing })}
    ${help ? html`<p class="muted" id="${name}-help">${help}</p>` : nothing} ${wrong(name, fault)}
  </div>`;
}

/** What is wrong with something of several fields. */
export const wrongWith = (page, path) => wrong(id(path), page.fault(path));

const wrong = (name, fault) => (fault ? html`<p class="fault" id="${name}-fault">${icon("alert-triangle")} ${fault}</p>` : nothing);

/** One line. `set(value)` takes what was typed. */
export const line = (page, path, label, value, set, { help = "", type = "text", min, max, step, lang = nothing } = {}) =>
  framed(page, path, label, help, ({ name, about, invalid }) => html`<input
    id=${name} type=${type} lang=${lang} min=${min ?? nothing} max=${max ?? nothing} step=${step ?? nothing} autocomplete="off"
    aria-describedby=${about} aria-invalid=${invalid} .value=${live(String(value ?? ""))}
    @input=${({ target }) => type !== "number" && set(target.value)}
    @change=${({ target }) => type === "number" && set(target.value === "" ? null : Number(target.value))} />`);

export const area = (page, path, label, value, set, { help = "", rows = 6 } = {}) =>
  framed(page, path, label, help, ({ name, about, invalid }) => html`<textarea
    id=${name} rows=${rows} lang="lv" maxlength="2000" aria-describedby=${about} aria-invalid=${invalid} .value=${live(value)}
    @input=${({ target }) => set(target.value)}></textarea>`);

/** One of `options` as [value, text] pairs. */
export const choice = (page, path, label, value, options, set, { help = "" } = {}) =>
  framed(page, path, label, help, ({ name, about, invalid }) => html`<select
    id=${name} aria-describedby=${about} aria-invalid=${invalid} @change=${({ target }) => set(target.value)}>
    ${options.map(([code, text]) => html`<option value=${code} .selected=${live(code === value)}>${text}</option>`)}
  </select>`);

export const tick = (path, label, value, set) =>
  html`<label class="tick"><input id=${id(path)} type="checkbox" .checked=${live(value)} @change=${({ target }) => set(target.checked)} /> <span>${label}</span></label>`;

/** Several of `options`; they stay in the order of the options. */
export function several(page, path, legend, values, options, set) {
  const put = (code, on) => set(options.map(([each]) => each).filter((each) => (each === code ? on : values.includes(each))));
  return html`<fieldset class="field">
    <legend>${legend}</legend>
    <div class="ticks">${options.map(([code, text]) => tick(`${path}-${code}`, text, values.includes(code), (on) => put(code, on)))}</div>
    ${wrongWith(page, path)}
  </fieldset>`;
}

const WEEKDAYS = [
  ["mon", () => t("Mo")],
  ["tue", () => t("Tu")],
  ["wed", () => t("We")],
  ["thu", () => t("Th")],
  ["fri", () => t("Fr")],
  ["sat", () => t("Sa")],
  ["sun", () => t("Su")],
];

export const weekdays = (page, path, values, set) =>
  several(page, path, t("Days (none: every day)"), values, WEEKDAYS.map(([code, text]) => [code, text()]), set);

export const zones = (page, path, legend, values, set) =>
  several(page, path, legend, values, boot.zones.map(({ code, name }) => [code, pick(name)]), set);

/** The first and the last date; what `part` has of them is changed in place. */
export const dates = (page, path, part) => html`
  ${line(page, `${path}.since`, t("First day"), part.since, (value) => page.change(() => (part.since = value)), { type: "date" })}
  ${line(page, `${path}.until`, t("Last day"), part.until, (value) => page.change(() => (part.until = value)), { type: "date" })}`;

/** The buttons of one part in its list: up, down, away. `what` names it to who does not see where the button stands. */
export function places(page, parts, at, what, key) {
  const move = (by) => {
    page.change(() => parts.splice(at + by, 0, ...parts.splice(at, 1)));
    page.said = t("{what}: now number {n} of {all}", { what, n: at + by + 1, all: parts.length });
    page.draw();
    const button = (name) => document.getElementById(`${name}-${key}`);
    (button(by < 0 ? "up" : "down").disabled ? button(by < 0 ? "down" : "up") : button(by < 0 ? "up" : "down")).focus();
  };
  const remove = () => {
    page.change(() => parts.splice(at, 1));
    page.said = t("Removed: {what}", { what });
    page.draw();
    document.querySelector(`[data-list="${key.split("-")[0]}"] h2`)?.focus();
  };
  return html`
    <button class="button" type="button" id="up-${key}" ?disabled=${at === 0} aria-label=${t("Up: {what}", { what })} @click=${() => move(-1)}>↑</button>
    <button class="button" type="button" id="down-${key}" ?disabled=${at === parts.length - 1} aria-label=${t("Down: {what}", { what })} @click=${() => move(1)}>↓</button>
    <button class="button" type="button" data-kind="grave" aria-label=${t("Remove: {what}", { what })} @click=${remove}>${icon("x")}</button>`;
}
