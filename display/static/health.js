/** What a board says of itself: its sound and its clock; and whether the server has a newer version of this page. */

const CLOCK_MS = 5000;

/**
 * `told()` sends what changed, `connected()` everything, for a server that was away may have forgotten; then it also asks for the
 * version. `step()`, once a second, leaves for a newer version as soon as nothing sounds: `leave()` loads the page anew.
 */
export function health({ server, sound, version, leave }) {
  let last = null;
  let newer = false;

  function told() {
    const said = { state: "ok", detail: sound.detail(), sound: sound.state(), clock_ms: -Math.round(server.offset()), version };
    if (!said.sound) return;
    const same = last && said.sound === last.sound && said.detail === last.detail;
    if (same && Math.abs(said.clock_ms - last.clock_ms) <= CLOCK_MS) return;
    if (server.report(said)) last = said;
  }

  return {
    told,
    async connected() {
      last = null;
      const answer = await fetch(location.href, { method: "HEAD" }).catch(() => null);
      const found = answer?.ok ? answer.headers.get("Rinda-Version") : null;
      newer = Boolean(found) && found !== version;
    },
    step() {
      told();
      if (newer && sound.quiet()) leave();
    },
  };
}
