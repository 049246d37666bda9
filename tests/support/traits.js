// What axe can tell the elements of a page by, but contrast: each element as it is, where it stands, what it holds and
// what it refers to, with a short sum of each. A page of which every sum was met on pages that were sound is sound.
// Names, texts, keys and addresses count as being there or not; equal rows of a list count once.
window.traits = (() => {
  const REFERS = /^(for|form|list|headers|aria-(labelledby|describedby|controls|owns|flowto|activedescendant|errormessage|details))$/;
  const WORDS = /^(aria-(label|description|roledescription|valuetext|placeholder)|alt|title|placeholder|value)$/;
  const NOTHING_TO_AXE = new RegExp("^(id|class|nonce|name|src|action|formaction|method|enctype|novalidate|rel|datetime|min|max|step|" +
    "minlength|maxlength|pattern|rows|cols|size|inputmode|spellcheck|enterkeyhint|autocapitalize|selected|required|hx-.*|data-.*)$");
  const CARRIES = /^(aria-|role$|tabindex$|lang$|hidden$|inert$|open$|disabled$|contenteditable$)/;
  const NAMED_BY_CONTENT = "a, button, label, legend, summary, h1, h2, h3, h4, h5, h6, th, caption, select, [role]";
  const LISTS = "ul, ol, dl, menu";
  const SPOKEN = `:is(a, button, summary, input, ${["button", "link", "tab", "option", "menuitem", "menuitemcheckbox", "menuitemradio",
    "checkbox", "radio", "switch", "treeitem", "gridcell", "columnheader", "rowheader"].map(role => `[role=${role}]`)})`;
  const LANDMARKS = "main, nav, aside, header, footer, :is(section, form):is([aria-label], [aria-labelledby]), [role]";
  const BARE = ":is(section, form):not([aria-label], [aria-labelledby], [title], [role])";
  const ANSWERED = ":is(input, textarea, select):not([type=submit], [type=button], [type=reset])";
  const READ_THOUGH_HIDDEN = "[role], [aria-hidden], [accesskey]";
  const SAYING = "button, [role=button], a[href], p, li, td, th";
  const LOOK = ["color", "textDecorationLine", "fontWeight", "fontStyle", "fontSize", "backgroundColor", "borderBottom"];
  const UNREADABLE = "iframe, frame, object, embed, video, audio, canvas, map";

  const sum = text => {
    let one = 0xdeadbeef, other = 0x41c6ce57;
    for (let index = 0; index < text.length; index++) {
      const code = text.charCodeAt(index);
      one = Math.imul(one ^ code, 2654435761);
      other = Math.imul(other ^ code, 1597334677);
    }
    one = Math.imul(one ^ (one >>> 16), 2246822507) ^ Math.imul(other ^ (other >>> 13), 3266489909);
    other = Math.imul(other ^ (other >>> 16), 2246822507) ^ Math.imul(one ^ (one >>> 13), 3266489909);
    return 4294967296 * (2097151 & other) + (one >>> 0);
  };

  const once = make => {
    const known = new Map();
    return element => {
      if (!known.has(element)) known.set(element, make(element));
      return known.get(element);
    };
  };
  const hasText = element => [...element.childNodes].some(node => node.nodeType === Node.TEXT_NODE && node.data.trim());
  const isRendered = element => element.checkVisibility();
  const named = element => `${element.localName} ${element.getAttribute("role") ?? ""}`;

  // Reads a document as it stands at this moment.
  const reader = () => {
    const styleOf = once(element => getComputedStyle(element));
    const isShown = once(isRendered);
    const isSeen = once(element => element.checkVisibility({ opacityProperty: true, visibilityProperty: true }));
    const speaks = once(element => isShown(element) && styleOf(element).visibility === "visible" &&
      (hasText(element) || [...element.children].some(speaks)));
    const said = element => (speaks(element) ? "words" : "");
    const ids = new Map(), keys = new Map(), landmarks = new Map();
    const count = (map, key) => map.set(key, (map.get(key) ?? 0) + 1);
    for (const element of document.querySelectorAll("[id]")) count(ids, element.id);
    for (const element of document.querySelectorAll("[accesskey]")) count(keys, element.accessKey);
    const byId = id => document.getElementById(id);
    const labelOf = element => element.getAttribute("aria-label") ??
      (element.getAttribute("aria-labelledby") ?? "").split(/\s+/).map(id => byId(id)?.textContent.trim()).join(" ");
    const landmark = element => `${element.getAttribute("role") ?? element.localName} ${labelOf(element).trim()}`;
    for (const element of document.querySelectorAll(LANDMARKS)) if (isShown(element)) count(landmarks, landmark(element));

    const referred = id => {
      const target = byId(id);
      return target ? `${named(target)} ${said(target)} ${isSeen(target)} ${ids.get(id) > 1}` : "nowhere";
    };
    const attribute = (element, { name, value }) => {
      if (REFERS.test(name)) return `${name}=${value.split(/\s+/).map(referred)}`;
      if (WORDS.test(name)) return `${name}=${value.trim() ? "words" : ""}`;
      if (name === "href") return `href=${/^\/?#/.test(value) ? referred(value.replace(/^\/?#/, "")) : Boolean(value)}`;
      return `${name}=${value}`;
    };
    // A name that does not begin with the words that are seen, and a link that only its colour tells from the text.
    const beside = (element, style) => {
      if (element.summary) return [element.summary, element.caption?.textContent.trim()];
      const own = element.textContent.trim().toLowerCase(), found = [];
      const label = labelOf(element).trim().toLowerCase();
      if (element.matches(SPOKEN) && label && own && !label.includes(own)) found.push(label, own);
      if (element.localName === "img") found.push(element.alt, element.closest(SAYING)?.textContent.trim());
      if (element.localName === "svg") {
        for (const part of element.querySelectorAll("title, [role], [tabindex], a")) found.push(part.outerHTML);
      }
      if (element.matches("a, [role=link]") && style.display === "inline") {
        let block = element.parentElement;
        while (styleOf(block).display === "inline") block = block.parentElement;
        const around = styleOf(block), alone = block.textContent.trim().toLowerCase() === own;
        if (!alone) found.push(...LOOK.map(name => `${style[name]} ${around[name]}`));
      }
      return found;
    };
    const asItIs = element => {
      const style = styleOf(element), box = element.getBoundingClientRect();
      const answer = element.matches(ANSWERED) && !element.hasAttribute("aria-checked") ? /^(value|checked)$/ : /^$/;
      const told = ({ name }) => !NOTHING_TO_AXE.test(name) && !answer.test(name);
      const attributes = [...element.attributes].filter(told);
      const scrolls = /auto|scroll/.test(style.overflowX + style.overflowY) &&
        (element.scrollWidth > element.clientWidth || element.scrollHeight > element.clientHeight);
      return [
        named(element), ...attributes.map(one => attribute(element, one)).sort(),
        isSeen(element), style.pointerEvents, box.width > 1 && box.height > 1, box.right > 0 && box.bottom + scrollY > 0,
        scrolls && `scrolls ${[...element.querySelectorAll("*")].some(one => one.tabIndex >= 0)}`,
        element.tabIndex >= 0, element.id && ids.get(element.id) > 1, element.accessKey && keys.get(element.accessKey) > 1,
        element.matches(LANDMARKS) && landmarks.get(landmark(element)) > 1, element.getAttribute("name") === "",
        ...[...(element.labels ?? [])].map(label => `label ${isSeen(label)} ${said(label)}`), ...beside(element, style),
        hasText(element),
      ].join("|");
    };

    const own = once(element => sum(asItIs(element)));
    // What an element means for those in it. Of more than two bare ones in a row the others mean nothing.
    const means = once(element => [
      element.matches(BARE) ? "div " : named(element),
      ...[...element.attributes].filter(one => CARRIES.test(one.name)).map(one => attribute(element, one)).sort(),
      isSeen(element), styleOf(element).pointerEvents,
    ].join("|"));
    const place = once(element => {
      const around = element.parentElement;
      if (!around) return "";
      const second = around.parentElement, third = second?.parentElement;
      if (third && means(around) === means(second) && means(second) === means(third)) return place(around);
      return sum(`${place(around)}>${means(around)}`);
    });
    const shown = element => (element.localName === "svg" ? [] : [...element.children].filter(isShown));
    const whole = once(element => sum(`${own(element)}{${[...new Set(shown(element).map(whole))]}}`));
    const cells = table => [...table.rows].map(row => [...row.cells].map(cell => `${own(cell)} ${said(cell)}`).join());
    const holds = element => {
      if (element.localName === "table") return [...new Set(cells(element))].join(";");
      if (element.matches(NAMED_BY_CONTENT)) return `${whole(element)} ${said(element)}`;
      return element.matches(LISTS) ? [...new Set(shown(element).map(named))].sort().join() : "";
    };
    return {
      isShown,
      ofShown: element => sum(`${place(element)}>${own(element)} holds ${holds(element)}`),
      ofHidden: element => sum(`${place(element)}>${means(element)} hidden`),
    };
  };

  // What is told of a page as a whole: its head, how many of what there must be one of, and which heading follows which.
  const ofThePage = () => {
    const many = selector => Math.min(2, [...document.querySelectorAll(selector)].filter(isRendered).length);
    const metas = [...document.querySelectorAll("meta:is([name=viewport], [http-equiv])")].map(meta => meta.outerHTML);
    const root = document.documentElement;
    const outer = ":not(:is(article, aside, main, nav, section) *)";
    const levels = [...document.querySelectorAll("h1, h2, h3, h4, h5, h6, [role=heading]")].filter(isRendered)
      .map(heading => heading.getAttribute("aria-level") ?? heading.localName);
    return [
      `head ${[document.title.trim() !== "", root.lang, root.getAttribute("xml:lang"), ...metas]}`,
      `page ${["h1", "main, [role=main]", `header${outer}, [role=banner]`, `footer${outer}, [role=contentinfo]`].map(many)}`,
      ...levels.map((level, index) => `heading ${levels[index - 1] ?? "none"} then ${level}`),
    ].map(sum);
  };

  // The sums of a page or of a part of it; null when it has something that is not looked into here.
  return part => {
    const root = part ? document.querySelector(part) : document.body;
    const elements = [root, ...root.querySelectorAll("*:not(svg *)")];
    if (root.querySelector(UNREADABLE) || elements.some(element => element.shadowRoot)) return null;
    const { isShown, ofShown, ofHidden } = reader();
    const hidden = elements.filter(element => !isShown(element) && element.matches(READ_THOUGH_HIDDEN));
    return [...new Set([
      ...(part ? [] : ofThePage()), ...elements.filter(isShown).map(ofShown), ...hidden.map(ofHidden),
    ])];
  };
})();
