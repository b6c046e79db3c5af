// Keys that act while nothing is typed: / j k o v x ?. They can be switched off, since readers by voice type letters too.

const SWITCH = "veille-keys";
const hits = () => [...document.querySelectorAll(".hit")];
const box = document.getElementById("q");
const help = document.getElementById("keys");
const on = document.getElementById("keys-on");
let current = null;

on.checked = localStorage.getItem(SWITCH) !== "off";
on.addEventListener("change", () => localStorage.setItem(SWITCH, on.checked ? "on" : "off"));

function move(by) {
  const all = hits();
  if (!all.length) return;
  const at = Math.min(Math.max(all.indexOf(current) + by, 0), all.length - 1);
  current?.classList.remove("current");
  current = all[at];
  current.classList.add("current");
  current.querySelector("h2 a").focus({ preventScroll: true });
  current.scrollIntoView({ block: "nearest" });
}

// An article is read within the results that it was opened from: their addresses are kept for this window.
const LIST = "veille-list";
const here = location.pathname + location.search;
const address = (hit) => hit.querySelector("h2 a").getAttribute("href");

function keep() {
  if (hits().length) sessionStorage.setItem(LIST, JSON.stringify(hits().map(address)));
}

const list = JSON.parse(sessionStorage.getItem(LIST) ?? "[]");
const place = list.indexOf(here);
const beside = (by) => (place >= 0 ? list[place + by] : undefined);

function turn(by) {
  if (beside(by)) location.assign(beside(by));
}

const turning = document.querySelector(".turning");
if (turning && place >= 0) {
  for (const [rel, by] of [["prev", -1], ["next", 1]]) {
    const link = turning.querySelector(`[rel=${rel}]`);
    if (beside(by)) link.href = beside(by);
  }
  turning.querySelector(".place").textContent = `${place + 1} / ${list.length}`;
  turning.classList.add("ready");
}

const step = (by) => (document.querySelector("main.reading") ? turn(by) : move(by));

const actions = {
  "/": () => (box ? (box.focus(), box.select()) : location.assign("/#q")),
  j: () => step(1),
  k: () => step(-1),
  o: () => current?.querySelector("h2 a").click(),
  v: () => (current ?? document).querySelector("a.out")?.click(),
  x: () => current?.querySelector("input[type=checkbox]").click(),
  "?": () => {
    help.open = true;
    help.querySelector("summary").focus();
    help.scrollIntoView({ block: "nearest" });
  },
};

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest?.("input:not([type=checkbox]), select, textarea");
  if (typing || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || !on.checked) return;
  if (!Object.hasOwn(actions, event.key)) return;
  event.preventDefault();
  actions[event.key]();
});

document.addEventListener("focusin", (event) => {
  const hit = event.target.closest?.(".hit");
  if (!hit || hit === current) return;
  current?.classList.remove("current");
  current = hit;
});

addEventListener("pagehide", keep);

if (location.hash === "#q") box?.focus();
