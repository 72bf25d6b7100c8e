/**
 * Milliseconds since the epoch by a monotonic clock that started at this process's start time: for ages, because it
 * never jumps when the system clock is set. For dates that others read use Date.now.
 */
export const steadyNow = (): number => Math.round(performance.timeOrigin + performance.now());
