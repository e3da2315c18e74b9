/** The page's style: light and dark, on a screen and on paper. Colours of Okabe & Ito, told apart by most eyes. */
export const STYLE = `
:root { color-scheme: light dark; --ink: #1c2024; --dim: #5d6670; --line: #d8dde3; --paper: #fff; --card: #f5f7f9;
  --blue: #0072b2; --orange: #d55e00; --green: #009e73; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8ebee; --dim: #a0a9b2; --line: #3a4149; --paper: #14171a; --card: #1d2226;
  --blue: #56b4e9; --orange: #ff8a3d; --green: #2bd4a4; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1180px; padding: 24px 20px 60px; background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 26px; margin: 0; } h2 { font-size: 19px; margin: 40px 0 10px; } h3 { font-size: 15px; margin: 0 0 4px; }
p { margin: 4px 0 12px; max-width: 75ch; } .dim { color: var(--dim); } code { font-size: 13px; overflow-wrap: anywhere; }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 12px; margin: 20px 0; }
.card { background: var(--card); border-radius: 8px; padding: 12px 14px; } .card b { display: block; font-size: 24px; line-height: 1.25; }
.card span { color: var(--dim); font-size: 13px; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; font-size: 14px; }
th { text-align: right; color: var(--dim); font-weight: 500; white-space: nowrap; } th:first-child, td:first-child { text-align: left; }
td { text-align: right; } th, td { padding: 5px 10px; border-bottom: 1px solid var(--line); white-space: nowrap; }
tbody tr:last-child td { font-weight: 600; }
.labels { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 540px), 1fr)); gap: 16px; }
.label { background: var(--card); border-radius: 8px; padding: 12px 14px; min-width: 0; }
.pair { display: grid; grid-template-columns: 1fr 1fr; gap: 8px; } @media (max-width: 560px) { .pair { grid-template-columns: 1fr; } }
details { margin: 16px 0; } summary { cursor: pointer; color: var(--blue); margin-bottom: 12px; }
svg { display: block; width: 100%; height: auto; } svg text { fill: var(--ink); font: 11px system-ui, sans-serif; }
svg text.tick, svg text.title { fill: var(--dim); } svg text.name { font-size: 13px; }
.grid { stroke: var(--line); } .diagonal { stroke: var(--dim); stroke-dasharray: 4 4; }
.line { fill: none; stroke-width: 2; } .precision { stroke: var(--blue); } .recall { stroke: var(--orange); } .f1 { stroke: var(--ink); }
.line.recall { stroke-dasharray: 7 3; } .line.f1 { stroke-width: 1.5; stroke-dasharray: 2 2; }
.mark { stroke: var(--dim); } .mark.best { stroke: var(--green); stroke-width: 2; }
circle.exact { fill: var(--blue); fill-opacity: .65; } circle.off { fill: var(--orange); fill-opacity: .65; }
.interval { stroke-width: 2.5; stroke: var(--dim); } .point { fill: var(--dim); }
.interval.better { stroke: var(--blue); } .point.better { fill: var(--blue); }
.interval.worse { stroke: var(--orange); } .point.worse { fill: var(--orange); }
.key { display: inline-flex; align-items: center; gap: 6px; margin-right: 18px; color: var(--dim); font-size: 13px; }
.key svg { width: 28px; }
.gallery { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 360px), 1fr)); gap: 16px; }
figure { margin: 0; background: var(--card); border-radius: 8px; overflow: hidden; break-inside: avoid; }
figure svg { aspect-ratio: 4 / 3; background: #000; } svg.wide { max-width: 760px; min-width: 600px; }
figcaption { padding: 8px 12px 10px; font-size: 13px; } .box rect { fill: none; } .box .casing { stroke: #000; stroke-width: 4.5; opacity: .6; }
.box .stroke { stroke-width: 2.5; } .box.right .stroke { stroke: #56b4e9; } .box.wrong .stroke { stroke: #ff7a1a; }
.box.missed .stroke { stroke: #f0e442; stroke-dasharray: 8 5; } .box:hover rect { fill: #fff; fill-opacity: .18; }
@media print { body { max-width: none; padding: 0; } .label, .card { break-inside: avoid; } }
`;
