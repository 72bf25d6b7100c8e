const NAMES: ReadonlySet<string> = new Set(['localhost', '::1', '[::1]']);

/** Reachable from this machine only. */
export const isLoopback = (host: string): boolean => NAMES.has(host) || /^127\.\d+\.\d+\.\d+$/.test(host);
