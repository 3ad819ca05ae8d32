// The little that the pages cannot do by themselves. Everything works without it.

const habits = document.querySelector("meta[name=clock]")?.content ?? document.documentElement.lang;
const clock = new Intl.DateTimeFormat(habits, {dateStyle: "medium", timeStyle: "short"});

// Times in the zone of the device, where the reader chose none; the text of the server, in UTC, stays at hand.
// A day or a month without an hour is the same everywhere, and stays as it is.
function localise(root) {
  for (const time of root.querySelectorAll("time[datetime*='T']:not([title])")) {
    time.title = time.textContent;
    time.textContent = clock.format(new Date(time.dateTime));
  }
}

async function copy(button) {
  const field = document.getElementById(button.dataset.copy);
  field.select?.();
  await navigator.clipboard.writeText(field.value ?? field.textContent);
  button.textContent = "✓";
}

document.documentElement.classList.add("scripted");
localise(document);
document.addEventListener("htmx:load", (event) => localise(event.detail.elt));

// What nobody looks at is not refreshed, and an open question or a choice is not taken away.
document.addEventListener("htmx:beforeRequest", (event) => {
  const asker = event.detail.elt;
  if (asker.matches("[data-poll]") && (document.hidden || asker.querySelector("details[open], input:checked"))) {
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

// The settings open over the page, and what is chosen is seen at once; the server keeps it meanwhile.
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  if (!opener) return;
  event.preventDefault();
  document.getElementById(opener.dataset.opens).showModal();
});

document.addEventListener("change", (event) => {
  const form = event.target.closest("[data-look]");
  if (!form) return;
  const chosen = new FormData(form), page = document.documentElement;
  page.dataset.theme = chosen.get("theme");
  page.dataset.sidenav = chosen.get("sidenav") ?? page.dataset.sidenav;
  page.dataset.navbar = chosen.has("is_navbar_fixed") ? "fixed" : "static";
  document.querySelector("meta[name=color-scheme]").content = page.dataset.theme === "system" ? "light dark" : page.dataset.theme;
});

const desktop = matchMedia("(min-width: 1200px)");
function allowWhatTheWidthShows() {
  for (const part of document.querySelectorAll("[data-desktop]")) part.disabled = !desktop.matches;
}
desktop.addEventListener("change", allowWhatTheWidthShows);
allowWhatTheWidthShows();

// Whoever comes back may install the site as an app; who came once is left alone, and nothing is kept on their device.
function visits() {
  try {
    if (!sessionStorage.getItem("visited")) {
      sessionStorage.setItem("visited", "yes");
      localStorage.setItem("visits", Number(localStorage.getItem("visits")) + 1);
    }
    return Number(localStorage.getItem("visits"));
  } catch {
    return 0;
  }
}

if (visits() > 1) navigator.serviceWorker?.register("/worker.js").catch(() => {});
window.addEventListener("beforeinstallprompt", (event) => {
  event.preventDefault();
  const button = document.querySelector("[data-install]");
  if (!button || visits() < 2) return;
  button.hidden = false;
  button.addEventListener("click", () => event.prompt().finally(() => { button.hidden = true; }), {once: true});
});
