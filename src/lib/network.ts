import { isIPv6 } from 'node:net';

/**
 * The network that an address stands for: an IPv4 address itself (/32), of IPv6 the first 64 bits, because one household
 * or one machine has a whole /64 to choose from (RFC 6177, RFC 4291 section 2.5.4). One spelling for each.
 *
 * @param address as a socket tells it; an IPv4 address inside IPv6 (`::ffff:192.0.2.1`) counts as IPv4
 */
export const networkOf = (address: string): string => {
  const bare = address.replace(/%.*$/, '');
  if (!isIPv6(bare)) return bare;
  const [, mapped] = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(bare) ?? [];
  if (mapped !== undefined) return mapped;
  // The URL standard writes an address in one way: small letters, no leading zeros, no IPv4 part.
  const [head = '', tail] = new URL(`http://[${bare}]`).hostname.slice(1, -1).split('::');
  const groups = (text: string): string[] => (text === '' ? [] : text.split(':'));
  const [first, last] = [groups(head), groups(tail ?? '')];
  const all = [...first, ...Array.from({ length: 8 - first.length - last.length }, () => '0'), ...last];
  return `${all.slice(0, 4).join(':')}::/64`;
};
