/** Whoever is due first is on top. Equal deadlines come in the order of Go's container/heap, which is Traefik's. */
export type Due = { deadline: number };

export const push = <T extends Due>(heap: T[], item: T): void => {
  heap.push(item);
  rise(heap, heap.length - 1);
};

/** Moves the top's deadline and the top to where it then belongs: Go's Pop and Push, one after the other. */
export const delayTop = <T extends Due>(heap: T[], deadline: number): T => {
  const last = heap.length - 1;
  swap(heap, 0, last);
  sink(heap, 0, last);
  const top = heap[last]!;
  top.deadline = deadline;
  rise(heap, last);
  return top;
};

const rise = (heap: Due[], from: number): void => {
  let child = from;
  while (child > 0) {
    const parent = (child - 1) >> 1;
    if (!(heap[child]!.deadline < heap[parent]!.deadline)) return;
    swap(heap, child, parent);
    child = parent;
  }
};

/** Only the first `length` take part. */
const sink = (heap: Due[], from: number, length: number): void => {
  let parent = from;
  for (;;) {
    const left = 2 * parent + 1;
    if (left >= length) return;
    const right = left + 1;
    const least = right < length && heap[right]!.deadline < heap[left]!.deadline ? right : left;
    if (!(heap[least]!.deadline < heap[parent]!.deadline)) return;
    swap(heap, parent, least);
    parent = least;
  }
};

const swap = (heap: Due[], i: number, j: number): void => {
  const held = heap[i]!;
  heap[i] = heap[j]!;
  heap[j] = held;
};
