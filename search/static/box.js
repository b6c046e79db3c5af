// The search box: suggestions of fields and values while one types, mistakes pointed at in place; and the selection.

const form = document.querySelector(".ask");
const box = form.elements.q;
const list = document.getElementById("suggestions");
const wrong = document.getElementById("q-wrong");
const fields = [...document.querySelectorAll("#fields option")].map((option) => [option.value, option.textContent]);
const loaded = new Map();
const MOST = 8;
let active = -1;
let latest = 0;

const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

// What is being typed before the caret: a word that may become a field, or a field with the beginning of its value.
function typed() {
  const before = box.value.slice(0, box.selectionStart);
  const value = /(?:^|[\s(-])(source|topic|place|section|language|agency|collection|author):("?)([^"\s()]*|(?<=")[^"]*)$/.exec(before);
  if (value) return { field: value[1], text: value[3], start: before.length - value[3].length - value[2].length };
  const word = /(?:^|[\s(])-?(\p{L}+)$/u.exec(before);
  return word ? { text: word[1], start: before.length - word[1].length } : null;
}

async function values(field) {
  if (!loaded.has(field)) {
    const [path, state] = form.dataset.facets.split("?");
    const params = new URLSearchParams(state);
    for (const name of ["q", "sort", field]) params.delete(name);
    params.set("facet_size", "1000");
    params.set("ui", form.dataset.ui);
    const answer = await fetch(`${path}${field}?${params}`);
    loaded.set(field, answer.ok ? (await answer.json()).values : []);
  }
  return loaded.get(field);
}

async function suggest() {
  const word = typed();
  const turn = ++latest;
  if (!word) return close();
  const wanted = fold(word.text);
  let choices;
  if (word.field) {
    const all = await values(word.field);
    if (turn !== latest) return;
    choices = all.filter((one) => fold(one.label).includes(wanted) || fold(one.value).includes(wanted));
    choices = choices.map((one) => [/[\s"():]/.test(one.value) ? `"${one.value}" ` : `${one.value} `, one.label, one.count]);
  } else {
    choices = fields.filter(([name]) => name.startsWith(wanted));
  }
  show(choices.slice(0, MOST), word.start);
}

function show(choices, start) {
  active = -1;
  list.replaceChildren(...choices.map(([text, label, count], at) => {
    const item = document.createElement("li");
    item.id = `suggestion-${at}`;
    item.setAttribute("role", "option");
    item.dataset.text = text;
    item.dataset.start = start;
    const name = document.createElement("bdi");
    name.textContent = text.endsWith(":") ? text : label;
    const more = document.createElement("span");
    more.textContent = text.endsWith(":") ? label : (count ?? "");
    item.append(name, more);
    return item;
  }));
  list.hidden = !choices.length;
  box.setAttribute("aria-expanded", String(!list.hidden));
  box.removeAttribute("aria-activedescendant");
}

function close() {
  latest += 1;
  show([], 0);
}

function take(item) {
  const end = box.selectionStart;
  const start = Number(item.dataset.start);
  box.setRangeText(item.dataset.text, start, end, "end");
  box.focus();
  close();
  if (item.dataset.text.endsWith(":")) suggest();
}

function mark(at) {
  const items = [...list.children];
  items[active]?.removeAttribute("aria-selected");
  active = (at + items.length) % items.length;
  items[active].setAttribute("aria-selected", "true");
  box.setAttribute("aria-activedescendant", items[active].id);
}

// The server reads the query as it will when it is asked, so that only real mistakes are shown, in the reader's words.
async function check() {
  const query = box.value;
  const answer = await fetch(`${form.dataset.parse}?${new URLSearchParams({ q: query, ui: form.dataset.ui })}`);
  if (box.value !== query) return;
  const error = answer.status === 400 ? (await answer.json()).error : null;
  wrong.hidden = !error;
  box.toggleAttribute("aria-invalid", Boolean(error));
  if (!error) return;
  const text = document.createElement("span");
  text.dir = "auto";
  const at = error.position ?? query.length;
  const point = document.createElement("mark");
  point.textContent = query.slice(at, at + 1) || "\u00a0";
  text.append(query.slice(0, at), point, query.slice(at + 1));
  const why = document.createElement("span");
  why.className = "why";
  why.textContent = error.message;
  wrong.replaceChildren(text, " ", why);
}

let later;
box.setAttribute("role", "combobox");
box.setAttribute("aria-controls", list.id);
box.setAttribute("aria-autocomplete", "list");
box.setAttribute("aria-expanded", "false");
box.addEventListener("input", () => {
  suggest();
  clearTimeout(later);
  later = setTimeout(check, 600);
});
box.addEventListener("keydown", (event) => {
  if (event.isComposing) return;
  if (event.key === "Escape" && !list.hidden) event.preventDefault(), close();
  if (list.hidden) return;
  if (event.key === "ArrowDown") event.preventDefault(), mark(active + 1);
  else if (event.key === "ArrowUp") event.preventDefault(), mark(active - 1);
  else if ((event.key === "Enter" || event.key === "Tab") && active >= 0) event.preventDefault(), take(list.children[active]);
});
list.addEventListener("mousedown", (event) => {
  const item = event.target.closest("li");
  if (item) event.preventDefault(), take(item);
});
box.addEventListener("blur", close);

form.addEventListener("submit", () => {
  // Empty boxes say nothing: they stay out of the address.
  for (const field of form.elements) if (field.name && !field.value) field.disabled = true;
});
addEventListener("pageshow", () => {
  for (const field of form.elements) field.disabled = false;
});

const selection = document.querySelector(".selection");
function tally() {
  selection.querySelector(".tally").textContent = selection.querySelectorAll("input:checked").length;
}
selection?.addEventListener("change", tally);
selection?.addEventListener("reset", () => setTimeout(tally));
if (selection) tally();
