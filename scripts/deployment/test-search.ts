/** Every reachable state, and the shortest path to a forbidden one. */

export type Move<State> = { readonly name: string; readonly to: State };

export type Searching<State> = {
  readonly starts: readonly State[];
  readonly moves: (state: State) => readonly Move<State>[];
  readonly keyOf: (state: State) => string;
  /** Why a state is forbidden; undefined: it is not. */
  readonly wrong: (state: State) => string | undefined;
  readonly most: number;
};

export type Search = {
  readonly states: number;
  /** The steps of one actor from one state; interleavings are made of these. */
  readonly steps: number;
  readonly found: { readonly what: string; readonly way: readonly string[] } | undefined;
};

export const search = <State>({ starts, moves, keyOf, wrong, most }: Searching<State>): Search => {
  const from = new Map<string, { readonly key: string | undefined; readonly name: string }>();
  const wayTo = (last: string): readonly string[] => {
    const way: string[] = [];
    for (let key: string | undefined = last; key !== undefined; key = from.get(key)?.key)
      way.unshift(from.get(key)!.name);
    return way;
  };
  let frontier: { readonly state: State; readonly key: string }[] = [];
  let steps = 0;
  const reach = (state: State, name: string, key: string | undefined): ReturnType<typeof wrong> | undefined => {
    const own = keyOf(state);
    if (from.has(own)) return undefined;
    from.set(own, { key, name });
    frontier.push({ state, key: own });
    return wrong(state);
  };
  for (const start of starts) reach(start, 'start', undefined);
  while (frontier.length > 0) {
    const wave = frontier;
    frontier = [];
    for (const { state, key } of wave) {
      for (const { name, to } of moves(state)) {
        steps += 1;
        const what = reach(to, name, key);
        if (what !== undefined) return { states: from.size, steps, found: { what, way: wayTo(keyOf(to)) } };
      }
      if (from.size > most) throw new Error(`more than ${most} states: the model has outgrown its bounds`);
    }
  }
  return { states: from.size, steps, found: undefined };
};
