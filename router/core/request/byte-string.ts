/** Text from a file in the form of HTTP heads: one character per byte. */
export const byteString = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');

/** The reverse: bytes of a request as readable text, for people and patterns. */
export const textOf = (bytes: string): string =>
  BEYOND_ASCII.test(bytes) ? Buffer.from(bytes, 'latin1').toString('utf8') : bytes;

const BEYOND_ASCII = /[\x80-\xff]/;
