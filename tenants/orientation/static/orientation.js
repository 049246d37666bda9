// Bilan and plan: how many answers are given and what moved, answers by one key, dates by one click, and the focus on the step that changed. Pages work
// without it.
const levelOf = (dimension) => dimension.querySelector(".scale input:checked")?.value ?? "";

function say(output, text) {
  if (output && output.textContent !== text) output.textContent = text;
}

// Better, the same or less good than last time; empty where the two answers do not compare.
function movedOf(dimension) {
  const [now, was] = [levelOf(dimension), dimension.dataset.was];
  if (now === "" || was === "") return "";
  return Number(now) > Number(was) ? "better" : Number(now) < Number(was) ? "worse" : "same";
}

function countAnswers() {
  const form = document.querySelector(".bilan-form");
  if (!form) return;
  const dimensions = [...form.querySelectorAll(".dimension")];
  const moves = { better: 0, same: 0, worse: 0 };
  dimensions.forEach((dimension) => {
    const moved = movedOf(dimension);
    if (moved) moves[moved] += 1;
    const output = dimension.querySelector("[data-moved]");
    if (!output) return;
    output.hidden = !moved;
    output.dataset.moved = moved;
    say(output, moved ? form.dataset[moved] : "");
  });
  const counted = (pattern, parts) => pattern
    .replace("{count}", parts.filter((dimension) => levelOf(dimension) !== "").length)
    .replace("{total}", parts.length);
  document.querySelectorAll("[data-part-count]").forEach((count) => {
    const part = document.querySelector(count.closest("a").getAttribute("href"));
    say(count, counted(count.dataset.partCount, [...part.querySelectorAll(".dimension")]));
  });
  const given = dimensions.filter((dimension) => levelOf(dimension) !== "").length;
  form.querySelector(".segments").value = given;
  const output = form.querySelector("[data-answered]");
  const words = Object.entries(moves).filter(([, count]) => count).map(([moved, count]) => output.dataset[moved].replace("{count}", count));
  say(output, [counted(output.dataset.answered, dimensions), words.join(", ")].filter(Boolean).join(" · "));
}
document.addEventListener("change", countAnswers);
window.addEventListener("pageshow", countAnswers);

// 1 to 6 answer the question that has the focus and 0 leaves it open; the focus goes on to the next one.
document.addEventListener("keydown", (event) => {
  if (!/^[0-6]$/.test(event.key) || event.ctrlKey || event.altKey || event.metaKey) return;
  const dimension = event.target.closest(".bilan-form .dimension");
  if (!dimension || event.target.matches("textarea, select, input:not([type=radio])")) return;
  const choices = [...dimension.querySelectorAll(".scale input")];
  const chosen = event.key === "0" ? choices.at(-1) : choices[Number(event.key) - 1];
  event.preventDefault();
  chosen.checked = true;
  chosen.dispatchEvent(new Event("change", { bubbles: true }));
  const every = [...document.querySelectorAll(".bilan-form .dimension")];
  const next = every[every.indexOf(dimension) + 1];
  (next?.querySelector(".scale input:checked") ?? chosen).focus();
});

// What was noted stands on one line once its field is folded.
document.addEventListener("change", (event) => {
  const note = event.target.closest(".bilan-form .dimension textarea");
  const said = note?.closest("details").querySelector("[data-said]");
  if (!said) return;
  const quoted = document.createElement("span");
  quoted.textContent = `« ${note.value.trim()} »`;
  said.replaceChildren(...(note.value.trim() ? [quoted] : []));
});

// The tab of the part that is being read is the current one.
const bilanParts = [...document.querySelectorAll(".bilan-part")];
const partsRead = new IntersectionObserver(() => {
  const read = bilanParts.filter((part) => part.getBoundingClientRect().top < window.innerHeight * 0.4).at(-1) ?? bilanParts[0];
  document.querySelectorAll(".bilan-tabs a").forEach((tab) => {
    if (tab.hash === `#${read.id}`) tab.setAttribute("aria-current", "true");
    else tab.removeAttribute("aria-current");
  });
}, { rootMargin: "0px 0px -60% 0px" });
bilanParts.forEach((part) => partsRead.observe(part));

// One key leaves what is shown to the person.
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") document.querySelector("[data-leave]")?.click();
});

const written = (date) => [date.getDate(), date.getMonth() + 1].map((part) => String(part).padStart(2, "0")).concat(date.getFullYear()).join("/");

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-in-days]");
  if (!button) return;
  const field = button.closest("form").querySelector(".w-date input");
  const date = new Date();
  date.setDate(date.getDate() + Number(button.dataset.inDays));
  // Nobody is asked for something on a Saturday or a Sunday.
  while (date.getDay() % 6 === 0) date.setDate(date.getDate() + 1);
  field.value = written(date);
  field.dispatchEvent(new Event("input", { bubbles: true }));
});

const showDays = (root) => root.querySelectorAll(".soon-days[hidden]").forEach((element) => { element.hidden = false; });
showDays(document);

// The row that was just changed keeps the focus, for those who work by keyboard or listen.
document.addEventListener("htmx:after:swap", () => {
  showDays(document);
  const touched = document.querySelector("[data-touched] button, .editing input[type=text]");
  if (!touched) return;
  touched.focus();
  // Once only: what is replaced elsewhere on the page later does not call the focus back.
  touched.closest("[data-touched]")?.removeAttribute("data-touched");
});
