// The parts of a file are tabs: one is shown, the address says which, so that back and links lead to it. Without this
// script they follow each other on the page.
const partsOfPage = () => [...document.querySelectorAll("[data-part]")];

function showPart() {
  const parts = partsOfPage();
  if (!parts.length) return;
  const target = location.hash.length > 1 ? document.getElementById(decodeURIComponent(location.hash.slice(1))) : null;
  const shown = target?.closest("[data-part]") || parts[0];
  parts.forEach((part) => { part.hidden = part !== shown; });
  document.querySelectorAll("[data-parts] a").forEach((link) => {
    if (link.hash === `#${shown.id}`) link.setAttribute("aria-current", "page");
    else if (link.hash) link.removeAttribute("aria-current");
  });
  if (target && target !== shown) target.scrollIntoView({ block: "start" });
  else if (target) window.scrollTo({ top: 0 });
}

addEventListener("hashchange", showPart);
showPart();
