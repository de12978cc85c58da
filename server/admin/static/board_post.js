/** How the page of the boards speaks to the server. */
import { boot, t } from "/static/page.js";

/** A post of this page: the answer's JSON, or one that says that there is none. */
export async function post(path, body, headers = { "Content-Type": "application/json" }) {
  const answer = await fetch(path, { method: "POST", headers: { ...headers, "X-CSRF-Token": boot.csrf }, body }).catch(() => null);
  if (answer?.status === 401) location.assign(`/login?next=${encodeURIComponent(location.pathname)}`);
  return (await answer?.json().catch(() => null)) ?? { ok: false, text: t("There is no connection to the centre server.") };
}
