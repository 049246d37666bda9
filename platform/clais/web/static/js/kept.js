// What was typed is sent again: by the page that leads back to a form, and in a page whose session was another one.
const comesBack = () => performance.getEntriesByType("navigation")[0]?.type === "back_forward";
const wayBack = document.querySelector("form[data-send-at-once]");
if (wayBack && !comesBack()) wayBack.requestSubmit();

// A form in the page whose session had ended, and whose author signed in again in another tab: the answer brings the token
// of the new session, and the form is sent once more. Once: whatever is answered then stands.
let sentLast = null;
document.addEventListener("submit", (event) => { if (event.target.matches("[hx-post]")) sentLast = event.target; }, true);
document.addEventListener("htmx:after:swap", () => {
  const message = document.querySelector("#messages [data-fresh-token]");
  if (!message) return;
  const token = message.dataset.freshToken;
  delete message.dataset.freshToken;
  document.querySelectorAll("input[name=csrf_token]").forEach((input) => { input.value = token; });
  document.body.setAttribute("hx-headers:inherited", JSON.stringify({ "X-CSRF-Token": token }));
  if (!sentLast?.isConnected || sentLast.dataset.sentAgain === token) return;
  sentLast.dataset.sentAgain = token;
  sentLast.dataset.confirmed = "yes";
  delete sentLast.dataset.sent;
  message.remove();
  sentLast.requestSubmit();
});

// What a script sent in a session that had ended: the refusal brings the token of the session that was opened meanwhile.
document.addEventListener("clais:refused", (event) => {
  const drawn = document.createElement("template");
  drawn.innerHTML = event.detail.html;
  const token = drawn.content.querySelector("[data-fresh-token]")?.dataset.freshToken;
  const inputs = [...document.querySelectorAll("input[name=csrf_token]")];
  if (!token || inputs.every((input) => input.value === token)) return;
  inputs.forEach((input) => { input.value = token; });
  event.detail.taken = true;
});
