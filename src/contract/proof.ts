import { z } from 'zod';
import { shown } from './common.ts';

const Hash = z.string().meta({ examples: ['bjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0='], description: '32 bytes, base64.' });
const Size = z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER);

export const ConsistencyQuery = z
  .strictObject({ from: Size.meta({ description: 'Size of an earlier checkpoint.' }), to: Size.meta({ description: 'Size of a later one.' }) })
  .refine(({ from, to }) => from <= to, { path: ['to'], message: 'before_from' });
export type ConsistencyQuery = z.infer<typeof ConsistencyQuery>;

export const ConsistencyProof = z.object({
  from: z.int(),
  to: z.int(),
  hashes: z.array(Hash).meta({ description: 'PROOF of RFC 6962, section 2.1.2.' }),
});
export type ConsistencyProof = z.infer<typeof ConsistencyProof>;

export const CheckpointQuery = z.strictObject({
  witnessed: z.literal('yes').optional().meta({ description: 'The latest that a witness has signed along, with the lines of all who did.' }),
});

export const Cosignature = z.strictObject({
  size: Size.meta({ description: 'Of the checkpoint.' }),
  line: z.string().max(300).meta({ examples: ['— insat/witness/0123456789abcdef AAAA...'], description: 'The line that the witness adds to the note (https://c2sp.org/tlog-cosignature).' }),
});
export type Cosignature = z.infer<typeof Cosignature>;

export const InclusionQuery = z.strictObject({ receipt: z.string().max(60).meta({ examples: ['AZqwx3xefTqfECtvHA5NVQABAgMEBQYHCAkKCw'], description: '`proof` of a receipt.' }) });

export const ReceiptProof = z.object({
  event: shown('{"actor":null,"actorKind":"citizen","at":"2026-11-22T10:00:00.000Z",...}').meta({
    description: 'The receipt of the case as canonical JSON. Its leaf is SHA-256 of a zero byte and this text in UTF-8.',
  }),
  index: z.int().meta({ description: 'Number of the leaf, from 0.' }),
  hashes: z.array(Hash).meta({ description: 'Audit path of RFC 6962, section 2.1.1, to the root in the checkpoint.' }),
  checkpoint: shown('insat/log/0123456789abcdef\n1\nbjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0=\n\n— insat/log/0123456789abcdef ...\n').meta({
    description: 'The latest checkpoint, a signed note (https://c2sp.org/tlog-checkpoint).',
  }),
});
export type ReceiptProof = z.infer<typeof ReceiptProof>;
