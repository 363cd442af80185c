// Draws a tree of elements that Python describes as data, and says back what the reader did.
//
// Text becomes text nodes and nothing else: no markup, no style, no handler and no address but
// http, https and our own pages can come out of a data file. What is already on the page and has
// not changed stays, so focus, caret, scrolling and open sections survive a new drawing.

const TAGS = new Set(
  ("a article aside b blockquote button caption cite code dd details dialog div dl dt em footer " +
    "h1 h2 h3 h4 header i input label li main mark nav ol optgroup option p pre section select " +
    "small span strong summary table tbody td textarea th thead time tr ul").split(" "),
);
// Drawings are lines and dots, and have a place and a size.
const DRAWN = new Set("svg g line path circle rect".split(" "));
const SVG = "http://www.w3.org/2000/svg";
const NAMES = new Set(
  ("autocomplete class colspan datetime disabled for href id label lang max min open placeholder " +
    "rel role rows scope selected spellcheck tabindex target title type value " +
    "cx cy d height r viewBox width x x1 x2 y y1 y2").split(" "),
);
const LINK = /^(https?:\/\/|\.\/|\?)/;
// The reader's own doing, which a new drawing leaves alone.
const KEPT = new Set(["aria-activedescendant", "aria-selected", "open"]);

const allowed = (name, value) =>
  (NAMES.has(name) || /^(aria|data)-[a-z-]+$/.test(name)) && (name !== "href" || LINK.test(value));

function attribute(node, name, value) {
  if (node.getAttribute(name) !== value) node.setAttribute(name, value);
  // An input shows its property, not its attribute; the one being typed into is left alone.
  const typing = node.getRootNode().activeElement === node;
  if (name === "value" && "value" in node && !typing && node.value !== value) node.value = value;
  if (name === "selected") node.selected = true;
}

const create = (tag) =>
  DRAWN.has(tag) ? document.createElementNS(SVG, tag) : document.createElement(tag);

function draw(spec, old) {
  if (typeof spec === "string") {
    if (old?.nodeType !== Node.TEXT_NODE) return document.createTextNode(spec);
    if (old.data !== spec) old.data = spec;
    return old;
  }
  const [tag, attributes, ...children] = spec;
  if (!TAGS.has(tag) && !DRAWN.has(tag))
    throw new Error(`an element is one of ${[...TAGS, ...DRAWN].join(", ")}, got ${tag}`);
  const same = old?.localName === tag && old.id === (attributes.id ?? "");
  const node = same ? old : create(tag);
  for (const { name } of [...node.attributes])
    if (!(name in attributes) && !KEPT.has(name)) node.removeAttribute(name);
  fill(node, children);
  for (const [name, value] of Object.entries(attributes))
    if (allowed(name, value) && !(same && KEPT.has(name))) attribute(node, name, value);
  return node;
}

function fill(node, children) {
  children.forEach((spec, index) => {
    const old = node.childNodes[index];
    const now = draw(spec, old);
    if (now === old) return;
    if (old) old.replaceWith(now);
    else node.append(now);
  });
  while (node.childNodes.length > children.length) remove(node.lastChild);
}

function remove(node) {
  // Closing first gives the focus back to what opened the dialog.
  for (const dialog of node.querySelectorAll?.("dialog[open]") ?? []) close(dialog);
  if (node.localName === "dialog") close(node);
  node.remove();
}

function close(dialog) {
  dialog.dataset.silent = "";
  dialog.close();
}

// -- what the reader does ---------------------------------------------------------------------

const options = (root) => [...root.querySelectorAll("[role=option]")];

function mark(root, option) {
  for (const each of options(root)) each.setAttribute("aria-selected", String(each === option));
  const input = root.querySelector("[role=combobox]");
  if (option) input.setAttribute("aria-activedescendant", option.id);
  option?.scrollIntoView({ block: "nearest" });
}

function take(root, option) {
  const box = root.querySelector("[role=combobox]");
  box.value = "";
  box.removeAttribute("aria-activedescendant");
  root.found = null;
  root.send("go", option.dataset.go);
}

function click(root, event) {
  const on = event.target.closest?.(
    "[data-go], [data-copy], [data-close], [data-jump], [data-say], [data-add], [role=option]",
  );
  if (!on) return;
  if ("jump" in on.dataset) return jump(on.dataset.jump);
  if ("say" in on.dataset) return say(root, on.dataset);
  if ("add" in on.dataset) return add(root, on);
  if (on.getAttribute("role") === "option") return take(root, on);
  if ("close" in on.dataset) return on.closest("dialog").close();
  if ("copy" in on.dataset) return copy(root, on);
  // A link opened in another tab or window is the browser's.
  if (on.href && (event.ctrlKey || event.metaKey || event.shiftKey || event.button)) return;
  if (on.href && leaves(on)) return;
  event.preventDefault();
  const wanted = on.getAttribute("href") ?? on.dataset.go;
  again(wanted);
  root.send("go", wanted);
}

// To a page that knows nothing of what is supposed the browser goes by itself: a page that changed
// the address as well would make two steps of the history, one of them leading nowhere.
const supposes = (search) => new URLSearchParams(search).has("if");
const leaves = (link) =>
  link.getAttribute("href").startsWith("./") && supposes(location.search) && !supposes(link.search);

// A trace asked for again before its closing was heard: to the server it never was closed, so
// nothing new will be drawn.
function again(wanted) {
  const dialog = document.getElementById(wanted.replace("trace=", "trace-").replaceAll("~", "-"));
  if (dialog?.localName === "dialog" && !dialog.open) dialog.showModal();
}

