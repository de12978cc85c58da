/** Tells the server, once for each call, that it was shown or spoken; again when the server is too busy to hear. */

const AGAIN_MS = 1000;

/** `tell(name, call)` submits the command `name` for a call; `keep(ids)` forgets those of calls that are gone. */
export function proof(server, zone) {
  const told = new Map();

  async function tell(name, { id, visit, calls }) {
    const names = told.get(id) ?? told.set(id, new Set()).get(id);
    if (names.has(name)) return;
    names.add(name);
    while ((await server.submit(name, { visit, calls, zone })).code === "too_fast") {
      await new Promise((done) => setTimeout(done, AGAIN_MS));
    }
  }

  return {
    tell,
    has: (name, { id }) => told.get(id)?.has(name) ?? false,
    keep(ids) {
      for (const id of told.keys()) if (!ids.has(id)) told.delete(id);
    },
  };
}
