/** The desk as a strip at the side of the screen, in a window of its own beside the other programs; the side is remembered. */
import { html } from "/static/vendor/lit/lit-html.js";
import { boot, icon, t } from "/static/page.js";

const WIDTH = 380;
const STORE = "rinda-dock-side";
const isStrip = new URLSearchParams(location.search).has("strip");

function side() {
  try {
    return localStorage.getItem(STORE) === "left" ? "left" : "right";
  } catch {
    return "right";
  }
}

function keepSide(value) {
  try {
    localStorage.setItem(STORE, value);
  } catch {
    // Then the strip opens on the right next time.
  }
}

const leftOf = (value) => (value === "left" ? screen.availLeft : screen.availLeft + screen.availWidth - WIDTH);

/** In a window: opens the strip, which takes the desk over. In the strip: sends it to the other side. */
export const dockButton = () => {
  const label = isStrip ? t("To the other side of the screen") : t("As a strip at the side of the screen");
  return html`<button class="quiet dock" type="button" aria-label=${label} title=${label} @click=${isStrip ? move : open}>
    ${icon(isStrip ? "arrows-left-right" : "layout-sidebar-right")}
  </button>`;
};

function open() {
  const address = `/counter/${boot.counter}?strip`;
  const features = `popup,width=${WIDTH},height=${screen.availHeight},left=${leftOf(side())},top=${screen.availTop ?? 0}`;
  window.open(address, `rinda-desk-${boot.counter}`, features);
}

function move() {
  const other = side() === "left" ? "right" : "left";
  keepSide(other);
  window.moveTo(leftOf(other), screen.availTop ?? 0);
}
