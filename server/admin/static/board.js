/** The manager's page of the boards: a draft of what stands on them, checked by the server at every change, saved as one. */
import { html, nothing } from "/static/vendor/lit/lit-html.js";
import { boot, draw, icon, t } from "/static/page.js";
import { commandId } from "/static/command_id.js";
import { attachLock } from "/counter/static/lock.js";
import { post } from "./board_post.js";
import { slides } from "./board_slides.js";
import { files } from "./board_media.js";
import { notices } from "./board_notices.js";
import { loudness, screens } from "./board_screens.js";

const CHECK_AFTER_MS = 250;

/** What is said (`content`), what the server says of it, the files there are, and what is open. */
const page = {
  content: boot.content,
  version: boot.version,
  checked: boot.checked,
  files: boot.files,
  open: "",
  dirty: false,
  busy: false,
  answer: null,
  said: "",
  sending: null,
  draw: paint,

  /** Takes a change in; the server's word on it comes a moment later. */
  change(work) {
    work(page.content);
    page.dirty = true;
    page.answer = null;
    paint();
    clearTimeout(timer);
    timer = setTimeout(check, CHECK_AFTER_MS);
  },

  /** What is wrong with the field at a path such as `slides[0].since`, with a part of it or with what it is part of. */
  fault: (path) => page.checked.faults.find((one) => within(one.path, path) || within(path, one.path))?.text,
};

const within = (inner, outer) => inner === outer || inner.startsWith(`${outer}.`) || inner.startsWith(`${outer}[`);
let timer = 0;
let asked = 0;

async function check() {
  const turn = ++asked;
  const found = await post("/admin/board/check", JSON.stringify(page.content));
  if (turn !== asked || !found.faults) return;
  page.checked = found;
  paint();
}

async function save() {
  if (page.busy) return;
  clearTimeout(timer);
  Object.assign(page, { busy: true, answer: null });
  paint();
  asked += 1;
  const sent = JSON.stringify(page.content);
  const answer = await post("/admin/board/save", JSON.stringify({ id: commandId(), version: page.version, content: page.content }));
  Object.assign(page, { busy: false, answer, checked: answer.checked ?? page.checked });
  if (answer.ok) Object.assign(page, { version: answer.version, files: answer.files, dirty: JSON.stringify(page.content) !== sent });
  else open(answer.checked?.faults[0]?.path);
  paint();
  if (!answer.ok) (document.querySelector("[aria-invalid=true]") ?? document.getElementById("answer"))?.focus();
}

/** Opens the slide that a fault is in, so that its field is there to be looked at. */
function open(path) {
  const place = /^slides\[(\d+)\]/.exec(path ?? "");
  if (place) page.open = page.content.slides[Number(place[1])].code;
}

function paint() {
  draw(html`<div class="admin boards">
    <div class="head"><h1>${t("Boards and voice")}</h1></div>
    <div class="board-parts">${slides(page)} ${files(page)} ${notices(page)} ${screens(page)} ${loudness(page)}</div>
    <div class="board-foot">
      <div id="answer" tabindex="-1" role="status">${outcome()}</div>
      <button class="button" data-kind="main" type="button" aria-disabled=${page.busy || !page.dirty} @click=${() => page.dirty && save()}>
        ${icon("check")} ${t("Save and show")}
      </button>
    </div>
    <p class="visually-hidden" role="status">${page.said}</p>
  </div>`);
}

function outcome() {
  const { answer, dirty, busy } = page;
  if (busy) return t("Please wait");
  if (answer?.ok) return html`<span class="tag" data-kind="ok">${icon("check")} ${t("Saved. It is on the boards now.")}</span>`;
  if (answer)
    return html`<div class="notice" data-kind="trouble">
      ${icon("alert-triangle")}
      <span>${answer.text} ${homeless().map((text) => html`<br />${text}`)}
      ${answer.code === "plan_moved_on" ? html`<br /><a href="/admin/board">${t("Load the page anew")}</a>` : nothing}</span>
    </div>`;
  return dirty ? t("There are changes that are not saved.") : nothing;
}

/** Faults in parts of the plan that this page has no field for. */
const homeless = () =>
  page.checked.faults.filter(({ path }) => !/^(slides|notices|screens|voice|quiet)\b/.test(path)).map(({ path, text }) => `${path}: ${text}`);

window.addEventListener("beforeunload", (event) => page.dirty && event.preventDefault());
attachLock();
paint();
