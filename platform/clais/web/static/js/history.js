// A page that the browser kept in memory and shows again (« Back ») may be about someone who withdrew their agreement since,
// or belong to who is signed out by now: it is blank until the server has said that it may still be shown.
const BLANK = "blank";
const again = 2000;
const wait = (milliseconds) => new Promise((resolve) => { setTimeout(resolve, milliseconds); });
const KEY = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const UNSENT = "form[data-guard][data-changed]";

// The keys of everyone and everything that a page is about. What someone chose, and the number of a form, are not shown by it.
function keysIn(main) {
  const copy = main.cloneNode(true);
  for (const field of copy.querySelectorAll("input:not([type=checkbox], [type=radio])")) field.remove();
  return new Set(copy.innerHTML.match(KEY) ?? []);
}

const isChoice = (field) => field.type === "checkbox" || field.type === "radio";
const choiceOf = (field) => (isChoice(field) ? field.value : "");

// Writes into a new page what was typed in the old one, with the version that it was typed on.
function carryOver(from, to) {
  for (const old of from.querySelectorAll(UNSENT)) {
    const form = [...to.querySelectorAll("form")].find((one) => one.getAttribute("action") === old.getAttribute("action") && one.id === old.id);
    if (!form) continue;
    form.dataset.changed = "yes";
    const seen = new Map();
    for (const field of old.elements) {
      if (!field.name || field.name === "csrf_token" || /^(submit|button|fieldset|file)$/.test(field.type)) continue;
      const name = `${field.name} ${choiceOf(field)}`;
      const at = seen.get(name) ?? 0;
      seen.set(name, at + 1);
      const same = [...form.elements].filter((one) => one.name === field.name && choiceOf(one) === choiceOf(field))[at];
      if (same && isChoice(same)) same.checked = field.checked;
      else if (same) same.value = field.value;
    }
  }
}

// What the server shows now, in place of what the browser kept, with what was typed.
function showNow(main, page) {
  const now = page.querySelector("main");
  carryOver(main, now);
  main.replaceWith(now);
  window.htmx?.process(now);
}

window.addEventListener("pagehide", (event) => {
  if (event.persisted) document.documentElement.classList.add(BLANK);
});

window.addEventListener("pageshow", async (event) => {
  if (!event.persisted) return;
  document.documentElement.classList.add(BLANK);
  // What was typed here and not sent would be lost by a reload: it stays when the page is still open to its reader.
  while (document.querySelector(UNSENT)) {
    try {
      const answer = await fetch(location.href, { cache: "no-store", redirect: "manual" });
      if (!answer.ok) break;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const main = document.querySelector("main"), still = keysIn(page.querySelector("main"));
      if (![...keysIn(main)].every((key) => still.has(key))) showNow(main, page);
      document.documentElement.classList.remove(BLANK);
      return;
    } catch { await wait(again); }
  }
  location.reload();
});
