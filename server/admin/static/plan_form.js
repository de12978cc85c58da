/** The forms of the plan: one widget for each kind of field, as the server describes them. */
import { html, nothing } from "/static/vendor/lit/lit-html.js";
import { repeat } from "/static/vendor/lit/directives/repeat.js";
import { live } from "/static/vendor/lit/directives/live.js";
import { boot, icon, pick, t } from "/static/page.js";
import { choose, nameOf } from "./plan_names.js";

const LANGUAGE = { lv: () => t("in Latvian"), en: () => t("in English"), ru: () => t("in Russian"), uk: () => t("in Ukrainian") };

/** The fields of a section of the page. */
export const section = (page, own) => own.fields.map((name) => top(page, boot.fields[name]));

/** A part of the file, with its heading. */
function top(page, field) {
  const place = { path: field.name, get: () => page.data[field.name], set: (value) => page.change((data) => (data[field.name] = value)) };
  return html`<section class="card" aria-labelledby="h-${field.name}">
    <h3 id="h-${field.name}">${field.label}</h3>
    ${field.help ? html`<p class="small">${field.help}</p>` : nothing} ${fault(page, field.name)} ${inner(page, field, place)}
  </section>`;
}

const within = (page, place, key, path) => ({
  path,
  get: () => place.get()?.[key],
  set: (value) => {
    const whole = place.get();
    page.change(() => (whole[key] = value));
  },
});

/** What is inside a field, without its label where it is a whole of its own. */
function inner(page, field, place) {
  const value = place.get();
  if (field.none && ["part", "list", "table"].includes(field.form) && (value === null || value === undefined)) {
    return html`<p class="small">${field.form === "part" ? t("Not there.") : t("As in the catalogue.")}</p> ${button(page, place, "plus", t("Add"), () => place.set(structuredClone(field.empty)))}`;
  }
  const away = field.none && ["part", "list"].includes(field.form) ? button(page, place, "trash", t("Remove"), () => place.set(null)) : nothing;
  if (field.form === "part") return html`<div class="plan-part">${parts(page, field, place)}</div>${away}`;
  if (field.form === "list") return html`${field.of ? list(page, field, place) : values(page, field, place)}${away}`;
  if (field.form === "table") return table(page, field, place);
  return leaf(page, field, place);
}

const parts = (page, field, place) => field.of.map((one) => row(page, one, within(page, place, one.name, `${place.path}.${one.name}`)));

/** A field with its label. */
function row(page, field, place) {
  if (["part", "list", "table", "text", "choices"].includes(field.form)) {
    return html`<fieldset class="plan-group" data-path=${place.path}>
      <legend>${field.label} ${lock(page, place)}</legend>
      ${help(field, place)} ${fault(page, place.path)} ${inner(page, field, place)}
    </fieldset>`;
  }
  return html`<div class="plan-field" data-path=${place.path}>
    ${field.form === "tick" && !field.none
      ? leaf(page, field, place)
      : html`<label for=${place.path}>${field.label} ${lock(page, place)}</label>${leaf(page, field, place)}`}
    ${help(field, place)} ${fault(page, place.path)}
  </div>`;
}

const help = (field, place) => (field.help ? html`<p class="small" id="help-${place.path}">${field.help}</p>` : nothing);
const lock = (page, place) => (page.locked(place.path) ? html`<span class="tag" data-kind="info">${icon("lock")} ${t("The network sets this.")}</span>` : nothing);

function fault(page, path) {
  const text = page.fault(path);
  return text ? html`<p class="plan-fault" id="fault-${path}">${icon("alert-triangle")} ${text}</p>` : nothing;
}

const described = (page, field, path) =>
  [field.help ? `help-${path}` : "", page.fault(path) ? `fault-${path}` : ""].filter(Boolean).join(" ") || nothing;

