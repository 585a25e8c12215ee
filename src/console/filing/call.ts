import { z } from 'zod';
import type { Filing, FollowUp } from '#contract/filing';
import { Kind, Language, Programme } from '#contract/words';

const Told = z.object({ category: z.string(), province: z.string(), commune: z.string() });

/** What is being written down of one call or visit. `key`: sent again, it makes no second case. */
const Call = z.object({
  channel: z.enum(['phone', 'counter']),
  caller: z.string(),
  text: z.string(),
  kind: Kind,
  name: z.string(),
  phone: z.string(),
  behalf: z.boolean(),
  behalfName: z.string(),
  relationship: z.string(),
  programme: z.union([Programme, z.literal('')]),
  place: Told,
  language: Language,
  agreed: z.boolean(),
  files: z.array(z.object({ id: z.string(), name: z.string() })),
  key: z.string(),
});
export type Call = z.infer<typeof Call>;

const newKey = (): string => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');

export const newCall = (language: Language): Call => ({
  channel: 'phone', caller: '', text: '', kind: 'complaint', name: '', phone: '', behalf: false, behalfName: '', relationship: '', programme: '',
  place: { category: '', province: '', commune: '' }, language, agreed: false, files: [], key: newKey(),
});

/** In this tab alone, because it speaks of a citizen: it survives a reload, and goes when it is filed or its writer signs out. */
const place = 'insat:call';
const Kept = z.object({ writer: z.string(), call: Call });

export const keepCall = (writer: string, call: Call): void => sessionStorage.setItem(place, JSON.stringify({ writer, call }));
export const forgetCall = (): void => sessionStorage.removeItem(place);

/** What this person had begun; null where nothing is, or another person wrote it, whose words are dropped. */
export function begunCall(writer: string): Call | null {
  const said = sessionStorage.getItem(place);
  if (said === null) return null;
  const kept = Kept.safeParse(JSON.parse(said));
  if (kept.success && kept.data.writer === writer) return kept.data.call;
  forgetCall();
  return null;
}

const given = <Name extends string>(name: Name, value: string): { [key in Name]?: string } => (value.trim() ? ({ [name]: value.trim() } as { [key in Name]: string }) : {});
const unlessEmpty = <Value extends object>(value: Value): Value | undefined => (Object.keys(value).length > 0 ? value : undefined);
const brought = ({ files }: Call) => (files.length > 0 ? { attachments: files.map(({ id }) => id) } : {});

/** As the API takes it: what was left empty is not there. */
export function filingOf(call: Call): Filing & Pick<Call, 'channel'> {
  const contact = unlessEmpty({ ...given('name', call.name), ...given('phone', call.phone) });
  const territory = unlessEmpty({ ...given('province', call.place.province), ...given('commune', call.place.commune) });
  return {
    channel: call.channel, kind: call.kind, text: call.text, language: call.language, consent: true,
    ...given('category', call.place.category),
    ...(call.programme && { programme: call.programme }),
    ...(territory && { territory }),
    ...(contact && { contact }),
    ...(call.behalf && { onBehalfOf: { name: call.behalfName, relationship: call.relationship } }),
    ...brought(call),
  };
}

/** What is added to an earlier case. */
export const heardOf = (call: Call): { channel: Call['channel'] } & Pick<z.infer<typeof FollowUp>, 'text' | 'attachments'> => ({ channel: call.channel, text: call.text, ...brought(call) });
