/** One element of a TwiML document. `text`: what stands directly in it, if it holds no other element. */
export type Element = { name: string; attributes: Readonly<Record<string, string>>; children: readonly Element[]; text: string };

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const plain = (text: string): string =>
  text.replaceAll(/&(#x[0-9a-f]+|#\d+|[a-z]+);/gi, (_, entity: string) => {
    if (entity.startsWith('#')) return String.fromCodePoint(Number(entity.startsWith('#x') ? `0x${entity.slice(2)}` : entity.slice(1)));
    const sign = entities[entity];
    if (sign === undefined) throw new Error('TwiML with an unknown entity');
    return sign;
  });

const token = /<\?xml[^>]*\?>|<(\/?)([A-Za-z-]+)((?:\s+[A-Za-z-]+="[^"<]*")*)\s*(\/?)>|([^<]+)/y;

/**
 * Reads a TwiML document: elements, attributes in double quotes, text; no more of XML than Twilio's own builder writes.
 *
 * @returns the `Response`
 * @throws Error where it is not well formed, or no `Response`
 */
export const parseTwiml = (document: string): Element => {
  const root: { children: Element[] } = { children: [] };
  const open: { name: string; attributes: Record<string, string>; children: Element[]; text: string }[] = [];
  token.lastIndex = 0;
  while (token.lastIndex < document.length) {
    const found = token.exec(document);
    if (!found) throw new Error('TwiML that is not well formed');
    const [all, closes, name, attributes = '', empty, text] = found;
    const inside = open.at(-1);
    if (text !== undefined) {
      if (inside) inside.text += plain(text);
      else if (text.trim() !== '') throw new Error('TwiML with text outside');
    } else if (closes === '/') {
      if (inside?.name !== name) throw new Error('TwiML whose elements cross');
      open.pop();
    } else if (name !== undefined && !all.startsWith('<?')) {
      const pairs = [...attributes.matchAll(/\s([A-Za-z-]+)="([^"]*)"/g)].map(([, key = '', value = '']) => [key, plain(value)] as const);
      const element = { name, attributes: Object.fromEntries(pairs), children: [], text: '' };
      (inside ?? root).children.push(element);
      if (empty !== '/') open.push(element);
    }
  }
  const [response, ...others] = root.children;
  if (open.length > 0 || others.length > 0 || response?.name !== 'Response') throw new Error('TwiML that is no single Response');
  return response;
};
