/** What is wrong with the fields of a form, said before anything is sent. */
import { t } from "/static/page.js";

/** A text as the server takes it: line ends, tabs and signs that turn the direction of writing, which come with pasted words, are spaces. */
export const plain = (text) => text.replace(/[\p{Cc}\u2028-\u202e\u2066-\u2069]+/gu, " ").trim();

/** Goes to the first field that cannot be sent and answers with the sentence that says why; null when all can. */
export function faultOf(form) {
  const wrong = [...form.elements].find((field) => field.willValidate && (!field.validity.valid || (field.required && !plain(field.value))));
  if (!wrong) return null;
  wrong.focus();
  return SENTENCES[wrong.type]?.(nameOf(wrong), wrong) ?? t("{field}: this has to be filled in.", { field: nameOf(wrong) });
}

const nameOf = (field) => field.labels?.[0]?.querySelector("span")?.textContent.trim() ?? "";

const pattern = (field, { validity, title }) => (validity.patternMismatch ? `${field}. ${title}.` : null);

const SENTENCES = {
  number: (field, { min, max }) => t("{field}: a whole number from {min} to {max} is needed.", { field, min, max }),
  tel: pattern,
  text: pattern,
};
