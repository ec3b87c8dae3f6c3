// select2 leaves its box without an accessible name; the field's own label is the right one.
function nameBoxes() {
  for (const box of document.querySelectorAll(".select2-selection__rendered")) {
    const select = box.closest(".select2-container").previousElementSibling;
    const label = select && document.querySelector(`label[for="${select.id}"]`);
    if (label) {
      box.setAttribute("aria-label", label.textContent.replace(/:\s*$/, ""));
    }
  }
}

// Queued behind everything that the admin's own scripts do when the document is ready, select2 included.
document.addEventListener("DOMContentLoaded", () => window.django?.jQuery(nameBoxes));
