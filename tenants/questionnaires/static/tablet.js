// A person answers alone on the agent's tablet: one question at a time. Answers are saved by questionnaires.js; all questions
// are in the page, so that the next one comes while the network is away. Without scripts each question is a page.
const PATIENCE_MS = 3000;
const top = document.querySelector("[data-handed-over]");
const place = document.querySelector("[data-answers-url][data-review]");
const forms = () => [...place.querySelectorAll("[data-step]")];
const asked = () => forms().filter((form) => !form.querySelector("[data-item]").hidden);
const here = () => forms().find((form) => !form.hidden);

// What other tabs of this session show goes at once, and is asked for again: the page that wants the agent's password answers.
const others = new BroadcastChannel("clais-handed-over");
if (top) others.postMessage("handed over");
else others.addEventListener("message", () => { document.documentElement.classList.add("blank"); location.reload(); });

function tellHowFar() {
  const text = top.querySelector("[data-progress-text]"), bar = top.querySelector("progress");
  const [number, total] = [asked().indexOf(here()) + 1, asked().length];
  const told = text.dataset.progressText.replace("{number}", number).replace("{total}", total);
  text.textContent = told;
  bar.max = total;
  bar.value = number;
  bar.setAttribute("aria-label", told);
}

function goTo(form) {
  hush();
  forms().forEach((one) => { one.hidden = one !== form; });
  history.replaceState(history.state, "", form.action);
  tellHowFar();
  window.scrollTo(0, 0);
  begin(form);
}

// Whoever works by keyboard answers at once: on what is chosen already, or on the first answer.
function begin(form) {
  const inputs = [...form.querySelectorAll("[data-item] :is(input, select, textarea)")];
  (inputs.find((input) => input.checked) ?? inputs[0] ?? form.querySelector("button")).focus();
}

// What was answered travels first. Without network it waits, and the next question comes all the same.
async function sendAnswers() {
  const about = { sent: Promise.resolve(true) };
  document.dispatchEvent(new CustomEvent("clais:send-answers", { detail: about }));
  return Promise.race([about.sent, new Promise((done) => { setTimeout(done, PATIENCE_MS, false); })]);
}

function takeBack(form) {
  const inputs = [...form.querySelectorAll("[data-item] :is(input, select, textarea)")];
  const given = inputs.filter((input) => (["radio", "checkbox"].includes(input.type) ? input.checked : input.value));
  given.forEach((input) => { if (["radio", "checkbox"].includes(input.type)) input.checked = false; else input.value = ""; });
  given.at(-1)?.dispatchEvent(new Event("change", { bubbles: true }));
}

async function goOn(form, skipped) {
  if (skipped) takeBack(form);
  const arrived = await sendAnswers();
  if (form.querySelector("[data-refused]:not([hidden])")) return;
  const following = asked()[asked().indexOf(form) + 1];
  if (following) goTo(following);
  else if (arrived) location.assign(place.dataset.review);
}

if (place) {
  // Before other scripts, which would send the form as a whole.
  window.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-step]")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    goOn(event.target, event.submitter?.value === "skip");
  }, true);
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-step-back]");
    const before = link && asked()[asked().indexOf(link.closest("[data-step]")) - 1];
    if (!before) return;
    event.preventDefault();
    goTo(before);
  });
  begin(here());
}

// Read aloud by a voice of the device itself: a voice from elsewhere would be told the questions.
const button = top?.querySelector("[data-listen]");
const language = document.documentElement.lang;
const voice = () => window.speechSynthesis?.getVoices().find((one) => one.localService && one.lang.toLowerCase().startsWith(language));

function hush() {
  if (!button) return;
  window.speechSynthesis?.cancel();
  button.querySelector("span").textContent = button.dataset.listen;
}

function texts() {
  const scope = place ? here() : document.querySelector("main");
  return [...scope.querySelectorAll("[data-read]")].map((one) => one.textContent.trim());
}

function read() {
  if (window.speechSynthesis.speaking) { hush(); return; }
  const said = texts().map((text) => {
    const one = new SpeechSynthesisUtterance(text);
    one.lang = language;
    one.voice = voice();
    one.rate = 0.9;
    return one;
  });
  said.at(-1)?.addEventListener("end", hush);
  said.forEach((one) => window.speechSynthesis.speak(one));
  button.querySelector("span").textContent = button.dataset.hush;
}

if (button && window.speechSynthesis) {
  const offer = () => { button.hidden = !voice(); };
  window.speechSynthesis.addEventListener?.("voiceschanged", offer);
  button.addEventListener("click", read);
  window.addEventListener("pagehide", hush);
  offer();
}
