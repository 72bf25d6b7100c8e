import { setTimeout as wait } from 'node:timers/promises';
import { visible } from '../../shared/terminal-text.ts';
import type { Terminal } from '../cli/terminal.ts';
import { type Change, changesBetween } from './changes.ts';
import type { Snapshot } from './snapshot.ts';

export type Looking = {
  readonly look: () => Promise<Snapshot | { readonly away: string }>;
  readonly terminal: Terminal;
  readonly json: boolean;
  /** Redraws the whole list, for people. */
  readonly draw: (snapshot: Snapshot) => Promise<string>;
};

const LOOK_EVERY_MS = 1000;

/** Until it is interrupted: redraws the list, or prints a line for each change. */
export const watchSessions = async ({ look, terminal, json, draw }: Looking): Promise<void> => {
  const { signal, interactive } = terminal;
  const redraw = interactive && !json;
  let last: Snapshot | undefined;
  let away = false;
  while (!signal.aborted) {
    const seen = await look();
    if ('away' in seen) {
      if (!away) terminal.complain(`${seen.away}; retrying every second`);
      away = true;
    } else {
      away = false;
      if (redraw) terminal.print(await draw(seen), 'screen');
      else if (last !== undefined)
        for (const change of changesBetween(last, seen)) terminal.print(changeText(change, json));
      else
        terminal.print(
          json
            ? JSON.stringify({ event: 'watching', nodes: seen.nodes.length, sessions: seen.sessions.length })
            : await draw(seen),
        );
      last = seen;
    }
    await wait(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
  }
};

const WORDS: Readonly<Record<Change['event'], string>> = {
  opened: 'opened on',
  ended: 'ended on',
  lost: 'lost with',
  'node-up': 'is up',
  'node-gone': 'is gone',
  'node-restarted': 'has restarted',
  draining: 'is draining',
  undrained: 'takes new sessions again',
};

const changeText = (change: Change, json: boolean): string => {
  if (json) return JSON.stringify(change);
  const { event, node, session, client } = change;
  if (session === undefined) return `${node} ${WORDS[event]}`;
  return `${session} ${WORDS[event]} ${node}${client ? `, ${visible(client)}` : ''}`;
};
