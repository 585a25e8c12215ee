import { lookup } from 'node:dns/promises';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { request, type RequestOptions } from 'node:https';
import { isIP } from 'node:net';
import { listNetworks } from './network.ts';
import { isHere } from './secrets.ts';

/** Networks where no server of the public Internet is: IANA's special-purpose registries (RFC 6890), multicast, carriers' own (RFC 6598). */
const special = listNetworks([
  '0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24', '192.0.2.0/24', '192.88.99.0/24',
  '192.168.0.0/16', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4',
  '::/96', '64:ff9b::/96', '64:ff9b:1::/48', '100::/64', '2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20', '5f00::/16', 'fc00::/7', 'fe80::/10',
  'fec0::/10', 'ff00::/8',
]);

/** Whether an address, IPv4 inside IPv6 included, is one of a server on the public Internet. */
export const isPublic = (address: string): boolean => {
  const version = isIP(address);
  return version !== 0 && !special.check(address, version === 6 ? 'ipv6' : 'ipv4');
};

/** Why nothing was fetched: a word, never the address, which may name a person. */
export class OutgoingRefused extends Error {
  readonly reason: 'url' | 'host' | 'address' | 'status' | 'size' | 'time' | 'connection';
  /** What the server answered instead, and where it pointed to: whoever follows must ask the guard again. */
  readonly answer: { status: number; location: string | undefined } | null;

  constructor(reason: OutgoingRefused['reason'], answer: OutgoingRefused['answer'] = null) {
    super(`an outgoing request was refused: ${reason}`);
    this.name = 'OutgoingRefused';
    this.reason = reason;
    this.answer = answer;
  }
}

/** Whether a setting names a server that may be told secrets: by TLS, or on this machine; and brings none of its own. */
export const isServer = (setting: string): boolean => {
  const url = URL.parse(setting);
  return url !== null && (url.protocol === 'https:' || (url.protocol === 'http:' && isHere(setting))) && url.username === '' && url.password === '';
};

const nearby = listNetworks(['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', 'fc00::/7']);

/** The same, or one at a private address (RFC 1918, RFC 4193, RFC 6598) given as such, to which only a tunnel or a cable leads. */
export const isNearServer = (setting: string): boolean => {
  const url = URL.parse(setting);
  if (url === null || url.username !== '' || url.password !== '') return false;
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const version = isIP(host);
  return isServer(setting) || (url.protocol === 'http:' && version !== 0 && nearby.check(host, version === 6 ? 'ipv6' : 'ipv4'));
};

/** How names are resolved and addresses connected to; tests bring their own. */
export type Net = {
  resolve(host: string): Promise<readonly string[]>;
  request(options: RequestOptions, answered: (answer: IncomingMessage) => void): ClientRequest;
};
const internet: Net = { resolve: async (host) => (await lookup(host, { all: true })).map(({ address }) => address), request };

/**
 * Fetches what somebody else named (a provider's file), without being led astray: TLS only, a host of the list, its name
 * resolved once and that address connected to, every address of it on the public Internet, no redirects, no credentials.
 *
 * @param limits.hosts exact names, in small letters
 * @param limits.bytes of the body; `ms` for all of it
 * @throws OutgoingRefused
 */
export const fetchNamed = async (
  text: string,
  limits: { hosts: ReadonlySet<string>; bytes: number; ms: number; headers?: Record<string, string> },
  net: Net = internet,
): Promise<{ type: string; body: Buffer }> => {
  const url = URL.parse(text);
  if (url?.protocol !== 'https:' || url.port !== '' || url.username !== '' || url.password !== '') throw new OutgoingRefused('url');
  if (!limits.hosts.has(url.hostname)) throw new OutgoingRefused('host');
  const deadline = AbortSignal.timeout(limits.ms);
  const addresses = await within(deadline, net.resolve(url.hostname));
  const [address] = addresses;
  if (address === undefined || !addresses.every(isPublic)) throw new OutgoingRefused('address');
  return connectTo(net, address, url, limits, deadline);
};

const within = <T>(signal: AbortSignal, work: Promise<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(new OutgoingRefused('time')), { once: true });
    work.then(resolve, () => reject(new OutgoingRefused('address')));
  });

const connectTo = (net: Net, address: string, url: URL, limits: { bytes: number; headers?: Record<string, string> }, signal: AbortSignal): Promise<{ type: string; body: Buffer }> =>
  new Promise((resolve, reject) => {
    const refuse = (...why: ConstructorParameters<typeof OutgoingRefused>): void => {
      asking.destroy();
      reject(new OutgoingRefused(...why));
    };
    // The name is kept for the certificate and the Host header; it is not resolved again.
    const asking = net.request({ host: address, servername: url.hostname, path: url.pathname + url.search, headers: { ...limits.headers, host: url.hostname }, signal, agent: false }, (answer) => {
      if (answer.statusCode !== 200) return refuse('status', { status: answer.statusCode ?? 0, location: answer.headers.location });
      const parts: Buffer[] = [];
      let size = 0;
      answer.on('data', (part: Buffer) => {
        size += part.length;
        if (size > limits.bytes) refuse('size');
        else parts.push(part);
      });
      answer.on('end', () => resolve({ type: answer.headers['content-type'] ?? '', body: Buffer.concat(parts) }));
      answer.on('error', () => refuse(signal.aborted ? 'time' : 'connection'));
    });
    asking.on('error', () => refuse(signal.aborted ? 'time' : 'connection'));
    asking.end();
  });
