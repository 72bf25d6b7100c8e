/** A server that answers each path with given bytes, well formed or not, and adds nothing. */
import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';

export type Script = {
  /** Sent as latin1 when the head of the request has arrived. */
  readonly answer: string;
  /** What follows the answer; by default the connection stays open. */
  readonly ends?: 'end' | 'reset';
};

export class ScriptedOrigin {
  /** Every byte received, by connection: a smuggled request shows up here. */
  received = '';
  private readonly server: net.Server;
  private readonly sockets = new Set<net.Socket>();
  private readonly scripts: ReadonlyMap<string, Script>;

  private constructor(scripts: ReadonlyMap<string, Script>) {
    this.scripts = scripts;
    this.server = net.createServer((socket) => this.serve(socket));
  }

  static async listen(scripts: ReadonlyMap<string, Script>): Promise<ScriptedOrigin> {
    const origin = new ScriptedOrigin(scripts);
    origin.server.listen(0, '127.0.0.1');
    await once(origin.server, 'listening');
    return origin;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
    await once(this.server, 'close');
  }

  private serve(socket: net.Socket): void {
    this.sockets.add(socket);
    socket.on('close', () => this.sockets.delete(socket));
    socket.on('error', () => undefined);
    let pending = '';
    socket.on('data', (data) => {
      this.received += data.toString('latin1');
      pending += data.toString('latin1');
      const head = /^\S+ ([^ ?]+)\S* HTTP\/1\.1\r\n(?:[^\r\n]+\r\n)*\r\n/.exec(pending);
      if (head === null) return;
      pending = '';
      this.play(socket, this.scripts.get(head[1]!) ?? { answer: 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok' });
    });
  }

  private play(socket: net.Socket, script: Script): void {
    socket.write(Buffer.from(script.answer, 'latin1'), () => {
      if (script.ends === 'end') socket.end();
      if (script.ends === 'reset') socket.resetAndDestroy();
    });
  }
}
