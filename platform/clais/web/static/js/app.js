// What every page has: menus, dialogs, confirmation, shortcuts, messages. Nothing is stored in the browser but one
// cookie: whether single keys are shortcuts. Pages work without this file; it only makes them faster to use.
const EDGE = 8;
const spoken = document.getElementById("spoken");
const say = (text) => { if (spoken) { spoken.textContent = ""; setTimeout(() => { spoken.textContent = text; }, 50); } };
const isTyping = (element) => element.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]") !== null;

// Controls that need this script are hidden until it runs.
const NEEDS_SCRIPT = "[data-print], [data-back], [data-open], [data-dismiss], [data-pick-date], [data-add-row], [data-remove-row], [data-fill-in], [data-all-there]";
// So is the current tab, where they slide under the finger.
function reveal(root) {
  root.querySelectorAll(NEEDS_SCRIPT).forEach((element) => { element.hidden = false; });
  root.querySelectorAll(".tabs [aria-current]").forEach((tab) => {
    const [list, at] = [tab.closest("ul"), tab.getBoundingClientRect()];
    if (at.right > list.getBoundingClientRect().right) list.scrollLeft += at.left - list.getBoundingClientRect().left - EDGE;
  });
}
// A hint that is longer than its field would be cut inside a word: on a phone the name of the field is enough.
const everywhere = document.getElementById("search-everywhere");
if (everywhere && matchMedia("(max-width: 48rem)").matches) everywhere.placeholder = everywhere.labels[0].textContent;

// Dialogs -----------------------------------------------------------------------------------------------------------
function openDialog(id) {
  const dialog = document.getElementById(id);
  if (!dialog || dialog.open) return;
  dialog.showModal();
  dialog.dispatchEvent(new Event("clais:opened", { bubbles: true }));
}

function ask(question, act) {
  return new Promise((resolve) => {
    const dialog = document.getElementById("confirm-dialog");
    const button = document.getElementById("confirm-act");
    document.getElementById("confirm-text").textContent = question;
    button.textContent = act || button.dataset.default;
    const agree = () => dialog.close("yes");
    dialog.returnValue = "";
    button.addEventListener("click", agree);
    dialog.addEventListener("close", () => {
      button.removeEventListener("click", agree);
      resolve(dialog.returnValue === "yes");
    }, { once: true });
    dialog.showModal();
  });
}

// A form or a button with data-confirm says what will happen before it happens. In the capture phase, so that htmx waits too.
document.addEventListener("submit", async (event) => {
  const form = event.target;
  const question = event.submitter?.dataset.confirm || form.dataset.confirm;
  if (!question || form.dataset.confirmed) { delete form.dataset.confirmed; return; }
  event.preventDefault();
  event.stopImmediatePropagation();
  const submitter = event.submitter;
  if (await ask(question, submitter?.dataset.confirmAct || form.dataset.confirmAct || submitter?.textContent.trim())) {
    form.dataset.confirmed = "yes";
    form.requestSubmit(submitter);
  }
}, true);

document.addEventListener("htmx:confirm", (event) => {
  const { ctx, issueRequest, dropRequest } = event.detail;
  if (!ctx.confirm) return;
  event.preventDefault();
  ask(ctx.confirm).then((agreed) => (agreed ? issueRequest() : dropRequest()));
});

// Clicks ------------------------------------------------------------------------------------------------------------
document.addEventListener("click", (event) => {
  const target = event.target.closest("button, summary, a");
  document.querySelectorAll("details[data-menu][open]").forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
  if (!target) return;
  if (target.dataset.open) {
    target.closest("details[data-menu]")?.removeAttribute("open");
    openDialog(target.dataset.open);
  }
  if (target.hasAttribute("data-close")) target.closest("dialog")?.close();
  if (target.hasAttribute("data-dismiss")) dismiss(target.closest(".message"));
  if (target.hasAttribute("data-print")) window.print();
  if (target.hasAttribute("data-back")) history.back();
});

// A menu opens under its button, inside the window: moved aside or put above where there is no room.
function placeMenu(opened) {
  const menu = opened.querySelector(":scope > .menu");
  if (!menu) return;
  menu.classList.remove("above");
  menu.style.removeProperty("translate");
  const [box, rail] = [menu.getBoundingClientRect(), document.querySelector(".rail")?.getBoundingClientRect()];
  // On a narrow screen the rail lies at the foot of the window.
  const foot = rail && rail.top > 0 ? rail.top : innerHeight;
  menu.classList.toggle("above", box.bottom > foot - EDGE && opened.getBoundingClientRect().top > box.height + EDGE);
  const aside = Math.max(EDGE - box.left, 0) - Math.max(box.right - (document.documentElement.clientWidth - EDGE), 0);
  if (aside) menu.style.translate = `${aside}px`;
}
document.addEventListener("toggle", (event) => { if (event.target.matches?.("details[data-menu][open]")) placeMenu(event.target); }, true);
// Whoever turns a telephone keeps the menu that is open in sight.
const placeMenus = () => document.querySelectorAll("details[data-menu][open]").forEach(placeMenu);
addEventListener("resize", placeMenus);
// What a menu fetches makes it longer.
document.addEventListener("htmx:after:swap", placeMenus);

function dismiss(message) {
  const box = message.parentElement;
  message.remove();
  if (!box.querySelector(".message")) { box.textContent = ""; document.getElementById("main").focus({ preventScroll: true }); }
}

