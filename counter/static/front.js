/** Which record is in front: the visit, a contact without a number beside it, or, in a sheet, one that is over. */

/** Whether the contact is what the middle shows and the keys act on. */
export const inFront = (desk) => Boolean(desk.view?.contact) && desk.ui.front === "contact";

/** The visit that is over and stands open in the sheet, or null. */
export const over = (desk) => desk.ui.sheet?.over ?? null;

/** Whose draft is in hand. */
export const inHand = (desk) => (over(desk) ? "over" : inFront(desk) ? "contact" : "visit");

/** What is behind the sheet, if there is one: the contact or the visit at the counter, as `{visit, service, delivered, missing}`. */
export const atCounter = (desk) => (inFront(desk) ? desk.view.contact : desk.view.visit);

/** What is being recorded for. */
export const subject = (desk) => over(desk) ?? atCounter(desk);
