import { LineSplitter } from '../../../shared/lines.ts';

export type StreamEvent = { readonly id: string | undefined; readonly data: string };

const LONGEST_LINE = 1024 * 1024;

/** The events of a stream, including those without data, which are positions to resume from. */
export async function* readEvents(pieces: AsyncIterable<string>): AsyncGenerator<StreamEvent> {
  const lines = new LineSplitter(LONGEST_LINE);
  let [id, data]: [string | undefined, string] = [undefined, ''];
  for await (const piece of pieces)
    for (const { text } of lines.push(piece)) {
      if (text.startsWith('id:')) id = text.slice('id:'.length).trim();
      if (text.startsWith('data:')) data += text.slice('data:'.length).trim();
      if (text !== '') continue;
      if (id !== undefined || data !== '') yield { id, data };
      [id, data] = [undefined, ''];
    }
}
