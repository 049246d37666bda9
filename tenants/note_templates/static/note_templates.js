// A template goes into the form that it was chosen above: below what is typed, which stays; it sets what is beside it.
function put(field, text) {
  const written = field.value.trimEnd();
  field.value = written ? `${written}\n${text}` : text;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.focus();
  field.setSelectionRange(field.value.length, field.value.length);
}

function choose(form, name, value) {
  const field = form.elements.namedItem(name);
  // What the writer chose stays: of radio buttons, another than the one that the page came with.
  const chosen = field instanceof RadioNodeList ? [...field].some((one) => one.checked && !one.defaultChecked) : field?.value;
  if (!field || chosen) return;
  field.value = value;
}

// The button that saves the note as the template says is full, and Ctrl+Enter presses it.
function prefer(form, noteClass) {
  form.querySelectorAll("button[name$=note_class]").forEach((button) => {
    const isIt = button.value === noteClass;
    button.toggleAttribute("data-preferred", isIt);
    button.classList.toggle("btn-primary", isIt);
    button.classList.toggle("btn-outline-secondary", !isIt);
  });
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-insert]");
  const menu = button?.closest("[data-insert-into]");
  const field = menu && document.getElementById(menu.dataset.insertInto);
  if (!field) return;
  const { text, class: noteClass, fields } = JSON.parse(button.dataset.insert);
  menu.open = false;
  put(field, text);
  Object.entries(fields).forEach(([name, value]) => choose(field.form, name, value));
  if (noteClass) prefer(field.form, noteClass);
});
