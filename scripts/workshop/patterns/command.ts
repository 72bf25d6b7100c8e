import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { defineCommand } from '../../cli/command.ts';
import { listSources, ROOT } from '../source-files.ts';
import { findPatterns } from './find-patterns.ts';
import { judgePattern } from './judge-pattern.ts';

/** They only read short texts of our own, where only exponential growth would matter. */
const READS_OUR_OWN = /\.test\.ts$|\/test-[^/]*$|^router\/parity\/|^scripts\/workshop\//;

const usage = `Usage: npm run patterns -- [--json]

Every regular expression of the sources whose time grows faster than its text. A match that fails may have tried each way
of many: such an expression lets one request stop the whole process.

  --json       one JSON object each
  --help       this text

Exits with 0 when there is none, 1 when there is one, 2 for wrong usage.`;

export const command = defineCommand({
  summary: 'regular expressions that take more than linear time',
  usage,
  options: {},
  run: async ({ values, terminal }) => {
    const { json } = values as { readonly json: boolean };
    const slow = (await Promise.all((await listSources(/\.[jt]s$/)).map(slowIn))).flat();
    for (const one of slow) terminal.print(json ? JSON.stringify(one) : `${one.file}:${one.line}  ${one.why}`);
    return slow.length === 0 ? 0 : 1;
  },
});

type Slow = { readonly file: string; readonly line: number; readonly why: string };

const slowIn = async (file: string): Promise<readonly Slow[]> =>
  findPatterns(await readFile(join(ROOT, file), 'utf8')).flatMap((found): Slow[] => {
    const { line } = found;
    if ('unreadable' in found)
      return [{ file, line, why: 'RegExp is given what cannot be read here: write a literal or a template' }];
    const growth = judgePattern(found.source, found.flags);
    if (growth === undefined || (growth.growth === 'polynomial' && READS_OUR_OWN.test(file))) return [];
    const why = `/${found.source}/${found.flags} is ${growth.growth} in ${JSON.stringify(growth.repeat)} repeated`;
    return [{ file, line, why }];
  });
