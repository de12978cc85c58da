/** Questions to the menu: which service belongs where, and what is true about its queue, in words. */
import { pick, range, t, tn } from "/static/page.js";

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

/** With so few institutions their screen is skipped. */
export const skipsInstitutions = (menu) => institutionsOf(menu).length <= 3;

/** One line of truth about a queue: nobody waits; the range; or, without a basis for one, how many wait. */
export function waitLine(queue) {
  if (!queue) return "";
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
  const shut = service.left === 0 ? t("no numbers left today") : t("closed now");
  const left = service.left === null ? null : tn("{n} number left", "{n} numbers left", service.left);
  return (service.open ? [...parts, left] : [parts[0], shut]).filter(Boolean).join(" · ");
}

/** "VSAA · wait 10–20 min". */
export function truthLine(menu, service) {
  const institution = institutionOf(menu, service.institution);
  return serviceLine(service, [pick(institution?.short), waitLine(queueOf(menu, service.queue))]);
}
