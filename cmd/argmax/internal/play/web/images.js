// The images tab: a drawing or a picture, what the models take it for, and why.

import { ask, latest, regions as bytes, report } from "./api.js";
import { brief, get, html, number } from "./dom.js";
import { Worked } from "./worked.js";

const longer = 280; // pixels of the drawing, at least, on its longer side

export class Images {
  pointless = true; // the points of the other tabs are not used
  shown = false;
  source = { example: 0 }; // or { picture: Blob }

  constructor(images) {
    this.images = images;
    this.worked = new Worked();
    this.refresh = latest(() => this.measure());
    get("drawing").hidden = !images;
    if (!images) return;
    get("images-note").textContent = `${images.name}: ${images.train} training images of ${images.width} × ${images.height}, ${images.classes.length} classes.`;
    get("near-k").max = images.nearest;
    get("example").max = images.test - 1;
    this.pad = new Pad(images, () => {
      this.source = { pad: true };
      this.refresh();
    }, (file) => this.take(file));
    get("picture").addEventListener("input", () => {
      if (get("picture").files.length) this.take(get("picture").files[0]);
      get("picture").value = ""; // so that the same file may be chosen again
    });
    get("example").addEventListener("input", () => this.choose(number(get("example"))));
    get("example-next").addEventListener("click", () => {
      const next = ((number(get("example")) || 0) + 1) % images.test;
      get("example").value = next;
      this.choose(next);
    });
    get("near-k").addEventListener("input", () => this.refresh());
  }

  show() {
    this.shown = true;
    this.refresh();
    this.worked.refresh();
  }

  hide() { this.shown = false; }

  choose(example) {
    if (Number.isNaN(example)) return;
    this.source = { example };
    this.refresh();
  }

  // take shows a picture file and asks for it.
  async take(file) {
    if (file.size > this.images.bytes) {
      report(new Error(`The picture has ${file.size} bytes; at most ${this.images.bytes} are possible.`));
      return;
    }
    this.source = { picture: file };
    this.refresh();
  }

  async request() {
    const { source } = this;
    if (source.example !== undefined) return { example: source.example };
    return { picture: await base64(source.picture ?? await this.pad.blob()) };
  }

  async measure() {
    if (!this.images || !this.shown) return;
    try {
      const k = number(get("near-k")), { source } = this;
      if (Number.isNaN(k)) throw new Error(`The number of neighbours is a whole number from 1 to ${this.images.nearest}.`);
      const a = await ask("api/images", { ...await this.request(), k });
      if (!source.pad && source === this.source) this.pad.put(picture(this.images, bytes(a.pixels)));
      this.draw(a);
      report(null);
    } catch (error) {
      report(error);
    }
  }

  draw(a) {
    const { images } = this, name = (c) => images.classes[c];
    get("seen").replaceChildren(figure(picture(images, bytes(a.pixels)), "What the models see"));
    const [first] = a.ranked;
    get("taken-for").textContent = `The linear model takes it for ${name(a.class)}${first.probability === null ? "" : `, with probability ${first.probability.toFixed(3)}`}; the ${images.voters} nearest images vote for ${name(a.voted)}.${a.label === null ? "" : ` It is labelled ${name(a.label)}.`}`;
    get("taken-for").dataset.class = a.class;
    get("ranked").tBodies[0].replaceChildren(...a.ranked.map((r) => html("tr", { class: r.class === a.class ? "best" : null },
        html("th", { scope: "row" }, name(r.class)),
        html("td", {}, figure(signed(images, bytes(r.template)), `The template of ${name(r.class)}`)),
        html("td", {}, figure(signed(images, bytes(r.products)), `The template of ${name(r.class)}, times the image`)),
        html("td", { title: r.score }, String(Number(r.score.toPrecision(4)))),
        html("td", { title: r.probability ?? "" }, ...(r.probability === null ? ["–"] : [html("meter", { min: 0, max: 1, value: r.probability, "aria-hidden": true }), ` ${r.probability.toFixed(3)}`])),
        html("td", { title: r.bias }, brief(r.bias)))));
    get("near").replaceChildren(...a.nearest.map((n) => html("li", {},
      figure(picture(images, bytes(n.pixels)), `Training image ${n.row}`),
      html("span", {}, name(n.label)), html("small", { title: n.distance }, `row ${n.row}, at a distance of ${Math.round(n.distance)}`))));
  }
}

// figure describes a canvas to those who do not see it.
function figure(canvas, description) {
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", description);
  canvas.title = description;
  return canvas;
}

// paint returns a canvas with a colour for each pixel: red, green, blue and opacity.
function paint({ width, height }, colour) {
  const canvas = html("canvas", { width, height, class: "image" });
  const context = canvas.getContext("2d"), data = context.createImageData(width, height);
  for (let i = 0; i < width * height; i++) data.data.set(colour(i), 4 * i);
  context.putImageData(data, 0, 0);
  return canvas;
}

