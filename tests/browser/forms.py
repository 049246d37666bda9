"""Sending the forms of a page as badly as one can, and what must then be true of what comes back."""

from collections.abc import Collection
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import Response

from tests.browser.walk import faults, too_wide
from tests.isolation.pages import FormOnPage
from tests.support.chromium import WIDE, Visit

EMPTY, RUBBISH = "nothing", "rubbish"
ANSWERED_BY_HAND = frozenset({"hidden", "submit"})
REFUSED, FAULT = 400, 500
FIND = """([path, names]) => {
  const target = form => new URL(form.getAttribute("hx-post") || form.getAttribute("action") || "", location);
  const form = [...document.forms].find(form => {
    const url = target(form);
    return form.method === "post" && url.pathname + url.search === path && names.every(name => form.elements[name]);
  });
  document.querySelector("[data-tried]")?.removeAttribute("data-tried");
  if (form) form.dataset.tried = "yes";
  // Of a page in parts the one with the form is opened first.
  const part = form?.closest("[data-part][hidden]");
  if (part) location.hash = part.id;
  return Boolean(form);
}"""
FILL = """how => {
  const form = document.querySelector("[data-tried]");
  form.noValidate = true;  // Not every browser checks: what the server answers is what is looked at.
  form.dataset.confirmed = "yes";
  const state = {asked: false, long: false, in_place: form.hasAttribute("hx-post")};
  for (const control of form.elements) {
    const carried = control.type === "hidden" && control.parentElement.matches(".combobox");
    if (!control.name && !control.closest(".combobox") || control.type === "hidden" && !carried) continue;
    if (/^(submit|button|fieldset)$/.test(control.type)) continue;
    if (how === "nothing") {
      if (/^(checkbox|radio)$/.test(control.type)) control.checked = false;
      else if (control.tagName !== "SELECT") control.value = "";
      else if (control.querySelector('option[value=""]')) control.value = "";
      else continue;
      if (control.required) state.asked = true;
    } else if (carried) {
      control.value = "";
    } else if (/^(text|search|tel|email|password|textarea)$/.test(control.type)) {
      const coded = control.inputMode || /^(tel|email)$/.test(control.type);
      const limit = Number(control.dataset.limit || 0);
      const long = !coded && limit > 0 && control.name;
      control.value = long ? "x".repeat(limit + 1) : "n'importe quoi";
      if (control.type === "password") control.value += control.name;
      state.long ||= Boolean(long);
    }
  }
  return state;
}"""
SEND = """() => {
  const form = document.querySelector("[data-tried]");
  const button = [...form.elements].find(control => control.type === "submit") ?? null;
  // Once this has returned: the next page may be there before its answer is.
  setTimeout(() => form.requestSubmit(button));
}"""
SEND_BY_HTMX = """() => {
  const form = document.querySelector("[data-tried]");
  window.drawn = false;
  document.addEventListener("htmx:finally:request", ({detail}) => {
    // After a redirection it is the next page that is drawn.
    if (!detail.ctx.hx?.redirect) requestAnimationFrame(() => setTimeout(() => { window.drawn = true; }, 30));
  }, {once: true});
  form.requestSubmit([...form.elements].find(control => control.type === "submit") ?? null);
}"""
DRAWN = "() => window.drawn !== false && document.readyState === 'complete'"
FOCUSED = "() => new Promise(done => requestAnimationFrame(() => done()))"
"""A page gives the focus to what is to have it before it is drawn."""
BEGINS = """() => {
  const form = document.querySelector("[data-tried]");
  if (!form.hasAttribute("data-starts")) return null;
  const held = /^(hidden|submit|button|fieldset|output)$/;
  const shown = field => !held.test(field.type) && !field.disabled && field.checkVisibility();
  const first = [...form.elements].find(shown), at = document.activeElement;
  return at === first || at.name === first.name && at.type === "radio" ? null : at.outerHTML.slice(0, 80);
}"""
"""What has the focus instead of the first field, on a page that is a form."""
MARKS = """() => [...document.querySelectorAll("main :is(.errors, .error, [aria-invalid=true])")]
  .map(element => [element.tagName, element.id, element.name].join(" "))"""
