import { join } from 'node:path';
import { styleText } from 'node:util';
import { shellWord } from '../cli/shell-word.ts';
import type { FileChange } from './change-files.ts';

type Options = {
  readonly check: boolean;
  readonly target: string;
  readonly topology: string;
  readonly out: string;
  readonly color: boolean;
};

export const changesText = (changes: readonly FileChange[], options: Options): string =>
  options.check ? checkText(changes, options) : writtenText(changes, options);

const checkText = (changes: readonly FileChange[], options: Options): string => {
  const differing = changes.filter(({ change }) => change !== 'none');
  if (differing.length === 0) return `${changes.map(({ path }) => path).join(', ')}: as ${options.topology} says`;
  const patches = differing.map(({ patch }) => (options.color ? colored(patch) : patch));
  return `${patches.join('\n')}\n${differing.map(({ path }) => path).join(', ')}: not what ${options.topology} says\n  next  npm run generate -- ${argumentsOf(options)}`;
};

const writtenText = (changes: readonly FileChange[], options: Options): string => {
  const lines = changes.map(({ path, change, added, removed }) => {
    if (change === 'none') return `  unchanged  ${path}`;
    return change === 'new' ? `  new        ${path}` : `  written    ${path}  (+${added} -${removed} lines)`;
  });
  return [`from ${options.topology}`, ...lines, ...nextLine(changes, options)].join('\n');
};

const nextLine = (changes: readonly FileChange[], { target, out }: Options): string[] => {
  if (target !== 'file') return [];
  if (changes.some(({ path, change }) => path.endsWith('traefik.yml') && change === 'changed'))
    return ['  next       restart Traefik: it reads traefik.yml only when it starts'];
  return [`  next       npm run router -- --configfile ${shellWord(join(out, 'traefik.yml'))}`];
};

const argumentsOf = ({ topology, out, target }: Options): string =>
  `--topology ${shellWord(topology)} --out ${shellWord(out)}${target === 'file' ? '' : ` --target ${target}`}`;

const colored = (patch: string): string =>
  patch
    .split('\n')
    .map((line) =>
      line.startsWith('+') ? styleText('green', line) : line.startsWith('-') ? styleText('red', line) : line,
    )
    .join('\n');
