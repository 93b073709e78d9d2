// The page: its points and its tabs. To add a tab, add its button and its section to
// index.html and its class to tabs: it has show and hide.

import { ask, report } from "./api.js";
import { chip } from "./classes.js";
import { get, html, number } from "./dom.js";
import { Images } from "./images.js";
import { Linear } from "./linear.js";
import { Neighbours } from "./neighbours.js";
import { Plane } from "./plane.js";
import { Store } from "./store.js";

const start = await ask("api/start").catch(report);
const store = new Store(start.limits);
const plane = new Plane(get("plane"), store);
const tabs = { linear: new Linear(store, plane), neighbours: new Neighbours(store, plane), images: new Images(start.images) };

// Tabs. The address names the one that is shown.

let shown = null;

function show(id) {
  if (id === shown) return;
  if (shown) tabs[shown].hide();
  report(null);
  shown = id;
  for (const name of Object.keys(tabs)) {
    const tab = get(`tab-${name}`);
    tab.setAttribute("aria-selected", name === id);
    tab.tabIndex = name === id ? 0 : -1;
    get(name).hidden = name !== id;
  }
  get("points").hidden = tabs[id].pointless === true;
  tabs[id].show();
}

const named = () => location.hash.slice(1) in tabs ? location.hash.slice(1) : "linear";

for (const id of Object.keys(tabs)) {
  get(`tab-${id}`).addEventListener("click", () => { location.hash = id; });
  get(`tab-${id}`).addEventListener("keydown", (e) => {
    const ids = Object.keys(tabs), turn = { ArrowRight: 1, ArrowLeft: -1 }[e.key];
    if (!turn) return;
    e.preventDefault();
    location.hash = ids[(ids.indexOf(id) + turn + ids.length) % ids.length];
    get(`tab-${location.hash.slice(1)}`).focus();
  });
}
addEventListener("hashchange", () => show(named()));

// Points.

start.sets.forEach((set, i) => get("sets").append(html("option", { value: i }, set.name)));
get("classes").max = start.limits.classes;
get("k").max = start.limits.neighbours;
get("pace").max = start.limits.steps;

get("sets").addEventListener("input", () => load(start.sets[get("sets").value]));
get("clear").addEventListener("click", () => {
  get("note").textContent = "";
  store.clear();
});
get("classes").addEventListener("input", () => {
  const n = number(get("classes"));
  if (n >= 2) store.setClasses(n);
});

function load(set) {
  get("note").textContent = set.note;
  store.load(set);
}

// The class of new points.
store.addEventListener("classes", () => {
  get("classes").value = store.classes;
  plane.label = Math.min(plane.label, store.classes - 1);
  const legend = get("palette").firstElementChild;
  get("palette").replaceChildren(legend, ...Array.from({ length: store.classes }, (_, label) => {
    const field = html("input", { type: "radio", name: "label", value: label, checked: label === plane.label });
    field.addEventListener("input", () => { plane.label = label; });
    return html("label", { title: store.name(label) }, field, chip(label), `${label + 1} ${store.names[label] ?? ""}`);
  }));
  get("point-class").replaceChildren(...Array.from({ length: store.classes }, (_, label) => html("option", { value: label }, `${label + 1} ${store.name(label)}`)));
});

// The selected point.
const fields = ["point-x", "point-y", "point-class", "point-delete"].map(get);

function showSelected() {
  const p = store.selected;
  for (const f of fields) f.disabled = !p;
  for (const [id, value] of [["point-x", p?.x ?? ""], ["point-y", p?.y ?? ""], ["point-class", p?.label ?? 0]]) {
    if (document.activeElement !== get(id)) get(id).value = value;
  }
}
store.addEventListener("points", showSelected);
store.addEventListener("selection", showSelected);
for (const id of ["point-x", "point-y"]) {
  get(id).addEventListener("input", () => {
    const [x, y] = [number(get("point-x")), number(get("point-y"))];
    if (!Number.isNaN(x + y)) store.move(store.selected, x, y);
  });
}
get("point-class").addEventListener("input", () => store.relabel(store.selected, Number(get("point-class").value)));
get("point-delete").addEventListener("click", () => store.remove(store.selected));
get("point-add").addEventListener("click", () => {
  const p = store.selected;
  store.add((p?.x ?? 0) + (p ? 0.1 : 0), p?.y ?? 0, plane.label);
});

load(start.sets[0]);
show(named());
