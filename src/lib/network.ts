import { BlockList, isIP, isIPv6 } from 'node:net';

/**
 * The network that an address stands for: an IPv4 address itself (/32), of IPv6 the first 64 bits, because one household
 * or one machine has a whole /64 to choose from (RFC 6177, RFC 4291 section 2.5.4). One spelling for each.
 *
 * @param address as a socket tells it; an IPv4 address inside IPv6 (`::ffff:192.0.2.1`) counts as IPv4
 */
export const networkOf = (address: string): string => {
  if (!address.includes(':')) return address;
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

/** A block list of networks written as addresses with the length of their prefix. It finds IPv4 inside IPv6 as well. */
export const listNetworks = (networks: readonly string[]): BlockList => {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', bits] = network.split('/');
    list.addSubnet(address, Number(bits), isIPv6(address) ? 'ipv6' : 'ipv4');
  }
  return list;
};

const own = listNetworks(['127.0.0.0/8', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '169.254.0.0/16', '::1/128', 'fc00::/7', 'fe80::/10']);

/**
 * Whether an address is of this machine or of a network of ours (RFC 1918, RFC 4193): a probe, an office, or a proxy that
 * TRUST_PROXY does not name, and then it says nothing of who calls.
 */
export const isOurs = (address: string): boolean => {
  const version = isIP(address);
  return version !== 0 && own.check(address, version === 6 ? 'ipv6' : 'ipv4');
};