// picture returns a canvas with an image: a plane for each channel.
function picture(shape, pixels) {
  const plane = shape.width * shape.height;
  return paint(shape, (i) => shape.channels === 3
    ? [pixels[i], pixels[i + plane], pixels[i + 2 * plane], 255]
    : [pixels[i], pixels[i], pixels[i], 255]);
}

// signed returns a canvas with numbers of which 128 is 0: orange above it, blue below it. In
// three channels they are the colours themselves.
function signed(shape, numbers) {
  if (shape.channels === 3) return picture(shape, numbers);
  const part = (colour, share) => Math.round(255 + (colour - 255) * share); // of a colour on white
  return paint(shape, (i) => {
    const v = numbers[i] - 128, share = Math.min(1, Math.abs(v) / 127);
    return [...(v > 0 ? [166, 54, 3] : [8, 81, 156]).map((c) => part(c, share)), 255];
  });
}

// base64 returns the bytes of a file as requests have them.
function base64(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener("load", () => resolve(reader.result.slice(reader.result.indexOf(",") + 1)));
    reader.addEventListener("error", () => reject(new Error("The picture cannot be read.")));
    reader.readAsDataURL(file);
  });
}

// Pad is what is drawn on.
class Pad {
  constructor(shape, changed, dropped) {
    this.canvas = get("pad");
    this.changed = changed;
    this.unit = Math.ceil(longer / Math.max(shape.width, shape.height)); // of a pixel that the models see
    this.canvas.width = shape.width * this.unit;
    this.canvas.height = shape.height * this.unit;
    this.context = this.canvas.getContext("2d");
    this.at = { x: this.canvas.width / 2, y: this.canvas.height / 2 }; // the brush, of the keyboard
    this.down = false;
    this.canvas.addEventListener("pointerdown", (e) => this.press(e));
    this.canvas.addEventListener("keydown", (e) => this.key(e));
    this.canvas.addEventListener("focus", () => this.mark());
    this.canvas.addEventListener("blur", () => this.mark());
    this.canvas.addEventListener("dragover", (e) => e.preventDefault());
    this.canvas.addEventListener("drop", (e) => {
      e.preventDefault();
      if (e.dataTransfer.files.length) dropped(e.dataTransfer.files[0]);
    });
    get("pad-clear").addEventListener("click", () => {
      this.clear();
      this.changed();
    });
    this.clear();
  }

  clear() {
    this.context.fillStyle = get("paper").value;
    this.context.fillRect(0, 0, this.canvas.width, this.canvas.height);
  }

  // put shows an image.
  put(image) {
    this.context.imageSmoothingEnabled = false;
    this.context.drawImage(image, 0, 0, this.canvas.width, this.canvas.height);
  }

  blob() { return new Promise((resolve) => { this.canvas.toBlob(resolve, "image/png"); }); }

  place(e) {
    const box = this.canvas.getBoundingClientRect();
    return { x: (e.clientX - box.left) / box.width * this.canvas.width, y: (e.clientY - box.top) / box.height * this.canvas.height };
  }

  line(from, to) {
    const { context } = this;
    context.strokeStyle = get("ink").value;
    context.lineWidth = get("brush").valueAsNumber * this.unit;
    context.lineCap = context.lineJoin = "round";
    context.beginPath();
    context.moveTo(from.x, from.y);
    context.lineTo(to.x, to.y + 0.01); // a dot has a length, too
    context.stroke();
    this.changed();
  }

  press(e) {
    if (e.button !== 0) return;
    e.preventDefault();
    this.canvas.focus({ preventScroll: true });
    let last = this.place(e);
    const move = (m) => {
      const at = this.place(m);
      this.line(last, at);
      this.at = last = at;
      this.mark();
    };
    const end = () => {
      for (const name of ["pointerup", "pointercancel"]) this.canvas.removeEventListener(name, end);
      this.canvas.removeEventListener("pointermove", move);
    };
    this.canvas.setPointerCapture(e.pointerId);
    this.canvas.addEventListener("pointermove", move);
    for (const name of ["pointerup", "pointercancel"]) this.canvas.addEventListener(name, end);
    this.line(last, last);
  }

  key(e) {
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[e.key];
    if (e.ctrlKey || e.altKey || e.metaKey || !way && e.key !== " ") return;
    e.preventDefault();
    if (!way) {
      this.down = !this.down;
      if (this.down) this.line(this.at, this.at);
    } else {
      const keep = (v, size) => Math.min(Math.max(v, 0), size), from = this.at;
      this.at = { x: keep(from.x + way[0] * this.unit, this.canvas.width), y: keep(from.y + way[1] * this.unit, this.canvas.height) };
      if (this.down || e.shiftKey) this.line(from, this.at);
    }
    this.mark();
  }

  // mark shows where the brush of the keyboard is.
  mark() {
    const brush = get("brush-at");
    brush.hidden = document.activeElement !== this.canvas;
    brush.classList.toggle("down", this.down);
    brush.style.left = `${100 * this.at.x / this.canvas.width}%`;
    brush.style.top = `${100 * this.at.y / this.canvas.height}%`;
  }
}
