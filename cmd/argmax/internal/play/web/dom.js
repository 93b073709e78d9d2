// Elements.

export const get = (id) => document.getElementById(id);

const svgNamespace = "http://www.w3.org/2000/svg";

function fill(e, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== false) e.setAttribute(name, value === true ? "" : value);
  }
  e.append(...children);
  return e;
}

// html and svg return an element with attributes and children.
export const html = (name, attributes = {}, ...children) => fill(document.createElement(name), attributes, children);
export const svg = (name, attributes = {}, ...children) => fill(document.createElementNS(svgNamespace, name), attributes, children);

// number reads a field; NaN if it is no number in its bounds.
export function number(field) {
  return field.value !== "" && field.validity.valid ? field.valueAsNumber : NaN;
}

// brief is a number with six significant digits, for tables; all of its digits are in
// their titles.
export function brief(x) {
  return x === 0 ? "0" : Math.abs(x) >= 1e6 || Math.abs(x) < 1e-4 ? x.toExponential(3) : String(Number(x.toPrecision(6)));
}
