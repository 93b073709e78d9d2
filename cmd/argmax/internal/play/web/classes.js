// Classes have a colour of M. Okabe and K. Ito, which people with any colour vision can
// tell apart, and a shape.

import { svg } from "./dom.js";

export const colours = ["#0072B2", "#E69F00", "#009E73", "#D55E00", "#56B4E9", "#CC79A7", "#F0E442", "#999999"];

export const names = ["circle", "square", "triangle", "diamond", "star", "cross", "pentagon", "bar"];

const polygon = (n, turn = 0, inner = 1) => Array.from({ length: n }, (_, i) => {
  const a = 2 * Math.PI * (i / n + turn) - Math.PI / 2, r = i % 2 ? inner : 1;
  return `${(r * Math.cos(a)).toFixed(3)} ${(r * Math.sin(a)).toFixed(3)}`;
}).join("L");

// Outlines of about radius 1.
const outlines = [
  "M-.9 0A.9 .9 0 1 1 .9 0A.9 .9 0 1 1 -.9 0Z",
  "M-.8 -.8H.8V.8H-.8Z",
  `M${polygon(3)}Z`,
  `M${polygon(4)}Z`,
  `M${polygon(10, 0, 0.45)}Z`,
  "M-.35 -1H.35V-.35H1V.35H.35V1H-.35V.35H-1V-.35H-.35Z",
  `M${polygon(5)}Z`,
  "M-1 -.5H1V.5H-1Z",
];

// shape returns the mark of a class.
export function shape(label, radius) {
  return svg("path", { d: outlines[label], fill: colours[label], transform: `scale(${radius})`, class: "shape" });
}

// chip returns the mark of a class for text.
export function chip(label) {
  return svg("svg", { class: "chip", viewBox: "-1.3 -1.3 2.6 2.6", width: 16, height: 16, "aria-hidden": true }, shape(label, 1));
}

// rgb returns the colour of a class as three numbers.
export function rgb(label) {
  const n = parseInt(colours[label].slice(1), 16);
  return [n >> 16, n >> 8 & 255, n & 255];
}
