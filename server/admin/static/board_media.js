/** Files of the boards: sending one, choosing one for a slide, removing those that nobody uses. */
import { html, nothing } from "/static/vendor/lit/lit-html.js";
import { repeat } from "/static/vendor/lit/directives/repeat.js";
import { boot, icon, t } from "/static/page.js";
import { choice } from "./board_fields.js";
import { post } from "./board_post.js";

const TYPES = { picture: "image/png,image/jpeg,image/webp,image/avif", video: "video/mp4,video/webm" };
const size = (bytes) => (bytes < 1024 * 1024 ? t("{n} kB", { n: Math.ceil(bytes / 1024) }) : t("{n} MB", { n: Math.ceil(bytes / 1024 / 1024) }));

/** Sends a file; the page goes on meanwhile. `then(file)` gets what the folder has made of it. */
function send(page, file, then) {
  const request = new XMLHttpRequest();
  const tell = (sending) => {
    page.sending = sending;
    page.draw();
  };
  request.upload.onprogress = ({ loaded, total }) => tell({ name: file.name, share: loaded / total });
  request.onloadend = () => {
    const answer = request.response ?? { ok: false, text: t("There is no connection to the centre server.") };
    if (answer.files) page.files = answer.files;
    tell(answer.ok ? null : { name: file.name, text: answer.text });
    if (answer.ok) then(answer.file);
  };
  request.open("POST", "/admin/board/media");
  request.responseType = "json";
  request.setRequestHeader("X-CSRF-Token", boot.csrf);
  request.setRequestHeader("Content-Type", "application/octet-stream");
  tell({ name: file.name, share: 0 });
  request.send(file);
}

/** The field of a slide's file: one that is there, or a new one. */
export function chooser(page, slide, path) {
  const fitting = page.files.filter(({ kind }) => kind === slide.kind);
  const gone = slide.file && !fitting.some(({ name }) => name === slide.file);
  const options = [["", "–"], ...(gone ? [[slide.file, slide.file.slice(0, 8)]] : []), ...fitting.map((one) => [one.name, described(page, one)])];
  const put = (name) => page.change(() => (slide.file = name));
  return html`${choice(page, `${path}.file`, t("File"), slide.file, options, put)}
    <div class="field">
      <label for="send-${slide.code}">${t("Send a new file")}</label>
      <input id="send-${slide.code}" type="file" accept=${TYPES[slide.kind]} ?disabled=${page.sending?.share !== undefined}
        aria-describedby="send-how" @change=${({ target }) => target.files[0] && send(page, target.files[0], ({ name, kind }) => kind === slide.kind && put(name))} />
      <p class="muted" id="send-how">
        ${slide.kind === "picture" ? t("PNG, JPEG, WebP or AVIF, at most 40 MB and 20 million pixels.") : t("MP4 (H.264) or WebM, at most 200 MB. Boards play it without sound.")}
      </p>
    </div>`;
}

/** A name for people: what slides say of it, else its digest. */
const described = ({ content }, { name, bytes }) =>
  `${content.slides.find((slide) => slide.file === name)?.text?.lv?.slice(0, 40) ?? name.slice(0, 8)} · ${size(bytes)}`;

export const files = (page) => html`<section aria-labelledby="files">
  <h2 id="files" tabindex="-1">${t("Files")}</h2>
  ${page.sending ? sending(page.sending) : nothing}
  ${page.files.length ? nothing : html`<p class="muted">${t("No pictures or videos have been sent yet.")}</p>`}
  <ul class="files">
    ${repeat(page.files, ({ name }) => name, (file) => row(page, file))}
  </ul>
</section>`;

const sending = ({ name, share, text }) =>
  text
    ? html`<p class="notice" data-kind="trouble" role="alert">${icon("alert-triangle")} <span>${name}: ${text}</span></p>`
    : html`<p role="status"><label>${t("Sending {name}", { name })} <progress max="1" .value=${share}></progress></label></p>`;

function row(page, file) {
  const { name, kind, bytes } = file;
  const used = file.used || page.content.slides.some((slide) => slide.file === name);
  const what = described(page, file);
  return html`<li>
    ${kind === "picture" ? html`<img src="/display/media/${name}" alt="" loading="lazy" />` : html`<span class="file-sign">${icon("video")}</span>`}
    <span>${what}<br /><span class="muted">${kind === "picture" ? t("Picture") : t("Video")}, ${size(bytes)}</span></span>
    ${used
      ? html`<span class="tag">${t("in use")}</span>`
      : html`<button class="button" type="button" data-kind="grave" aria-label=${t("Delete: {what}", { what })} @click=${() => remove(page, name)}>${t("Delete")}</button>`}
  </li>`;
}

async function remove(page, name) {
  const answer = await post(`/admin/board/media/${name}/delete`, "{}");
  if (answer.files) page.files = answer.files;
  page.sending = answer.ok ? null : { name: name.slice(0, 8), text: answer.text };
  page.draw();
  document.getElementById("files").focus();
}
