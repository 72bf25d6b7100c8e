import { readdirSync, readFileSync } from 'node:fs';

/** A process and its start time: process ids are reused. */
type Member = `${number} ${number}`;

type Seen = { readonly pid: number; readonly parent: number; readonly member: Member };

/** All descendants of these processes, from Linux' /proc, without zombies. */
export const familyOf = (pids: readonly number[]): ReadonlySet<Member> => {
  const all = processes();
  const family = new Map<number, Member>();
  for (let before = -1; before !== family.size; ) {
    before = family.size;
    for (const { pid, parent, member } of all) if (pids.includes(parent) || family.has(parent)) family.set(pid, member);
  }
  return new Set(family.values());
};

/** Descendants, and processes with this word in their environment, that still exist. */
export const stillThere = (family: ReadonlySet<Member>, word: string): readonly Member[] =>
  processes().flatMap(({ pid, member }) => (family.has(member) || environmentOf(pid).includes(word) ? [member] : []));

/** Their own memory, plus their share of what they share. */
export const megabytesOf = (family: ReadonlySet<Member>): number =>
  [...family].reduce((sum, member) => sum + pssOf(member.split(' ', 1)[0]!), 0) / 1024;

const pssOf = (pid: string): number => Number(/^Pss: +(\d+)/m.exec(fileOf(pid, 'smaps_rollup'))?.[1] ?? 0);

const processes = (): Seen[] =>
  readdirSync('/proc').flatMap((name) => {
    // The name in brackets may contain anything, even brackets.
    const [state, parent, ...more] = fileOf(name, 'stat').split(') ').at(-1)?.split(' ') ?? [];
    const pid = Number(name);
    if (parent === undefined || Number.isNaN(pid) || state === 'Z') return [];
    return [{ pid, parent: Number(parent), member: `${pid} ${Number(more[17])}` }];
  });

const environmentOf = (pid: number): string => fileOf(`${pid}`, 'environ');

/** A process that has just ended has none. */
const fileOf = (pid: string, file: string): string => {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1');
  } catch {
    return '';
  }
};
