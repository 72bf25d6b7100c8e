import type { Check } from '../expectations.ts';
import type { Figures } from '../figures.ts';
import type { Run } from '../run-scenario.ts';
import type { Scenario } from '../scenario.ts';
import { callsChart, escapeHtml, recoveryChart, sessionsChart } from './charts.ts';
import { type Series, seriesOf } from './series.ts';
import { figureRows } from './text.ts';

export type Reported = {
  readonly name: string;
  readonly proxy: string;
  readonly seed: number;
  readonly scenario: Pick<Scenario, 'about'>;
  readonly run: Pick<Run, 'events' | 'ms'>;
  readonly figures: Figures;
  readonly checks: readonly Check[];
};

const STYLE = `
:root{color-scheme:light dark;--ink:#1b1f24;--paper:#fff;--faint:#667;--grid:#dde;--good:#2a8a4a;--bad:#c62f3b}
@media(prefers-color-scheme:dark){:root{--ink:#e6e8ec;--paper:#14171b;--faint:#9aa3ad;--grid:#2c323a;--good:#4fbf78;--bad:#ff6b76}}
body{font:15px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);max-width:900px;margin:2rem auto;padding:0 1rem}
h1{font-size:1.4rem}h2{font-size:1.05rem;margin-top:2rem}svg{width:100%;height:auto}text{font-size:11px;fill:var(--faint)}
table{border-collapse:collapse}td,th{text-align:left;padding:.2rem 1.2rem .2rem 0;border-bottom:1px solid var(--grid);vertical-align:top}
.grid{stroke:var(--grid)}.mark{stroke:var(--faint);stroke-dasharray:3 3}.line{fill:none;stroke-width:2}
.good{fill:var(--good);color:var(--good)}.bad{fill:var(--bad);color:var(--bad)}
.c0{stroke:#3b82c4;color:#3b82c4}.c1{stroke:#d08a1e;color:#d08a1e}.c2{stroke:#8b5fc0;color:#8b5fc0}.c3{stroke:#2f9e8f;color:#2f9e8f}.c4{stroke:#c2578a;color:#c2578a}.c5{stroke:#7a8a2e;color:#7a8a2e}`;

/** One file, without scripts and without references to other files. */
export const htmlReport = ({ name, proxy, seed, scenario, run, figures, checks }: Reported): string => {
  const series = seriesOf(run.events, run.ms);
  const title = escapeHtml(`${name} on ${proxy}`);
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${title}</title><style>${STYLE}</style></head><body>
<h1>${title}</h1>
<p>${escapeHtml(scenario.about)}. Seed ${seed}, ${(run.ms / 1000).toFixed(1)} s.</p>
${checksTable(checks)}
<h2>Open sessions</h2><p>${legend(series.nodes)}</p>${sessionsChart(series)}
<h2>Calls</h2><p><span class="good">■ answered</span> <span class="bad">■ failed</span></p>${callsChart(series)}
<h2>Time to recover</h2>${recoveryChart(series)}
<h2>Figures</h2><table>${figureRows(figures).map(row).join('')}</table>
<h2>Steps</h2>${stepsTable(series)}
</body></html>
`;
};

const row = ([name, text]: readonly [string, string]): string =>
  `<tr><th scope="row">${escapeHtml(name)}</th><td>${escapeHtml(text)}</td></tr>`;

const legend = (nodes: readonly string[]): string =>
  nodes.map((node, i) => `<span class="c${i % 6}">■ ${escapeHtml(node)}</span>`).join(' ');

const checksTable = (checks: readonly Check[]): string => {
  const rows = checks.map(
    ({ name, wanted, found, holds }) =>
      `<tr><th scope="row">${name}</th><td>${wanted} expected</td><td>${found} found</td><td class="${holds ? 'good' : 'bad'}">${holds ? 'holds' : 'broken'}</td></tr>`,
  );
  return `<table>${rows.join('')}</table>`;
};

const stepsTable = ({ steps }: Series): string =>
  `<table>${steps.map(({ at, text }) => row([`${(at / 1000).toFixed(1)} s`, text])).join('')}</table>`;
