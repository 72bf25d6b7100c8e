import { asCalled } from '../../shared/program.ts';

/** Where a command speaks: results on standard output, everything else on standard error. */
export type Terminal = {
  print(text: string): void;
  complain(text: string): void;
  /** Somebody reads along: colours, progress on one line, keys. */
  readonly interactive: boolean;
  readonly color: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted by the first Ctrl-C or SIGTERM; the second one ends the process. */
  readonly signal: AbortSignal;
};

export const openTerminal = (): Terminal => {
  const { env, stdout, stderr } = process;
  const stopping = new AbortController();
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)
    process.on(signal, () => {
      if (stopping.signal.aborted) process.exit(code);
      stopping.abort();
    });
  const interactive = stdout.isTTY === true && !env.CI;
  return {
    print: (text) => void stdout.write(`${asCalled(text)}\n`),
    complain: (text) => void stderr.write(`${asCalled(text)}\n`),
    interactive,
    color: env.NO_COLOR ? false : interactive || (env.FORCE_COLOR ?? '0') !== '0',
    env,
    signal: stopping.signal,
  };
};
