// What is typed: counted near the limit, begun at the first field, sent with Ctrl+Enter, filled in when asked.
const NEAR = 0.8;
const PAUSE = 1000;
const spoken = document.getElementById("spoken");

// Counters: nothing cuts a text that is too long; from 80 % of the limit on, the page says how much is left ------------
function phrase(left) {
  const count = Math.abs(left);
  const words = left < 0 ? (count === 1 ? spoken.dataset.overOne : spoken.dataset.over) : (count < 2 ? spoken.dataset.leftOne : spoken.dataset.left);
  return words.replace("{count}", count.toLocaleString(document.documentElement.lang));
}

function count(field) {
  const limit = Number(field.dataset.limit);
  // The server counts characters, where a script counts some of them twice, and leaves the blanks at both ends out.
  const left = limit - [...field.value.trim()].length;
  if (left > limit * (1 - NEAR)) { field.counter?.remove(); field.counter = null; return ""; }
  if (!field.counter) {
    field.counter = document.createElement("p");
    field.counter.className = "counter";
    // Said by the status of the page, after a pause: not at each key.
    field.counter.setAttribute("aria-hidden", "true");
    field.after(field.counter);
  }
  field.counter.textContent = phrase(left);
  field.counter.classList.toggle("over", left < 0);
  return field.counter.textContent;
}

document.addEventListener("input", (event) => {
  if (!event.target.dataset?.limit) return;
  const text = count(event.target);
  clearTimeout(event.target.saying);
  event.target.saying = setTimeout(() => { if (spoken.textContent !== text) spoken.textContent = text; }, PAUSE);
});
const countAll = (root) => root.querySelectorAll("[data-limit]").forEach(count);

// The first field of a page that is a form has the focus, unless a summary of errors or an address has it --------------
const HELD = /^(hidden|submit|button|fieldset|output)$/;
function begin(form) {
  const fields = [...form.elements].filter((field) => !HELD.test(field.type) && !field.disabled && field.checkVisibility());
  const [first] = fields;
  const chosen = first?.type === "radio" && fields.find((field) => field.name === first.name && field.checked);
  (chosen || first)?.focus();
}

// Ctrl+Enter, or ⌘+Enter, sends the form one is in, by its preferred or first button; a form that is on its way is not sent again ----
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.altKey || event.repeat) return;
  const form = event.target.form ?? event.target.closest?.("form");
  if (!form || form.method === "dialog") return;
  event.preventDefault();
  const buttons = [...form.elements].filter((element) => element.type === "submit" && !element.disabled);
  const button = buttons.find((element) => element.hasAttribute("data-preferred")) ?? buttons[0];
  form.requestSubmit(button ?? null);
});

// A proposal fills fields when it is clicked: <button data-fill-in='{"birth_date": "03/04/1988"}'> ---------------------
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-fill-in]");
  if (!button) return;
  const form = button.closest("form");
  Object.entries(JSON.parse(button.dataset.fillIn)).forEach(([name, value]) => {
    const field = form.elements.namedItem(name);
    if (!field) return;
    field.value = value;
    const input = field instanceof RadioNodeList ? [...field].find((radio) => radio.checked) : field;
    input?.dispatchEvent(new Event("input", { bubbles: true }));
  });
  // The proposal goes when it is answered: what was filled in takes the focus.
  const [filled] = Object.keys(JSON.parse(button.dataset.fillIn));
  (form.elements.namedItem(filled) ?? form).focus?.();
});

countAll(document);
const form = document.querySelector("main form[data-starts]");
if (form && document.activeElement === document.body && !location.hash) begin(form);
// An address may name the field that is to be filled in, also one that is folded away.
const named = location.hash.startsWith("#field-") && document.getElementById(location.hash.slice(1));
if (named) {
  named.closest("details")?.setAttribute("open", "");
  (named.matches("fieldset") ? named.querySelector("input, select, textarea") : named).focus();
}
// So has a dialog that asks something: the browser alone would take what closes it.
document.addEventListener("clais:opened", (event) => { const asked = event.target.querySelector("form[method=post]"); if (asked) begin(asked); });
document.addEventListener("htmx:after:process", (event) => { if (event.target.querySelectorAll) countAll(event.target); });
