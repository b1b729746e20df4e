// The counter's page by keyboard; it works without this as well.

const form = document.querySelector("form[data-intake]");
const rows = [...document.querySelectorAll("[data-paper]")];
const marksOf = (row) => [...row.querySelectorAll("input[type=radio]")];

// 1 to 4 mark the paper in whose row the focus is, and go on to the next one.
document.addEventListener("keydown", (event) => {
  const row = event.target.matches?.("[data-paper] input[type=radio]") ? event.target.closest("[data-paper]") : null;
  const mark = row && marksOf(row)[Number(event.key) - 1];
  if (!mark || event.ctrlKey || event.altKey || event.metaKey) return;
  event.preventDefault();
  mark.checked = true;
  mark.dispatchEvent(new Event("change", { bubbles: true }));
  const more = row.querySelector(".paper-more select:not([hidden])");
  const following = rows[rows.indexOf(row) + 1];
  const shown = [...row.querySelectorAll(".paper-more select")].find((select) => select.offsetParent !== null);
  (shown ?? (following && (marksOf(following).find((each) => each.checked) ?? marksOf(following)[0])) ?? more ?? mark).focus();
});

const all = document.querySelector("[data-all-on-paper]");
if (all) {
  all.hidden = false;
  all.addEventListener("click", () => {
    rows.forEach((row) => { marksOf(row)[0].checked = true; });
    form.dispatchEvent(new Event("change", { bubbles: true }));
  });
}

// Whoever closes the page or is called away loses nothing: what was typed is kept as the draft it is.
if (form) {
  let touched = false;
  form.addEventListener("input", () => { touched = true; });
  form.addEventListener("change", () => { touched = true; });
  form.addEventListener("submit", () => { touched = false; });
  window.addEventListener("pagehide", () => {
    if (!touched) return;
    const data = new FormData(form);
    data.set("go", "save");
    data.set("quiet", "1");
    navigator.sendBeacon(form.action || location.href, data);
  });
}
