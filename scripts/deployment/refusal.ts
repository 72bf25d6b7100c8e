import type { ExitCode } from '../cli/command.ts';
import type { Terminal } from '../cli/terminal.ts';

/** A problem that the caller must fix first. The command exits with 1. */
export class Refusal extends Error {
  readonly code = 'REFUSED';
}

type Reporting = { readonly terminal: Terminal; readonly json: boolean };

export const reportRefusal = async ({ terminal, json }: Reporting, run: () => Promise<ExitCode>): Promise<ExitCode> => {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    if (json) terminal.print(JSON.stringify({ event: 'refused', message: error.message }));
    else terminal.complain(error.message);
    return 1;
  }
};
