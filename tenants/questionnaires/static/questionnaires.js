// A questionnaire is saved answer by answer. While the network is away answers wait in memory, never in the storage of
// the browser, and are sent in order when it is back. Without scripts the whole form is sent.
const WAIT_MS = 4000;
const waiting = new Map();
let sending = null;

const questions = () => document.querySelector("[data-answers-url]");
const partOf = (item) => questions()?.querySelector(`[data-item="${CSS.escape(item)}"]`);

function say(text) {
  const state = questions()?.querySelector("[data-state]");
  if (state && state.textContent !== text) state.textContent = text;
}

function refuse(part, messages) {
  const place = part.querySelector("[data-refused]");
  place.textContent = messages.join(" ");
  place.hidden = !messages.length;
  place.classList.toggle("error", messages.length > 0);
}

function answerOf(part) {
  const answer = new FormData();
  const inputs = [...part.querySelectorAll("input, select, textarea")].filter((input) => input.name);
  inputs.forEach((input) => {
    if (!["radio", "checkbox"].includes(input.type) || input.checked) answer.append(input.name, input.value);
  });
  answer.append("item", part.dataset.item);
  answer.append("seen", part.dataset.revision);
  if (questions().dataset.asked) answer.append("asked", questions().dataset.asked);
  const token = part.closest("form").querySelector("[name=csrf_token]");
  if (token) answer.append("csrf_token", token.value);
  return answer;
}

function show(told) {
  const filling = questions();
  const shown = new Set(told.shown);
  const held = document.activeElement;
  const parts = [...filling.querySelectorAll("[data-item]")];
  parts.forEach((part) => { part.hidden = !shown.has(part.dataset.item); });
  filling.querySelectorAll("[data-section]").forEach((section) => {
    section.hidden = [...section.querySelectorAll("[data-item]")].every((part) => part.hidden);
  });
  const output = filling.querySelector("[data-answered]");
  if (output) output.textContent = output.dataset.answered.replace("{count}", told.answered).replace("{total}", told.shown.length);
  // Who stood on a question that goes stands on the next one, or on the button.
  const gone = parts.findIndex((part) => part.hidden && part.contains(held));
  if (gone < 0) return;
  const next = parts.slice(gone).find((part) => !part.hidden);
  (next?.querySelector("input, select, textarea") ?? filling.querySelector(".form-actions button"))?.focus();
}

// Whether a colleague answered another question than those that wait here since the page was read.
function hasUnseen(revisions) {
  return [...questions().querySelectorAll("[data-item]")].some(
    ({ dataset: { item, revision } }) => !waiting.has(item) && (revisions?.[item] ?? 0) > Number(revision));
}

// The token of a new session comes with the refusal: see kept.js.
function hasFreshToken(html) {
  const about = { html, taken: false };
  document.dispatchEvent(new CustomEvent("clais:refused", { detail: about }));
  return about.taken;
}

// One answer at a time, in the order in which they were given: gives whether the way was free.
async function sendOne(part) {
  const item = part.dataset.item;
  const given = waiting.get(item);
  const answer = await fetch(questions().dataset.answersUrl, { method: "POST", body: answerOf(part), headers: { "HX-Request": "true" }, redirect: "manual" }).catch(() => null);
  if (!answer || answer.status >= 500) {
    say(questions().dataset.waiting.replace("{count}", waiting.size));
    return false;
  }
  const told = answer.headers.get("Content-Type")?.startsWith("application/json") ? await answer.json() : null;
  // Who signed in again in another tab has another token: it comes with the refusal, and the answer is sent once more.
  if (!told && hasFreshToken(await answer.text())) return sendOne(part);
  if (!told) {
    say(questions().dataset.signedOut);
    return false;
  }
  // An answer that was changed while it travelled is sent again.
  if (waiting.get(item) === given) waiting.delete(item);
  refuse(part, told.errors ?? []);
  if (told.revision !== undefined) part.dataset.revision = told.revision;
  const version = part.closest("form").querySelector("[name=_version]");
  // With answers that were not seen the page keeps the version that it was read at: to finish shows both.
  if (told.version && version && !hasUnseen(told.revisions)) version.value = told.version;
  if (told.shown) show(told);
  return true;
}

async function sendAll() {
  say(questions().dataset.saving);
  while (waiting.size) {
    const part = partOf(waiting.keys().next().value);
    if (!part) break;
    if (!(await sendOne(part))) {
      setTimeout(flush, WAIT_MS);
      return false;
    }
  }
  say(questions()?.querySelector("[data-refused]:not([hidden])") ? questions().dataset.first : questions().dataset.saved);
  return true;
}

function flush() {
  if (!questions() || !waiting.size) return Promise.resolve(true);
  sending ??= sendAll().finally(() => { sending = null; });
  return sending;
}

document.addEventListener("change", (event) => {
  const part = event.target.closest("[data-answers-url] [data-item]");
  if (!part) return;
  waiting.delete(part.dataset.item);
  waiting.set(part.dataset.item, Symbol(part.dataset.item));
  flush();
});
window.addEventListener("online", flush);
// A page with steps of its own waits for what travels: it finds in the event whether all arrived.
document.addEventListener("clais:send-answers", (event) => { event.detail.sent = flush(); });
window.addEventListener("beforeunload", (event) => { if (waiting.size) event.preventDefault(); });

// To finish, what still travels arrives first.
document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.closest("[data-answers-url]") || !waiting.size) return;
  event.preventDefault();
  const button = event.submitter;
  await sending;
  const haveArrived = await flush();
  // It was held back and not sent: it may go, or be tried once more.
  delete form.dataset.sent;
  button?.removeAttribute("aria-busy");
  if (haveArrived) form.requestSubmit(button);
});
