/** The data of the events of a stream, as its pieces come. */
export class EventReader {
  #rest = '';

  push(piece: string): readonly string[] {
    this.#rest = (this.#rest + piece).replace(/\r\n/g, '\n');
    const blocks = this.#rest.split('\n\n');
    this.#rest = blocks.pop()!;
    return blocks.map(dataOf).filter((data) => data !== '');
  }
}

const dataOf = (block: string): string =>
  block
    .split('\n')
    .filter((line) => line.startsWith('data:'))
    .map((line) => line.slice('data:'.length).trimStart())
    .join('\n');
