import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

type Installing = {
  /** Outside the project. */
  readonly folder: string;
  /** What is installed there: an installation that was cut off, or of other versions, is made anew. */
  readonly versions: unknown;
  readonly complain: (text: string) => void;
  readonly install: (run: Run) => void;
};

export type Run = (command: string, args: readonly string[], folder?: string) => void;

/** On first use; throws what the installer says when it stumbles a second time. */
export const installOnce = ({ folder, versions, complain, install }: Installing): void => {
  mkdirSync(folder, { recursive: true });
  const installed = join(folder, 'installed.json');
  const wanted = JSON.stringify(versions);
  if (existsSync(installed) && readFileSync(installed, 'utf8') === wanted) return;
  install((command, args, cwd = folder) => {
    const once = (): void => void execFileSync(command, args, { cwd, stdio: ['ignore', 'ignore', 'inherit'] });
    try {
      once();
    } catch (error) {
      complain(`${(error as Error).message}; once more`);
      once();
    }
  });
  writeFileSync(installed, wanted);
};
