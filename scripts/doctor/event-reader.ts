import { LineSplitter } from '../../shared/lines.ts';

/** No event that a probe waits for is larger. */
const LONGEST_LINE = 256 * 1024;
const MAX_LINES = 1000;

/** The data of a stream's events, from chunks of any size. */
export class EventReader {
  readonly #lines = new LineSplitter(LONGEST_LINE);
  #data: string[] = [];

  push(piece: string): readonly string[] {
    const events: string[] = [];
    for (const { text } of this.#lines.push(piece)) {
      if (text.startsWith('data:') && this.#data.length < MAX_LINES)
        this.#data.push(text.slice('data:'.length).trimStart());
      if (text !== '' || this.#data.length === 0) continue;
      events.push(this.#data.join('\n'));
      this.#data = [];
    }
    return events.filter((data) => data !== '');
  }
}
