/** What the fields of the plan can name, and what that is called, as the draft stands. */
import { boot, pick } from "/static/page.js";

const institutionName = (data, code) =>
  pick(data.institutions.find((one) => one.code === code)?.short ?? {}) || (boot.offered.institution.find(([one]) => one === code)?.[1] ?? code);
const serviceName = (data, code) =>
  pick(data.services.find((one) => one.code === code)?.name ?? {}) || (boot.offered.service.find(([one]) => one === code)?.[1] ?? code);

/** The services of the institutions that the draft offers. */
function offered(data) {
  const here = new Map(data.institutions.map((one) => [one.code, one.services]));
  return boot.offered.service
    .filter(([code, , owner]) => here.has(owner) && (here.get(owner) === "all" || here.get(owner).includes(code)))
    .map(([code]) => [code, serviceName(data, code)]);
}

const named = (list, data, to) => list.filter((one) => one.code).map((one) => [one.code, nameOf(data, to, one.code)]);

/** [code, name] of all that a field may name; `path` tells whose services an institution's are. */
export function choose(data, to, path) {
  switch (to) {
    case "zone":
      return named(data.zones, data, to);
    case "queue":
      return named(data.queues, data, to);
    case "profile":
      return named(data.profiles, data, to);
    case "counter":
      return named(data.counters, data, to);
    case "service":
      return offered(data);
    case "offer":
      return [...data.institutions.map((one) => [one.code, institutionName(data, one.code)]), ...offered(data)];
    case "offered_of": {
      const owner = data.institutions[Number(/\[(\d+)\]/.exec(path)?.[1])]?.code;
      return boot.offered.service.filter(([, , one]) => one === owner).map(([code, name]) => [code, name]);
    }
    case "skill":
      return [...new Set(data.clerks.flatMap((one) => one.skills))].map((one) => [one, one]);
    default:
      return boot.offered[to] ?? [];
  }
}

/** What a code stands for; itself where nothing has it. */
export function nameOf(data, to, code) {
  switch (to) {
    case "zone":
      return pick(data.zones.find((one) => one.code === code)?.name ?? {}) || code;
    case "profile":
      return pick(data.profiles.find((one) => one.code === code)?.name ?? {}) || code;
    case "counter":
      return (pick(data.place.noun) || "{n}").replace("{n}", code);
    case "queue": {
      const queue = data.queues.find((one) => one.code === code);
      return pick(queue?.name ?? {}) || (queue?.services.length ? institutionName(data, queue.services[0]) : code);
    }
    case "institution":
      return institutionName(data, code);
    case "service":
    case "offered_of":
      return serviceName(data, code);
    case "offer":
      return data.institutions.some((one) => one.code === code) ? institutionName(data, code) : serviceName(data, code);
    default:
      return boot.offered[to]?.find(([one]) => one === code)?.[1] ?? code;
  }
}
