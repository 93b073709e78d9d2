// The neighbours tab: the regions of the k nearest points, and the votes for a query.

import { ask, latest, regions, report } from "./api.js";
import { chip } from "./classes.js";
import { brief, get, html, number, svg } from "./dom.js";

const side = 200; // pixels of the picture of regions

export class Neighbours {
  shown = false;
  place = { x: 0.3, y: 0.2 }; // the query

  constructor(store, plane) {
    this.store = store;
    this.plane = plane;
    this.refresh = latest(() => this.measure());
    store.addEventListener("points", () => this.edited());
    for (const id of ["k", "metric"]) get(id).addEventListener("input", () => this.edited());
  }

  show() {
    this.shown = true;
    this.plane.ask(this.place, () => this.edited());
    this.plane.onresize = () => this.links();
    this.refresh();
  }

  hide() {
    this.shown = false;
    this.plane.ask(null);
    this.plane.onresize = null;
    this.plane.overlay.replaceChildren();
  }

  edited() { if (this.shown) this.refresh(); }

  async measure() {
    try {
      const k = number(get("k")), points = [...this.store.points];
      if (Number.isNaN(k)) throw new Error(`k is a whole number from 1 to ${this.store.limits.neighbours}.`);
      if (points.length === 0) throw new Error("There are no points yet.");
      const began = performance.now();
      const a = await ask("api/neighbours", { ...this.store.request(), k, metric: get("metric").value, query: [this.place.x, this.place.y], side });
      if (!this.shown) return;
      this.plane.regions(regions(a.regions), side);
      this.draw(a, points);
      get("update-time").textContent = `${Math.round(performance.now() - began)} ms`;
      report(null);
    } catch (error) {
      report(error);
    }
  }

  // draw shows an answer about some points.
  draw(a, points) {
    const { query } = a;
    get("leave-one-out").textContent = `${a.correct} of ${points.length}`;
    get("ties").textContent = `${(100 * a.ties / side / side).toFixed(1)} %`;
    get("verdict").replaceChildren("At ", `${this.place.x}, ${this.place.y}: class `, chip(query.class), ` ${query.class + 1}, ${this.store.name(query.class)}${query.tied ? ", by the nearer point: the votes are tied" : ""}.`);
    get("votes").tBodies[0].replaceChildren(...query.shares.map((s, c) => html("tr", {}, html("th", { scope: "row" }, chip(c), ` ${c + 1} ${this.store.name(c)}`), html("td", {}, brief(s)))));
    get("nearest").tBodies[0].replaceChildren(...query.neighbours.map((n, i) => html("tr", {},
      html("th", { scope: "row" }, String(i + 1)), html("td", {}, chip(points[n.point].label), ` ${points[n.point].label + 1}`), html("td", {}, String(n.distance)))));
    get("distance").textContent = get("metric").value === "l2" ? "squared distance" : get("metric").value === "cosine" ? "1 − cosine" : "distance";
    this.near = query.neighbours.map((n) => points[n.point]);
    this.links();
  }

  // links draws a line from the query to each of its neighbours.
  links() {
    const { plane, place } = this;
    plane.overlay.replaceChildren(...(this.near ?? []).map((p) => svg("line", { x1: plane.px(place.x), y1: plane.py(place.y), x2: plane.px(p.x), y2: plane.py(p.y), class: "link" })));
  }
}
