// The letter of consent follows the ticks: what the person reads is what will be sent. Without this file the page
// still works: the server shows the changed letter once before it sends.
const letterForm = (element) => element.closest("#referral-form");
let waiting;
let asked = 0;

async function rewrite(form) {
  const number = ++asked;
  const data = new FormData(form);
  // The key of the form is used up by the form itself, not by a look at the letter.
  data.delete("_submission");
  document.getElementById("letter").setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(form.dataset.letter, { method: "POST", body: new URLSearchParams(data), headers: { "HX-Request": "true" } });
    if (!answer.ok) return;
    const holder = document.createElement("template");
    // Our own server's HTML, with every value escaped.
    holder.innerHTML = await answer.text();
    // Only the newest answer counts, and it replaces the letter that is on the page now: an earlier one may have moved.
    if (number === asked) document.getElementById("letter").replaceWith(holder.content.querySelector("#letter"));
  } catch {
    // No network: the letter stays as it was, and the server will show the new one before it sends.
  } finally {
    document.getElementById("letter").removeAttribute("aria-busy");
  }
}

document.addEventListener("change", (event) => {
  const form = letterForm(event.target);
  if (form) { clearTimeout(waiting); rewrite(form); }
});
document.addEventListener("input", (event) => {
  const form = letterForm(event.target);
  if (form && event.target.matches("textarea, input[type=text], input[type=tel]")) { clearTimeout(waiting); waiting = setTimeout(() => rewrite(form), 350); }
});
