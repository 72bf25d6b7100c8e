import { brief } from '../../node/sessions/session-table.ts';
import { visible } from '../../shared/terminal-text.ts';
import type { Paint } from '../cli/paint.ts';
import type { History } from './session-history.ts';

const HEADS: Readonly<Record<History['state'], string>> = {
  live: 'is live',
  silent: 'should be live, but its node does not answer',
  'owner-restarted': 'is lost: its node has restarted',
  'owner-gone': 'is lost: its node is gone',
  unknown: 'is unknown',
  'no-id': 'is not a session id of these nodes',
};

export const historyText = (id: string, history: History, paint: Paint): string => {
  const { session, state, happened, clientGets, remedy } = history;
  const role = state === 'live' ? 'good' : state === 'silent' ? 'risky' : 'bad';
  return [
    `${visible(session === undefined ? id : brief(session.id))} ${paint[role](HEADS[state])}`,
    ...happened.map((sentence) => `  ${visible(sentence)}`),
    `  its client gets ${clientGets}`,
    `  help: ${remedy}`,
  ].join('\n');
};
