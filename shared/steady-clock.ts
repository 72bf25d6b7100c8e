/**
 * Milliseconds since the epoch as the machine's clock had it when this process began: for ages, since it never steps
 * when somebody sets that clock. Dates that others read are Date.now's.
 */
export const steadyNow = (): number => Math.round(performance.timeOrigin + performance.now());
