/** Check-in with the code of an appointment: typed on the keypad or by a reader that types like a keyboard. */
import { html, nothing } from "/static/vendor/lit/lit-html.js";
import { icon, t } from "/static/page.js";
import { both, heading, notice, unknownTile } from "./parts.js";

export const LENGTH = 6;
const GAP_MS = 1500;

/**
 * Collects what is typed without long pauses. `typed(key, now)` takes a character; `entered(now)` begins anew and tells what it
 * was: null where nothing was typed just now, else `{code, misread}`, misread for the code of something else.
 */
export function reader() {
  let text = "";
  let last = 0;
  const fresh = (now) => now - last <= GAP_MS;
  return {
    typed(key, now) {
      text = fresh(now) ? text + key : key;
      last = now;
    },
    entered(now) {
      const read = fresh(now) ? text : "";
      text = "";
      const code = /^(?:RINDA:)?(\d{6})$/i.exec(read)?.[1];
      return read ? { code, misread: !code && read.length > LENGTH } : null;
    },
  };
}

/** What a screen reader hears: the digits so far. */
export const codeWords = ({ code, misread }) =>
  misread ? t("This is not the code of an appointment.") : t("Typed: {digits}", { digits: [...code].join(" ") || "–" });

const key = (label, press, { name = null, off = false } = {}) => html`<button
  class="key"
  aria-label=${name ?? nothing}
  aria-disabled=${off ? "true" : "false"}
  @click=${() => off || press()}
>
  ${label}
</button>`;

export function codeScreen(menu, { alert, code, misread, controls }) {
  const whole = code.length === LENGTH;
  return html`<main class="screen code">
    <div class="lead">
      ${heading("Check in")}
      <p>${both("Scan the code of your appointment or type its six digits.")}</p>
    </div>
    ${alert !== nothing ? alert : misread ? notice("attention", t("This is not the code of an appointment.")) : nothing}
    <p class="digits" aria-hidden="true">
      ${Array.from({ length: LENGTH }, (_, i) => html`<span data-next=${i === code.length}>${code[i] ?? ""}</span>`)}
    </p>
    <div class="keypad" role="group" aria-label=${t("Keys")}>
      ${[..."123456789"].map((digit) => key(digit, () => controls.write(digit)))}
      ${key(icon("backspace"), controls.wipe, { name: t("Delete the last digit") })} ${key("0", () => controls.write("0"))}
      ${key(icon("check"), () => controls.checkIn(code), { name: t("Check in"), off: !whole || controls.off || controls.alone })}
    </div>
    ${unknownTile(
      menu,
      { title: () => t("I don't have the code"), line: () => t("Take a number — a specialist will find your appointment") },
      controls,
    )}
  </main>`;
}
