/** Questions to the menu: which service belongs where, and what is true about its queue, in words. */
import { pick, range, t, tn } from "/static/page.js";

/** So many services of one institution are a list; more are split into groups first. */
const SPLIT_FROM = 12;

export const serviceOf = (menu, code) => menu.services.find((one) => one.service === code);
export const institutionOf = (menu, code) => menu.institutions.find((one) => one.institution === code);
export const queueOf = (menu, code) => menu.queues.find((one) => one.queue === code);
export const quickOf = (menu) => menu.quick.map((code) => serviceOf(menu, code)).filter(Boolean);

/** Institutions that have something on this menu, in the plan's order. */
export const institutionsOf = (menu) =>
  menu.institutions.filter((one) => menu.services.some((service) => service.institution === one.institution));

/** The choices of one institution, or all of them. */
export const servicesOf = (menu, institution) =>
  menu.services.filter((one) => institution === null || one.institution === institution);

/** The headings that a long list of an institution is split by, each once, in the order of the services; none for a short list. */
export function groupsOf(menu, institution) {
  const all = servicesOf(menu, institution);
  if (all.length <= SPLIT_FROM || all.some((one) => !one.group?.lv)) return [];
  return [...new Map(all.map((one) => [one.group.lv, one.group])).values()];
}

/** The only queue of the centre: then one press is enough. */
export const onlyQueue = (menu) => (menu.queues.length === 1 ? menu.queues[0] : null);

/** Sentences about a service: those that name it or its institution. */
export const noticesAbout = (menu, service) =>
  menu.notices.filter((one) => one.about.includes(service.service) || one.about.includes(service.institution));

/** Whether there is more to say about a service than its name before a number is taken. */
export const hasMore = (menu, service) =>
  Boolean(service.bring?.lv || service.alone || noticesAbout(menu, service).length);

/** Where to wait for a service: "Lielā zāle, 1. stāvs, pa labi". */
export function whereOf(menu, code) {
  const queue = queueOf(menu, serviceOf(menu, code)?.queue);
  return [pick(queue?.zone), pick(queue?.where)].filter(Boolean).join(", ");
}

/** With so few institutions their screen is skipped. */
export const skipsInstitutions = (menu) => institutionsOf(menu).length <= 3;

/** The program's state with nothing said of waiting, `waiting: null`, where the menu is an old one. */
export function asKnown(state) {
  if (!state.reserve.on || !state.menu) return state;
  const queues = state.menu.queues.map((one) => ({ ...one, waiting: null, low: null, high: null }));
  return { ...state, menu: { ...state.menu, queues } };
}

/** One line of truth about a queue: nothing where it is not known; nobody waits; the range; or, without a basis for one, how many wait. */
export function waitLine(queue) {
  if (!queue || queue.waiting === null) return "";
  if (!queue.waiting) return t("no queue now");
  const minutes = range(queue.low, queue.high);
  if (minutes) return t("wait {minutes}", { minutes });
  return tn("{n} person is waiting", "{n} people are waiting", queue.waiting);
}

/** A range in full words: "10–20 minutes", "up to 21 minutes"; nothing where there is no basis. */
export function rangeWords(low, high) {
  if (high === null || high === undefined) return null;
  if (!low) return tn("up to {n} minute", "up to {n} minutes", high);
  return tn("{low}–{n} minute", "{low}–{n} minutes", high, { low });
}

/** `parts` in one line; where no number is given for the service now the last of them is that, else how many are left. */
export function serviceLine(service, parts) {
  const shut = service.left === 0 ? t("no numbers left today") : service.why || t("closed now");
  const left = service.left === null ? null : tn("{n} number left", "{n} numbers left", service.left);
  return (service.open ? [...parts, left] : [parts[0], shut]).filter(Boolean).join(" · ");
}

/** "VSAA · wait 10–20 min". */
export function truthLine(menu, service) {
  const institution = institutionOf(menu, service.institution);
  return serviceLine(service, [pick(institution?.short), waitLine(queueOf(menu, service.queue))]);
}
