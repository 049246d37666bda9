// A fact that is missing is asked for in the row: one at a time, and what is typed goes into its first field.
document.addEventListener("htmx:before:swap", (event) => {
  const place = event.detail.tasks.map((task) => task.target).find((target) => target?.matches?.(".asks"));
  if (place) document.querySelectorAll(".asks").forEach((other) => { if (other !== place) other.replaceChildren(); });
});
document.addEventListener("htmx:after:swap", () => {
  document.querySelector(".asks :is(input:not([type=hidden]), select, textarea)")?.focus();
});
// Who filled in a fact goes on where it was asked for. The browser goes to the row first, and forgets the focus then.
addEventListener("load", () => {
  if (!/^#(scheme|fact)-/.test(location.hash)) return;
  document.getElementById(location.hash.slice(1))?.querySelector(".ask, .act a, a")?.focus();
});
