// Elements by DOM calls alone: nothing a server says is ever read as markup.

const SVG = "http://www.w3.org/2000/svg";

export function made(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (value === true) element.setAttribute(key, "");
    else if (value !== false && value !== undefined) element.setAttribute(key, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

function drawn(name, attributes, ...children) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

// A face for a level of a scale: 0 the saddest, 1 the happiest.
export function face(level) {
  const bend = (level - 0.5) * 24;
  return drawn("svg", { viewBox: "0 0 64 64", class: "face", "aria-hidden": "true" },
    drawn("circle", { cx: 32, cy: 32, r: 28, class: "head" }),
    drawn("circle", { cx: 23, cy: 26, r: 3.5, class: "eye" }),
    drawn("circle", { cx: 41, cy: 26, r: 3.5, class: "eye" }),
    drawn("path", { d: `M19 ${43 - bend / 3}Q32 ${43 + bend} 45 ${43 - bend / 3}`, class: "mouth" }));
}

export function code(path, size, label) {
  return drawn("svg", { viewBox: `-4 -4 ${size + 8} ${size + 8}`, class: "qr", role: "img", "aria-label": label },
    drawn("path", { d: `M-4 -4h${size + 8}v${size + 8}H-4z`, class: "paper" }),
    drawn("path", { d: path, class: "ink" }));
}
