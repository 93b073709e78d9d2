// The points, which all tabs share.

import { names as shapes } from "./classes.js";

export class Store extends EventTarget {
  points = []; // {x, y, label}
  classes = 2;
  names = []; // of the classes, as far as they have any
  selected = null; // one of points

  constructor(limits) {
    super();
    this.limits = limits;
  }

  // changed tells listeners: what is "points", "selection" or "classes".
  changed(what) { this.dispatchEvent(new Event(what)); }

  load(set) {
    this.points = set.labels.map((label, i) => ({ x: set.x[i], y: set.y[i], label }));
    this.classes = Math.max(2, set.classes);
    this.names = set.names ?? [];
    this.selected = null;
    this.changed("classes");
    this.changed("points");
  }

  clear() {
    this.points = [];
    this.selected = null;
    this.changed("points");
  }

  // setClasses changes the number of classes; points of classes that are no more go.
  setClasses(n) {
    this.classes = n;
    this.points = this.points.filter((p) => p.label < n);
    if (!this.points.includes(this.selected)) this.selected = null;
    this.changed("classes");
    this.changed("points");
  }

  // add returns the new point, or null if there are too many.
  add(x, y, label) {
    if (this.points.length >= this.limits.points) return null;
    const p = { ...this.inside(x, y), label };
    this.points.push(p);
    this.selected = p;
    this.changed("points");
    return p;
  }

  move(p, x, y) {
    Object.assign(p, this.inside(x, y));
    this.changed("points");
  }

  relabel(p, label) {
    p.label = label;
    this.changed("points");
  }

  remove(p) {
    const i = this.points.indexOf(p);
    this.points.splice(i, 1);
    this.selected = this.points[Math.min(i, this.points.length - 1)] ?? null;
    this.changed("points");
  }

  select(p) {
    this.selected = p;
    this.changed("selection");
  }

  // inside rounds a place to thousandths, and keeps it in the plane that is shown.
  inside(x, y) {
    const round = (v) => Math.round(1000 * Math.min(Math.max(v, -this.limits.extent), this.limits.extent)) / 1000;
    return { x: round(x), y: round(y) };
  }

  // name returns what a class is called, or its shape.
  name(label) { return this.names[label] ?? shapes[label]; }

  // request returns the points as requests have them.
  request() {
    return {
      x: this.points.map((p) => p.x), y: this.points.map((p) => p.y),
      labels: this.points.map((p) => p.label), classes: this.classes,
    };
  }
}
