import { visible } from '../terminal-text.ts';
import type { Problem } from './place.ts';

type Options = { readonly color: boolean; readonly sources: ReadonlyMap<string, string> };
type Paint = { readonly [role in 'strong' | 'wrong' | 'risky' | 'help' | 'faint']: (text: string) => string };

const WIDEST_LINE = 160;
/** Nobody reads so many; one cause has often brought them all. */
const MAX_SHOWN = 100;

/** One block per problem: place, message, the line with a caret, and the remedy. */
export const formatProblems = (problems: readonly Problem[], options: Options): string => {
  const paint = paintWith(options.color);
  const blocks = problems
    .slice(0, MAX_SHOWN)
    .map((problem) => block(problem, options.sources.get(problem.place.file), paint));
  const more = problems.length - blocks.length;
  return [...blocks, ...(more > 0 ? [`and ${more} more`] : [])].join('\n\n');
};

const block = (problem: Problem, source: string | undefined, paint: Paint): string => {
  const { file, line, column } = problem.place;
  const path = problem.path === '' ? '' : `  ${visible(problem.path)}`;
  const lines = [
    `${paint.strong(`${visible(file)}:${line}:${column}`)}${path}`,
    `  ${paint[problem.kind === 'warning' ? 'risky' : 'wrong'](problem.kind)}: ${visible(problem.message)}`,
    ...excerpt(source?.split(/\r?\n/)[line - 1], line, column, paint),
  ];
  if (problem.remedy !== undefined) lines.push(`  ${paint.help('help')}: ${visible(problem.remedy)}`);
  return lines.join('\n');
};

const excerpt = (text: string | undefined, line: number, column: number, paint: Paint): string[] => {
  if (text === undefined || text.trim() === '') return [];
  // A long line is cut on both sides of the caret.
  const start = column > WIDEST_LINE ? column - WIDEST_LINE / 2 : 0;
  const shown = visible(withoutCredentials(text).slice(start, start + WIDEST_LINE));
  const number = String(line);
  // Keep tabs, so that the caret is below its character.
  const indent = visible(text.slice(start, column - 1)).replace(/[^\t]/g, ' ');
  return [
    `  ${paint.faint(`${number} |`)} ${shown}`,
    `  ${paint.faint(`${' '.repeat(number.length)} |`)} ${indent}${paint.wrong('^')}`,
  ];
};

/** The user and password of a URL are hidden; the line keeps its length, so that the caret stays in place. */
const withoutCredentials = (line: string): string => {
  const start = line.indexOf('://') + 3;
  const end = line.lastIndexOf('@');
  if (start < 3 || end < start) return line;
  return line.slice(0, start) + '*'.repeat(end - start) + line.slice(end);
};

const paintWith = (color: boolean): Paint => {
  const painter = (code: number) => (text: string) => (color ? `\u001b[${code}m${text}\u001b[0m` : text);
  return { strong: painter(1), wrong: painter(31), risky: painter(33), help: painter(36), faint: painter(2) };
};
