// The key Z opens until when the row with the focus can wait; the first row when none has it.
const typing = (element) => element.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");

document.addEventListener("keydown", (event) => {
  if (event.key.toLowerCase() !== "z" || event.altKey || event.ctrlKey || event.metaKey || typing(event.target)) return;
  if (document.cookie.split("; ").includes("clais_keys=off") || document.querySelector("dialog[open]")) return;
  const menus = [...document.querySelectorAll("main .later")].filter((menu) => menu.checkVisibility());
  const menu = menus.find((found) => found.closest("li").contains(document.activeElement)) || menus[0];
  if (!menu) return;
  event.preventDefault();
  menu.open = true;
  menu.querySelector("button").focus();
});
