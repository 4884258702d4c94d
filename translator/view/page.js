"use strict";
const columns = [...document.querySelectorAll("section")];
const lines = columns.map(c => [...c.querySelectorAll(".l")]);
const byKey = group("data-k"), byName = group("data-n"), byLine = group("data-l");
const columnKeys = "1234567890-="; // in the order of the columns
const marks = new Map(); // key -> colour
let cur = {col: 0, row: 0}, value = null;

function group(attribute) {
  const map = new Map();
  for (const e of document.querySelectorAll("[" + attribute + "]")) {
    const k = e.getAttribute(attribute);
    if (!map.has(k)) map.set(k, []);
    map.get(k).push(e);
  }
  return map;
}
const keyOf = e => e.dataset.k ? "k" + e.dataset.k : "n" + e.dataset.n;
// places of a variable of the source are also those of the values that bear its name.
function places(key) {
  if (key[0] === "k") return byKey.get(key.slice(1)) || [];
  const out = new Set();
  for (const e of byName.get(key.slice(1)) || []) {
    out.add(e);
    for (const x of byKey.get(e.dataset.k) || []) out.add(x);
  }
  return [...out];
}

// related are the places that share a source variable with a value.
function related(key) {
  const out = new Set();
  for (const e of places(key)) {
    if (key[0] === "k" && e.dataset.n) for (const x of byName.get(e.dataset.n)) out.add(x);
  }
  for (const e of places(key)) out.delete(e);
  return out;
}
let lit = [];
function light(key) {
  for (const [e, c] of lit) e.classList.remove(c);
  lit = [];
  if (!key) return;
  for (const e of places(key)) lit.push([e, "hov"]);
  for (const e of related(key)) lit.push([e, "rel"]);
  for (const [e, c] of lit) e.classList.add(c);
}
function toggleMark(key) {
  if (marks.has(key)) {
    const m = marks.get(key);
    marks.delete(key);
    for (const e of places(key)) e.classList.remove("m" + m);
    return;
  }
  const used = new Set(marks.values());
  let m = 0;
  while (used.has(m) && m < 5) m++;
  marks.set(key, m);
  for (const e of places(key)) e.classList.add("m" + m);
}
let same = [];
function sameLine(l) {
  for (const e of same) e.classList.remove("same");
  same = (l && l.dataset.l && byLine.get(l.dataset.l)) || [];
  for (const e of same) e.classList.add("same");
}
// align scrolls the other columns to the first line that comes from the same source line.
function align(l) {
  const from = l.closest("section"), y = l.getBoundingClientRect().top;
  if (!l.dataset.l) return;
  for (const c of columns) {
    if (c === from || c.classList.contains("off")) continue;
    const first = (byLine.get(l.dataset.l) || []).find(e => c.contains(e));
    if (first) c.querySelector(".text").scrollTop += first.getBoundingClientRect().top - y;
  }
}
function go(col, row, quiet) {
  col = Math.max(0, Math.min(columns.length - 1, col));
  row = Math.max(0, Math.min(lines[col].length - 1, row));
  const old = lines[cur.col][cur.row];
  if (old) old.classList.remove("cur");
  columns[cur.col].classList.remove("cur");
  focusValue(null);
  cur = {col, row};
  columns[col].classList.add("cur");
  const l = lines[col][row];
  if (!l) return;
  l.classList.add("cur");
  sameLine(l);
  if (!quiet) {
    columns[col].scrollIntoView({inline: "nearest", block: "nearest"});
    l.scrollIntoView({inline: "nearest", block: "nearest"});
  }
}
function beside(step) {
  let c = cur.col + step;
  while (c >= 0 && c < columns.length && columns[c].classList.contains("off")) c += step;
  if (c < 0 || c >= columns.length) return;
  const l = lines[cur.col][cur.row], key = l && l.dataset.l;
  let row = key ? lines[c].findIndex(e => e.dataset.l === key) : -1;
  if (row < 0) row = Math.min(cur.row, lines[c].length - 1);
  go(c, row);
}
function focusValue(e) {
  if (value) value.classList.remove("focus");
  value = e;
  light(e ? keyOf(e) : null);
  if (e) {
    e.classList.add("focus");
    e.scrollIntoView({inline: "nearest", block: "nearest"});
  }
}
function nextValue(step) {
  const l = lines[cur.col][cur.row];
  if (!l) return;
  const vs = [...l.querySelectorAll("[data-k],[data-n]")];
  if (!vs.length) return;
  const i = vs.indexOf(value);
  focusValue(vs[i < 0 ? (step > 0 ? 0 : vs.length - 1) : (i + step + vs.length) % vs.length]);
}
function nextPlace(step) {
  const key = value ? keyOf(value) : [...marks.keys()].pop();
  if (!key) return;
  const here = places(key).filter(e => columns[cur.col].contains(e));
  if (!here.length) return;
  const rows = here.map(e => lines[cur.col].indexOf(e.closest(".l")));
  let i = value ? here.indexOf(value) + step : step > 0 ? rows.findIndex(r => r > cur.row) : rows.findLastIndex(r => r < cur.row);
  i = (i + here.length) % here.length;
  go(cur.col, rows[i]);
  focusValue(here[i]);
}
function toggleColumn(i) {
  const c = columns[i], b = document.querySelector('nav button[data-c="' + i + '"]');
  if (!c) return;
  b.setAttribute("aria-pressed", c.classList.toggle("off") ? "false" : "true");
}
function find(text, next) {
  for (const e of document.querySelectorAll(".found")) e.classList.remove("found");
  if (!text) return;
  const hits = [];
  lines.forEach((ls, c) => { if (!columns[c].classList.contains("off")) ls.forEach((l, r) => { if (l.textContent.toLowerCase().includes(text)) hits.push([c, r]); }); });
  for (const [c, r] of hits) lines[c][r].classList.add("found");
  if (next && hits.length) {
    const i = hits.findIndex(([c, r]) => c > cur.col || c === cur.col && r > cur.row);
    go(...hits[i < 0 ? 0 : i]);
  }
}

