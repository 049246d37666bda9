// What is wrong with the place that things have on a page: too narrow to read, cut off, one over the other.
(() => {
  const LONG = 40, SLACK = 2;
  // A third of a phone is a column that one can read there.
  const NARROWEST = innerWidth < 400 ? 120 : 160;
  const main = document.querySelector("main");
  const named = (element) => {
    const own = element.className && typeof element.className === "string" ? `.${element.className.trim().split(/\s+/).join(".")}` : "";
    return `${element.tagName.toLowerCase()}${element.id ? `#${element.id}` : own} « ${element.textContent.trim().replace(/\s+/g, " ").slice(0, 50)} »`;
  };
  const shown = (element) => element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  const isHidden = (element) => element.closest(".visually-hidden, [hidden], svg, template") !== null;
  const found = [];
  const elements = [...main.querySelectorAll("*")].filter((element) => shown(element) && !isHidden(element));
  // The text that an element sets itself: its own, and that of what runs along in it.
  const RUNS = new Set(["inline", "contents"]);
  const textOf = (element) => [...element.childNodes].map((node) => {
    if (node.nodeType === Node.TEXT_NODE) return node.textContent;
    if (node.nodeType !== Node.ELEMENT_NODE || isHidden(node) || !RUNS.has(getComputedStyle(node).display)) return "";
    return textOf(node);
  }).join("");
  for (const element of elements) {
    const style = getComputedStyle(element);
    if (RUNS.has(style.display) || style.display === "none") continue;
    const box = element.getBoundingClientRect();
    if (box.width < 2 || box.height < 2) continue;
    const text = textOf(element).trim().replace(/\s+/g, " ");
    const inner = box.width - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
    if (text.length > LONG && inner < NARROWEST && !element.matches("option, select, textarea")) {
      found.push(`${Math.round(inner)} px are too narrow for ${text.length} characters: ${named(element)}`);
    }
    const clips = /hidden|clip/.test(style.overflowX) && !style.webkitLineClamp.match(/\d/);
    if (!element.matches("input, select, textarea, progress") && element.scrollWidth > element.clientWidth + SLACK && element.clientWidth > 0) {
      if (clips) found.push(`cut off by ${element.scrollWidth - element.clientWidth} px: ${named(element)}`);
      else if (style.overflowX === "visible" && text.length > 0) found.push(`${element.scrollWidth - element.clientWidth} px stand outside of: ${named(element)}`);
    }
  }
  const ROWS = ".rows > li, .listing tr, .sheet-head, .page-head, .fold-row > summary, .form-actions, .facts, .facts > div, .two-columns, .slots, .line-1, .timeline > li, .note-head, .file-head .line";
  for (const row of main.querySelectorAll(ROWS)) {
    if (!shown(row)) continue;
    const boxes = [...row.children].filter((child) => shown(child) && !isHidden(child) && getComputedStyle(child).position !== "absolute")
      // What runs along in a text has a box a line.
      .map((child) => [child, [...child.getClientRects()].filter((box) => box.width > 1 && box.height > 1)]);
    const meet = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > SLACK && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 3 * SLACK;
    boxes.forEach(([one, mine], index) => boxes.slice(index + 1).forEach(([other, theirs]) => {
      if (mine.some((a) => theirs.some((b) => meet(a, b)))) found.push(`${named(one)} and ${named(other)} stand over each other`);
    }));
  }
  const sideways = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  if (sideways > 0) {
    const edge = document.documentElement.clientWidth;
    const beyond = [...document.body.querySelectorAll("*")].filter((element) => shown(element) && element.getBoundingClientRect().right > edge + 1);
    const cause = beyond.find((element) => !beyond.some((other) => other !== element && element.contains(other))) || document.body;
    found.push(`the page scrolls sideways by ${sideways} px, for ${named(cause)}`);
  }
  return [...new Set(found)];
})()
