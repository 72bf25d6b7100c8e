import type { Posted } from '../streams/live-session.ts';

const [LINE_FEED, RETURN, SPACE] = [0x0a, 0x0d, 0x20];

/** A POST as the lines that a server reads: unchanged, except that line breaks between JSON values become spaces. */
export const lineOf = ({ body, messages, bytes }: Pick<Posted, 'body' | 'messages' | 'bytes'>): Uint8Array => {
  // Few servers read batches over stdio.
  if (Array.isArray(body)) return Buffer.from(messages.map((message) => `${JSON.stringify(message)}\n`).join(''));
  const line = Buffer.alloc(bytes.length + 1, LINE_FEED);
  line.set(bytes);
  for (const lineBreak of [LINE_FEED, RETURN])
    for (let at = line.indexOf(lineBreak); at >= 0 && at < bytes.length; at = line.indexOf(lineBreak, at))
      line[at] = SPACE;
  return line;
};
