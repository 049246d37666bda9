// Filling in an instrument: an answer shows and hides the questions that depend on it. The server decides, in the language of
// expressions; without scripts every question that is shown at first stands there, and the others after the form was sent.
let asked = 0;
document.addEventListener("change", async (event) => {
  const filling = event.target.closest("[data-shown-url]");
  const form = event.target.closest("form");
  if (!filling || !form) return;
  const mine = ++asked;
  const answer = await fetch(filling.dataset.shownUrl, { method: "POST", body: new FormData(form), headers: { "HX-Request": "true" } }).catch(() => null);
  if (!answer?.ok || mine !== asked) return;
  const shown = new Set(await answer.json());
  filling.querySelectorAll("[data-item]").forEach((part) => { part.hidden = !shown.has(part.dataset.item); });
});
