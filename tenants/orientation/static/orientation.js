// Bilan and plan: how many answers are given, dates by one click, and the focus on the step that changed. Pages work
// without it.
function countAnswers() {
  const output = document.querySelector("[data-answered]");
  if (!output) return;
  const given = document.querySelectorAll(".scale input:checked:not([value=''])").length;
  const text = output.dataset.answered.replace("{count}", given);
  if (output.textContent !== text) output.textContent = text;
}
document.addEventListener("change", countAnswers);
window.addEventListener("pageshow", countAnswers);

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
