"""What may be wrong with what stands in a browser, wide and narrow, with everything opened that a page can open."""

from collections.abc import Iterator

from playwright.sync_api import ViewportSize

from tests.isolation.world import VOLATILE
from tests.support.chromium import NARROW, WIDE, Visit

NOTED_BY_THE_BROWSER = "Failed to load resource"
"""What the browser says of every answer from 400 on, ours included."""
UNFOLD = """() => {
  document.querySelectorAll("main details:not([data-menu])").forEach(fold => { fold.open = true; });
}"""
OPENABLE = """() => {
  const question = document.querySelector("[data-confirm]")?.dataset.confirm;
  return [...document.querySelectorAll("details[data-menu], dialog")]
    .filter(element => element.id !== "confirm-dialog" || question)
    .map((element, index) => {
      element.dataset.mark = index;
      const name = element.id || [...element.classList].join("-") || element.parentElement.className;
      return [`[data-mark="${index}"]`, name, element.closest("main") !== null];
    });
}"""
"""Of everything that opens over the page: a selector, a name, and whether the page brought it or every page has it."""
OPEN = """part => {
  const element = document.querySelector(part);
  if (element.id === "confirm-dialog") {
    document.getElementById("confirm-text").textContent = document.querySelector("[data-confirm]").dataset.confirm;
    element.showModal();
  }
  else if (element.matches("dialog")) element.showModal();
  else element.open = true;
  return element.matches("dialog") || element.querySelector("summary").checkVisibility();
}"""
SHUT = """part => {
  const element = document.querySelector(part);
  if (element.matches("dialog")) element.close(); else element.open = false;
}"""


def main_of(html: str, slug: str) -> str:
    """What a page says in its `main`, but for keys and the place in its addresses: all that a browser tells it by."""
    main = html[html.index("<main") : html.index("</main>")]
    return VOLATILE.sub("…", main.replace(f'"/{slug}/', '"/…/'))


def complaints(visit: Visit) -> list[str]:
    """What the browser complained of, but that an answer was no good one."""
    return [said for said in visit.complaints if NOTED_BY_THE_BROWSER not in said]


def widths(visit: Visit, *, back: bool = True) -> Iterator[int]:
    """The two widths, first the one that the window has; it has that again at the end, unless `back` is false."""
    size = visit.page.viewport_size
    first = size["width"] if size else WIDE
    second = WIDE if first == NARROW else NARROW
    for width in (first, second):
        # To set what is set already takes as long as a small page.
        if visit.page.viewport_size != (wanted := ViewportSize(width=width, height=900)):
            visit.page.set_viewport_size(wanted)
        yield width
    if back:
        visit.page.set_viewport_size({"width": first, "height": 900})


def faults(visit: Visit, place: str, within: str | None = None, *, back: bool = True) -> list[str]:
    """What is wrong with the page, folds open, or with a part of it, in both widths.

    Walks do not go `back` to the first width: changing it takes as long as looking at a page.
    """
    found = []
    visit.page.evaluate(UNFOLD)
    for width in widths(visit, back=back):
        found += faults_now(visit, f"{place} at {width} px", within)
    return found + [f"{place}: {said}" for said in complaints(visit)]


def faults_now(visit: Visit, place: str, within: str | None) -> list[str]:
    """What is wrong with what the window shows at this moment."""
    found, sideways = visit.read(within)
    wide = [f"{place} scrolls sideways by {sideways} px"] if sideways > 0 else []
    return [f"{place}: {fault}" for fault in found] + wide


def too_wide(visit: Visit, place: str) -> list[str]:
    """Whether the page scrolls sideways in one of the widths; not back to the first one."""
    return [f"{place} at {width} px scrolls sideways" for width in widths(visit, back=False) if visit.overflow() > 0]


def faults_over_the_page(visit: Visit, place: str, seen: set[str]) -> list[str]:
    """What is wrong with each menu and dialog while it is open; `seen` are those that were looked at before.

    Not back to the first width.
    """
    found, parts = list[str](), dict[str, str]()
    for part, name, own in visit.page.evaluate(OPENABLE):
        key = f"{place}: {name}" if own else name
        if key not in seen:
            seen.add(key)
            parts[part] = key
    for width in widths(visit, back=False) if parts else ():
        for part, key in parts.items():
            if visit.page.evaluate(OPEN, part):
                found += faults_now(visit, f"{key} open at {width} px", part)
                found += [f"{key} open at {width} px: {fault}" for fault in cut_off(visit, part)]
            visit.page.evaluate(SHUT, part)
    return found


def faults_on_paper(visit: Visit, place: str) -> list[str]:
    """What is wrong with a page that may be printed, as it is printed."""
    if not visit.page.evaluate("document.querySelector('[data-print]') !== null"):
        return []
    visit.page.set_viewport_size({"width": WIDE, "height": 900})
    visit.page.emulate_media(media="print")
    found = [f"{place} on paper: {fault}" for fault in visit.violations("main")]
    clicked = visit.page.locator("nav, button").filter(visible=True)
    found += [
        f"{place} on paper: {words[:60]} is printed, and only to be clicked" for words in clicked.all_inner_texts()
    ]
    visit.page.emulate_media(media="screen")
    return found


def cut_off(visit: Visit, part: str) -> list[str]:
    """Controls of something open that lie beside the window, where nobody can reach them."""
    return list(
        visit.page.evaluate(
            """part => [...document.querySelectorAll(`${part} :is(a, button, input, select, textarea)`)]
              .filter(control => control.checkVisibility())
              .map(control => [control, control.getBoundingClientRect()])
              .filter(([, box]) => box.width && (box.left < -1 || box.right > document.documentElement.clientWidth + 1))
              .map(([control]) => `${control.outerHTML.slice(0, 90)} lies beside the window`)""",
            part,
        )
    )
