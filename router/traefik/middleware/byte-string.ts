/** Configured text as the bytes that travel: HTTP heads are read and written one character a byte. */
export const byteString = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');
