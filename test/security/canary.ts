import { createHash } from 'node:crypto';

/** Something distinctive that a person gave; `token` where it is only short digits, found as a word of its own. */
type Needles = { texts: string[]; digits: string[]; words: string[] };

/** As people, programs and databases write a text: plain, percent-encoded, base64, hexadecimal, JSON-escaped, or hashed without a key. */
const formsOf = (text: string): string[] => {
  const bytes = Buffer.from(text);
  const escaped = [...text].map((sign) => (sign > '\u007f' ? JSON.stringify(sign).slice(1, -1).replace(sign, `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`) : sign)).join('');
  const hashed = ['md5', 'sha1', 'sha256'].flatMap((name) => {
    const digest = createHash(name).update(text).digest();
    return [digest.toString('hex'), digest.toString('base64').replace(/=+$/, '')];
  });
  return [text, encodeURIComponent(text), encodeURIComponent(text).replaceAll('%20', '+'), escaped, bytes.toString('hex'), ...base64Of(bytes), ...hashed];
};

/** What base64 makes of bytes that stand anywhere in others: of each of three offsets, the letters that no neighbour changes. */
const base64Of = (bytes: Buffer): string[] =>
  [0, 1, 2].flatMap((offset) => {
    const letters = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64').slice(Math.ceil((offset * 4) / 3), Math.floor(((offset + bytes.length) * 4) / 3));
    return [letters, letters.replaceAll('+', '-').replaceAll('/', '_')];
  });

/** Digits of any script as ours, and nothing between them. */
const bare = (text: string): string =>
  text.replace(/[٠-٩]/g, (digit) => String(digit.charCodeAt(0) - 0x660)).replace(/[\s.\-()/\u200e\u200f]/g, '');

/** Looks for what was planted, in every form; each is known by a name such as `web.name`. */
export class Canaries {
  readonly #planted = new Map<string, Needles>();
  #seen = new Map<string, string[]>();

  /** Plants a text; each way to write it is looked for. @returns the first */
  plant(name: string, ...texts: [string, ...string[]]): string {
    this.#needles(name).texts.push(...new Set(texts.flatMap(formsOf).map((form) => form.toLowerCase())));
    return texts[0];
  }

  /** Plants a phone or identity number, found however it is grouped and in digits of any script. @returns it as it is typed */
  plantNumber(name: string, bareNumber: string, typed = bareNumber): string {
    this.plant(name, bareNumber, `0${bareNumber}`, `+212${bareNumber}`, typed);
    this.#needles(name).digits.push(bareNumber.toLowerCase());
    return typed;
  }

  /** Plants a number so short that it is found as a word of its own only. */
  plantCode(name: string, code: string): string {
    this.#needles(name).words.push(code);
    return code;
  }

  /** The names of what stands in a text. */
  in(text: string): string[] {
    const known = this.#seen.get(text);
    if (known) return known;
    const [lower, digits] = [text.toLowerCase(), bare(text.toLowerCase())];
    const found = [...this.#planted].flatMap(([name, needles]) => {
      const isThere =
        needles.texts.some((needle) => lower.includes(needle)) ||
        needles.digits.some((needle) => digits.includes(needle)) ||
        needles.words.some((word) => new RegExp(`(?<![\\w.:-])${word}(?![\\w:-])`).test(text));
      return isThere ? [name] : [];
    });
    if (text.length < 500) this.#seen.set(text, found);
    return found;
  }

  get names(): string[] {
    return [...this.#planted.keys()];
  }

  #needles(name: string): Needles {
    // What was looked at before may hold it.
    this.#seen = new Map();
    const needles = this.#planted.get(name) ?? { texts: [], digits: [], words: [] };
    this.#planted.set(name, needles);
    return needles;
  }
}

/** Adds up where what was found: `messages.body: web.told.name`. */
export class Findings {
  readonly #found = new Set<string>();
  readonly canaries: Canaries;

  constructor(canaries: Canaries) {
    this.canaries = canaries;
  }

  look(place: string, text: string): void {
    for (const name of this.canaries.in(text)) this.#found.add(`${place}: ${name}`);
  }

  get all(): string[] {
    return [...this.#found].toSorted();
  }
}
