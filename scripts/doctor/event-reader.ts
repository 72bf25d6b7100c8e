/** The data of the events of a stream, as its pieces come. */
export class EventReader {
  #line = '';
  #data: string[] = [];

  push(piece: string): readonly string[] {
    const [first = '', ...more] = piece.split('\n');
    const events: string[] = [];
    this.#line += first;
    for (const next of more) {
      this.#endLine(events);
      this.#line = next;
    }
    return events;
  }

  #endLine(events: string[]): void {
    const line = this.#line.endsWith('\r') ? this.#line.slice(0, -1) : this.#line;
    if (line.startsWith('data:')) this.#data.push(line.slice('data:'.length).trimStart());
    if (line !== '') return;
    const data = this.#data.join('\n');
    this.#data = [];
    if (data !== '') events.push(data);
  }
}
