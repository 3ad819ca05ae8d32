// The list and the page of orders: choosing several, copying their ids, and telling aloud what changed its state.

function chosen(form, name) {
  return [...form.elements].filter((field) => field.name === name && field.checked).map((field) => field.value);
}

document.addEventListener("change", (event) => {
  const name = event.target.dataset.chooses;
  if (!name) return;
  for (const field of event.target.form.elements) if (field.name === name) field.checked = event.target.checked;
});

// Without any chosen order, or without a clipboard, the page behind the button says what to do and shows the ids.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copies]");
  if (!button || !navigator.clipboard) return;
  const ids = chosen(button.form, button.dataset.copies);
  if (!ids.length) return;
  event.preventDefault();
  await navigator.clipboard.writeText(ids.join(", "));
  told.textContent = button.textContent = `${button.dataset.copied}: ${ids.length}`;
});

// The live region stays where it is, so that it is read; what is swapped under the reader is not.
const told = document.getElementById("told");

function states() {
  return new Map([...document.querySelectorAll("[data-state]")].map((chip) => [chip.dataset.state, chip.dataset.says]));
}

let known = states();
document.addEventListener("htmx:afterSettle", () => {
  const now = states();
  const changed = [...now].filter(([id, says]) => known.has(id) && known.get(id) !== says).map(([, says]) => says);
  known = now;
  if (changed.length && told) told.textContent = changed.join("; ");
});
