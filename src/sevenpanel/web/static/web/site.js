// The little that the pages cannot do by themselves. Everything works without it.

const clock = new Intl.DateTimeFormat(document.documentElement.lang, {dateStyle: "medium", timeStyle: "short"});

// Times in the reader's own zone; the text of the server, in UTC, stays at hand.
function localise(root) {
  for (const time of root.querySelectorAll("time[datetime]:not([title])")) {
    time.title = time.textContent;
    time.textContent = clock.format(new Date(time.dateTime));
  }
}

async function copy(button) {
  const field = document.getElementById(button.dataset.copy);
  field.select();
  await navigator.clipboard.writeText(field.value);
  button.textContent = "✓";
}

document.documentElement.classList.add("scripted");
localise(document);
document.addEventListener("htmx:load", (event) => localise(event.detail.elt));

// What nobody looks at is not refreshed, and an open question is not taken away.
document.addEventListener("htmx:beforeRequest", (event) => {
  const asker = event.detail.elt;
  if (asker.matches("[data-poll]") && (document.hidden || asker.querySelector("details[open]"))) {
    event.preventDefault();
  }
});

// What waits for an answer asks nothing itself, not even what it was about to: a field, or a form that cannot be sent.
document.addEventListener("htmx:confirm", (event) => {
  const asker = event.detail.elt;
  if (asker.disabled || asker.closest("form")?.querySelector("button:disabled")) event.preventDefault();
});

// An answer that did not come is asked for again by the whole page, which can say why.
for (const failure of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
  document.addEventListener(failure, (event) => {
    if (event.detail.elt.matches("[data-else-submit]")) event.detail.elt.form.submit();
  });
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy]");
  if (button) copy(button);
});
