/** Notices: sentences for visitors, on the boards and wherever somebody chooses a service. */
import { html } from "/static/vendor/lit/lit-html.js";
import { repeat } from "/static/vendor/lit/directives/repeat.js";
import { boot, icon, pick, t } from "/static/page.js";
import { choice, dates, line, places } from "./board_fields.js";

const KINDS = () => [
  ["info", t("for information")],
  ["attention", t("important")],
];
let given = 0;
const names = new WeakMap();
const nameOf = (notice) => names.get(notice) ?? names.set(notice, `notice-${(given += 1)}`).get(notice);

export const notices = (page) => html`<section data-list="notice" aria-labelledby="notices">
  <h2 id="notices" tabindex="-1">${t("Notices")}</h2>
  <p class="muted">${t("A sentence at the foot of the boards, at the kiosk and on the phone.")}</p>
  <ol class="cards">
    ${repeat(page.content.notices, nameOf, (notice, at) => card(page, notice, at))}
  </ol>
  <div class="adders">
    <button class="button" type="button" data-add="notice" @click=${() => add(page)}>${icon("plus")} ${t("Add a notice")}</button>
  </div>
</section>`;

function add(page) {
  page.change(({ notices: all }) => all.push({ text: { lv: "" }, kind: "info", about: [], since: "", until: "" }));
  document.getElementById(`f-notices-${page.content.notices.length - 1}-text-lv`)?.focus();
}

function card(page, notice, at) {
  const path = `notices[${at}]`;
  const say = (language) => (value) =>
    page.change(() => {
      notice.text = { ...notice.text, [language]: value };
      if (!value && language !== "lv") delete notice.text[language];
    });
  const what = notice.text.lv || t("Notice {n}", { n: at + 1 });
  return html`<li>
    <div class="slide-head">
      <p class="slide-what">
        <span class="when">${page.checked.notices[at] ?? ""}</span>
        ${page.checked.notices_now[at] ? html`<span class="tag" data-kind="ok">${icon("check")} ${t("shown today")}</span>` : html`<span class="tag">${icon("clock")} ${t("not now")}</span>`}
      </p>
      <div class="slide-does">${places(page, page.content.notices, at, what, nameOf(notice))}</div>
    </div>
    <div class="fields">
      ${line(page, `${path}.text.lv`, t("In Latvian"), notice.text.lv ?? "", say("lv"), { lang: "lv" })}
      ${line(page, `${path}.text.en`, t("In English (may be empty)"), notice.text.en ?? "", say("en"), { lang: "en" })}
      ${choice(page, `${path}.kind`, t("Kind"), notice.kind, KINDS(), (value) => page.change(() => (notice.kind = value)))}
      ${dates(page, path, notice)} ${about(page, notice, path)}
    </div>
  </li>`;
}

/** What a notice is about: none is the centre; each can be taken away, others added. */
function about(page, notice, path) {
  const put = (codes) => page.change(() => (notice.about = codes));
  const left = boot.about.filter(({ code }) => !notice.about.includes(code));
  const named = (code) => pick(boot.about.find((one) => one.code === code)?.name) || code;
  return html`<div class="field">
    ${choice(page, `${path}.about`, t("About (none: the whole centre)"), "", [["", t("Add…")], ...left.map(({ code, name }) => [code, pick(name)])], (code) => code && put([...notice.about, code]))}
    ${notice.about.map((code) => html`<button class="button" type="button" aria-label=${t("Remove: {what}", { what: named(code) })} @click=${() => put(notice.about.filter((each) => each !== code))}>${named(code)} ${icon("x")}</button>`)}
  </div>`;
}
