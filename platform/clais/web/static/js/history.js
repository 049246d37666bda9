// A page that the browser kept in memory and shows again (« Back ») may be about someone who withdrew their agreement since,
// or belong to who is signed out by now: it is blank until the server has said that it may still be shown.
const BLANK = "blank";
const again = 2000;
const wait = (milliseconds) => new Promise((resolve) => { setTimeout(resolve, milliseconds); });

window.addEventListener("pagehide", (event) => {
  if (event.persisted) document.documentElement.classList.add(BLANK);
});

window.addEventListener("pageshow", async (event) => {
  if (!event.persisted) return;
  document.documentElement.classList.add(BLANK);
  // What was typed here and not sent would be lost by a reload: it stays when the page is still open to its reader.
  while (document.querySelector("form[data-guard][data-changed]")) {
    try {
      const answer = await fetch(location.href, { cache: "no-store", redirect: "manual" });
      if (answer.ok) { document.documentElement.classList.remove(BLANK); return; }
      break;
    } catch { await wait(again); }
  }
  location.reload();
});
