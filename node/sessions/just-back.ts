/** On /healthz: proxies may not have noticed yet that the node answers again. */
export const JUST_BACK = 'x-mooring-just-back';

/** Proxies give a check one second, and take a node out that does not answer in time. */
const FROZEN_MS = 1000;
const LOOK_MS = 250;
/** For this long after a node was frozen proxies may still consider it down, until their next checks. */
export const BACK_MS = 5000;

export type JustBack = {
  /** May be called before the timers of a resumed process have run, so it looks at the gap itself. */
  readonly justBack: () => boolean;
  /** The server behind this node did not answer. */
  readonly stoodStill: () => void;
  readonly stop: () => void;
};

/** Whether this process was frozen a moment ago. Other nodes must know: a proxy may have sent them its sessions. */
export const watchStandstill = (now: () => number): JustBack => {
  let seen = now();
  let last = Number.NEGATIVE_INFINITY;
  const look = (): void => {
    const at = now();
    if (at - seen >= FROZEN_MS) last = at;
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
