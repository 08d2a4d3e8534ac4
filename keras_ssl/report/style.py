"""How a page looks: in light and in dark, on a phone and on a desk."""

STYLE = """
:root {
  color-scheme: light dark;
  --ink: #1c2024; --soft: #5b646d; --line: #d9dee3; --paper: #ffffff;
  --tint: #f4f6f8; --accent: #0072b2; --blend: multiply; --negative: none;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ink: #e6e9ec; --soft: #a0a9b2; --line: #363d44; --paper: #14171a;
    --tint: #1d2226; --accent: #56b4e9; --blend: screen;
    --negative: invert(1) hue-rotate(180deg);
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body {
  margin: 0 auto; padding: 1.5rem 1rem 4rem; max-width: 66rem;
  background: var(--paper); color: var(--ink);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif;
  overflow-wrap: break-word;
}
h1 { font-size: 1.75rem; line-height: 1.2; margin: 0; }
h2 {
  font-size: 1.25rem; margin: 2.5rem 0 .75rem; padding-top: .75rem;
  border-top: 1px solid var(--line);
}
h3 { font-size: 1rem; margin: 1.5rem 0 .5rem; }
p { margin: .5rem 0; max-width: 44rem; }
a { color: var(--accent); }
.soft { color: var(--soft); }
nav ul {
  display: flex; flex-wrap: wrap; gap: .25rem 1rem;
  list-style: none; margin: 1rem 0 0; padding: 0;
}
nav a { display: inline-block; padding: .25rem 0; }
.stages { display: grid; gap: .75rem; margin: 1rem 0; padding: 0; }
.stages > div {
  border: 1px solid var(--line); border-radius: .5rem; padding: .75rem 1rem;
}
.stages dt { color: var(--soft); }
.stages dd { margin: 0; font-variant-numeric: tabular-nums; }
.stages strong { font-size: 1.75rem; line-height: 1.3; }
.stages > :last-child { border-color: var(--accent); }
.stages > :last-child strong { color: var(--accent); }
.bar { height: .375rem; border-radius: .2rem; background: var(--tint); }
.bar i {
  display: block; height: 100%; border-radius: inherit;
  background: var(--accent);
}
.box {
  overflow-x: auto; margin: .75rem 0; max-width: 100%;
  border: 1px solid var(--line); border-radius: .5rem;
}
.box:focus-visible { outline: 2px solid var(--accent); }
.box pre {
  margin: 0; padding: .75rem; width: max-content;
  font: .8125rem/1.45 ui-monospace, Menlo, Consolas, monospace;
}
table { border-collapse: collapse; width: 100%; font-size: .9375rem; }
th, td { padding: .375rem .625rem; text-align: left; vertical-align: top; }
th { font-weight: 600; }
thead th { background: var(--tint); color: var(--soft); }
thead .number { white-space: normal; }
.long { min-width: 14rem; }
tr + tr > *, tbody tr:first-child > * { border-top: 1px solid var(--line); }
.number {
  text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums;
}
details { margin: .75rem 0; }
summary { cursor: pointer; color: var(--accent); }
.figures { display: grid; gap: 1.5rem; margin: 1rem 0; align-items: start; }
figure { margin: 0; min-width: 0; }
figure > img {
  display: block; width: 100%; max-width: 30rem; height: auto;
  filter: var(--negative); mix-blend-mode: var(--blend);
}
figcaption { color: var(--soft); font-size: .875rem; margin-top: .25rem; }
.samples {
  display: grid; gap: 1rem .75rem; margin: 1rem 0;
  grid-template-columns: repeat(auto-fill, minmax(6rem, 1fr));
}
.samples img {
  max-width: none; aspect-ratio: 1; object-fit: contain;
  filter: none; mix-blend-mode: normal; image-rendering: pixelated;
}
.wrong { color: #b3261e; }
@media (prefers-color-scheme: dark) { .wrong { color: #ff8a80; } }
@media (max-width: 47.99rem) {
  th, td { padding: .375rem; }
  .settings tr {
    display: grid; grid-template-columns: minmax(9rem, 2fr) minmax(0, 3fr);
  }
  .settings tr > * { overflow-wrap: anywhere; min-width: 0; }
  .settings tr > :nth-child(3) { grid-column: 1 / -1; color: var(--soft); }
  .settings tbody td:nth-child(3) { border-top: 0; padding-top: 0; }
}
@media (min-width: 48rem) {
  .box { width: fit-content; }
  body { padding: 3rem 2rem 6rem; }
  h1 { font-size: 2.25rem; }
  .stages { grid-template-columns: repeat(auto-fit, minmax(12rem, 1fr)); }
  .figures { grid-template-columns: 1fr 1fr; }
}
@media print {
  nav { display: none; }
  figure, .stages > div { break-inside: avoid; }
}
"""
