/** What the report's page has beside the style of all reports: two colours for two versions, a gallery to filter. */
export const ROLLOUT_STYLE = `
:root { --live: #0072b2; --candidate: #d55e00; } @media (prefers-color-scheme: dark) { :root { --live: #56b4e9; --candidate: #ff8a3d; } }
.verdict { background: var(--card); border-left: 5px solid var(--dim); border-radius: 8px; padding: 14px 18px; margin: 20px 0; }
.verdict.promote { border-color: var(--green); } .verdict.back { border-color: var(--candidate); } .verdict h2 { margin: 0 0 6px; }
.verdict ul { margin: 6px 0 0; padding-left: 20px; } .verdict li { max-width: 85ch; overflow-wrap: anywhere; }
.charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 420px), 1fr)); gap: 16px; }
.chart { background: var(--card); border-radius: 8px; padding: 12px 14px; min-width: 0; } .chart p { font-size: 13px; margin: 8px 0 0; } .chart .plot { max-width: 460px; margin: 0 auto; }
.band { fill: var(--live); fill-opacity: .18; } .line.trend { stroke: var(--live); } .bound { stroke: var(--candidate); stroke-dasharray: 5 4; stroke-width: 1.5; }
.bar.live { fill: var(--live); } .bar.candidate { fill: var(--candidate); } .median { stroke: var(--ink); stroke-width: 2; }
.history td { white-space: normal; text-align: left; vertical-align: top; } .history th { text-align: left; } .history .time { white-space: nowrap; }
.history tbody tr:last-child td, .classes tbody tr:last-child td { font-weight: 400; }
@media screen and (max-width: 640px) { .history thead { display: none; } .history tr { display: block; padding: 8px 0; border-bottom: 1px solid var(--line); }
  .history td { display: block; border: 0; padding: 1px 0; overflow-wrap: anywhere; } .history td:nth-child(3) { font-weight: 600; } .history td:nth-child(2)::before { content: "ticks "; } .history td:nth-child(6)::before { content: "then "; } }
.filters { display: flex; flex-wrap: wrap; gap: 8px; margin: 0 0 14px; align-items: center; }
.filters button, .decision button { font: inherit; font-size: 14px; padding: 5px 12px; border-radius: 999px; border: 1px solid var(--line); background: var(--card); color: var(--ink); cursor: pointer; }
.filters button[aria-pressed=true] { background: var(--ink); color: var(--paper); border-color: var(--ink); }
:is(.filters, .decision) button:focus-visible, .decision input:focus-visible, .scroll:focus-visible { outline: 3px solid var(--blue); outline-offset: 2px; }
.box.live .stroke { stroke: #56b4e9; } .box.candidate .stroke { stroke: #ff7a1a; stroke-dasharray: 9 4; } .box.alone .stroke { stroke-width: 4; }
.hide-live .box.live, .hide-candidate .box.candidate, .only-alone .box.both { display: none; }
.picture { display: grid; aspect-ratio: 4 / 3; background: #000; } .picture > * { grid-area: 1 / 1; width: 100%; height: 100%; min-height: 0; object-fit: contain; } .picture svg { aspect-ratio: auto; background: none; }
.picture rect { vector-effect: non-scaling-stroke; } .gallery { align-items: start; } figure .gone { display: grid; place-items: center; aspect-ratio: 4 / 3; margin: 0; color: var(--dim); }
.human:empty { display: none; } .human { margin: 6px 0 0; font-weight: 600; }
.kinds { display: flex; flex-wrap: wrap; gap: 6px; margin: 0 0 6px; } .kinds span { border: 1px solid var(--line); border-radius: 4px; padding: 0 6px; color: var(--dim); }
.decision { margin: 8px 0 0; } .decision summary { margin: 0 0 6px; } .decision input { width: 6em; font: inherit; padding: 3px 6px; } .decision form { display: flex; flex-wrap: wrap; gap: 8px; align-items: center; } .outcome p { margin: 6px 0 0; } .decision code { display: block; margin-top: 6px; user-select: all; }
#none { color: var(--dim); }
@page { margin: 14mm; }
@media print { .filters, .decision { display: none; } figure[hidden] { display: block; } .gallery { grid-template-columns: 1fr 1fr; } .chart, .verdict { break-inside: avoid; }
  .charts { grid-template-columns: 1fr 1fr; } * { print-color-adjust: exact; } }
@media print and (prefers-color-scheme: dark) { :root { --ink: #1c2024; --dim: #5d6670; --line: #d8dde3; --paper: #fff; --card: #f5f7f9; --live: #0072b2; --candidate: #d55e00; --blue: #0072b2; --green: #009e73; } }
`;
