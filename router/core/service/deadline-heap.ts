/** A heap with the earliest deadline on top. Ties are ordered as in Go's container/heap, which Traefik uses. */
export type Due = { deadline: number };

export const push = <T extends Due>(heap: T[], item: T): void => {
  heap.push(item);
  rise(heap, heap.length - 1);
};

/** Changes the deadline of the top and moves it to its new position: Go's Pop, then Push. */
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