// Shortcuts ---------------------------------------------------------------------------------------------------------
const singleKeys = () => !document.cookie.split("; ").includes("clais_keys=off");

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    const menu = document.querySelector("details[data-menu][open]");
    if (menu) { menu.open = false; menu.querySelector("summary").focus(); }
    return;
  }
  if (event.altKey && !event.ctrlKey && !event.metaKey && (event.key.length === 1 || /^Arrow(Up|Down)$/.test(event.key))) {
    const target = document.querySelector(`[data-shortcut="alt+${CSS.escape(event.key.toLowerCase())}"]`);
    if (target) { event.preventDefault(); target.click(); }
    return;
  }
  if (event.altKey || event.ctrlKey || event.metaKey || !singleKeys() || isTyping(event.target) || document.querySelector("dialog[open]")) return;
  const search = document.getElementById("search-everywhere");
  if (event.key === "/" && search) { event.preventDefault(); search.focus(); search.select(); }
  if (event.key === "?") { event.preventDefault(); openDialog("help-dialog"); }
  const step = { j: 1, k: -1 }[event.key.toLowerCase()];
  if (step) walkThroughRows(event, step);
  else goToField(event);
});

// A page may give a field a key of its own: <span hidden data-help-keys="N" data-meaning="…" data-field="note-text">.
function goToField(event) {
  const named = document.querySelector(`[data-field][data-help-keys="${CSS.escape(event.key.toUpperCase())}"]`);
  const field = named && document.getElementById(named.dataset.field);
  if (!field?.checkVisibility()) return;
  event.preventDefault();
  field.focus();
}

// J and K walk through the names of a list; Enter opens, as a link does.
function walkThroughRows(event, step) {
  const names = [...document.querySelectorAll(":is([data-listing] tbody, [data-walk]) .who a")].filter((name) => name.checkVisibility());
  if (!names.length) return;
  event.preventDefault();
  const at = names.indexOf(document.activeElement.closest("tr, li")?.querySelector(".who a"));
  const next = names[Math.min(Math.max(at + step, 0), names.length - 1)];
  next.focus();
  next.closest("tr, li").scrollIntoView({ block: "nearest" });
}

// What the page adds to the list of keys: the shortcuts of its buttons, and the keys of its lists.
function listKeys(keys, text) {
  const line = document.createElement("div");
  const term = document.createElement("dt");
  const meaning = document.createElement("dd");
  keys.forEach((name) => {
    const key = document.createElement("kbd");
    key.textContent = name;
    term.append(key, " ");
  });
  meaning.textContent = text;
  line.append(term, meaning);
  document.getElementById("help-keys").append(line);
}

function listShortcuts() {
  document.querySelectorAll("[data-help-keys]").forEach((element) => listKeys(element.dataset.helpKeys.split(" "), element.dataset.meaning));
  document.querySelectorAll("[data-shortcut]").forEach((element) => {
    listKeys([element.getAttribute("aria-keyshortcuts")], element.title.replace(/ \([^)]*\)$/, "") || element.textContent.trim());
  });
  const box = document.getElementById("help-single-keys");
  box.checked = singleKeys();
  box.addEventListener("change", () => {
    document.cookie = `clais_keys=${box.checked ? "on" : "off"}; path=/; max-age=31536000; samesite=lax`;
  });
}

// htmx: what goes wrong is said, and nothing typed is lost -----------------------------------------------------------
document.addEventListener("htmx:error", () => {
  const box = document.getElementById("messages");
  if (!box || !spoken) return;
  const message = document.createElement("div");
  message.className = "message late";
  const text = document.createElement("p");
  text.textContent = spoken.dataset.offline;
  message.append(text);
  box.replaceChildren(message);
  box.scrollIntoView({ block: "nearest" });
});

// What had the focus may go with what is replaced: whoever works by keyboard then goes on in what came in its place.
let replaced = null;
document.addEventListener("htmx:before:swap", (event) => {
  const at = document.activeElement;
  const part = event.detail.tasks.map((task) => task.target).find((target) => target?.contains?.(at) && at !== document.body);
  replaced = part ? part.id || "main" : null;
});
// What came with a part of the page is said where one looks: at the head of the window, with whom it is about.
function keepInView() {
  const box = document.getElementById("messages");
  const heading = document.querySelector("main h1");
  const text = box?.querySelector(".message > p");
  box?.classList.toggle("stays", Boolean(text));
  if (!text || !heading || box.querySelector(".about")) return;
  if (heading.getBoundingClientRect().top >= box.getBoundingClientRect().bottom) return;
  const about = document.createElement("strong");
  about.className = "about";
  about.textContent = heading.textContent.trim().replace(/\s+/g, " ");
  text.before(about);
}
document.addEventListener("htmx:after:swap", keepInView);
// Whoever scrolls on while the message stays has the heading leave under it.
addEventListener("scroll", () => { if (document.querySelector("#messages.stays")) keepInView(); }, { passive: true });
document.addEventListener("htmx:after:swap", () => {
  if (replaced === null || document.activeElement !== document.body) return;
  const place = document.getElementById(replaced) || document.getElementById("main");
  if (!place.matches("[tabindex]")) place.tabIndex = -1;
  place.focus({ preventScroll: true });
  if (place.getBoundingClientRect().top < 0) place.scrollIntoView();
});

document.addEventListener("htmx:after:process", (event) => { if (event.target.querySelectorAll) reveal(event.target); });

reveal(document);
listShortcuts();
if (singleKeys()) document.querySelectorAll("[data-listing-keys]").forEach((line) => { line.hidden = false; });
