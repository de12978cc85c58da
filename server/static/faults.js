/** What a browser would say of a field that is not right, said in the language of the page and with the field's name. */
const words = JSON.parse(document.body.dataset.faults);

/** The name in a label, which may hold the field itself and hints. */
function named({ labels, name, ariaLabel }) {
  const parts = [...(labels?.[0]?.childNodes ?? [])].filter((part) => !part.matches?.("input, select, textarea, small, .hint"));
  return parts.map(({ textContent }) => textContent.trim()).find(Boolean) ?? ariaLabel ?? name;
}

function fault(field) {
  const { validity, minLength, min, max } = field;
  if (validity.valueMissing) return words.missing;
  if (validity.tooShort) return words.short.replace("{n}", minLength);
  if ((validity.rangeUnderflow || validity.rangeOverflow) && min && max && field.type === "number") {
    return words.range.replace("{least}", min).replace("{most}", max);
  }
  return words.wrong;
}

/* What was said holds until something else is typed or chosen. */
for (const event of ["input", "change"]) document.addEventListener(event, ({ target }) => target.setCustomValidity?.(""), true);
document.addEventListener("invalid", ({ target }) => {
  target.setCustomValidity("");
  target.setCustomValidity(fault(target).replace("{field}", named(target)));
}, true);

/* What the server did not take is read first: at the field that says so itself, else at the sentence. */
const refusal = document.querySelector('main [role="alert"]');
if (refusal && !document.querySelector("main [autofocus]")) {
  const field = document.querySelector('main [aria-invalid="true"]');
  if (!field) refusal.tabIndex = -1;
  (field ?? refusal).focus();
}
