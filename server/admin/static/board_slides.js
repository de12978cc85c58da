/** The slides in their order: how each looks, when it is shown, and its fields. */
import { html, nothing } from "/static/vendor/lit/lit-html.js";
import { repeat } from "/static/vendor/lit/directives/repeat.js";
import { unsafeHTML } from "/static/vendor/lit/directives/unsafe-html.js";
import { icon, pick, t } from "/static/page.js";
import { area, choice, dates, line, places, tick, weekdays, wrongWith, zones } from "./board_fields.js";
import { chooser } from "./board_media.js";

const KINDS = {
  text: ["note", () => t("Text")],
  picture: ["file-certificate", () => t("Picture")],
  video: ["video", () => t("Video")],
  phone: ["device-mobile", () => t("Code of this centre's page")],
  feedback: ["message-2", () => t("Code of the page for complaints and proposals")],
  rule: ["help-circle", () => t("Why numbers are not called one after another")],
};

const CODED = new Set(["phone", "feedback"]);

const title = (slide) => (slide.text?.lv ?? "").split("\n").find((row) => row.trim())?.replace(/^#+\s*/, "") || KINDS[slide.kind][1]();

export const slides = (page) => html`<section data-list="slide" aria-labelledby="slides">
  <h2 id="slides" tabindex="-1">${t("Slides")}</h2>
  <p class="muted">${t("They are shown beside the calls while nobody is called, one after another. A call takes their place at once.")}</p>
  <ol class="cards">
    ${repeat(page.content.slides, ({ code }) => code, (slide, at) => card(page, slide, at))}
  </ol>
  <div class="adders">
    <span>${t("Add:")}</span>
    ${Object.entries(KINDS).map(([kind, [name, text]]) => html`<button class="button" type="button" data-add=${kind} @click=${() => add(page, kind)}>${icon(name)} ${text()}</button>`)}
  </div>
</section>`;

function add(page, kind) {
  const code = `s${Date.now().toString(36)}${page.content.slides.length}`;
  page.open = code;
  page.change(({ slides: all }) =>
    all.push({ code, kind, text: {}, file: "", zones: [], seconds: 12, since: "", until: "", season: "", days: [], spans: "" }),
  );
  document.querySelector(`[data-slide="${code}"] :is(textarea, input, select)`)?.focus();
}

function card(page, slide, at) {
  const open = page.open === slide.code;
  const what = title(slide);
  const faulty = page.checked.faults.some(({ path }) => path.startsWith(`slides[${at}]`));
  return html`<li class="slide-card" data-slide=${slide.code}>
    <div class="slide-head">
      ${open ? nothing : preview(page, slide, at)}
      <div class="slide-what">
        <h3>${icon(KINDS[slide.kind][0])} ${what}</h3>
        <p class="when">${page.checked.when[at] ?? ""}</p>
        <p>${faulty ? tagged("trouble", "alert-triangle", t("has a fault")) : page.checked.now[at] ? tagged("ok", "check", t("shown today at this hour")) : tagged("none", "clock", t("not now"))}</p>
      </div>
      <div class="slide-does">
        <button class="button" type="button" aria-expanded=${open} aria-label=${t("Change: {what}", { what })} @click=${() => toggle(page, slide, open)}>${icon("pencil")} ${t("Change")}</button>
        ${places(page, page.content.slides, at, what, `slide-${slide.code}`)}
      </div>
    </div>
    ${open ? form(page, slide, at) : nothing}
  </li>`;
}

function toggle(page, slide, open) {
  page.open = open ? "" : slide.code;
  page.draw();
}

const tagged = (kind, name, text) => html`<span class="tag" data-kind=${kind}>${icon(name)} ${text}</span>`;

/** As the server makes it for a board; smaller, in the board's colours. */
function preview(page, slide, at) {
  const shown = page.checked.slides[at];
  if (!shown) return html`<div class="preview" data-theme="vakars"></div>`;
  const { kind, file, html: words, text } = shown;
  return html`<div class="preview" data-theme="vakars" data-kind=${kind} lang="lv">
    ${words.lv ? html`<div class="preview-words">${unsafeHTML(words.lv)}</div>` : nothing}
    ${kind === "video" && slide.file ? html`<video src=${file} muted playsinline preload="metadata" aria-label=${pick(text)}></video>` : nothing}
    ${CODED.has(kind) || (kind === "picture" && slide.file) ? html`<img src=${file} alt=${pick(text)} />` : nothing}
  </div>`;
}

function form(page, slide, at) {
  const path = `slides[${at}]`;
  const change = (work) => page.change(work);
  const say = (value) => change(() => (slide.text = value ? { ...slide.text, lv: value } : {}));
  const words = slide.text?.lv ?? "";
  return html`<div class="slide-form">
    <div class="fields">
      ${slide.kind === "text"
        ? area(page, `${path}.text.lv`, t("Text (in Latvian)"), words, say, { help: t("# heading, **bold**, - list. Links and HTML are shown as text.") })
        : nothing}
      ${CODED.has(slide.kind) ? area(page, `${path}.text.lv`, t("Sentence beside the code (empty: ours)"), words, say, { rows: 3 }) : nothing}
      ${slide.kind === "picture" || slide.kind === "video"
        ? html`${chooser(page, slide, path)}
            ${line(page, `${path}.text.lv`, t("What is to be seen (in Latvian)"), words, say, { lang: "lv", help: t("For who cannot see it.") })}`
        : nothing}
      ${line(page, `${path}.seconds`, t("Seconds"), slide.seconds, (value) => change(() => (slide.seconds = value)), { type: "number", min: 5, max: 300 })}
      ${zones(page, `${path}.zones`, t("Waiting areas (none: everywhere)"), slide.zones, (value) => change(() => (slide.zones = value)))}
      ${dates(page, path, slide)} ${season(page, slide, path)}
      ${weekdays(page, `${path}.days`, slide.days, (value) => change(() => (slide.days = value)))}
      ${line(page, `${path}.spans`, t("Hours (empty: all day)"), slide.spans, (value) => change(() => (slide.spans = value)), { help: t("For example 8:30-12:00; 13:00-17:00") })}
    </div>
    ${preview(page, slide, at)}
  </div>`;
}

const MONTHS = Array.from({ length: 12 }, (_, i) => String(i + 1).padStart(2, "0"));

/** The same stretch of every year: a day and a month at each end. */
function season(page, slide, path) {
  const put = (value) => page.change(() => (slide.season = value));
  const on = tick(`${path}.season-on`, t("The same days of every year"), slide.season !== "", (set) => put(set ? "03-01/06-01" : ""));
  if (!slide.season) return html`<div class="field">${on}</div>`;
  const ends = slide.season.split("/").map((end) => end.split("-"));
  const end = (i, j, value) => {
    ends[i][j] = String(value).padStart(2, "0");
    put(ends.map((one) => one.join("-")).join("/"));
  };
  const month = (i) => choice(page, `${path}.season-month${i}`, i ? t("until month") : t("from month"), ends[i][0], MONTHS.map((m) => [m, String(Number(m))]), (value) => end(i, 0, value));
  const day = (i) => line(page, `${path}.season-day${i}`, i ? t("until day") : t("from day"), Number(ends[i][1]), (value) => end(i, 1, value), { type: "number", min: 1, max: 31 });
  return html`<div class="field">${on}<div class="season">${day(0)} ${month(0)} ${day(1)} ${month(1)}</div>${wrongWith(page, `${path}.season`)}</div>`;
}