document.addEventListener("mouseover", e => {
  const v = e.target.closest("[data-k],[data-n]"), l = e.target.closest(".l");
  light(v ? keyOf(v) : value ? keyOf(value) : null);
  sameLine(l || lines[cur.col][cur.row]);
});
document.addEventListener("click", e => {
  const b = e.target.closest("nav button");
  if (b) return toggleColumn(+b.dataset.c);
  if (e.target.id === "help") return document.getElementById("keys").showModal();
  const l = e.target.closest(".l");
  if (!l) return;
  const col = columns.findIndex(c => c.contains(l));
  go(col, lines[col].indexOf(l), true);
  const v = e.target.closest("[data-k],[data-n]");
  if (v) toggleMark(keyOf(v));
  else if (e.target.tagName === "I") align(l);
});
const search = document.querySelector("input");
search.addEventListener("input", () => find(search.value.toLowerCase(), false));
document.addEventListener("keydown", e => {
  if (e.ctrlKey || e.metaKey || e.altKey || document.getElementById("keys").open) return;
  if (e.target === search) {
    if (e.key === "Enter") find(search.value.toLowerCase(), true);
    else if (e.key === "Escape") { search.value = ""; find("", false); search.blur(); }
    else return;
    return e.preventDefault();
  }
  if (e.target.closest("header") && ["Tab", "Enter", " "].includes(e.key)) return; // of the buttons
  const page = 25;
  const keys = {
    ArrowUp: () => go(cur.col, cur.row - 1), ArrowDown: () => go(cur.col, cur.row + 1), k: () => go(cur.col, cur.row - 1), j: () => go(cur.col, cur.row + 1),
    PageUp: () => go(cur.col, cur.row - page), PageDown: () => go(cur.col, cur.row + page), Home: () => go(cur.col, 0), End: () => go(cur.col, 1e9),
    ArrowLeft: () => beside(-1), ArrowRight: () => beside(1), h: () => beside(-1), l: () => beside(1),
    Tab: () => nextValue(e.shiftKey ? -1 : 1), n: () => nextPlace(1), p: () => nextPlace(-1),
    Enter: () => value && toggleMark(keyOf(value)), " ": () => value && toggleMark(keyOf(value)),
    a: () => lines[cur.col][cur.row] && align(lines[cur.col][cur.row]), "/": () => search.focus(), "?": () => document.getElementById("keys").showModal(),
    Escape: () => { for (const k of [...marks.keys()]) toggleMark(k); focusValue(null); },
  };
  const act = keys[e.key] || (e.key.length === 1 && columnKeys.includes(e.key) ? () => toggleColumn(columnKeys.indexOf(e.key)) : null);
  if (act) { act(); e.preventDefault(); }
});
go(0, 0, true);
