"""Working by keyboard alone: every stop of the focus is looked at on the way."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Locator, Page, expect

STOPS = 150
"""More than any page has to tab through."""
STOP = """target => {
  const at = document.activeElement;
  const flows = element => {
    for (let part = element; part !== null; part = part.parentElement) {
      if (/sticky|fixed/.test(getComputedStyle(part).position)) return false;
      if (part.matches("main")) return true;
    }
    return false;
  };
  const box = at.getBoundingClientRect();
  const shown = [at, at.closest("label"), at.nextElementSibling?.matches("label") && at.nextElementSibling];
  const ringed = shown.filter(Boolean).map(getComputedStyle).some(style =>
    (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== "none");
  const seen = shown.filter(Boolean).some(element => [...element.getClientRects()].some(part => {
    const top = Math.max(part.y, 0), bottom = Math.min(part.y + part.height, innerHeight);
    if (bottom - top < Math.min(part.height, 16)) return false;  // A line of a tall field is enough to write in.
    const above = document.elementFromPoint(part.x + part.width / 2, (top + bottom) / 2);
    return above && (element.contains(above) || above.contains(element) || above.closest("label")?.contains(element));
  }));
  const tag = at.outerHTML.slice(0, 120);
  const state = {there: at === target, lost: at === document.body, faults: []};
  if (state.lost) return state;
  if (!ringed) state.faults.push(`no ring around ${tag}`);
  if (!seen) state.faults.push(`out of sight: ${tag}`);
  const before = window.stopBefore;
  if (before?.isConnected) {
    if (before.compareDocumentPosition(at) & Node.DOCUMENT_POSITION_PRECEDING) state.round = true;
    else if (flows(before) && flows(at)) {
      const last = before.getBoundingClientRect();
      if (box.bottom < last.top - 1 && box.left <= last.left) state.faults.push(`back up to ${tag}`);
    }
  }
  window.stopBefore = at;
  return state;
}"""
"""What is to be said of the element that has the focus, and whether it is the one that is looked for."""


class Hands:
    """A person at the keyboard of one page. Whatever is wrong with the focus on the way is kept in `faults`."""

    def __init__(self, page: Page) -> None:
        # Nothing glides: what the focus is on has then been brought into sight.
        page.emulate_media(reduced_motion="reduce")
        self.page = page
        self.faults: list[str] = []

    def press(self, *keys: str) -> None:
        """Press keys, one after the other."""
        for key in keys:
            self.page.keyboard.press(key)

    def reach(self, target: Locator, key: str = "Tab") -> Locator:
        """Go on with the tab key until the focus is on `target`."""
        expect(target).to_be_visible()
        wanted = target.element_handle()
        if not target.evaluate("target => target === document.activeElement"):
            for _stop in range(STOPS):
                self.press(key)
                state = self.page.evaluate(STOP, wanted)
                self.faults += [f"{self.page.title()}: {fault}" for fault in state["faults"]]
                if state["there"]:
                    return target
            raise AssertionError(f"{target} is not reached by keyboard")
        return target

    def write(self, label: str, words: str) -> None:
        """Go to a field and type."""
        self.reach(self.page.get_by_label(label).first)
        self.press("Control+a")
        self.page.keyboard.type(words)

    def choose(self, target: Locator) -> None:
        """Go to a group of answers and move to one of them with the arrows."""
        group = self.page.locator(f'[name="{target.get_attribute("name")}"]')
        checked = group.and_(self.page.locator(":checked"))
        self.reach(checked if checked.count() else group.first)
        for _answer in range(group.count()):
            if target.evaluate("target => target === document.activeElement"):
                break
            self.press("ArrowDown")
        if not target.is_checked():
            self.press("Space")
        expect(target).to_be_checked()

    def tick(self, label: str) -> None:
        """Go to a box and tick it."""
        box = self.reach(self.page.get_by_label(label).first)
        self.press("Space")
        expect(box).to_be_checked()

    def act(self, role: str, name: str, within: Locator | None = None, key: str = "Enter") -> None:
        """Go to a link or a button and press it."""
        self.reach((within or self.page).get_by_role(role, name=name).first)  # type: ignore[arg-type]
        self.press(key)

    def skip_to_content(self) -> None:
        """The first stop of every page leads past the menu."""
        self.act("link", "Aller au contenu")
        expect(self.page.locator("#main")).to_be_focused()

    @contextmanager
    def keeping_the_focus(self) -> Iterator[None]:
        """After what is done here, the focus is on something."""
        yield
        lost = self.page.evaluate("document.activeElement === document.body")
        assert not lost, f"{self.page.title()}: the focus is lost"
