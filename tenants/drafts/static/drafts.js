// What is typed in a form is kept on the server a moment after the last key, for its author alone, and offered again. While
// the server does not answer the text stays in the page, and is sent again; nothing is stored in the browser.
const PAUSE_MS = 1200;
const AGAIN_MS = 4000;
const states = new WeakMap();

const lineOf = (form) => form?.querySelector?.("[data-draft-url]");
function stateOf(form) {
  if (!states.has(form)) states.set(form, { timer: 0, sending: null, again: false });
  return states.get(form);
}

function say(form, text, warns) {
  const line = lineOf(form);
  line.toggleAttribute("data-warns", warns);
  if (line.textContent !== text) line.textContent = text;
}

function later(form, pause) {
  const state = stateOf(form);
  clearTimeout(state.timer);
  state.timer = setTimeout(() => keep(form), pause);
}

// The token of a new session comes with the refusal: see kept.js.
function hasFreshToken(html) {
  const about = { html, taken: false };
  document.dispatchEvent(new CustomEvent("clais:refused", { detail: about }));
  return about.taken;
}

async function keep(form) {
  const state = stateOf(form);
  if (!form.isConnected || form.dataset.sent) return;
  if (state.sending) { state.again = true; return; }
  state.sending = new AbortController();
  const body = new FormData(form);
  // The key of the form is spent by what is saved, not by what is kept.
  body.delete("_submission");
  const answer = await fetch(lineOf(form).dataset.draftUrl, { method: "POST", body, headers: { "HX-Request": "true" }, redirect: "manual", keepalive: true, signal: state.sending.signal }).catch(() => null);
  const stopped = state.sending.signal.aborted;
  const told = answer?.headers.get("Content-Type")?.startsWith("application/json") ? await answer.json() : null;
  const html = answer && !told ? await answer.text() : "";
  state.sending = null;
  if (stopped || !form.isConnected) return;
  if (told) take(form, told);
  else if (html && hasFreshToken(html)) { later(form, 0); return; }
  else {
    // A redirection leads to the page for signing in. What is refused for good is not sent again by itself.
    const isSignedOut = answer?.type === "opaqueredirect" || answer?.status === 401;
    const isRefused = answer && !isSignedOut && answer.status < 500 && answer.status !== 429;
    say(form, lineOf(form).dataset[isSignedOut ? "signedOut" : isRefused ? "refused" : "away"], true);
    if (!isRefused) later(form, AGAIN_MS);
    return;
  }
  if (state.again) { state.again = false; later(form, PAUSE_MS); }
}

function take(form, told) {
  say(form, told.said, Boolean(told.warns));
  if (told.version === undefined) { if (told.offer) offer(told.offer); return; }
  form.elements.draft.value = told.version;
  // The draft was thrown away elsewhere, and this page goes on: it begins another one.
  if (told.again) later(form, PAUSE_MS);
  // Who leaves the page now finds it again.
  if (told.version && !stateOf(form).again) delete form.dataset.changed;
}

// Another page of the same author has kept something else: it is offered here too.
function offer(html) {
  const drawn = document.createElement("template");
  // Our own server's HTML.
  drawn.innerHTML = html;
  const place = document.getElementById("draft");
  if (!place || place.querySelector("form")) return;
  const part = drawn.content.querySelector("#draft");
  place.replaceWith(part);
  htmx.process(part);
}

document.addEventListener("input", (event) => { if (lineOf(event.target.form)) later(event.target.form, PAUSE_MS); });
document.addEventListener("clais:inserted", (event) => { if (lineOf(event.target)) later(event.target, 0); });

// What is sent as a whole needs no draft any more.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (lineOf(form)) {
    clearTimeout(stateOf(form).timer);
    stateOf(form).sending?.abort();
  }
  // What was typed since goes along with who takes the draft up: it comes after it.
  if (!form.closest("[data-draft-resume]")) return;
  const written = document.querySelector("[data-draft-url]")?.closest("form");
  new FormData(written).forEach((value, name) => {
    if (name.startsWith("_") || name === "csrf_token") return;
    const field = document.createElement("input");
    Object.assign(field, { type: "hidden", name, value });
    form.append(field);
  });
  delete written.dataset.changed;
  clearTimeout(stateOf(written).timer);
}, true);

// Who turns away is not waited for.
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState !== "hidden") return;
  document.querySelectorAll("[data-draft-url]").forEach((line) => {
    const form = line.closest("form");
    if (form.dataset.changed) { clearTimeout(stateOf(form).timer); keep(form); }
  });
});

const keepWhatIsAhead = () => document.querySelectorAll("[data-draft-url][data-ahead]").forEach((line) => {
  delete line.dataset.ahead;
  later(line.closest("form"), 0);
});
document.addEventListener("htmx:after:swap", keepWhatIsAhead);
keepWhatIsAhead();
