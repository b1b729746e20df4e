// Read by testing.audit(): what a page owes people who use a phone, a keyboard, a screen reader or weak eyes. Returns sentences.
() => {
  const found = [];
  const seen = (el) => el.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true }) && !el.closest(".visually-hidden, .skip");
  const name = (el) => `${el.tagName.toLowerCase()}${el.id ? "#" + el.id : ""}.${[...el.classList].join(".")} “${(el.textContent || el.value || "").trim().slice(0, 24)}”`;
  const all = (selector) => [...document.querySelectorAll(selector)].filter(seen);
  const phone = innerWidth < 600;

  if (document.documentElement.scrollWidth > innerWidth + 1) {
    const wide = all("main *, header *, nav *").find((el) => el.getBoundingClientRect().right > innerWidth + 1 && !el.closest(".table-wrap, .tabs, .side-list, .top-nav"));
    found.push(`wider than the screen: ${document.documentElement.scrollWidth} > ${innerWidth}${wide ? ", " + name(wide) : ""}`);
  }
  const heads = document.querySelectorAll("h1").length;
  if (heads !== 1) found.push(`${heads} main headings (h1)`);
  if (!document.documentElement.lang) found.push("no language");
  if (!document.title.trim()) found.push("no title");

  const ids = [...document.querySelectorAll("[id]")].map((el) => el.id);
  new Set(ids.filter((id, i) => ids.indexOf(id) !== i)).forEach((id) => found.push(`id twice: ${id}`));
  for (const attribute of ["aria-describedby", "aria-labelledby", "for"]) {
    document.querySelectorAll(`[${attribute}]`).forEach((el) => el.getAttribute(attribute).split(/\s+/).filter((id) => id && !ids.includes(id)).forEach((id) => found.push(`${attribute} leads nowhere: ${id}`)));
  }
  document.querySelectorAll("[style]").forEach((el) => found.push(`inline style: ${name(el)}`));
  document.querySelectorAll("img:not([alt])").forEach((el) => found.push(`image without alt: ${el.src.slice(0, 60)}`));
  all("input:not([type=hidden]), select, textarea").forEach((el) => {
    if (![...(el.labels || [])].some((label) => label.textContent.trim()) && !el.getAttribute("aria-label") && !el.getAttribute("aria-labelledby")) found.push(`field without label: ${name(el)}`);
  });
  all("button, a[href], summary").forEach((el) => {
    const words = el.textContent.trim() || el.getAttribute("aria-label") || [...el.querySelectorAll("img")].map((img) => img.alt).join("");
    if (!words.trim()) found.push(`nothing to say: ${name(el)}`);
  });
  document.querySelectorAll("table").forEach((table) => { if (!table.querySelector("th")) found.push("table without headings"); });

  const targets = ".button, button, select, textarea, summary, nav a, .row, .choice, .stop, input:not([type=radio], [type=checkbox], [type=hidden])";
  if (phone) {
    all(targets).filter((el) => !el.closest(".breadcrumbs")).forEach((el) => {
      const box = el.getBoundingClientRect();
      if (box.height < 43.5) found.push(`small target (${Math.round(box.height)} px): ${name(el)}`);
    });
  }

  const channels = (colour) => (colour.match(/[\d.]+/g) || [0, 0, 0, 0]).map(Number);
  const luminance = ([r, g, b]) => [r, g, b].map((c) => c / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)).reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = (el) => {
    for (let at = el; at; at = at.parentElement) {
      const style = getComputedStyle(at);
      if (style.backgroundImage !== "none") return null;
      const colour = channels(style.backgroundColor);
      if (colour.length < 4 || colour[3] === 1) return colour;
      if (colour[3] > 0) return null;
    }
    return [255, 255, 255];
  };
  const told = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const el = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !seen(el) || el.closest("script, :disabled, [aria-disabled=true], .choice:has(:disabled)")) continue;
    const behind = ground(el);
    if (!behind) continue;
    const style = getComputedStyle(el);
    const [light, dark] = [luminance(channels(style.color)), luminance(behind)].sort((a, b) => b - a);
    const size = parseFloat(style.fontSize);
    const least = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 600) ? 3 : 4.5;
    const ratio = (light + 0.05) / (dark + 0.05);
    if (ratio < least - 0.01 && !told.has(el.className)) {
      told.add(el.className);
      found.push(`contrast ${ratio.toFixed(2)} < ${least}: ${name(el)}`);
    }
  }
  return found;
}