/** One input. */
function leaf(page, field, place) {
  const value = place.get();
  const { path } = place;
  const off = page.locked(path);
  const bad = page.fault(path) ? "true" : nothing;
  if (field.form === "text") return texts(page, field, place);
  if (field.form === "choices") return ticks(page, field, place);
  if (field.form === "tick") {
    if (!field.none)
      return html`<label class="tick-box"><input type="checkbox" id=${path} ?disabled=${off} .checked=${live(Boolean(value))}
        aria-invalid=${bad} aria-describedby=${described(page, field, path)} @change=${(e) => place.set(e.target.checked)} /> ${field.label} ${lock(page, place)}</label>`;
    const options = [["", t("as in the catalogue")], ["yes", t("yes")], ["no", t("no")]];
    return select(page, place, options, value === null ? "" : value ? "yes" : "no", (said) => place.set(said === "" ? null : said === "yes"), off, bad);
  }
  if (field.form === "choice") {
    const options = field.none ? [["", t("as in the catalogue")], ...field.choices] : field.choices;
    return select(page, place, options, value ?? "", (said) => place.set(said === "" && field.none ? null : said), off, bad);
  }
  const known = field.to && choose(page.data, field.to, null);
  if (known && !["skill", "account", "language"].includes(field.to)) {
    const options = known.map(([code, name]) => [code, name === code ? code : `${name} (${code})`]);
    if (value && !known.some(([code]) => code === value)) options.unshift([value, t("{code}: not there", { code: value })]);
    if (field.none || !value) options.unshift(["", field.none ? t("none") : t("choose")]);
    return select(page, place, options, value ?? "", (said) => place.set(said === "" && field.none ? null : said), off, bad);
  }
  const number = field.form === "number";
  const lines = !number && typeof value === "string" && value.length > 70;
  const set = (e) => {
    const said = e.target.value.trim();
    if (number) place.set(said === "" ? (field.none ? null : 0) : Number(said.replace(",", ".")));
    else place.set(said === "" && field.none ? null : e.target.value);
  };
  if (lines) return html`<textarea id=${path} rows="3" ?disabled=${off} .value=${live(value)} aria-invalid=${bad} aria-describedby=${described(page, field, path)} @input=${set}></textarea>`;
  return html`<input id=${path} class=${number ? "short" : ""} type=${number ? "number" : "text"} step=${number && !field.whole ? "any" : nothing}
      list=${known ? `known-${field.to}` : nothing} ?disabled=${off} .value=${live(value === null || value === undefined ? "" : String(value))}
      aria-invalid=${bad} aria-describedby=${described(page, field, path)} @input=${set} />
    ${known ? html`<datalist id="known-${field.to}">${known.map(([code, name]) => html`<option value=${code}>${name}</option>`)}</datalist>` : nothing}`;
}

const select = (page, place, options, value, set, off, bad) => html`<select id=${place.path} ?disabled=${off} aria-invalid=${bad} @change=${(e) => set(e.target.value)}>
  ${options.map(([code, name]) => html`<option value=${code} ?selected=${code === value} .selected=${live(code === value)}>${name}</option>`)}
</select>`;

/** A text in every language of the centre. */
function texts(page, field, place) {
  const value = place.get();
  const languages = [...new Set([...page.data.languages, ...Object.keys(value ?? {})])];
  const off = page.locked(place.path);
  const set = (language, said) => {
    const next = { ...(place.get() ?? {}) };
    if (said.trim()) next[language] = said;
    else delete next[language];
    place.set(Object.keys(next).length || !field.none ? next : null);
  };
  return html`<div class="plan-texts">
    ${languages.map((language) => {
      const path = `${place.path}.${language}`;
      return html`<div class="plan-field">
        <label for=${path}>${LANGUAGE[language]?.() ?? language}</label>
        <textarea id=${path} lang=${language} rows=${(value?.[language] ?? "").length > 60 ? 2 : 1} ?disabled=${off} .value=${live(value?.[language] ?? "")}
          aria-invalid=${page.fault(path) || page.fault(place.path) ? "true" : nothing} @input=${(e) => set(language, e.target.value)}></textarea>
        ${fault(page, path)}
      </div>`;
    })}
  </div>`;
}

/** Several of a closed list, such as weekdays. */
function ticks(page, field, place) {
  const chosen = place.get() ?? [];
  const set = (code, on) => place.set(field.choices.map(([one]) => one).filter((one) => (one === code ? on : chosen.includes(one))));
  return html`<div class="plan-ticks">
    ${field.choices.map(
      ([code, name]) => html`<label class="tick-box"><input type="checkbox" id="${place.path}.${code}" ?disabled=${page.locked(place.path)}
        .checked=${live(chosen.includes(code))} @change=${(e) => set(code, e.target.checked)} /> ${name}</label>`,
    )}
  </div>`;
}