// A cell as a spreadsheet takes it: one line, and never the beginning of a formula.
function plain(cell) {
  const text = (cell.querySelector("[data-cell]") ?? cell).textContent.replace(/\s+/g, " ").trim();
  return /^[=+@]|^-(?![0-9.,]+$)/.test(text) ? `'${text}` : text;
}

// A table goes as text with tabs; what spans columns leaves those after it empty.
const tabbed = (table) =>
  [...table.rows]
    .map((row) =>
      [...row.cells].map((cell) => plain(cell) + "\t".repeat(cell.colSpan - 1)).join("\t"),
    )
    .join("\n");

function copied(node) {
  if ("address" in node.dataset) return new URL(node.textContent, location.href).href;
  return node.localName === "table" ? tabbed(node) : node.textContent;
}

async function copy(root, button) {
  const text = root.querySelector(`#${button.dataset.copy}`);
  try {
    await navigator.clipboard.writeText(copied(text));
    const before = button.textContent;
    button.textContent = button.dataset.done;
    setTimeout(() => (button.textContent = before), 1500);
  } catch {
    // Without permission the text is marked, ready for the reader's own keys.
    getSelection().selectAllChildren(text);
  }
}

// From a figure in the text to what is said of it, and back.
function jump(id) {
  const there = document.getElementById(id);
  const target = there?.querySelector(":scope > [data-jump]") ?? there;
  target?.focus({ preventScroll: true });
  there?.scrollIntoView({ block: "center" });
}

// What is no address goes to the page with the fields beside it; more than it may take stays here.
function say(root, { say, most }) {
  const fields = {};
  for (const each of root.querySelectorAll("[data-field]")) fields[each.dataset.field] = each.value;
  const size = most ? new Blob(Object.values(fields)).size : 0;
  root.send("said", size > Number(most) ? { say: "large" } : { say, fields });
}

// The fields of a form become one more value of the address; without an amount there is none.
function add(root, on) {
  const fields = {};
  for (const each of on.closest("[data-form]").querySelectorAll("[data-field]"))
    fields[each.dataset.field] = each;
  const { about, how, amount, when } = fields;
  const text = amount.value.trim();
  if (!text) return amount.focus();
  const parts = [about.value, how.value + text, when.value.trim()].filter(Boolean);
  amount.value = when.value = "";
  root.send("go", on.dataset.add + encodeURIComponent(parts.join("~")));
}

function change(root, event) {
  const { dataset, type, value } = event.target;
  if (dataset.tell) return root.send("said", { say: dataset.tell, value });
  if (!dataset.name) return;
  const say = () => root.send("go", `${dataset.name}=${encodeURIComponent(value)}`);
  clearTimeout(root.later);
  // A date being typed passes through the years 2, 20 and 202.
  if (type !== "date") say();
  else if (value === "" || value >= "1900") root.later = setTimeout(say, 600);
}

const isSearch = (event) => event.target.getAttribute("role") === "combobox";

function find(root, text) {
  if (text === root.found) return;
  root.found = text;
  root.querySelector("[role=combobox]").removeAttribute("aria-activedescendant");
  root.send("find", text);
}

function input(root, event) {
  if (!isSearch(event)) return;
  clearTimeout(root.later);
  root.later = setTimeout(() => find(root, event.target.value), 120);
}

function key(root, event) {
  const form = event.target.closest("[data-form]");
  const typed = event.key === "Enter" && !event.isComposing && event.target.localName === "input";
  if (form && typed) return add(root, form.querySelector("[data-add]"));
  if (!isSearch(event)) return;
  const all = options(root);
  const at = all.findIndex((each) => each.getAttribute("aria-selected") === "true");
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step && all.length) mark(root, all[(at + step + all.length) % all.length]);
  else if (event.key === "Enter" && all.length) take(root, all[Math.max(at, 0)]);
  else if (event.key === "Escape") {
    event.target.value = "";
    find(root, null);
  } else return;
  event.preventDefault();
}

function start(root) {
  root.addEventListener("click", (event) => click(root, event));
  root.addEventListener("change", (event) => change(root, event));
  root.addEventListener("input", (event) => input(root, event));
  root.addEventListener("keydown", (event) => key(root, event));
  root.addEventListener("focusin", (event) => isSearch(event) && find(root, event.target.value));
  root.addEventListener("focusout", (event) => isSearch(event) && find(root, null));
  // Choosing from the list must not take the focus out of the box before the click is heard.
  root.addEventListener("mousedown", (event) => {
    if (event.target.closest("[role=option]")) event.preventDefault();
  });
}

function modal(root) {
  for (const dialog of root.querySelectorAll("dialog:not([open])")) {
    dialog.showModal();
    if (dialog.heard) continue;
    dialog.heard = true;
    dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
    dialog.addEventListener("close", () => {
      if (!("silent" in dialog.dataset)) root.send("go", dialog.dataset.closed);
    });
  }
}

function show({ data, parentElement, setTriggerValue }) {
  let root = parentElement.querySelector(":scope > .fn");
  if (!root) {
    root = document.createElement("div");
    root.className = "fn";
    parentElement.append(root);
    start(root);
  }
  root.send = setTriggerValue;
  document.documentElement.lang = data.lang;
  fill(root, data.trees);
  modal(root);
}

// The mounts of a page wait for this script under that name; see _element.py.
export default function () {
  globalThis.footnote ??= [];
  if (!Array.isArray(globalThis.footnote)) return;
  const waiting = globalThis.footnote;
  globalThis.footnote = { push: show };
  waiting.forEach(show);
}
