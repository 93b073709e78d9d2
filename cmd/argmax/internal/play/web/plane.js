// The plane: a picture of regions, what a tab draws above it, and the points, which can be
// added, moved and deleted by pointer and by keyboard.

import { svg } from "./dom.js";
import { rgb, shape } from "./classes.js";

const grip = 16; // how far from its centre a point can be touched

// radiusOf returns the radius of each of n points, in CSS pixels.
const radiusOf = (n) => n <= 60 ? 8 : n <= 150 ? 6.5 : 5;

const arrows = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

export class Plane {
  label = 0; // of new points
  size = 0; // in CSS pixels

  constructor(root, store) {
    this.store = store;
    this.extent = store.limits.extent;
    this.canvas = root.querySelector("canvas");
    this.svg = root.querySelector("svg");
    this.axes = svg("g", { class: "axes", "aria-hidden": true });
    this.overlay = svg("g", { class: "overlay", "aria-hidden": true });
    this.marks = svg("g");
    this.query = null; // a place that a tab asks about
    this.svg.append(this.axes, this.overlay, this.marks);
    this.elements = new Map(); // of points
    store.addEventListener("points", () => this.draw());
    store.addEventListener("selection", () => this.draw());
    new ResizeObserver(() => this.resize()).observe(root);
    this.svg.addEventListener("pointerdown", (e) => this.press(e));
    this.svg.addEventListener("keydown", (e) => this.key(e));
    this.root = root;
  }

  // px and py return where a place is drawn; place is their inverse.
  px(x) { return (x / this.extent + 1) / 2 * this.size; }
  py(y) { return (1 - y / this.extent) / 2 * this.size; }

  place(e) {
    const box = this.svg.getBoundingClientRect();
    return this.store.inside(
      ((e.clientX - box.left) / box.width * 2 - 1) * this.extent,
      (1 - (e.clientY - box.top) / box.height * 2) * this.extent);
  }

  resize() {
    const size = this.root.clientWidth;
    if (size === this.size || size === 0) return;
    this.size = size;
    this.svg.setAttribute("viewBox", `0 0 ${size} ${size}`);
    this.axes.replaceChildren();
    for (let v = -this.extent + 1; v < this.extent; v++) {
      const p = this.px(v), kind = v === 0 ? "axis" : "grid";
      this.axes.append(
        svg("line", { x1: p, x2: p, y1: 0, y2: size, class: kind }),
        svg("line", { y1: p, y2: p, x1: 0, x2: size, class: kind }));
      if (v !== 0) {
        this.axes.append(
          svg("text", { x: p + 3, y: this.py(0) - 3 }, String(v)),
          svg("text", { x: this.px(0) + 3, y: this.py(v) - 3 }, String(v)));
      }
    }
    this.draw();
    this.onresize?.();
  }

  // regions draws the classes of side × side pixels: class in the low bits, tied in 0x80.
  regions(bytes, side) {
    this.canvas.width = this.canvas.height = side;
    const context = this.canvas.getContext("2d"), image = context.createImageData(side, side);
    bytes.forEach((b, i) => {
      const stripe = b & 0x80 && (i % side + Math.floor(i / side)) % 5 === 0;
      image.data.set(stripe ? [128, 128, 128, 240] : [...rgb(b & 0x7f), 90], 4 * i);
    });
    context.putImageData(image, 0, 0);
  }

  // draw puts the points where they are.
  draw() {
    const { points, selected } = this.store;
    const gone = new Set(this.elements.keys()), radius = radiusOf(points.length);
    points.forEach((p, i) => {
      gone.delete(p);
      let e = this.elements.get(p);
      if (!e) {
        e = svg("g", { class: "point", role: "img", "aria-roledescription": "point" }, svg("circle", { r: grip, class: "grip" }), svg("circle", { class: "halo" }));
        this.elements.set(p, e);
      }
      if (e.label !== p.label || e.radius !== radius) {
        e.querySelector(".shape")?.remove();
        e.append(shape(p.label, radius));
        Object.assign(e, { label: p.label, radius });
      }
      if (this.marks.children[i] !== e) this.marks.insertBefore(e, this.marks.children[i] ?? null);
      this.put(e, p);
      e.setAttribute("aria-label", `point ${i + 1} of ${points.length}, class ${p.label + 1}, ${this.store.name(p.label)}, at ${p.x}, ${p.y}`);
      e.setAttribute("tabindex", p === (selected ?? points[0]) ? 0 : -1);
      e.classList.toggle("selected", p === selected);
      e.point = p;
    });
    for (const p of gone) {
      const e = this.elements.get(p), focused = document.activeElement === e;
      e.remove();
      this.elements.delete(p);
      if (focused) (this.elements.get(selected) ?? this.svg).focus();
    }
    this.svg.setAttribute("tabindex", points.length ? -1 : 0);
    if (this.query) {
      this.put(this.query.element, this.query);
      this.query.element.setAttribute("aria-label", `query at ${this.query.x}, ${this.query.y}`);
    }
  }

