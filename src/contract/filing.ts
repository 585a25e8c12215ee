import { z } from 'zod';
import { Instant, LocalDate, Names, saying, shown, text, typedNumber } from './common.ts';
import { Kind, Language, Programme, Status } from './words.ts';

/** The handle of a file that was sent to POST /uploads: 128 random bits, good once, for a day. */
const UploadId = z.string().regex(/^[A-Za-z0-9_-]{22}$/, 'unknown_upload').meta({ examples: ['q7Zk1vXw0cN3b_9yRr5t-A'] });
export const Upload = z.object({ uploadId: UploadId });
const Attachments = z.array(UploadId).max(5, 'too_many_files').optional();

const name = saying(200).meta({ examples: ['فاطمة الزهراء'] });
const ProvinceCode = z.string().max(10).meta({ examples: ['MA-CAS'] });

/** What a citizen files on the web or through the API. */
export const Filing = z.strictObject({
  kind: Kind,
  text: saying(10_000).meta({ examples: ['توقف الدعم منذ شهرين بدون تفسير، أنا أرملة ولدي ثلاثة أطفال.'] }),
  language: Language.optional(),
  category: z.string().max(40).optional().meta({ examples: ['REG.RSU'], description: 'A category or subcategory code of GET /categories.' }),
  programme: Programme.optional(),
  territory: z.strictObject({ province: ProvinceCode.optional(), commune: text(120).optional().meta({ examples: ['سيدي مومن'] }) }).optional(),
  contact: z
    .strictObject({
      name: name.optional(),
      phone: typedNumber.optional().meta({ examples: ['0661 23 45 67'] }),
      email: z.email().max(254).optional().meta({ examples: ['fatima@example.org'] }),
    })
    .optional(),
  anonymous: z.boolean().optional().meta({ description: 'No name or number is kept; news only by reference and code.' }),
  onBehalfOf: z.strictObject({ name, relationship: saying(100).meta({ examples: ['ابنتها'] }) }).optional(),
  consent: z.literal(true),
  attachments: Attachments,
});
export type Filing = z.infer<typeof Filing>;

const Proof = z.string().meta({ examples: ['AZqwx3xefTqfECtvHA5NVQABAgMEBQYHCAkKCw'], description: 'With it GET /proof/inclusion tells anybody whether the receipt still stands in the log. It opens nothing else.' });

export const Receipt = z.object({
  reference: shown('2648391756'),
  code: z.string().meta({ examples: ['408213'], description: 'Six digits, told only here.' }),
  status: Status,
  receivedAt: Instant,
  legalDueDate: LocalDate,
  proof: Proof,
});
export type Receipt = z.infer<typeof Receipt>;

export const ReferenceAndCode = z.strictObject({
  reference: typedNumber.meta({ examples: ['264 839 1756'] }),
  code: typedNumber.meta({ examples: ['408213'] }),
});
export type ReferenceAndCode = z.infer<typeof ReferenceAndCode>;

/** What happens next, seen by the citizen; the pages word it. */
export const nextSteps = ['we_read', 'we_work', 'you_answer', 'other_body', 'you_rate', 'appeal_runs', 'nothing'] as const;

export const Tracked = z.object({
  reference: shown('2648391756'),
  kind: Kind,
  status: Status,
  receivedAt: Instant,
  legalDueDate: LocalDate,
  proof: Proof,
  nextStep: z.enum(nextSteps),
  timeline: z.array(z.object({ at: Instant, status: Status })),
  messages: z.array(z.object({ at: Instant, from: z.enum(['citizen', 'insat']), text: shown('نراجع ملفكم مع الصندوق.') })),
});
export type Tracked = z.infer<typeof Tracked>;

export const FollowUp = ReferenceAndCode.extend({ text: saying(5000).meta({ examples: ['توصلت اليوم بجواب من الوكالة.'] }), attachments: Attachments });
export const Feedback = ReferenceAndCode.extend({
  rating: z.int().min(1).max(5),
  solved: z.boolean(),
  comment: saying(2000).optional().meta({ examples: ['شكرا على سرعة الجواب.'] }),
});
export const CitizenMove = ReferenceAndCode.extend({ reason: saying(1000).optional().meta({ examples: ['لم يصرف الدعم بعد.'] }) });

const Listed = (example: string) => z.object({ code: shown(example), names: Names });
export const CategoryList = z.array(Listed('REG').extend({ subcategories: z.array(Listed('REG.RSU')) }));
export const TerritoryList = z.array(Listed('MA-06').extend({ provinces: z.array(Listed('MA-CAS')) }));
export type CategoryList = z.infer<typeof CategoryList>;
export type TerritoryList = z.infer<typeof TerritoryList>;
