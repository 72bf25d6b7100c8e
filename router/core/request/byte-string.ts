/** Configured text as the bytes that travel: HTTP heads are read and written one character a byte. */
export const byteString = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');

/** The other way: what came, as people and patterns read it. */
export const textOf = (bytes: string): string =>
  BEYOND_ASCII.test(bytes) ? Buffer.from(bytes, 'latin1').toString('utf8') : bytes;

const BEYOND_ASCII = /[\x80-\xff]/;
