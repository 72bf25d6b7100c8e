import { asCalled } from '../../shared/program.ts';
import { forTerminal } from '../../shared/terminal-text.ts';

type Over = keyof typeof OVER;

/** Only these move the cursor: escape sequences in a command's text are treated as untrusted. */
const OVER = { line: '\u001b[1A\u001b[2K', screen: '\u001b[H\u001b[J' } as const;

/** The output of a command: results go to stdout, everything else to stderr. */
export type Terminal = {
  /** `over`: replaces the last line or the whole screen; only if `interactive`. */
  print(text: string, over?: Over): void;
  complain(text: string): void;
  /** A person is watching: progress on one line, keys. */
  readonly interactive: boolean;
  readonly color: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted by the first Ctrl-C or SIGTERM; a second one exits at once. */
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
  return terminalOver({ stdout, stderr, env, signal: stopping.signal });
};

type Out = { readonly isTTY?: boolean; write(text: string): unknown };
type Streams = Pick<Terminal, 'env' | 'signal'> & { readonly stdout: Out; readonly stderr: Out };

export const terminalOver = ({ stdout, stderr, env, signal }: Streams): Terminal => {
  const interactive = stdout.isTTY === true && !env.CI;
  const color = env.NO_COLOR ? false : interactive || (env.FORCE_COLOR ?? '0') !== '0';
  const shown = (text: string): string => `${forTerminal(asCalled(text), { color })}\n`;
  return {
    print: (text, over) => void stdout.write(over === undefined ? shown(text) : OVER[over] + shown(text)),
    complain: (text) => void stderr.write(shown(text)),
    interactive,
    color,
    env,
    signal,
  };
};
