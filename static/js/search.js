// "/" moves to the search box, as readers of code hosts know it. Everything works without it.
document.addEventListener("keydown", (event) => {
  const field = document.getElementById("q0");
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  if (event.key === "/" && field && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    field.focus();
  }
});
