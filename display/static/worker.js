/**
 * Lets boards start without a server. What the server puts before this text: VERSION, which changes with any file, and FILES.
 *
 * A page comes from the server wherever it answers, with its version in a header. Files of a page of this worker's version come
 * from its own cache, which is filled whole or not at all; those of a newer page from the server, until the newer worker, which
 * the browser fetches when that page registers it, has taken over. So a page never runs on files of two versions.
 */
/* global VERSION, FILES */

const CACHE = `board ${VERSION}`;
const PATIENCE_MS = 4000;
let served = VERSION;

self.addEventListener("install", (event) => {
  const fill = async () => {
    const cache = await caches.open(CACHE);
    await cache.addAll(FILES.map((file) => new Request(file, { cache: "reload" })));
    await self.skipWaiting();
  };
  event.waitUntil(fill());
});

self.addEventListener("activate", (event) => {
  const takeOver = async () => {
    const old = (await caches.keys()).filter((name) => name.startsWith("board ") && name !== CACHE);
    await Promise.all(old.map((name) => caches.delete(name)));
    await self.clients.claim();
  };
  event.waitUntil(takeOver());
});

self.addEventListener("fetch", (event) => {
  const { method, url } = event.request;
  const { origin, pathname } = new URL(url);
  if (method !== "GET" || origin !== location.origin) return;
  if (pathname.startsWith("/static/") || pathname.startsWith("/display/static/")) event.respondWith(file(event.request));
  else if (/^\/display\/(voice|media)\//.test(pathname)) event.respondWith(kept(event.request));
  else if (/^\/display\/[\w-]+$/.test(pathname)) event.respondWith(page(event));
});

async function page(event) {
  const late = new Promise((_, fail) => setTimeout(fail, PATIENCE_MS, new Error("the server is slow")));
  const cache = await caches.open(CACHE);
  try {
    const answer = await Promise.race([fetch(event.request), late]);
    if (answer.status >= 500) throw new Error(`the server answers ${answer.status}`);
    const version = answer.headers.get("Rinda-Version");
    if (answer.ok && version) {
      served = version;
      if (version === VERSION) event.waitUntil(cache.put(event.request.url, answer.clone()));
    }
    return answer;
  } catch (error) {
    const old = await cache.match(event.request.url, { ignoreVary: true });
    if (!old) throw error;
    served = VERSION;
    return old;
  }
}

async function file(request) {
  const own = () => caches.open(CACHE).then((cache) => cache.match(request.url, { ignoreSearch: true }));
  if (served === VERSION) return (await own()) ?? fetch(request);
  return fetch(request).catch(async (error) => (await own()) ?? Promise.reject(error));
}

/** A kept file, or the part of it that a player asks for. */
async function kept(request) {
  const found = await caches.match(request.url);
  const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.get("Range") ?? "");
  if (!found) return fetch(request);
  if (!range) return found;
  const whole = await found.blob();
  const [from, to] = [Number(range[1]), range[2] ? Math.min(Number(range[2]), whole.size - 1) : whole.size - 1];
  const headers = { "Content-Type": whole.type, "Content-Range": `bytes ${from}-${to}/${whole.size}`, "Accept-Ranges": "bytes" };
  if (from > to) return new Response(null, { status: 416, headers: { "Content-Range": `bytes */${whole.size}` } });
  return new Response(whole.slice(from, to + 1, whole.type), { status: 206, headers });
}
