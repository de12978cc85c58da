/** What a board keeps in its browser, so that it stands again without a server: its last view, and the files that it names. */

const WRITE_MS = 2000;

/** The last truth under `name`: `read()` answers it or null, `write(make)` puts down what `make()` answers, at most every 2 s. */
export function lastTruth(name) {
  let next = null;
  const save = () => {
    if (!next) return;
    try {
      localStorage.setItem(name, JSON.stringify(next()));
    } catch {
      // A browser that keeps nothing: the page works without.
    }
    next = null;
  };
  addEventListener("pagehide", save);
  return {
    read() {
      try {
        return JSON.parse(localStorage.getItem(name));
      } catch {
        return null;
      }
    },
    write(make) {
      if (!next) setTimeout(save, WRITE_MS);
      next = make;
    },
    save,
  };
}

/**
 * Keeps a page's files for a start without a server, where the browser can: in a secure context only. The worker keeps a page of
 * its own version when it is fetched, so it is fetched again when there is a worker, or a newer one. `files(addresses)` are the clips
 * and pictures in use now; others are forgotten.
 */
export function fileKeeper(name) {
  const workers = navigator.serviceWorker;
  if (!workers) return { files() {} };
  let before = "";
  const warn = (error) => console.warn("this page is not kept", error);
  const keepPage = () => fetch(location.href).catch(warn);
  workers.addEventListener("controllerchange", keepPage);
  if (workers.controller) keepPage();
  workers.register("/display/worker.js", { scope: "/display/", updateViaCache: "none" }).catch(warn);

  async function keep(addresses) {
    const cache = await caches.open(`files ${name}`);
    const wanted = new Set(addresses.map((address) => new URL(address, location).href));
    for (const { url } of await cache.keys()) {
      if (wanted.has(url)) wanted.delete(url);
      else await cache.delete(url);
    }
    for (const url of wanted) await cache.add(url);
  }

  return {
    files(addresses) {
      const now = addresses.join("\n");
      if (now === before) return;
      before = now;
      keep(addresses).catch(() => {
        before = "";
      });
    },
  };
}
