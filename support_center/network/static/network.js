// What explains a number comes beside the table: whoever asked for it goes on there, and back to the number afterwards.
let number = null;
document.addEventListener("htmx:after:swap", () => {
  const place = document.getElementById("explained");
  if (!place) return;
  if (place.hidden && number) {
    const left = document.getElementById(number);
    number = null;
    left?.removeAttribute("aria-current");
    left?.focus();
  }
  if (!place.matches("[data-opened]")) return;
  place.removeAttribute("data-opened");
  for (const link of document.querySelectorAll(".matrix.counts a[aria-current]")) link.removeAttribute("aria-current");
  number = place.dataset.cell;
  document.getElementById(number)?.setAttribute("aria-current", "true");
  place.focus({ preventScroll: true });
  place.scrollIntoView({ block: "nearest" });
});
