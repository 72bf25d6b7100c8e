import type { RunEvent } from './event.ts';

/** The state of a run in one line, updated with each event: a run may have a hundred thousand. */
export class Progress {
  readonly #byNode = new Map<string, number>();
  #ok = 0;
  #failed = 0;
  #lost = 0;

  add(event: RunEvent): void {
    if (event.kind === 'answered') this.#ok++;
    if (event.kind === 'failed') this.#failed++;
    if (event.kind === 'lost') this.#lost++;
    if (event.kind === 'opened') this.#change(event.node, 1);
    if (event.kind === 'lost' || event.kind === 'closed') this.#change(event.node, -1);
  }

  line(): string {
    const nodes = [...this.#byNode].sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true }));
    const open = nodes.reduce((sum, [, count]) => sum + count, 0);
    const where = nodes.map(([node, count]) => `${node} ${count}`).join(', ');
    const sessions = `${open} ${open === 1 ? 'session' : 'sessions'}${where === '' ? '' : ` (${where})`}`;
    return `${sessions}  calls ${this.#ok} ok, ${this.#failed} failed  lost ${this.#lost}`;
  }

  #change(node: string, by: number): void {
    this.#byNode.set(node, (this.#byNode.get(node) ?? 0) + by);
  }
}
