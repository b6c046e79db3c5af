// A button that begins something slow says so while one waits.

for (const form of document.querySelectorAll("form[data-busy]")) {
  const button = form.querySelector("button");
  const idle = button.textContent;
  form.addEventListener("submit", () => {
    button.textContent = form.dataset.busy;
    button.disabled = true;
  });
  addEventListener("pageshow", () => {
    button.textContent = idle;
    button.disabled = false;
  });
}
