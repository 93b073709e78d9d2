// The linear tab: W and b, the loss of the points, and steps of gradient descent.

import { ask, latest, regions, report } from "./api.js";
import { chip, colours } from "./classes.js";
import { brief, get, html, number, svg } from "./dom.js";

const side = 200; // pixels of the picture of regions
const frame = 50; // the least milliseconds between two pictures

export class Linear {
  w = [];
  b = [];
  steps = 0;
  history = []; // the loss and the data loss after each answer
  due = 0; // steps that are asked for
  shown = false;
  running = false;

  constructor(store, plane) {
    this.store = store;
    this.plane = plane;
    this.refresh = latest(() => this.measure());
    store.addEventListener("classes", () => this.reset());
    store.addEventListener("points", () => this.edited());
    for (const id of ["loss", "l2", "l1", "rate"]) {
      get(id).addEventListener("input", () => {
        if (this.outputs() !== this.w.length) this.reset();
        this.edited();
      });
    }
    get("step").addEventListener("click", () => this.step());
    get("run").addEventListener("click", () => this.running ? this.stop() : this.run());
    get("reset").addEventListener("click", () => { this.reset(); this.edited(); });
    get("minima").addEventListener("click", () => this.minima());
  }

  show() {
    this.shown = true;
    this.plane.onresize = () => this.lines();
    this.refresh();
  }

  hide() {
    this.shown = false;
    this.stop();
    this.plane.onresize = null;
    this.plane.halos(this.store.points, []);
  }

  edited() { if (this.shown) this.refresh(); }

  // outputs is the number of scores: two classes share one, if there is one for each class
  // against the rest.
  outputs() { return get("loss").value === "one-vs-rest" && this.store.classes === 2 ? 1 : this.store.classes; }

  // reset starts from weights of length 1 that are turned evenly, and no bias.
  reset() {
    const n = this.outputs();
    this.w = Array.from({ length: n }, (_, j) => {
      const angle = 2 * Math.PI * j / n + 0.5;
      return [Math.cos(angle), Math.sin(angle)].map(Math.fround);
    });
    this.b = new Array(n).fill(0);
    this.steps = 0;
    this.history = [];
  }

  pace() { return Math.min(number(get("pace")) || 1, this.store.limits.steps); }

  objective() {
    const [l2, l1] = [number(get("l2")), number(get("l1"))];
    if (Number.isNaN(l2 + l1)) throw new Error("A penalty is a number of at least 0.");
    return { ...this.store.request(), loss: get("loss").value, l2, l1 };
  }

  // step asks for the next steps.
  step() {
    this.due += this.pace();
    return this.refresh();
  }

  // measure makes the steps that are due, and shows where they lead.
  async measure() {
    const steps = Math.min(this.due, this.store.limits.steps);
    this.due = 0;
    try {
      const rate = number(get("rate"));
      if (Number.isNaN(rate)) throw new Error("A step size is a number of at least 0.");
      const { w, b } = this, points = [...this.store.points];
      const a = await ask("api/linear", { ...this.objective(), w, b, rate, steps, side });
      if (this.w !== w || this.b !== b || !this.shown) return; // edited meanwhile
      this.w = a.w;
      this.b = a.b;
      this.steps += a.steps;
      if (steps > 0 || this.history.length === 0) this.history.push([a.objective, a.data]);
      this.draw(a, points);
      report(a.steps < steps ? new Error("The next step leads to numbers that are not finite: the step size is too large.") : null);
      if (a.steps < steps) this.stop();
    } catch (error) {
      this.stop();
      report(error);
    }
  }

  async run() {
    this.running = true;
    get("run").textContent = "Pause";
    get("run").setAttribute("aria-pressed", true);
    while (this.running) {
      const next = performance.now() + frame;
      await this.step();
      await new Promise((done) => setTimeout(done, Math.max(0, next - performance.now())));
    }
  }

  stop() {
    if (this.running && this.last) this.say();
    this.running = false;
    get("run").textContent = "Run";
    get("run").setAttribute("aria-pressed", false);
  }

  // draw shows an answer about some points.
  draw(a, points) {
    this.last = a;
    if (a.regions) this.plane.regions(regions(a.regions), side);
    this.lines();
    this.plane.halos(points, a.losses.map((l) => l / 3));
    const n = a.losses.length;
    get("objective").textContent = a.objective;
    get("data").textContent = a.data;
    get("l2-penalty").textContent = a.l2Penalty;
    get("l1-penalty").textContent = a.l1Penalty;
    get("correct").textContent = `${a.correct} of ${n}`;
    get("steps").textContent = this.steps;
    if (!this.running) this.say();
    this.chart();
    this.weights(a);
    this.table(a, points);
  }

  // say tells a screen reader the loss: when it stands still, not 20 times a second.
  say() {
    const a = this.last;
    get("spoken").textContent = `Loss ${brief(a.objective)}: data ${brief(a.data)}, penalty ${brief(a.l2Penalty + a.l1Penalty)}. ${a.correct} of ${a.losses.length} correct after ${this.steps} steps.`;
  }

