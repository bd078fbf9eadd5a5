/** On top of Material's own style: pictures, tables that use the width, and a page that prints well. */
export const style = `
.md-typeset table:not([class]) { display: table; font-size: .68rem; }
.md-typeset table:not([class]) td { vertical-align: top; }
.md-typeset table:not([class]) th { min-width: 4rem; white-space: nowrap; }
.md-typeset table:not([class]) td:first-child code { white-space: nowrap; }
.md-typeset .md-typeset__table { width: 100%; }
.md-typeset .facts thead { display: none; }
.md-typeset .facts td { overflow-wrap: anywhere; }
.md-typeset .facts td:first-child { color: var(--md-default-fg-color--light); width: 12rem; }
.md-typeset h2 { margin: 1.2em 0 .5em; }
.md-typeset .grid.cards > ul > li { display: flex; flex-direction: column; gap: .2rem; }
.md-typeset .grid.cards > ul > li > p { margin: 0; }
.md-typeset .grid.cards > ul > li > p:nth-child(3) { margin-top: auto; color: var(--md-default-fg-color--light); font-size: .64rem; }
.picture { overflow-x: auto; margin: 1rem 0; }
.picture svg { display: block; font-family: var(--md-code-font-family); font-size: 13px; height: auto; min-width: 22rem; max-width: 100%; }
.picture text { fill: var(--md-default-fg-color); }
.picture .centre { text-anchor: middle; }
.picture rect { fill: var(--md-default-bg-color); stroke: var(--md-default-fg-color--lighter); }
.picture rect.self { fill: var(--md-primary-fg-color); stroke: none; }
.picture rect.self + text { fill: var(--md-primary-bg-color); }
.picture a:hover rect { stroke: var(--md-accent-fg-color); }
.picture a:hover text { fill: var(--md-accent-fg-color); }
.picture .line { fill: none; stroke: var(--md-default-fg-color--lighter); stroke-width: 1.5; }
.picture .tip { fill: var(--md-default-fg-color--light); }
.picture .rule { stroke: var(--md-default-fg-color--lightest); }
.picture .head text { font-family: var(--md-text-font-family); font-weight: 700; }
.picture .lane text { font-weight: 700; }
.picture .lane .line { stroke: currentcolor; stroke-width: 4; opacity: .25; }
.picture circle { fill: currentcolor; stroke: var(--md-default-bg-color); stroke-width: 2; }
.picture .edge { color: #3f7fd0; }
.picture .doors, .picture .apart { color: #a86fc9; }
.picture .apps { color: #3c9a5f; }
.picture .data { color: #d08a2e; }
.picture .engine, .picture .engine-control { color: #c8504c; }
@media print {
  .md-header, .md-sidebar, .md-footer, .md-top { display: none !important; }
  .md-typeset { font-size: .6rem; }
  .md-typeset table:not([class]) { font-size: .55rem; }
  .md-typeset h2 { margin: .8rem 0 .3rem; break-after: avoid; }
  .md-typeset h1 { margin: 0 0 .5rem; }
  .md-typeset table:not([class]) :is(th, td) { padding: .25em .8em; }
  .md-typeset tr { break-inside: avoid; }
}
`;
