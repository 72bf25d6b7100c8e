import { readdir, readFile, readlink } from 'node:fs/promises';

export type PortOwner = { readonly pid: number; readonly command: string };

/** On Linux /proc tells who listens on a port, at least for our own processes; elsewhere the owner is unknown. */
export const portOwner = async (port: number): Promise<PortOwner | undefined> => {
  const inodes = await listeningInodes(port);
  if (inodes.size === 0) return undefined;
  for (const pid of await readdir('/proc').catch(() => [])) {
    if (!/^\d+$/.test(pid) || !(await holds(pid, inodes))) continue;
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    return { pid: Number(pid), command: command.replaceAll('\0', ' ').trim().slice(0, 80) };
  }
  return undefined;
};

const LISTEN = '0A';

const listeningInodes = async (port: number): Promise<ReadonlySet<string>> => {
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  const tables = await Promise.all(
    ['tcp', 'tcp6'].map((name) => readFile(`/proc/net/${name}`, 'utf8').catch(() => '')),
  );
  const rows = tables.flatMap((table) => table.split('\n')).map((row) => row.trim().split(/\s+/));
  return new Set(
    rows.filter(([, local, , state]) => local?.endsWith(`:${hex}`) && state === LISTEN).map((row) => row[9]!),
  );
};

const holds = async (pid: string, inodes: ReadonlySet<string>): Promise<boolean> => {
  const names = await readdir(`/proc/${pid}/fd`).catch(() => []);
  const links = await Promise.all(names.map((name) => readlink(`/proc/${pid}/fd/${name}`).catch(() => '')));
  return links.some((link) => inodes.has(/^socket:\[(\d+)\]$/.exec(link)?.[1] ?? ''));
};