  // lines draws where each score is zero.
  lines() {
    const { plane } = this;
    plane.overlay.replaceChildren();
    this.w.forEach(([u, v], j) => {
      const length = Math.hypot(u, v);
      const label = this.w.length < this.store.classes ? 1 : j;
      const draw = (bias, kind) => {
        // The point of the line next to the origin, and the line's direction.
        const x = -bias * u / length ** 2, y = -bias * v / length ** 2, far = 4 * plane.extent;
        if (!(length > 0) || Math.hypot(x, y) > far) return;
        const line = (dx, dy) => svg("line", { x1: plane.px(x - dx), y1: plane.py(y - dy), x2: plane.px(x + dx), y2: plane.py(y + dy), class: kind, stroke: colours[label] });
        plane.overlay.append(line(far * v / length, -far * u / length));
        if (kind !== "line" || Math.max(Math.abs(x), Math.abs(y)) > plane.extent) return;
        const px = plane.px(x), py = plane.py(y), turn = Math.atan2(-v, u) * 180 / Math.PI;
        plane.overlay.append(svg("path", { d: "M0 0H34M26 -6L36 0L26 6", transform: `translate(${px} ${py}) rotate(${turn})`, class: "arrow", stroke: colours[label] }));
      };
      draw(this.b[j], "line");
      if (get("loss").value === "one-vs-rest") {
        draw(this.b[j] - 1, "margin");
        draw(this.b[j] + 1, "margin");
      }
    });
  }

  chart() {
    const values = this.history.slice(-400), most = Math.max(1e-9, ...values.map((v) => v[0]));
    const path = (which) => values.map((v, i) => `${(400 * i / Math.max(1, values.length - 1)).toFixed(1)},${(88 - 86 * v[which] / most).toFixed(1)}`).join(" ");
    get("history").replaceChildren(
      svg("polyline", { points: path(1), class: "data" }),
      svg("polyline", { points: path(0), class: "objective" }));
    get("history-note").textContent = values.length < 2 ? "The loss will be drawn here, step by step." : `Loss (line) and data loss (dashed), ${values.length - 1} updates: from ${brief(values[0][0])} to ${brief(values.at(-1)[0])}, the highest ${brief(most)}.`;
  }

  // name returns what a row of W is called.
  name(j) {
    const one = this.w.length < this.store.classes;
    return [chip(one ? 1 : j), one ? " 2 against 1" : ` ${j + 1}`];
  }

  // weights shows W and b as fields, with their gradients. A field that is being edited is
  // left as it is.
  weights(a) {
    const body = get("weights").tBodies[0];
    const l2 = number(get("l2"));
    if (body.rows.length !== a.w.length || body.dataset.of !== get("loss").value + this.store.classes) {
      body.dataset.of = get("loss").value + this.store.classes;
      body.replaceChildren(...a.w.map((_, j) => html("tr", {}, html("th", { scope: "row" }, ...this.name(j)),
        ...["w₁", "w₂", "b"].map((what, i) => {
          const field = html("input", { type: "number", step: "any", "aria-label": `${what} of row ${j + 1}` });
          field.addEventListener("input", () => {
            const value = number(field);
            if (Number.isNaN(value)) return;
            this.w = this.w.map((row) => [...row]);
            this.b = [...this.b];
            if (i < 2) this.w[j][i] = value;
            else this.b[j] = value;
            this.edited();
          });
          return html("td", {}, field, html("small"));
        }))));
    }
    a.w.forEach((row, j) => {
      const cells = body.rows[j].cells;
      [...row, a.b[j]].forEach((value, i) => {
        const [field, gradient] = cells[i + 1].children;
        if (document.activeElement !== field) field.value = value;
        const d = i < 2 ? a.dw[j][i] : a.db[j];
        gradient.textContent = "∇ " + brief(d) + (i < 2 && l2 > 0 ? ` + ${brief(2 * l2 * value)}`.replace("+ -", "− ") : "");
        gradient.title = d;
      });
    });
  }

  // table shows the scores and the loss of each point.
  table(a, points) {
    const of = this.w.length < this.store.classes ? ["s"] : this.w.map((_, j) => `s${j + 1}`);
    const soft = a.probabilities && a.probabilities.length > 0;
    const cell = (x) => html("td", { title: String(x) }, brief(x));
    get("losses").tHead.replaceChildren(html("tr", {}, ...["class", "x", "y", ...of, ...(soft ? ["p"] : []), "loss"].map((t) => html("th", { scope: "col" }, t))));
    get("losses").tBodies[0].replaceChildren(...a.losses.map((l, i) => {
      const p = points[i], s = a.scores[i];
      return html("tr", {}, html("td", {}, chip(p.label), ` ${p.label + 1}`), cell(p.x), cell(p.y), ...s.map(cell), ...(soft ? [cell(a.probabilities[i][p.label])] : []), cell(l));
    }));
  }

  async minima() {
    try {
      const all = await ask("api/linear/minima", this.objective());
      report(null);
      get("minima-box").hidden = false;
      get("minima-table").tBodies[0].replaceChildren(...all.map((m) => {
        const use = html("button", { type: "button", "aria-label": `Use W and b of ${m.name}` }, "Use");
        use.addEventListener("click", () => this.use(m));
        const short = (x) => html("td", { title: String(x) }, String(Number(x.toPrecision(4))));
        const gap = m.gap === null ? [] : [html("small", { title: `${m.solver}: ${m.why}` }, `gap ${m.gap.toExponential(0)}`)];
        const loss = short(m.objective);
        loss.append(...gap);
        return html("tr", {}, html("th", { scope: "row" }, m.name), loss, short(m.data), short(m.squares), short(m.sizes), html("td", {}, String(m.zeros)),
          html("td", { class: "matrix" }, ...m.w.map((r) => html("div", {}, r.map((x) => Number(x.toPrecision(3))).join(", ")))), html("td", {}, use));
      }));
    } catch (error) {
      report(error);
    }
  }

  // use goes on from a minimum, with its penalty.
  use(m) {
    get("l2").value = m.l2;
    get("l1").value = m.l1;
    this.w = m.w;
    this.b = m.b;
    this.history = [];
    this.steps = 0;
    this.edited();
  }
}
