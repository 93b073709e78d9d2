// The worked example: an image of four pixels, from its scores to its losses.

import { ask, latest, report } from "./api.js";
import { brief, get, html, number, svg } from "./dom.js";

const presets = {
  slide: {
    names: ["cat", "dog", "ship"], pixels: [56, 231, 24, 2], label: 0,
    w: [[0.2, -0.5, 0.1, 2], [1.5, 1.3, 2.1, 0], [0, 0.25, 0.2, -0.3]], b: [1.1, 3.2, -1.2],
  },
  // One pixel is 1, so that its column of W is the scores of the slide.
  cat: { names: ["cat", "car", "frog"], pixels: [1, 0, 0, 0], label: 0 },
  car: { names: ["cat", "car", "frog"], pixels: [0, 1, 0, 0], label: 1 },
  frog: { names: ["cat", "car", "frog"], pixels: [0, 0, 1, 0], label: 2 },
};
for (const id of ["cat", "car", "frog"]) {
  Object.assign(presets[id], { w: [[3.2, 1.3, 2.2, 0], [5.1, 4.9, 2.5, 0], [-1.7, 2, -3.1, 0]], b: [0, 0, 0] });
}

// inner returns a number for a sum or a product, in parentheses if it is negative.
const inner = (x) => x < 0 ? `(${brief(x)})` : brief(x);

export class Worked {
  steps = Infinity; // that are shown

  constructor() {
    this.refresh = latest(() => this.measure());
    const field = (id, label) => html("input", { id, type: "number", step: "any", "aria-label": label });
    const pixel = [0, 1, 2, 3];
    get("worked-numbers").tHead.append(html("tr", {},
      html("th", { scope: "row" }, "x"), ...pixel.map((f) => html("td", {}, field(`x${f}`, `pixel ${f + 1}`))), html("td", {}, "1")));
    this.rows = [0, 1, 2].map((c) => html("tr", {}, html("th", { scope: "row" }),
      ...pixel.map((f) => html("td", {}, field(`w${c}${f}`, `weight ${f + 1} of class ${c + 1}`))), html("td", {}, field(`b${c}`, `bias of class ${c + 1}`))));
    get("worked-numbers").tBodies[0].append(...this.rows);
    get("worked-numbers").addEventListener("input", () => this.refresh());
    for (const id of ["worked-label", "worked-margin"]) get(id).addEventListener("input", () => this.refresh());
    get("worked-preset").addEventListener("input", () => this.load(presets[get("worked-preset").value]));
    get("worked-first").addEventListener("click", () => this.go(1));
    get("worked-next").addEventListener("click", () => this.go(this.steps + 1));
    get("worked-all").addEventListener("click", () => this.go(Infinity));
    this.load(presets.slide);
  }

  load(p) {
    this.names = p.names;
    p.pixels.forEach((v, f) => { get(`x${f}`).value = v; });
    p.w.forEach((row, c) => row.forEach((v, f) => { get(`w${c}${f}`).value = v; }));
    p.b.forEach((v, c) => { get(`b${c}`).value = v; });
    this.rows.forEach((row, c) => { row.firstElementChild.textContent = p.names[c]; });
    get("worked-label").replaceChildren(...p.names.map((name, c) => html("option", { value: c, selected: c === p.label }, name)));
    if (this.ready) this.refresh();
    this.ready = true;
  }

  // go shows steps up to one.
  go(steps) {
    const all = get("worked-steps").children;
    this.steps = steps;
    Array.from(all).forEach((li, i) => {
      li.hidden = i >= steps;
      if (i === steps - 1) li.setAttribute("aria-current", "step");
      else li.removeAttribute("aria-current");
    });
    get("worked-next").disabled = steps >= all.length;
  }

  request() {
    const of = (id) => {
      const v = number(get(id));
      if (Number.isNaN(v)) throw new Error("A number of the example is missing.");
      return v;
    };
    return {
      pixels: [0, 1, 2, 3].map((f) => of(`x${f}`)),
      w: [0, 1, 2].map((c) => [0, 1, 2, 3].map((f) => of(`w${c}${f}`))),
      b: [0, 1, 2].map((c) => of(`b${c}`)),
      label: Number(get("worked-label").value), margin: of("worked-margin"),
    };
  }

  async measure() {
    try {
      const q = this.request();
      this.draw(q, await ask("api/worked", q));
      report(null);
    } catch (error) {
      report(error);
    }
  }

  draw(q, a) {
    const { names } = this, y = q.label, each = [0, 1, 2], others = each.filter((c) => c !== y);
    const value = (id, x) => html("output", { id, title: x }, brief(x));
    const line = (...parts) => html("li", {}, ...parts);
    const step = (title, ...lines) => html("li", {}, html("b", {}, title), html("ul", {}, ...lines));
    get("worked-steps").replaceChildren(
      step("Scores, Wx + b", ...each.map((c) => line(
        `${names[c]}: ${q.pixels.map((x, f) => `${inner(q.w[c][f])}·${inner(x)}`).join(" + ")} + ${inner(q.b[c])} = `, value(`score${c}`, a.scores[c]))),
      line(`The largest is that of ${names[a.predicted]}, the class that is predicted${a.predicted === y ? ", which is right." : `; it is a ${names[y]}.`}`)),
      step("Hinge terms, max(0, sⱼ − s_y + margin)", ...others.map((c) => line(
        `${names[c]}: max(0, ${inner(a.scores[c])} − ${inner(a.scores[y])} + ${inner(q.margin)}) = `, value(`term${c}`, a.terms[c])))),
      step("Hinge loss, their sum", line(`${others.map((c) => brief(a.terms[c])).join(" + ")} = `, value("hinge-loss", a.hinge))),
      step("Softmax: exponentials of the scores", ...each.map((c) => line(`${names[c]}: exp(${brief(a.scores[c])}) = ${a.exponentials[c] === null ? "∞, too large for a float32" : brief(a.exponentials[c])}`)),
        line("So the largest score is subtracted first; that changes no probability:"),
        ...each.map((c) => line(`${names[c]}: exp(${brief(a.shifted[c])}) = `, value(`exp${c}`, a.unnormalized[c])))),
      step("Probabilities: divide by the sum", ...each.map((c) => line(
        `${names[c]}: ${brief(a.unnormalized[c])} / ${brief(a.sum)} = `, value(`p${c}`, a.probabilities[c]), bar(a.probabilities[c])))),
      step("Cross-entropy, −ln of the probability of the label", line(a.probabilities[y] === 0 ? `The probability is too small for a float32; the loss is ` : `−ln ${brief(a.probabilities[y])} = `, value("softmax-loss", a.crossEntropy)),
        line(`It is computed as log Σ exp(s) − s_y = ${brief(a.logSumExp)} − ${inner(a.scores[y])}.`)),
      step("Gradients with respect to the scores", ...each.map((c) => line(
        `${names[c]}: hinge ${brief(a.hingeSlope[c])}, softmax ${brief(a.softmaxSlope[c])}`))));
    this.go(this.steps);
  }
}

// bar shows a probability.
function bar(p) {
  return svg("svg", { class: "share", viewBox: "0 0 100 8", width: 100, height: 8, "aria-hidden": true, preserveAspectRatio: "none" },
    svg("rect", { width: 100, height: 8, class: "whole" }), svg("rect", { width: (100 * p).toFixed(2), height: 8, class: "part" }));
}
