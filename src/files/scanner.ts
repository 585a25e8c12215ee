import { connect, type Socket } from 'node:net';

/** Looks for malware. `infected` and `clean` are findings; whatever else happens is a failure, and says nothing of the file. */
export type Scanner = { scan(bytes: Buffer): Promise<'clean' | 'infected'> };

/** Where clamd listens: a TCP port, or a unix socket. */
type Place = { host: string; port: number } | { path: string };

/** `tcp://HOST:PORT` or `unix:/PATH`, as the setting was checked. */
const placeOf = (url: string): Place => {
  const { protocol, hostname, port, pathname } = new URL(url);
  if (protocol === 'unix:') return { path: decodeURIComponent(pathname) };
  return { host: hostname.replace(/^\[|\]$/g, ''), port: port === '' ? 3310 : Number(port) };
};

const patienceMs = 60_000;
const chunkSize = 65_536;
const longestAnswer = 4096;

/**
 * ClamAV's daemon, by its own protocol (clamd(8), INSTREAM): `zINSTREAM\0`, then chunks, each behind its length in four bytes,
 * network order, a length of zero at the end; the answer is `stream: OK`, `stream: NAME FOUND` or an error, up to a NUL.
 *
 * @throws Error when it is away, says an error, or says nothing within a minute
 */
export const clamd = (url: string): Scanner => ({
  async scan(bytes) {
    const socket = connect(placeOf(url));
    socket.setTimeout(patienceMs, () => socket.destroy(new Error('clamd says nothing')));
    try {
      const answered = answerOf(socket);
      socket.write('zINSTREAM\0');
      for (let at = 0; at < bytes.length; at += chunkSize) {
        const chunk = bytes.subarray(at, at + chunkSize);
        const length = Buffer.alloc(4);
        length.writeUInt32BE(chunk.length);
        socket.write(length);
        socket.write(chunk);
      }
      socket.write(Buffer.alloc(4));
      const answer = await answered;
      if (answer === 'stream: OK') return 'clean';
      if (/^stream: .+ FOUND$/.test(answer)) return 'infected';
      throw new Error('clamd could not scan');
    } finally {
      socket.destroy();
    }
  },
});

/** What it says before the NUL, or before it hangs up: it does so in the middle of a stream that is longer than it takes. */
const answerOf = async (socket: Socket): Promise<string> => {
  let answer = '';
  for await (const part of socket) {
    answer += String(part);
    if (answer.includes('\0') || answer.length > longestAnswer) break;
  }
  return answer.split('\0')[0]?.trim() ?? '';
};
