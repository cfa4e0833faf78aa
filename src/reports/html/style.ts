/** The report's own look: no font, image or sheet from anywhere else; light, dark and on paper. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --bg: #fff; --panel: #f6f7f9; --text: #1b1f24; --soft: #57606a; --line: #d8dee4; --link: #0550ae;
  --met: #116329; --met-bg: #dafbe1; --bad: #a40e26; --bad-bg: #ffe3e0; --doubt: #7a4a00; --doubt-bg: #fff1c2;
  --none: #0b5c73; --none-bg: #d9f1f7; --let: #6639ba; --let-bg: #efe5ff;
}
@media (prefers-color-scheme: dark) {
  :root {
    --bg: #0e1116; --panel: #161b22; --text: #e6edf3; --soft: #9aa4af; --line: #30363d; --link: #79b8ff;
    --met: #6fdd8b; --met-bg: #12301d; --bad: #ff9a92; --bad-bg: #431a1b; --doubt: #f0c35a; --doubt-bg: #3a2c0a;
    --none: #74d3ec; --none-bg: #0d323d; --let: #cbb0ff; --let-bg: #2d2150;
  }
}
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; }
body {
  margin: 0; background: var(--bg); color: var(--text);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
}
main, header, footer { max-width: 76rem; margin: 0 auto; padding: 0 1.25rem; }
header { padding-top: 2rem; }
footer { color: var(--soft); padding-top: 2rem; padding-bottom: 3rem; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .25rem; }
h2 { font-size: 1.25rem; margin: 3rem 0 .75rem; padding-bottom: .3rem; border-bottom: 1px solid var(--line); }
h3 { font-size: 1rem; margin: 1.5rem 0 .5rem; }
p { margin: .4rem 0; max-width: 52rem; }
a { color: var(--link); }
a:focus-visible, summary:focus-visible, button:focus-visible, input:focus-visible, .scroll:focus-visible {
  outline: 3px solid var(--link); outline-offset: 2px; border-radius: 3px;
}
code, pre, .mono {
  font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace; font-size: .87em;
}
code, body { overflow-wrap: break-word; }
article, .pairs, dd code { overflow-wrap: anywhere; }
pre { background: var(--panel); border: 1px solid var(--line); border-radius: 6px; padding: .6rem .8rem; margin: .5rem 0; white-space: pre-wrap; overflow-wrap: anywhere; }
.soft { color: var(--soft); }
.sr { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.skip { position: absolute; left: -99rem; }
.skip:focus { left: 1rem; top: 1rem; background: var(--bg); padding: .5rem; z-index: 5; }
nav ul { list-style: none; display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; padding: 0; margin: 1.25rem 0 0; }
.banner { border-left: 6px solid var(--c); background: var(--cb); padding: .9rem 1.1rem; border-radius: 6px; margin: 1.25rem 0; }
.banner strong { font-size: 1.15rem; color: var(--c); }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(8.5rem, 1fr)); gap: .6rem; margin: 1rem 0; padding: 0; list-style: none; }
.tiles li { border: 1px solid var(--line); border-top: 4px solid var(--c, var(--line)); border-radius: 6px; padding: .55rem .8rem; background: var(--panel); }
.tiles b { display: block; font-size: 1.7rem; line-height: 1.2; font-variant-numeric: tabular-nums; color: var(--c, inherit); }
.tiles .zero b { color: var(--soft); font-weight: 400; }
.tiles .zero { border-top-color: var(--line); }
.met, .p-open, .p-blocked, .p-partly { --c: var(--met); --cb: var(--met-bg); }
.violated, .expired, .fails, .p-violated { --c: var(--bad); --cb: var(--bad-bg); }
.inconclusive, .warning, .error, .p-inconclusive { --c: var(--doubt); --cb: var(--doubt-bg); }
.untested, .note, .p-untested { --c: var(--none); --cb: var(--none-bg); }
.accepted, .p-accepted { --c: var(--let); --cb: var(--let-bg); }
.badge { display: inline-block; color: var(--c); background: var(--cb); border-radius: 4px; padding: .05rem .5rem; font-weight: 600; font-size: .85rem; white-space: nowrap; }
dl.facts { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1.25rem; margin: .75rem 0; }
dl.facts dt { color: var(--soft); }
dl.facts dd { margin: 0; overflow-wrap: anywhere; }
.scroll { overflow-x: auto; position: relative; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .4rem .6rem; border-bottom: 1px solid var(--line); }
table.verdicts > tbody > tr > td { overflow-wrap: anywhere; }
table.findings td { overflow-wrap: anywhere; }
table.verdicts tr:first-child:not(:last-child) > td { border-bottom: 0; padding-bottom: 0; }
table.verdicts .more > td { padding-top: 0; }
table td.place { overflow-wrap: break-word; }
thead th { color: var(--soft); font-weight: 600; font-size: .85rem; white-space: nowrap; }
table.cells { font-size: .85rem; margin: .5rem 0; }
table.verdicts table.cells tbody td, table.cells td, table.cells th { padding: .2rem .8rem .2rem 0; overflow-wrap: break-word; border-bottom: 1px solid var(--line); }
td.tight, th.tight { white-space: nowrap; width: 1%; }
details { margin: .35rem 0; }
details > summary { cursor: pointer; color: var(--link); }
.filters { display: none; flex-wrap: wrap; gap: .5rem; margin: .75rem 0; align-items: center; }
.js .filters { display: flex; }
.filters button, .filters input { font: inherit; font-size: .9rem; color: inherit; background: var(--bg); border: 1px solid var(--line); border-radius: 6px; padding: .25rem .7rem; }
.filters button { cursor: pointer; }
.filters button[aria-pressed="true"] { background: var(--text); color: var(--bg); border-color: var(--text); }
.filters input { min-width: 14rem; flex: 1; max-width: 24rem; }
table.coverage { table-layout: fixed; }
table.heat { width: auto; font-size: .85rem; border-collapse: separate; border-spacing: 2px; }
table.heat th, table.heat td { border: 0; padding: 0; white-space: nowrap; overflow-wrap: normal; }
table.heat thead th.end { writing-mode: vertical-rl; transform: rotate(180deg); text-align: left; vertical-align: middle; padding: .35rem 0; color: var(--text); font-weight: 400; }
table.heat th.group { color: var(--soft); font-weight: 600; padding: .35rem .5rem .1rem 0; }
table.heat thead th.group { border-bottom: 2px solid var(--line); padding: .1rem .2rem; }
table.heat tbody th.end { font-weight: 400; padding: .1rem .75rem .1rem .75rem; position: sticky; left: 0; background: var(--bg); }
table.heat td { width: 1.8rem; min-width: 1.8rem; height: 1.8rem; text-align: center; vertical-align: middle; border-radius: 3px; }
table.heat td[class] { background: var(--cb); color: var(--c); }
table.heat td.p-blocked { background: var(--panel); color: var(--soft); }
table.heat td a { display: block; color: inherit; text-decoration: none; line-height: 1.8rem; font-weight: 700; min-width: 1.8rem; }
.legend { display: flex; flex-wrap: wrap; gap: .3rem 1.25rem; padding: 0; margin: .75rem 0; list-style: none; font-size: .9rem; }
.legend span { display: inline-block; width: 1.5rem; text-align: center; border-radius: 3px; background: var(--cb); color: var(--c); font-weight: 700; margin-right: .35rem; }
.legend span.p-blocked { background: var(--panel); color: var(--soft); }
.legend span.blank { border: 1px dashed var(--line); background: none; }
article { border: 1px solid var(--line); border-left: 6px solid var(--c); border-radius: 6px; padding: .8rem 1.1rem; margin: 1rem 0; }
article h3 { margin: 0 0 .2rem; overflow-wrap: anywhere; }
.story { border-top: 1px solid var(--line); margin-top: .8rem; padding-top: .6rem; }
.story ul.pairs { margin: .2rem 0; padding-left: 1.1rem; }
.three { display: grid; grid-template-columns: repeat(3, 1fr); gap: .6rem; margin: .6rem 0; }
.three > div { background: var(--panel); border-radius: 6px; padding: .5rem .75rem; overflow-wrap: anywhere; }
.three h4 { margin: 0; font-size: .8rem; color: var(--soft); font-weight: 600; }
.three ul, .plain { margin: .25rem 0 0; padding-left: 1.1rem; }
.three li { font-size: .88rem; }
.sign { display: grid; grid-template-columns: repeat(3, 1fr); gap: 2rem; margin: 2.5rem 0 0; }
.sign div { border-top: 1px solid var(--text); padding-top: .25rem; color: var(--soft); font-size: .85rem; }
[hidden] { display: none !important; }
@media screen and (max-width: 46rem) {
  .three, .sign { grid-template-columns: 1fr; }
  dl.facts { grid-template-columns: 1fr; gap: 0; }
  dl.facts dd { margin-bottom: .5rem; }
  table.verdicts, table.verdicts > tbody, table.verdicts > tbody > tr, table.verdicts > tbody > tr > td { display: block; width: auto; }
  table.verdicts > thead { display: none; }
  table.verdicts > tbody > tr > td { border: 0; padding: .1rem 0; }
  table.verdicts > tbody { border-bottom: 1px solid var(--line); padding: .6rem 0; }
  main > section > table:not(.verdicts) { display: block; overflow-x: auto; }
}
@media print {
  :root { --bg: #fff; --panel: #f6f7f9; --text: #000; --soft: #444; --line: #bbb; --link: #000; }
  body { font-size: 10pt; }
  header, main, footer { max-width: none; padding: 0; }
  nav, .filters, .skip { display: none !important; }
  .scroll { overflow: visible; }
  table.cells tr, table.heat tr, .tiles li, .three, dl.facts { break-inside: avoid; }
  h2, h3 { break-after: avoid; }
  details::details-content { content-visibility: visible; block-size: auto; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`;
