// What makes forms easier where there is a script. Everything works without it.

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

// The guide to the chosen basis stands open, and no other.
function guideToBasis() {
  const select = document.getElementById("id_basis");
  select?.addEventListener("change", () => {
    for (const guide of document.querySelectorAll("details[data-basis]")) {
      guide.open = guide.dataset.basis === select.value;
      guide.classList.toggle("chosen", guide.open);
    }
  });
}

// What clients would read is drawn anew by the server, which alone knows the rules, once typing rests.
function showClients() {
  const box = document.getElementById("clients-see");
  const form = box?.closest("form");
  if (!form?.elements.basis) {
    return;
  }
  form.querySelector("input.noscript")?.remove();
  const names = ["csrfmiddlewaretoken", "basis", "label", "note", "source_url", "subject_to_license", "quote", "evidence"];
  let asked = 0;
  let waiting;

  async function draw() {
    const number = ++asked;
    const typed = new FormData(form);
    const body = new URLSearchParams(names.flatMap((name) => typed.getAll(name).map((value) => [name, value])));
    const answer = await fetch(box.dataset.sample, { method: "POST", body }).catch(() => null);
    const known = answer?.ok && !answer.redirected;
    const text = known ? await answer.text() : "";
    if (number === asked) {
      box.classList.toggle("stale", !known);
      if (known) {
        box.innerHTML = text;
      }
    }
  }

  form.addEventListener("input", (event) => {
    if (names.includes(event.target.name)) {
      clearTimeout(waiting);
      waiting = setTimeout(draw, 200);
    }
  });
}

document.addEventListener("DOMContentLoaded", () => {
  guideToBasis();
  showClients();
  // Queued behind everything that the admin's own scripts do when the document is ready, select2 included.
  window.django?.jQuery(nameBoxes);
});
