/** On /healthz: proxies may not have seen yet that the node answers again. */
export const JUST_BACK = 'x-mooring-just-back';

/** Proxies give a check a second, and take a node out that does not answer it. */
const STILL_MS = 1000;
const LOOK_MS = 250;
/** For so long after a node stood still proxies may still take it to be down: their next checks tell them. */
export const BACK_MS = 5000;

export type JustBack = {
  /** Asked before the timers of a process that goes on have run: the gap itself is looked at. */
  readonly justBack: () => boolean;
  /** The server behind this node did not answer. */
  readonly stoodStill: () => void;
  readonly stop: () => void;
};

/** Whether this process stood still a moment ago. The others must know: a proxy may have sent them its sessions. */
export const watchStandstill = (now: () => number): JustBack => {
  let seen = now();
  let last = Number.NEGATIVE_INFINITY;
  const look = (): void => {
    const at = now();
    if (at - seen >= STILL_MS) last = at;
    seen = at;
  };
  const timer = setInterval(look, LOOK_MS).unref();
  return {
    justBack: () => {
      look();
      return now() - last < BACK_MS;
    },
    stoodStill: () => {
      last = now();
    },
    stop: () => clearInterval(timer),
  };
};
