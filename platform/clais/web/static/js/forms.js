// Forms: sent once, guarded when left, counted, and with lines that can be added.
// Sent once ---------------------------------------------------------------------------------------------------------
document.addEventListener("submit", (event) => {
  if (event.defaultPrevented && !event.target.matches("[hx-post], [hx-get]")) return;
  const form = event.target;
  if (form.dataset.sent && !form.hasAttribute("data-again")) { event.preventDefault(); event.stopImmediatePropagation(); return; }
  form.dataset.sent = "yes";
  delete form.dataset.changed;
  event.submitter?.setAttribute("aria-busy", "true");
  // A POST that fails to leave (no network) must not lock the form for ever.
  setTimeout(() => release(form), 15000);
}, true);

function release(form) {
  delete form.dataset.sent;
  form.querySelectorAll("[aria-busy]").forEach((button) => button.removeAttribute("aria-busy"));
}
window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(release));
document.addEventListener("htmx:finally:request", (event) => {
  const form = event.target.closest?.("form");
  if (form) release(form);
});

// Guarded when left -------------------------------------------------------------------------------------------------
document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (form?.hasAttribute("data-guard")) form.dataset.changed = "yes";
});
window.addEventListener("beforeunload", (event) => {
  if (document.querySelector("form[data-guard][data-changed]:not([data-sent])")) event.preventDefault();
});

// A file that is too large is not sent: <input type="file" data-largest="5242880">, beside the words for it, hidden -------
document.addEventListener("change", (event) => {
  const input = event.target.closest("input[data-largest]");
  if (!input) return;
  const size = [...input.files].reduce((sum, file) => sum + file.size, 0);
  const isTooLarge = size > Number(input.dataset.largest);
  document.getElementById(`${input.id}-error`).firstElementChild.hidden = !isTooLarge;
  if (isTooLarge) input.value = "";
});

// Counters: <strong data-counts="#parcel">10</strong> -----------------------------------------------------------------
function count() {
  document.querySelectorAll("[data-counts]").forEach((output) => {
    const boxes = document.querySelectorAll(`${output.dataset.counts} input[type=checkbox]`);
    const text = String([...boxes].filter((box) => box.checked).length);
    if (output.textContent !== text) output.textContent = text;
  });
}
document.addEventListener("change", count);

// Lines that repeat -------------------------------------------------------------------------------------------------
document.addEventListener("click", (event) => {
  const add = event.target.closest("[data-add-row]");
  if (add) {
    const rows = add.closest("fieldset").querySelector("[data-rows]");
    const template = rows.querySelector("template");
    const used = [...rows.querySelectorAll("[name]")].map((input) => Number(/-(\d+)-[^-]+$/.exec(input.name)?.[1] ?? -1));
    const holder = document.createElement("template");
    // The template is our own server's HTML, only its number is written in.
    holder.innerHTML = template.innerHTML.replaceAll("__index__", String(Math.max(-1, ...used) + 1));
    const row = holder.content.firstElementChild;
    rows.insertBefore(row, template);
    row.querySelectorAll("[hidden]:not(.options)").forEach((element) => { if (element.tagName === "BUTTON") element.hidden = false; });
    document.dispatchEvent(new CustomEvent("clais:added", { detail: row }));
    row.querySelector("input:not([type=hidden]), select, textarea")?.focus();
  }
  const remove = event.target.closest("[data-remove-row]");
  if (remove) {
    const row = remove.closest(".repeated-row");
    const form = row.closest("form");
    const button = row.closest("fieldset").querySelector("[data-add-row]");
    row.remove();
    if (form?.hasAttribute("data-guard")) form.dataset.changed = "yes";
    button.focus();
  }
});

// Dates: typed in the field, or chosen in the browser's own calendar ---------------------------------------------------
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-pick-date]");
  if (!button) return;
  const field = document.getElementById(button.dataset.pickDate);
  let picker = button.parentElement.querySelector("input[type=date]");
  if (!picker) {
    picker = document.createElement("input");
    picker.type = "date";
    picker.tabIndex = -1;
    picker.setAttribute("aria-hidden", "true");
    picker.addEventListener("change", () => {
      const [year, month, day] = picker.value.split("-");
      field.value = picker.value ? `${day}/${month}/${year}` : "";
      field.dispatchEvent(new Event("input", { bubbles: true }));
      field.focus();
    });
    button.parentElement.append(picker);
  }
  const written = /^(\d{1,2})\D(\d{1,2})\D(\d{4})$/.exec(field.value.trim());
  if (written) picker.value = `${written[3]}-${written[2].padStart(2, "0")}-${written[1].padStart(2, "0")}`;
  picker.showPicker();
});

// Errors: the first click in the summary goes to the answer itself, radios included.
document.addEventListener("click", (event) => {
  const link = event.target.closest(".errors a[href^='#']");
  if (!link) return;
  const target = document.getElementById(link.getAttribute("href").slice(1));
  if (!target) return;
  event.preventDefault();
  const input = target.matches("fieldset") ? target.querySelector("input, select, textarea") || target : target;
  target.scrollIntoView({ block: "center" });
  input.focus({ preventScroll: true });
});

count();
document.querySelector(".errors[autofocus]")?.focus();
document.addEventListener("htmx:after:swap", count);
