/** The one style sheet. Colours come from one hue at fixed lightness, so contrast holds for every hue. */
export function styleSheet(hue: number): string {
  return `
:root{color-scheme:light dark;
--paper:oklch(97.5% .012 ${hue});--card:oklch(99.4% .004 ${hue});--ink:oklch(24% .03 ${hue});--soft:oklch(46% .035 ${hue});
--line:oklch(88% .02 ${hue});--edge:oklch(58% .03 ${hue});--accent:oklch(45% .15 ${hue});--on-accent:oklch(99% .005 ${hue});
--glow:oklch(90% .07 ${hue});--warm:oklch(93% .06 ${(hue + 70) % 360});--bad:oklch(44% .17 25);--bad-paper:oklch(96% .025 25);
--shadow:0 1px 2px oklch(30% .05 ${hue}/.08),0 18px 50px -16px oklch(30% .08 ${hue}/.28)}
@media (prefers-color-scheme:dark){:root{
--paper:oklch(17% .03 ${hue});--card:oklch(22% .03 ${hue});--ink:oklch(94% .012 ${hue});--soft:oklch(75% .03 ${hue});
--line:oklch(33% .035 ${hue});--edge:oklch(62% .04 ${hue});--accent:oklch(80% .12 ${hue});--on-accent:oklch(19% .05 ${hue});
--glow:oklch(29% .085 ${hue});--warm:oklch(25% .06 ${(hue + 70) % 360});--bad:oklch(80% .12 25);--bad-paper:oklch(29% .06 25);
--shadow:0 1px 2px oklch(0% 0 0/.4),0 24px 60px -16px oklch(0% 0 0/.65)}}
*{box-sizing:border-box}
html{min-height:100%;background:radial-gradient(60rem 40rem at 12% -8%,var(--glow),transparent 70%),radial-gradient(50rem 36rem at 105% 108%,var(--warm),transparent 70%),var(--paper)}
body{margin:0;min-height:100vh;display:grid;place-items:center;padding:2.5rem 1.25rem;color:var(--ink);
font:1.0625rem/1.55 ui-sans-serif,system-ui,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;overflow-wrap:anywhere}
.sky{position:fixed;inset:0;overflow:hidden;pointer-events:none;color:var(--accent);opacity:.2;display:grid;place-items:center}
.sky .sigil{width:max(96vmin,52rem);height:auto;flex:none}
.sky .sigil *{vector-effect:non-scaling-stroke;stroke-width:1.5px}
.sky .sigil g circle{r:.9px}
.page{position:relative;width:100%;max-width:27rem}
.page.wide{max-width:44rem}
header{display:flex;flex-direction:column;align-items:center;gap:.6rem;margin-bottom:1.6rem;color:var(--accent);text-align:center}
header .sigil{width:4.75rem;height:4.75rem}
header p{margin:0;font:600 1.5rem/1.2 ui-serif,Georgia,"Times New Roman",serif;letter-spacing:.01em;color:var(--ink)}
main{background:var(--card);border:1px solid var(--line);border-radius:1.25rem;box-shadow:var(--shadow);padding:2rem 2rem 2.1rem}
h1{margin:0 0 .35rem;font-size:1.3rem;line-height:1.3;letter-spacing:-.01em}
h1:focus{outline:none}
p{margin:.35rem 0}
.soft{color:var(--soft)}
form{margin:1.4rem 0 0}
label{display:block;font-weight:600;font-size:.9375rem;margin:1.05rem 0 .35rem}
input[type=text],input[type=password],textarea{display:block;width:100%;font:inherit;color:inherit;background:var(--paper);
border:1px solid var(--edge);border-radius:.7rem;padding:.68rem .85rem;min-height:3rem}
textarea,pre{font:.875rem/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
textarea{resize:vertical}
pre{margin:0;padding:.9rem 1rem;white-space:pre-wrap;border:1px solid var(--line);border-radius:.8rem;background:var(--paper)}
input[aria-invalid=true]{border-color:var(--bad);border-width:2px}
.tick{display:flex;gap:.65rem;align-items:center;font-weight:400;margin:1.15rem 0 0;min-height:1.75rem;cursor:pointer}
.tick input{width:1.2rem;height:1.2rem;margin:0;accent-color:var(--accent);flex:none}
button,.button{display:inline-flex;align-items:center;justify-content:center;min-height:3rem;padding:.6rem 1.35rem;border-radius:.75rem;
border:1px solid transparent;font-family:inherit;font-size:1.0625rem;font-weight:600;line-height:1.2;text-decoration:none;cursor:pointer;background:var(--accent);color:var(--on-accent)}
form .full{width:100%;margin-top:1.5rem}
button:hover,.button:hover{filter:brightness(1.09)}
.button.quiet,button.quiet{background:none;color:var(--accent);border-color:var(--edge)}
.row{display:flex;flex-wrap:wrap;gap:.75rem;margin-top:1.5rem}
.row form{margin:0}
a{color:var(--accent);text-underline-offset:.18em}
:focus-visible{outline:3px solid var(--accent);outline-offset:3px}
.notice{border-radius:.8rem;padding:.75rem .95rem;margin:1.1rem 0 0;border:1px solid var(--line);background:var(--paper)}
.notice.bad{border-color:var(--bad);background:var(--bad-paper);color:var(--bad);font-weight:600}
.who{display:flex;gap:1rem;align-items:center}
.disc{flex:none;width:3.4rem;height:3.4rem;border-radius:50%;display:grid;place-items:center;background:var(--accent);color:var(--on-accent);
font:600 1.45rem/1 ui-serif,Georgia,serif}
.who h1{margin:0}
.who p{margin:0}
.groups{list-style:none;display:flex;flex-wrap:wrap;gap:.4rem;padding:0;margin:1.1rem 0 0}
.groups li{font-size:.8438rem;border:1px solid var(--line);border-radius:99rem;padding:.12rem .7rem;color:var(--soft);background:var(--paper)}
h2{font-size:1rem;margin:1.9rem 0 .7rem}
.apps{list-style:none;margin:0;padding:0;display:grid;gap:.75rem;grid-template-columns:repeat(auto-fill,minmax(15rem,1fr))}
.apps a{display:flex;gap:.85rem;height:100%;padding:.85rem 1rem;border:1px solid var(--line);border-radius:.9rem;text-decoration:none;color:inherit;background:var(--paper)}
.apps a:hover{border-color:var(--accent);box-shadow:0 6px 22px -12px var(--accent)}
.apps svg{flex:none;width:2.6rem;height:2.6rem;color:var(--accent);margin-top:.1rem}
.apps strong{display:block;line-height:1.35}
.apps span{display:block;font-size:.9063rem;color:var(--soft);line-height:1.4}
a.full,.full{width:100%}
.or{display:flex;align-items:center;gap:.9rem;margin:1.25rem 0;color:var(--soft);font-size:.9375rem}
.or::before,.or::after{content:"";flex:1;border-top:1px solid var(--line)}
.or+form,.or+.notice{margin-top:0}
.or+form .full{margin-top:0}
.or+form label{margin-top:0}
.ways{margin:1.5rem 0 0;text-align:center}
.stack{display:grid;gap:.75rem;margin:1.5rem 0 1rem}
input.code{font:600 1.25rem/1.3 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;letter-spacing:.12em;text-align:center}
code{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:.9375em}
details{margin-top:1.25rem}
summary{cursor:pointer;color:var(--accent);font-weight:600;padding:.35rem 0;min-height:1.75rem}
details form{margin-top:.25rem}
.steps{margin:1.2rem 0 0;padding-left:1.25rem}
.steps>li+li{margin-top:1.4rem}
.steps form{margin-top:0}
.qr{width:min(100%,15rem);margin:.9rem auto;border-radius:.8rem;overflow:hidden;border:1px solid var(--line);background:#fff}
.qr svg{display:block;width:100%;height:auto}
.codes{columns:2;column-gap:2rem;list-style:none;margin:1.2rem 0 0;padding:1rem 1.2rem;border:1px solid var(--line);border-radius:.8rem;background:var(--paper)}
.codes li{break-inside:avoid;padding:.2rem 0;text-align:center}
.codes code{font-size:1.0625rem;letter-spacing:.04em}
.list{list-style:none;margin:1rem 0 0;padding:0;border-top:1px solid var(--line)}
.list>li{display:flex;flex-wrap:wrap;gap:.4rem 1rem;align-items:center;justify-content:space-between;padding:.85rem 0;border-bottom:1px solid var(--line)}
.list>li>div{flex:1 1 12rem}
.list p{margin:0;font-size:.9375rem}
.list form,.list details{margin:0}
.list details[open]{flex-basis:100%}
.list button,.list .button{min-height:2.75rem;padding:.45rem 1rem;font-size:1rem}
.list>.application{display:grid;grid-template-columns:2.6rem 1fr auto;align-items:start}
.application .sigil{width:2.6rem;height:2.6rem;color:var(--accent);margin-top:.1rem}
.application ul{margin:.45rem 0 0;padding-left:1.1rem;list-style:disc;font-size:.9375rem}
.application li::marker{color:var(--edge)}
@media (max-width:36rem){.list>.application{grid-template-columns:2.6rem 1fr}.application form{grid-column:2;margin:.3rem 0 .2rem}}
.hint{font-size:.9375rem;margin-top:1.2rem}
footer{margin-top:1.3rem;text-align:center;font-size:.875rem;color:var(--soft)}
@media (max-width:30rem){main{padding:1.5rem 1.25rem 1.6rem}body{padding:1.5rem 1rem}}
@media (prefers-contrast:more){main,input[type=text],input[type=password]{border-color:currentColor}}
@media (forced-colors:active){button,.button{border-color:ButtonText}.sky{display:none}}
@media (prefers-reduced-motion:no-preference){main{animation:rise .35s ease-out}@keyframes rise{from{transform:translateY(.5rem)}}
.apps a,button,.button{transition:border-color .15s,box-shadow .15s,filter .15s}}
`;
}
