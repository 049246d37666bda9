// Several rows of a list are picked: X picks the one with the focus, the box in the head all of them, Escape none.
(() => {
  const form = document.getElementById("picked");
  const boxes = () => [...document.querySelectorAll('input[type="checkbox"][form="picked"]')];
  if (!form || !boxes().length) return;
  const all = document.querySelector("[data-pick-all]");
  const said = form.querySelector("[data-picked]");

  function count() {
    const number = boxes().filter((box) => box.checked).length;
    said.textContent = number === 1 ? said.dataset.one : said.dataset.several.replace("{number}", number);
    all.checked = number === boxes().length;
    all.indeterminate = number > 0 && !all.checked;
  }

  all.hidden = false;
  all.addEventListener("change", () => { boxes().forEach((box) => { box.checked = all.checked; }); count(); });
  document.addEventListener("change", (event) => { if (event.target.form === form) count(); });
  form.addEventListener("reset", () => setTimeout(count));
  document.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || !singleKeys() || document.querySelector("dialog[open]")) return;
    const box = document.activeElement.closest("[data-listing] tr")?.querySelector('input[form="picked"]');
    if (event.key.toLowerCase() === "x" && box && !isTyping(event.target)) { event.preventDefault(); box.click(); }
    if (event.key === "Escape" && boxes().some((each) => each.checked) && !document.querySelector("details[open]")) form.reset();
  });
  // A browser that goes back restores the boxes.
  addEventListener("pageshow", count);
  count();
})();
