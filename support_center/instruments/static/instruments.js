// Filling in an instrument: an answer shows and hides the questions that depend on it. The server decides, in the language of
// expressions; without scripts every question that is shown at first stands there, and the others after the form was sent.
let asked = 0;
document.addEventListener("change", async (event) => {
  const filling = event.target.closest("[data-shown-url]");
  const form = event.target.closest("form");
  if (!filling || !form) return;
  const mine = ++asked;
  const answers = new FormData(form);
  answers.delete("_submission"); // Asking what to show is not sending the form: its key is for that alone.
  const answer = await fetch(filling.dataset.shownUrl, { method: "POST", body: answers, headers: { "HX-Request": "true" } }).catch(() => null);
  if (!answer?.ok || mine !== asked) return;
  const shown = new Set(await answer.json());
  const held = document.activeElement;
  const parts = [...filling.querySelectorAll("[data-item]")];
  parts.forEach((part) => { part.hidden = !shown.has(part.dataset.item); });
  // Who stood on a question that goes stands on the next one, or on the button.
  const gone = parts.findIndex((part) => part.hidden && part.contains(held));
  if (gone < 0) return;
  const next = parts.slice(gone).find((part) => !part.hidden);
  (next?.querySelector("input, select, textarea") ?? form.querySelector(".form-actions button")).focus();
});

// The preview follows what is typed in the form of a question: the server draws it, and saves nothing.
const PREVIEW_MS = 350;
let typed = 0;
document.addEventListener("input", (event) => {
  const form = event.target.closest(".question form[data-guard]");
  const preview = document.querySelector("[data-preview-url]");
  if (!form || !preview) return;
  const mine = ++typed;
  setTimeout(async () => {
    if (mine !== typed) return;
    const answers = new FormData(form);
    answers.delete("_submission"); // Looking is not sending: the key of the form is for that alone.
    const answer = await fetch(preview.dataset.previewUrl, { method: "POST", body: answers, headers: { "HX-Request": "true" } }).catch(() => null);
    if (answer?.status !== 200 || mine !== typed) return;
    const drawn = document.createElement("template");
    drawn.innerHTML = await answer.text();
    const fresh = drawn.content.querySelector("#preview");
    if (fresh) document.getElementById("preview").replaceWith(fresh);
  }, PREVIEW_MS);
});
