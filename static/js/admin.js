// select2 leaves its box without an accessible name; the field's own label is the right one.
window.addEventListener("load", () => {
  for (const box of document.querySelectorAll(".select2-selection__rendered")) {
    const select = box.closest(".select2-container").previousElementSibling;
    const label = select && document.querySelector(`label[for="${select.id}"]`);
    if (label) {
      box.setAttribute("aria-label", label.textContent.replace(/:\s*$/, ""));
    }
  }
});