/** A list of codes, numbers or texts, in order. */
function values(page, field, place) {
  const value = place.get();
  const all = value === "all";
  const off = page.locked(place.path);
  return html`
    ${field.may_all
      ? html`<label class="tick-box"><input type="checkbox" id="${place.path}.all" ?disabled=${off} .checked=${live(all)}
          @change=${(e) => place.set(e.target.checked ? "all" : everything(page, field, place))} /> ${t("all of them")}</label>`
      : nothing}
    ${all ? nothing : named(page, field, place, value ?? [], off)}
  `;
}

const everything = (page, field, place) => choose(page.data, field.to, place.path).map(([code]) => code);

function named(page, field, place, value, off) {
  const known = field.to ? choose(page.data, field.to, place.path) : null;
  const put = (next) => place.set(next);
  return html`<ol class="plan-values">
      ${value.map((one, at) => {
        const path = `${place.path}[${at}]`;
        const name = known ? nameOf(page.data, field.to, one) : "";
        return html`<li>
          ${known
            ? html`<span id=${path}>${name === one ? one : `${name} (${one})`}</span>`
            : html`<input id=${path} type=${field.item === "number" ? "number" : "text"} ?disabled=${off} aria-label="${field.label} ${at + 1}"
                aria-invalid=${page.fault(path) ? "true" : nothing} .value=${live(field.item === "text" ? (one.lv ?? "") : String(one))}
                @input=${(e) => put(value.map((each, n) => (n === at ? item(field, each, e.target.value) : each)))} />`}
          ${movers(page, place, value, at, name || String(pick(one) || one), off)} ${fault(page, path)}
        </li>`;
      })}
    </ol>
    ${off ? nothing : known ? adder(page, field, place, value, known) : button(page, place, "plus", t("Add"), () => put([...value, structuredClone(field.empty)]))}`;
}

const item = (field, before, said) => (field.item === "number" ? Number(said) : field.item === "text" ? { ...before, lv: said } : said);

function adder(page, field, place, value, known) {
  const left = known.filter(([code]) => !value.includes(code));
  if (["skill", "account"].includes(field.to)) {
    return html`<label class="plan-add">${t("Add")} <input type="text" list="known-${field.to}" @change=${(e) => e.target.value.trim() && (place.set([...value, e.target.value.trim()]), (e.target.value = ""))} /></label>
      <datalist id="known-${field.to}">${left.map(([code, name]) => html`<option value=${code}>${name}</option>`)}</datalist>`;
  }
  return left.length
    ? html`<label class="plan-add"><span class="visually-hidden">${t("Add to {what}", { what: field.label })}</span>
        <select id="${place.path}.add" @change=${(e) => e.target.value && (place.set([...value, e.target.value]), (e.target.value = ""))}>
          <option value="">${t("Add")}…</option>
          ${left.map(([code, name]) => html`<option value=${code}>${name === code ? code : `${name} (${code})`}</option>`)}
        </select></label>`
    : nothing;
}

/** Up, down, away: for every list, without dragging. */
function movers(page, place, value, at, name, off) {
  if (off) return nothing;
  const move = (by) => {
    const next = [...value];
    next.splice(at + by, 0, next.splice(at, 1)[0]);
    page.said = t("{name}: now place {n} of {all}", { name, n: at + by + 1, all: value.length });
    place.set(next);
    const id = `${place.path}[${at + by}]`;
    (document.getElementById(`${by < 0 ? "up" : "down"}-${id}`) ?? document.getElementById(`${by < 0 ? "down" : "up"}-${id}`))?.focus();
  };
  const id = `${place.path}[${at}]`;
  return html`<span class="plan-movers">
    ${at > 0 ? html`<button type="button" id="up-${id}" class="button" aria-label=${t("Up: {name}", { name })} @click=${() => move(-1)}>${icon("arrow-up")}</button>` : nothing}
    ${at < value.length - 1 ? html`<button type="button" id="down-${id}" class="button" aria-label=${t("Down: {name}", { name })} @click=${() => move(1)}>${icon("arrow-down")}</button>` : nothing}
    <button type="button" id="off-${id}" class="button" aria-label=${t("Remove: {name}", { name })} @click=${() => away(page, place, value, at, name)}>${icon("trash")}</button>
  </span>`;
}

function away(page, place, value, at, name) {
  page.said = t("Removed: {name}", { name });
  place.set(value.filter((_, n) => n !== at));
  const next = document.getElementById(`off-${place.path}[${Math.min(at, value.length - 2)}]`);
  (next ?? document.getElementById("fields"))?.focus();
}

const opened = new WeakSet();

