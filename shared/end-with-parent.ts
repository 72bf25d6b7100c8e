/**
 * A command for /bin/sh that runs a program as its child and reads our pipe. When the pipe closes, however this process
 * ended (kill -9 too), the program and everything it started are ended, stopped processes included. It needs no other
 * program. Spawned detached it has its own process group, so Ctrl-C reaches us first and the program can end in order.
 * Among its first lines it prints `pid` with the process ids of the program, of the shell (also the group's id) and of
 * the reader of our pipe; the latter two survive every signal to the group but SIGKILL and SIGSTOP. `exec`, because a
 * program may have the name of a shell builtin. The shell's messages about killed children are suppressed.
 */
export const END_WITH_PARENT =
  'exec 3<&0; { exec "$0" "$@"; } </dev/null 3<&- & p=$!; trap "" HUP INT TERM; ' +
  '(while read -r x; do :; done; kill -9 0) <&3 3<&- >/dev/null 2>&1 & echo "pid $p $$ $!"; { wait $p; } 2>/dev/null';

export type Pids = { readonly pid: number; readonly group: number; readonly reader: number };

/**
 * Undefined: the program printed first, and the line is its own even if it looks like ours. Signals go to these ids.
 */
export const pidsIn = (line: string, shell: number | undefined): Pids | undefined => {
  const [, pid, group, reader] = /^pid (\d+) (\d+) (\d+)$/.exec(line)?.map(Number) ?? [];
  return pid === undefined || group !== shell ? undefined : { pid, group: group!, reader: reader! };
};
