// The counter's page by keyboard; it works without this as well.

const form = document.querySelector("form[data-intake]");
const rows = [...document.querySelectorAll("[data-paper]")];
const marksOf = (row) => [...row.querySelectorAll("input[type=radio]")];
const first = (radios) => radios.find((each) => each.checked) ?? radios[0];
// After the papers: how the missing ones come, else how the result comes.
const wayOn = () => ["paper_way", "result_way"].map((name) => first([...form.querySelectorAll(`input[name=${name}]:not(:disabled)`)]))
  .find((radio) => radio && radio.offsetParent !== null);

// 1 to 4 mark the paper in whose row the focus is, and go on to the next one.
document.addEventListener("keydown", (event) => {
  const row = event.target.matches?.("[data-paper] input[type=radio]") ? event.target.closest("[data-paper]") : null;
  const mark = row && marksOf(row)[Number(event.key) - 1];
  if (!mark || event.ctrlKey || event.altKey || event.metaKey) return;
  event.preventDefault();
  mark.checked = true;
  mark.dispatchEvent(new Event("change", { bubbles: true }));
  const shown = [...row.querySelectorAll(".paper-more select")].find((select) => select.offsetParent !== null);
  const following = rows[rows.indexOf(row) + 1];
  (shown ?? (following ? first(marksOf(following)) : wayOn()))?.focus();
});

const all = document.querySelector("[data-all-on-paper]");
if (all) {
  all.hidden = false;
  all.addEventListener("click", () => {
    rows.forEach((row) => { marksOf(row)[0].checked = true; });
    form.dispatchEvent(new Event("change", { bubbles: true }));
    wayOn()?.focus();
  });
  // Not an access key of the browser: those need other keys on every system.
  document.addEventListener("keydown", (event) => {
    if (!event.altKey || event.ctrlKey || event.code !== "KeyA") return;
    event.preventDefault();
    all.click();
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
