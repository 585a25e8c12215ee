import { connect, type Socket } from 'node:net';

/** A live socket without a WebSocket library: it may send what none would. `ended` gives all that came, once it is over. */
export const openRaw = (url: string, headers: Record<string, string>): Promise<{ socket: Socket; ended: Promise<Buffer> }> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const lines = { host: 'insat', connection: 'upgrade', upgrade: 'websocket', 'sec-websocket-version': '13', 'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==', ...headers };
    const parts: Buffer[] = [];
    const socket = connect(Number(port), hostname, () =>
      socket.write(`GET /live HTTP/1.1\r\n${Object.entries(lines).map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`),
    );
    const over = Promise.withResolvers<Buffer>();
    socket.on('data', (part: Buffer) => {
      parts.push(part);
      // Otherwise the server would wait half a minute for an answer.
      if (closeCode(part) !== null) socket.end();
    });
    socket.once('data', () => resolve({ socket, ended: over.promise }));
    // A server that hangs up while we still send is what some tests ask for.
    socket.on('error', reject);
    socket.on('close', () => over.resolve(Buffer.concat(parts)));
  });

/** A frame as a client must mask it (RFC 6455, section 5.3). */
export const frame = (first: number, payload: Buffer): Buffer => {
  const mask = Buffer.from([1, 2, 3, 4]);
  return Buffer.concat([Buffer.from([first, 0x80 | payload.length]), mask, payload.map((byte, i) => byte ^ (mask[i % 4] ?? 0))]);
};

/** The code of the close frame with which a stream ends; null where there is none. */
export const closeCode = (all: Buffer): number | null => (all.length >= 4 && all.at(-4) === 0x88 && all.at(-3) === 2 ? all.readUInt16BE(all.length - 2) : null);
