// Says of everyone who is not said yet that they are there; nothing is saved before the form is sent.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-all-there]");
  if (!button) return;
  for (const group of button.form.querySelectorAll(".said")) {
    if (!group.querySelector("input:checked")) group.querySelector('input[value="yes"]').click();
  }
});
