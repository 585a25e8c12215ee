import { createServer, type Socket } from 'node:net';

/**
 * A scanner that speaks clamd's protocol (clamd(8), INSTREAM): the command in `z` form, up to a NUL, or in `n` form, up to a line
 * feed; then chunks, each behind its length in four bytes, network order; a length of zero ends the stream. It finds EICAR's
 * test file, and hangs up on a stream that is longer than `maxLength`, as clamd does beyond StreamMaxLength.
 */
export type FakeClamd = { url: string; scanned: number; close(): Promise<void> };

// In two parts, so that no scanner finds it here.
const eicar = Buffer.from(['X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR', '-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'].join(''));

export const startFakeClamd = async (options: { port?: number; maxLength?: number } = {}): Promise<FakeClamd> => {
  const { port = 0, maxLength = 26_214_400 } = options;
  const sockets = new Set<Socket>();
  const fake = { scanned: 0 };
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    let held = Buffer.alloc(0);
    let streaming = false;
    let ending = '\0';
    const content: Buffer[] = [];
    let length = 0;
    const say = (answer: string) => socket.end(`${answer}${ending}`);

    const command = (): void => {
      ending = held[0] === 0x6e ? '\n' : '\0';
      const end = held.indexOf(ending);
      if (end === -1) return;
      const name = held.toString('latin1', 1, end);
      held = held.subarray(end + 1);
      if (name === 'PING') say('PONG');
      else if (name === 'INSTREAM') streaming = true;
      else say('UNKNOWN COMMAND');
    };
    const chunks = (): void => {
      while (held.length >= 4) {
        const size = held.readUInt32BE(0);
        if (size === 0) {
          fake.scanned += 1;
          say(Buffer.concat(content).includes(eicar) ? 'stream: Eicar-Test-Signature FOUND' : 'stream: OK');
          return;
        }
        if (length + size > maxLength) {
          say('INSTREAM size limit exceeded. ERROR');
          return;
        }
        if (held.length < 4 + size) return;
        content.push(held.subarray(4, 4 + size));
        length += size;
        held = held.subarray(4 + size);
      }
    };
    socket.on('data', (part: Buffer) => {
      held = Buffer.concat([held, part]);
      if (!streaming) command();
      if (streaming) chunks();
    });
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const address = server.address();
  return Object.assign(fake, {
    url: `tcp://127.0.0.1:${typeof address === 'object' && address ? address.port : port}`,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  });
};

export const eicarFile = (): Buffer => Buffer.from(eicar);
