/** What only the node itself knows: its open streams and running calls. */
export type NodeLoad = { readonly streams: number; readonly calls: number };

const PATIENCE_MS = 1000;

/** undefined: it cannot be reached from here. */
export const askLoad = async (url: string): Promise<NodeLoad | undefined> => {
  try {
    const response = await fetch(`${url.replace(/\/$/, '')}/metrics`, { signal: AbortSignal.timeout(PATIENCE_MS) });
    return response.ok ? readLoad(await response.text()) : undefined;
  } catch {
    return undefined;
  }
};

export const readLoad = (metrics: string): NodeLoad | undefined => {
  const streams = gaugeIn(metrics, 'mooring_streams');
  const calls = gaugeIn(metrics, 'mooring_calls');
  return streams === undefined || calls === undefined ? undefined : { streams, calls };
};

const gaugeIn = (metrics: string, name: string): number | undefined => {
  const value = new RegExp(`^${name}(?:\\{[^}\\n\\r\\u2028\\u2029]*\\})? (\\S+)$`, 'm').exec(metrics)?.[1];
  return value === undefined ? undefined : Number(value);
};

/** The boot of the process that answers there now; undefined: none does. */
export const askBoot = async (url: string): Promise<string | undefined> => {
  try {
    const response = await fetch(`${url.replace(/\/$/, '')}/healthz`, { signal: AbortSignal.timeout(PATIENCE_MS) });
    const { boot } = (await response.json()) as { readonly boot?: unknown };
    return typeof boot === 'string' ? boot : undefined;
  } catch {
    return undefined;
  }
};