TOLD = """() => {
  const faults = [];
  const at = document.activeElement;
  const summary = document.querySelector("main .errors");
  if (!summary) {
    faults.push("nothing sums up what is wrong");
  } else {
    if (!summary.contains(at) && !at.closest("main form")) faults.push(`the focus is on ${at.outerHTML.slice(0, 60)}`);
    if (!summary.querySelector("li")) faults.push("the summary says nothing");
    let before = null;
    for (const link of summary.querySelectorAll("a[href^='#']")) {
      const target = document.getElementById(link.hash.slice(1));
      if (before && target?.compareDocumentPosition(before) & Node.DOCUMENT_POSITION_FOLLOWING)
        faults.push(`« ${link.textContent} » is not in the order of the page`);
      before = target || before;
    }
    for (const link of summary.querySelectorAll("a[href^='#']")) {
      link.click();
      const target = document.getElementById(link.hash.slice(1));
      const reached = document.activeElement;
      if (!target) faults.push(`« ${link.textContent} » leads nowhere`);
      else if (target !== reached && !target.contains(reached)) faults.push(`« ${link.textContent} » is not reached`);
      else if (!reached.checkVisibility()) faults.push(`« ${link.textContent} » is out of sight`);
    }
  }
  const words = "the|this|these|of|with|your|must|not|write|choose|answer|give|field|invalid|required";
  const english = new RegExp(`(?<!\\\\p{L})(${words})(?!\\\\p{L})`, "iu");
  for (const said of document.querySelectorAll("main .errors li, main .error, main form :is(label, legend, .hint)"))
    if (english.test(said.textContent)) faults.push(`« ${said.textContent.trim()} » is English`);
  const named = id => document.querySelector(`[aria-describedby~="${CSS.escape(id)}"]`);
  for (const error of document.querySelectorAll("main p.error")) {
    if (!error.textContent.trim()) faults.push("an error without words");
    if (!error.id || !named(error.id)) faults.push(`no field names its error « ${error.textContent.trim()} »`);
  }
  for (const field of document.querySelectorAll("main [aria-invalid=true]")) {
    const ids = (field.getAttribute("aria-describedby") ?? "").split(" ");
    if (!ids.some(id => document.getElementById(id)?.matches(".error"))) faults.push(`${field.name} does not say why`);
  }
  return faults;
}"""
"""What is missing for someone who cannot see that a field is red."""


def by_hand(form: FormOnPage) -> list[str]:
    """The names of the fields that someone fills in; the lines that a script may add are none of the page yet."""
    return sorted(
        {
            control.name
            for control in form.fields
            if control.name and control.kind not in ANSWERED_BY_HAND and "__index__" not in control.name
        }
    )


@dataclass
class Tried:
    """How a form was answered when it was sent badly."""

    form: FormOnPage
    how: str
    status: int
    asked: bool
    long: bool
    marks: list[str]
    wrong: list[str] = field(default_factory=list)

    @property
    def came_back(self) -> bool:
        """The page came back to be corrected."""
        return self.status >= REFUSED or bool(self.marks)

    def __str__(self) -> str:
        return f"{self.form.path} on {self.form.page} with {self.how}"


def send_badly(visit: Visit, form: FormOnPage, how: str, known: Collection[str] = ()) -> Tried:
    """Fill a form with nothing or with rubbish, send it, and look at what comes back, wide and narrow.

    Nothing is sent from a wide window, and rubbish from the one that shows what came back last.

    `known` are the marks of a page that was looked at: one with the same at the same places is the same to axe.
    """
    page, wanted, astray = visit.page, [form.path, by_hand(form)], None
    if how == EMPTY:
        page.set_viewport_size({"width": WIDE, "height": 900})
    # What came back is corrected where it stands, if it stands there.
    if how == EMPTY or not page.evaluate(FIND, wanted):
        page.goto(form.page)
        assert page.evaluate(FIND, wanted), f"{form.path} is not on {form.page}"
        astray = page.evaluate(BEGINS)
    state = page.evaluate(FILL, how)
    in_place = state.pop("in_place")
    visit.complaints.clear()

    def answers(response: Response) -> bool:
        return response.request.method == "POST" and urlsplit(response.url).path == form.path.partition("?")[0]

    with page.expect_response(answers) as answered:
        if in_place:
            page.evaluate(SEND_BY_HTMX)
            page.wait_for_function(DRAWN)
        else:
            # Asking a page again and again whether it is there takes twice as long as its coming.
            with page.expect_event("load"):
                page.evaluate(SEND)
            page.evaluate(FOCUSED)
    tried = Tried(form, how, answered.value.status, **state, marks=page.evaluate(MARKS))
    if astray:
        tried.wrong.append(f"{tried}: the focus is on {astray}")
    if tried.status >= FAULT:
        tried.wrong.append(f"{tried}: {tried.status}")
    elif tried.came_back:
        tried.wrong += [f"{tried}: {faults}" for faults in page.evaluate(TOLD)]
        # The frame around it is that of every page.
        new = tried.marks != known
        tried.wrong += faults(visit, str(tried), "main", back=False) if new else too_wide(visit, str(tried))
    elif (how == EMPTY and tried.asked) or (how == RUBBISH and tried.long):
        tried.wrong.append(f"{tried}: taken for an answer ({tried.status})")
    return tried
