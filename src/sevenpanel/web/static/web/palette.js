// Ctrl or Cmd with K: one field that finds everything. And letters that lead to pages, where they are not turned off.

const palette = document.getElementById("palette");
if (palette) {
  const field = palette.querySelector("[role=combobox]");
  const list = document.getElementById("palette-found");
  const goes = JSON.parse(palette.dataset.goes);
  const options = () => [...list.querySelectorAll("[role=option]")];

  const choose = (option) => {
    for (const each of options()) each.setAttribute("aria-selected", each === option);
    field.setAttribute("aria-activedescendant", option?.id ?? "");
    option?.scrollIntoView({block: "nearest"});
  };

  const open = (text) => {
    if (palette.open) return;
    palette.showModal();
    field.value = text;
    field.select();
    // Once it is seen to be open.
    setTimeout(() => htmx.trigger(field, "seek"));
  };

  const move = (step) => {
    const all = options();
    const at = all.findIndex((each) => each.ariaSelected === "true");
    if (all.length) choose(all[step(at, all.length)]);
  };
  const steps = {
    ArrowDown: (at, length) => (at + 1) % length,
    ArrowUp: (at, length) => (at + length - 1) % length,
    PageDown: (at, length) => Math.min(at + 5, length - 1),
    PageUp: (at) => Math.max(at - 5, 0),
  };

  // What was found for an earlier text must not be gone to.
  field.addEventListener("input", () => choose(null));
  field.addEventListener("keydown", (event) => {
    if (steps[event.key]) {
      event.preventDefault();
      move(steps[event.key]);
    } else if (event.key === "Enter" && !event.isComposing) {
      const option = options().find((each) => each.ariaSelected === "true");
      if (!option) return;
      event.preventDefault();
      option.click();
    }
  });
  list.addEventListener("htmx:afterSwap", () => {
    choose(options()[0]);
    document.getElementById("palette-told").textContent = list.querySelector("[data-told]").dataset.told;
  });
  palette.addEventListener("click", (event) => {
    if (event.target === palette) palette.close();
  });

  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-palette]") || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    open("");
  });

  // On a keyboard of another alphabet, the key that bears the Latin letter.
  const letter = (event) => (/^[a-z]$/i.test(event.key) ? event.key : event.code.replace("Key", "")).toLowerCase();
  let isGoing = 0;

  const byLetter = (event) => {
    if (event.key === "?" || event.key === "/") {
      event.preventDefault();
      open(event.key === "?" ? "?" : "");
    } else if (isGoing && goes[letter(event)]) {
      location.assign(goes[letter(event)]);
    }
    clearTimeout(isGoing);
    isGoing = letter(event) === "g" && !isGoing ? setTimeout(() => { isGoing = 0; }, 4000) : 0;
  };

  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && letter(event) === "k") {
      event.preventDefault();
      open("");
    } else if (
      "letters" in palette.dataset && !event.ctrlKey && !event.metaKey && !event.altKey &&
      !document.querySelector("dialog[open]") && !event.target.closest("input, select, textarea, [contenteditable]")
    ) byLetter(event);
  });
}
