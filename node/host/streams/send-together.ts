import type { ServerResponse } from 'node:http';

/**
 * Data that comes this soon after the head is sent together with it. Traefik's HTTP client may still be finishing with
 * the request when the head of a quick answer arrives. It then closes the connection, and later data is lost
 * (golang/go#40747).
 */
const TOGETHER_MS = 5;

export type Together = {
  /** Sends what is held. */
  release(): void;
  /** Ends the answer, in one piece where it ended this soon. */
  finish(): void;
};

export const sendTogether = (res: ServerResponse, togetherMs = TOGETHER_MS): Together => {
  res.cork();
  let held = true;
  const release = (): void => {
    clearTimeout(apart);
    if (held) res.uncork();
    held = false;
  };
  const apart = setTimeout(release, togetherMs);
  res.once('close', () => clearTimeout(apart));
  // Node 22 and 24 write the end of a corked answer before the data that it holds back, so uncork first.
  const finish = (): void => {
    const { socket } = res;
    socket?.cork();
    release();
    res.end();
    socket?.uncork();
  };
  return { release, finish };
};
