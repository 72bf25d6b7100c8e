const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection cut',
  EPIPE: 'connection cut',
  ERR_STREAM_PREMATURE_CLOSE: 'connection cut',
};

/** Why there was no answer, in words that can be counted. */
export const failureOf = (error: unknown): string => {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return WORDS[code] ?? (code || 'connection cut');
};