/** A list of parts: each one opens by its name. */
function list(page, field, place) {
  const value = place.get() ?? [];
  const off = page.locked(place.path);
  const add = () => {
    const made = structuredClone(field.empty);
    opened.add(made);
    place.set([...value, made]);
    document.getElementById(`open-${place.path}[${value.length}]`)?.focus();
  };
  return html`<ol class="plan-list">
      ${repeat(
        value,
        (one) => one,
        (one, at) => {
          const path = `${place.path}[${at}]`;
          const own = { path, get: () => place.get()[at], set: (next) => page.change(() => (place.get()[at] = next)) };
          const title = titled(page, field, one, at);
          const faults = page.checked.faults.filter((each) => each.path.startsWith(`${path}.`) || each.path === path).length;
          const open = opened.has(one);
          return html`<li data-path=${path}>
            <div class="plan-item">
              <button type="button" class="plan-open" id="open-${path}" aria-expanded=${open} @click=${() => toggle(page, one)}>
                ${icon("chevron-right")} <span>${title}</span>
                ${faults ? html`<span class="tag" data-kind="trouble">${icon("alert-triangle")} ${t("fault")}</span>` : nothing}
              </button>
              ${movers(page, place, value, at, title, off)}
            </div>
            ${open ? html`<div class="plan-part">${fault(page, path)} ${parts(page, field, own)}</div>` : nothing}
          </li>`;
        },
      )}
    </ol>
    ${off ? nothing : button(page, place, "plus", t("Add to {what}", { what: field.label }), add, `${place.path}.add`)}`;
}

function toggle(page, one) {
  if (!opened.delete(one)) opened.add(one);
  page.draw();
}

/** What a part of a list is called. */
function titled(page, field, one, at) {
  if (field.name === "queues" && one.code) return `${nameOf(page.data, "queue", one.code)} (${one.code})`;
  const named = pick(one.name ?? one.short ?? {}) || (one.text && typeof one.text === "object" ? pick(one.text) : "");
  const first = field.of.find((each) => each.to && each.form === "string" && one[each.name]);
  const code = first && ["code", "counter", "queue"].includes(first.name) ? nameOf(page.data, first.to, one[first.name]) : one.code;
  const hours = one.spans !== undefined ? [days(field, one.days), one.date, one.spans || t("closed")].filter(Boolean).join(" ") : "";
  return [code, named && named !== code ? named : "", hours].filter(Boolean).join(" · ") || t("new ({n})", { n: at + 1 });
}

function days(field, on) {
  const names = field.of.find((each) => each.name === "days")?.choices ?? [];
  return names.filter(([code]) => on?.includes(code)).map(([, name]) => name).join(", ");
}

/** Rows by code: reasons of a pause, the voice's words by language. */
function table(page, field, place) {
  const value = place.get() ?? {};
  const off = page.locked(place.path);
  const add = (event) => {
    const input = event.currentTarget.closest(".plan-add").querySelector("input, select");
    const code = input.value.trim();
    if (code && !(code in value)) place.set({ ...value, [code]: structuredClone(field.empty) });
    input.value = "";
  };
  const free = field.to === "language" ? boot.known_languages.filter((one) => !(one in value)) : null;
  return html`${Object.entries(value).map(([code]) => {
      const path = `${place.path}.${code}`;
      const own = { path, get: () => place.get()[code], set: (next) => page.change(() => (place.get()[code] = next)) };
      return html`<fieldset class="plan-group" data-path=${path}>
        <legend>${code}</legend>
        ${fault(page, path)} ${field.of ? html`<div class="plan-part">${parts(page, field, own)}</div>` : texts(page, { ...field, none: false }, own)}
        ${off ? nothing : button(page, place, "trash", t("Remove: {name}", { name: code }), () => place.set(Object.fromEntries(Object.entries(value).filter(([one]) => one !== code))))}
      </fieldset>`;
    })}
    ${off
      ? nothing
      : html`<p class="plan-add">
          <label>${t("Add under the name")}
            ${free ? html`<select>${free.map((one) => html`<option>${one}</option>`)}</select>` : html`<input id="${place.path}.new" type="text" />`}</label>
          <button class="button" type="button" @click=${add}>${icon("plus")} ${t("Add")}</button>
        </p>`}`;
}

const button = (page, place, sign, text, press, id = nothing) =>
  page.locked(place.path) ? nothing : html`<button class="button" type="button" id=${id} @click=${press}>${icon(sign)} ${text}</button>`;