  put(e, p) { e.setAttribute("transform", `translate(${this.px(p.x).toFixed(2)} ${this.py(p.y).toFixed(2)})`); }

  // halos sets the sizes of rings around points, from 0 to 1.
  halos(points, sizes) {
    points.forEach((p, i) => {
      const s = sizes[i] ?? 0;
      this.elements.get(p)?.querySelector(".halo").setAttribute("r", s > 0 ? (radiusOf(this.store.points.length) + 3 + 9 * Math.min(1, s)).toFixed(1) : 0);
    });
  }

  // ask shows a place that can be moved, or none; moved is called when it is.
  ask(query, moved) {
    this.query?.element.remove();
    this.query = query;
    if (!query) return;
    query.moved = moved;
    query.element = svg("g", { class: "query", role: "img", "aria-roledescription": "query", tabindex: 0 },
      svg("circle", { r: grip, class: "grip" }), svg("circle", { r: 11 }), svg("path", { d: "M-15 0H-5M5 0H15M0 -15V-5M0 5V15" }));
    query.element.query = query;
    this.svg.append(query.element);
    this.draw();
  }

  // move moves a point or the query.
  move(thing, x, y) {
    if (thing === this.query) {
      Object.assign(thing, this.store.inside(x, y));
      this.draw();
      thing.moved();
      return;
    }
    this.store.move(thing, x, y);
  }

  // under returns the point or the query that an event is on.
  under(e) {
    const g = e.target.closest?.(".point, .query");
    return g && (g.point ?? g.query);
  }

  focus(p) { (p === this.query ? p.element : this.elements.get(p)).focus({ preventScroll: true }); }

  press(e) {
    if (e.button !== 0) return;
    e.preventDefault();
    const at = this.place(e);
    const thing = this.under(e) ?? this.store.add(at.x, at.y, this.label);
    if (!thing) return;
    if (thing !== this.query) this.store.select(thing);
    this.focus(thing);
    const from = { x: thing.x - at.x, y: thing.y - at.y };
    const drag = (m) => {
      const to = this.place(m);
      this.move(thing, to.x + from.x, to.y + from.y);
    };
    const drop = () => {
      this.svg.removeEventListener("pointermove", drag);
      this.svg.removeEventListener("pointerup", drop);
      this.svg.removeEventListener("pointercancel", drop);
    };
    this.svg.setPointerCapture(e.pointerId);
    this.svg.addEventListener("pointermove", drag);
    this.svg.addEventListener("pointerup", drop);
    this.svg.addEventListener("pointercancel", drop);
  }

  key(e) {
    if (e.ctrlKey || e.altKey || e.metaKey) return;
    const { store } = this, thing = this.under(e), i = store.points.indexOf(thing);
    const go = (to) => {
      const p = store.points[Math.min(Math.max(to, 0), store.points.length - 1)];
      store.select(p);
      this.focus(p);
    };
    const label = Number(e.key) - 1;
    if (thing && arrows[e.key]) {
      const step = e.shiftKey ? 0.01 : 0.1, [dx, dy] = arrows[e.key];
      if (i >= 0 && store.selected !== thing) store.select(thing);
      this.move(thing, thing.x + dx * step, thing.y + dy * step);
    } else if (e.key === "Enter" || e.key === "Insert") {
      const p = thing ? store.add(thing.x + 0.1, thing.y, thing.label ?? this.label) : store.add(0, 0, this.label);
      if (p) this.focus(p);
    } else if (i >= 0 && (e.key === "Delete" || e.key === "Backspace")) store.remove(thing);
    else if (i >= 0 && e.key === "PageDown") go(i + 1);
    else if (i >= 0 && e.key === "PageUp") go(i - 1);
    else if (i >= 0 && e.key === "Home") go(0);
    else if (i >= 0 && e.key === "End") go(store.points.length - 1);
    else if (i >= 0 && label >= 0 && label < store.classes) store.relabel(thing, label);
    else return;
    e.preventDefault();
  }
}
