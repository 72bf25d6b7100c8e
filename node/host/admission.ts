import { SERVER_ERROR } from '../core/json-rpc.ts';
import type { SessionTable } from '../sessions/session-table.ts';
import type { Admit } from './session-host.ts';

const REFUSALS = {
  draining: { seconds: 5, message: 'this node is about to stop and takes no new sessions' },
  full: { seconds: 30, message: 'this node has reached its limit of sessions' },
} as const;

type AdmissionOptions = {
  readonly table: SessionTable;
  readonly isDraining: () => boolean;
  readonly onRefused: (why: keyof typeof REFUSALS) => void;
};

/** Whether this node takes a new session; the same for every host. */
export const admission = ({ table, isDraining, onRefused }: AdmissionOptions): Admit => {
  const refuse = (why: keyof typeof REFUSALS): ReturnType<Admit> => {
    onRefused(why);
    const { seconds, message } = REFUSALS[why];
    const headers = { 'retry-after': String(seconds) };
    return { kind: 'refused', error: { status: 503, code: SERVER_ERROR, message, headers } };
  };
  return () => {
    if (isDraining()) return refuse('draining');
    const place = table.takePlace();
    return place ? { kind: 'admitted', release: place.release } : refuse('full');
  };
};
