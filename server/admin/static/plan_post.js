/** Sends to the server what only a page of ours may send; the answer as JSON, or a sentence where there is none. */
import { boot, t } from "/static/page.js";

export async function post(path, body) {
  try {
    const headers = { "Content-Type": "application/json", "X-CSRF-Token": boot.csrf };
    const response = await fetch(path, { method: "POST", headers, body });
    return await response.json();
  } catch {
    return { ok: false, text: t("No connection to the server. Nothing was changed.") };
  }
}
