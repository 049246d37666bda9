// Lists: J and K walk through the names of the rows, Enter opens, as a link does. Only where single keys are shortcuts.
const namesOfRows = () => [...document.querySelectorAll("[data-listing] tbody .who a")];

document.addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || !singleKeys() || isTyping(event.target)) return;
  const step = { j: 1, k: -1 }[event.key];
  if (!step || document.querySelector("dialog[open]")) return;
  const names = namesOfRows();
  if (!names.length) return;
  const at = names.indexOf(document.activeElement.closest("tr")?.querySelector(".who a"));
  const next = names[Math.min(Math.max(at + step, 0), names.length - 1)];
  event.preventDefault();
  next.focus();
  next.closest("tr").scrollIntoView({ block: "nearest" });
});

if (singleKeys()) document.querySelectorAll("[data-listing-keys]").forEach((line) => { line.hidden = false; });
