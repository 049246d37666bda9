// Put beside axe-core into a page under test. axe spends more on contrast than on all its other rules together, though
// contrast depends only on the colours of a text, on its size, and on what lies behind it: its look.
window.accessibility = (() => {
  const CLEAR = "rgba(0, 0, 0, 0) none 1 none normal";

  // What lies behind an element, up to the root; null when it may lie over something that is none of its ancestors.
  const ground = (element, style) => {
    const layers = [];
    let covered = false;
    for (let part = element; part; part = part.parentElement) {
      const { backgroundColor, backgroundImage, opacity, filter, mixBlendMode, position } = style(part);
      const layer = [backgroundColor, backgroundImage, opacity, filter, mixBlendMode].join(" ");
      if (layer !== CLEAR) layers.push(layer);
      covered ||= backgroundColor.startsWith("rgb(");
      if (!covered && /absolute|fixed|sticky/.test(position)) return null;
    }
    return layers.join(" / ");
  };

  const inSight = (element, style) => {
    if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) return false;
    const { right, bottom } = element.getBoundingClientRect();
    if (right + scrollX <= 0 || bottom + scrollY <= 0) return false;
    for (let part = element; part; part = part.parentElement) {
      if (style(part).clip === "rect(0px, 0px, 0px, 0px)" || style(part).clipPath === "inset(50%)") return false;
    }
    return true;
  };

  const texts = root => {
    const found = new Set(root.querySelectorAll("input:not([type=radio], [type=checkbox]), textarea, select"));
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const { data, parentElement } = walker.currentNode;
      if (data.trim() && !parentElement.matches("script, style, title, option, progress")) found.add(parentElement);
    }
    return found;
  };

  // The look of every element below `root` that shows a text; null where it cannot be told.
  const lookOfEach = root => {
    const styles = new Map();
    const style = element => {
      if (!styles.has(element)) styles.set(element, getComputedStyle(element));
      return styles.get(element);
    };
    const looks = new Map();
    for (const element of texts(root)) {
      if (!inSight(element, style)) continue;
      const behind = ground(element, style);
      const { color, fontSize, fontWeight, textShadow } = style(element);
      const idle = element.closest(":disabled, [aria-disabled=true]") ?? element.closest("label")?.control?.disabled;
      const text = [element.localName, Boolean(idle), color, fontSize, fontWeight, textShadow];
      looks.set(element, behind && [...text, behind].join("; "));
    }
    return looks;
  };

  // What axe never measures, wherever it stands: a text on a picture or on a gradient.
  const onPicture = node => node.any.some(check => /^bg(Image|Gradient)$/.test(check.data?.messageKey));

  const told = (violations, where) => violations.flatMap(
    fault => fault.nodes.map(node => `${fault.id}: ${where(node)} ${node.failureSummary}`));

  const place = part => (part ? document.querySelector(part) : document.documentElement);

  return {
    // Every rule but contrast. Without `preload` axe asks for no stylesheet a second time.
    faults: async part => {
      const rules = { "color-contrast": { enabled: false } };
      const found = await axe.run(part ?? document, { resultTypes: ["violations"], preload: false, rules });
      return told(found.violations, node => node.target);
    },
    looks: part => [...new Set(lookOfEach(place(part)).values())],
    // Contrast alone: its faults, and the looks that need no second look: enough wherever they were met, or on a picture.
    contrast: async part => {
      const looks = lookOfEach(place(part));
      const found = await axe.run(part ?? document, {
        runOnly: { type: "rule", values: ["color-contrast"] },
        resultTypes: ["violations", "passes", "incomplete"], preload: false, elementRef: true, selectors: false,
      });
      const nodes = kind => found[kind].flatMap(rule => rule.nodes);
      const look = node => looks.get(node.element);
      const faulty = new Set(nodes("violations").map(look));
      const settled = new Set([...nodes("passes"), ...nodes("incomplete").filter(onPicture)].map(look));
      const enough = [...settled].filter(one => one && !faulty.has(one));
      return { faults: told(found.violations, node => node.html.slice(0, 120)), enough };
    },
  };
})();
