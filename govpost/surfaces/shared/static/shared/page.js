/* Small comforts; every page works without them. */

// A summary of errors is read first, and a summary's link leads to the field.
document.querySelector("[data-error-summary]")?.focus();

// The page one is on stands in sight where the areas scroll sideways on a phone.
const current = document.querySelector(".side [aria-current], .top-nav [aria-current]");
const bar = current?.closest(".side-list, .top-nav .wrap");
if (bar) bar.scrollLeft = current.offsetLeft - bar.offsetLeft - (bar.clientWidth - current.clientWidth) / 2;

// A form is sent once: a second press of an impatient thumb must not post twice.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  if (form.method === "post" && !form.hasAttribute("data-again")) {
    form.dataset.sent = "1";
    form.setAttribute("aria-busy", "true");
  }
});
const sendable = (root) => root.querySelectorAll?.("form[data-sent]").forEach((form) => {
  delete form.dataset.sent;
  form.removeAttribute("aria-busy");
});
window.addEventListener("pageshow", () => sendable(document));
document.addEventListener("htmx:afterRequest", () => sendable(document));

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
  const opener = event.target.closest("[data-opens]");
  if (opener) document.getElementById(opener.dataset.opens)?.showModal();
  if (event.target.closest("[data-closes]")) event.target.closest("dialog")?.close();
  document.querySelectorAll("details.menu[open]").forEach((menu) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") document.querySelectorAll("details.menu[open]").forEach((menu) => { menu.open = false; });
});

// Filters apply as they are chosen where the form says so.
document.addEventListener("change", (event) => {
  if (event.target.matches("form[data-apply] :is(select, input[type=date], input[type=checkbox])")) event.target.form.requestSubmit();
});

// "Select all" of a table.
document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-all]")) return;
  const table = event.target.closest("table");
  const boxes = table ? table.querySelectorAll("tbody input[type=checkbox]") : event.target.form.elements;
  [...boxes].filter((box) => box.type === "checkbox" && !box.disabled).forEach((box) => { box.checked = event.target.checked; });
});
