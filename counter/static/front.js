/** Which of the two records of a counter is in front: the visit, or a contact without a number beside it. */

/** Whether the contact is what the middle shows and the keys act on. */
export const inFront = (desk) => Boolean(desk.view?.contact) && desk.ui.front === "contact";

/** What is being recorded for: the contact or the visit at the counter, as `{visit, service, delivered, missing}`. */
export const subject = (desk) => (inFront(desk) ? desk.view.contact : desk.view.visit);
