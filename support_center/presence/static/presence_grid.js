// The list of presences by keys: arrows move from half-day to half-day, a letter says what stands there.
const LETTERS = { p: "present", r: "late", a: "absent", v: "excused", s: "unexcused", n: "ours" };
const MOVES = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

const controlOf = (cell) => cell?.querySelector(":is(button, a)[id]");

function neighbour(cell, [down, right]) {
  const rows = [...cell.closest("tbody").rows].filter((row) => row.querySelector("[data-cell]"));
  const cells = (row) => [...(row?.querySelectorAll(".half") ?? [])];
  const row = rows.indexOf(cell.parentElement);
  const found = cells(rows[row + down])[cells(rows[row]).indexOf(cell) + right];
  return found?.hasAttribute("data-cell") ? found : null;
}

document.addEventListener("keydown", (event) => {
  const cell = event.target.closest?.("[data-marks] [data-cell]");
  if (!cell || event.ctrlKey || event.metaKey || event.altKey) return;
  if (MOVES[event.key]) {
    const next = controlOf(neighbour(cell, MOVES[event.key]));
    if (next) { event.preventDefault(); next.focus(); }
    return;
  }
  const mark = LETTERS[event.key.toLowerCase()];
  const button = cell.closest("form").querySelector("[data-by-key]");
  if (!mark || !button) return;
  event.preventDefault();
  event.stopPropagation();
  button.value = `${cell.dataset.cell}:${mark}:${cell.dataset.read}`;
  cell.closest("form").requestSubmit(button);
}, true);

// The list is drawn anew after each click: the focus stays where it was, or goes to the question why.
let held = null;
document.addEventListener("submit", (event) => { if (event.target.matches("[data-marks]")) held = document.activeElement?.id; }, true);
document.addEventListener("htmx:after:swap", () => {
  if (!held) return;
  const next = document.getElementById(held);
  held = null;
  next?.focus();
});

// A link from the list to an act on the page of a referral opens the dialog of that act.
if (/^#[a-z_]+-dialog$/.test(location.hash)) document.querySelector(`dialog${location.hash}`)?.showModal();
