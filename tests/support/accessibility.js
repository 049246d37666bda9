// Put beside axe-core into a page under test. axe spends more on contrast than on all its other rules together, though
// contrast depends only on the colours of a text, on its size, and on what lies behind it: its look.
window.accessibility = (() => {
  const BARE = "1 none normal", CLEAR = `rgba(0, 0, 0, 0) none ${BARE}`;

  // What is asked of the style of an element. Reading it takes long, so each is read once.
  const styled = style => ({
    backgroundColor: style.backgroundColor,
    background: `${style.backgroundColor} ${style.backgroundImage}`,
    veil: [style.opacity, style.filter, style.mixBlendMode].join(" "),
    position: style.position,
    isClipped: style.clip === "rect(0px, 0px, 0px, 0px)" || style.clipPath === "inset(50%)",
  });

  // What lies behind an element, up to what covers all behind it but for what veils it; null when it may lie over something
  // that is none of its ancestors.
  const ground = (element, style) => {
    const layers = [];
    let covered = false;
    for (let part = element; part; part = part.parentElement) {
      const { backgroundColor, background, veil, position } = style(part);
      const layer = covered ? veil : `${background} ${veil}`;
      if (layer !== (covered ? BARE : CLEAR)) layers.push(layer);
      // What lies behind a veil shines through all that is before it.
      covered = veil === BARE && (covered || backgroundColor.startsWith("rgb("));
      if (!covered && /absolute|fixed|sticky/.test(position)) return null;
    }
    return layers.join(" / ");
  };

  // How much contrast a text needs depends on its size near to that at which it counts as large, and there on its weight.
  const sized = (fontSize, fontWeight) => {
    const size = parseFloat(fontSize);
    if (size < 18) return "small";
    return size > 25 ? "large" : `${fontSize} ${fontWeight}`;
  };

  // What cannot be used may be faint.
  const isIdle = element =>
    element.closest(":disabled, [aria-disabled=true]") !== null || Boolean(element.closest("label")?.control?.disabled);

  const inSight = (element, style) => {
    if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) return false;
    const { right, bottom } = element.getBoundingClientRect();
    if (right + scrollX <= 0 || bottom + scrollY <= 0) return false;
    for (let part = element; part; part = part.parentElement) {
      if (style(part).isClipped) return false;
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

  // Where an element is, as style sheets see it: tags and classes up to the root, in short.
  const placing = () => {
    const known = new Map([[null, 0]]);
    const place = element => {
      if (!known.has(element)) {
        let sum = place(element.parentElement);
        for (const letter of `${element.localName}.${element.className} `) sum = (sum * 31 + letter.codePointAt(0)) | 0;
        known.set(element, sum);
      }
      return known.get(element);
    };
    return place;
  };

  // The look of every element below `root` that shows a text, and its look at that place; null where it cannot be described.
  const lookOfEach = root => {
    const styles = new Map();
    const style = element => {
      if (!styles.has(element)) styles.set(element, styled(getComputedStyle(element)));
      return styles.get(element);
    };
    const looks = new Map(), place = placing();
    for (const element of texts(root)) {
      if (isIdle(element) || !inSight(element, style)) continue;
      const behind = ground(element, style);
      const { color, fontSize, fontWeight, textShadow } = getComputedStyle(element);
      const kind = element.matches("input, textarea, select") ? element.localName : "text";
      const text = [kind, color, sized(fontSize, fontWeight), textShadow];
      const look = behind && [...text, behind].join("; ");
      looks.set(element, { look, here: look && `${look} @ ${place(element)}` });
    }
    return looks;
  };

  // What axe cannot measure: a text on a picture or a gradient, wherever it is; a text over what style sheets draw
  // before or after an element, at its place. What was only hidden at that moment is measured another time.
  const unmeasured = (node, kinds) => node.any.some(check => kinds.test(check.data?.messageKey));

  const described = violations => violations.flatMap(
    fault => fault.nodes.map(node => `${fault.id}: ${node.html.slice(0, 120)} ${node.failureSummary}`));

  const within = part => (part ? document.querySelector(part) : document.documentElement);

  return {
    // Every rule but contrast. Without `preload` axe asks for no stylesheet a second time; without selectors it does not count
    // all the attributes of a page to find short ones.
    faults: async part => {
      const rules = { "color-contrast": { enabled: false } };
      const found = await axe.run(part ?? document, { resultTypes: ["violations"], preload: false, rules, selectors: false });
      return described(found.violations);
    },
    // The distinct looks, each with the places where it is.
    looks: part => {
      const found = new Map([...lookOfEach(within(part)).values()].map(one => [one.here, [one.look, one.here]]));
      return [...found.values()];
    },
    // Contrast alone, of the texts whose look is not enough yet (`fresh`: their looks at their places): its faults, and what
    // need not be measured again: looks that were enough wherever they were met.
    contrast: async (part, fresh) => {
      const looks = lookOfEach(within(part)), measured = new Set(fresh);
      const include = [...looks].filter(([, one]) => measured.has(one.here)).map(([element]) => element);
      const found = await axe.run({ include }, {
        runOnly: { type: "rule", values: ["color-contrast"] },
        resultTypes: ["violations", "passes", "incomplete"], preload: false, elementRef: true, selectors: false,
      });
      const met = (kind, chosen = () => true) =>
        found[kind].flatMap(rule => rule.nodes).filter(chosen).map(node => looks.get(node.element)).filter(Boolean);
      const faulty = new Set(met("violations").map(one => one.look));
      const enough = [
        ...met("passes").map(one => one.look),
        ...met("incomplete", node => unmeasured(node, /^bg(Image|Gradient)$/)).map(one => one.look),
        ...met("incomplete", node => unmeasured(node, /^pseudoContent$/)).map(one => one.here),
      ].filter(one => one && !faulty.has(one));
      return { faults: described(found.violations), enough: [...new Set(enough)] };
    },
  };
})();
