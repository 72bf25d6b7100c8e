import { nearest } from './source/nearest.ts';

/** The problem of a command line, as reported by Node's parser; undefined: another kind of error. */
export const optionProblem = (error: unknown, options: readonly string[]): string | undefined => {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  const [, name = ''] = /'(?:-\w, )?--?([^\s'=]+)/.exec(error.message) ?? [];
  if (error.code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') {
    const near = nearest(name, options);
    return `there is no option ${dashed(name)}${near === undefined ? '' : `; did you mean --${near}?`}`;
  }
  if (error.code === 'ERR_PARSE_ARGS_INVALID_OPTION_VALUE')
    return /does not take/.test(error.message) ? `${dashed(name)} takes no value` : `${dashed(name)} needs a value`;
  if (error.code !== 'ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL') return undefined;
  const [, word = ''] = /'([^']*)'/.exec(error.message) ?? [];
  return `unexpected argument ${JSON.stringify(word)}`;
};

const dashed = (name: string): string => `${name.length === 1 ? '-' : '--'}${name}`;
