/**
 * A command for /bin/sh that runs a program as its child and reads our pipe: when the pipe closes, by whatever end of
 * this process, kill -9 too, the program is ended with all that it has started, even what is stopped by a signal. It
 * needs no other program. Spawned detached it has a group of its own, so Ctrl-C reaches us first and the program can end
 * in order. Among the first lines it prints is `pid`, with the program's, the shell's, which is the group's, and that of
 * the reader of our pipe; these two outlive every signal to the group but SIGKILL and SIGSTOP. `exec`, because a program
 * may be called like one of the shell's own words. What a shell says of killed children is left out.
 */
export const END_WITH_PARENT =
  'exec 3<&0; { exec "$0" "$@"; } </dev/null 3<&- & p=$!; trap "" HUP INT TERM; ' +
  '(while read -r x; do :; done; kill -9 0) <&3 3<&- >/dev/null 2>&1 & echo "pid $p $$ $!"; { wait $p; } 2>/dev/null';

export type Pids = { readonly pid: number; readonly group: number; readonly reader: number };

/** Undefined: the program was quicker, and the line is its own, even if it looks like ours: signals go where this says. */
export const pidsIn = (line: string, shell: number | undefined): Pids | undefined => {
  const [, pid, group, reader] = /^pid (\d+) (\d+) (\d+)$/.exec(line)?.map(Number) ?? [];
  return pid === undefined || group !== shell ? undefined : { pid, group: group!, reader: reader! };
};
