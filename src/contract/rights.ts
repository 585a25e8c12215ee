import { z } from 'zod';
import { Instant, LocalDate, saying, shown, typedNumber } from './common.ts';
import { Readings } from './readings.ts';
import { Channel, Kind, Language, Outcome, Status } from './words.ts';

// A citizen's rights over what the line holds of them: law 09-08, articles 7 (access), 8 (rectification) and 9 (opposition).

const version = z.int().min(1);
const reason = saying(1000).meta({ examples: ['طلبتها المواطنة في الشباك ببطاقتها الوطنية.'] });

/** For a hold, its end, and the opening of a sealed case. */
export const WithReason = z.strictObject({ version, reason });
export type WithReason = z.infer<typeof WithReason>;

/**
 * Why a case is erased before its time: its citizen asks, or who may ask for them; it should never have been kept (law 09-08,
 * article 8); a court or the data protection commission says so. Of a list, because the reason outlives what it was about.
 */
export const erasureReasons = ['citizen_asked', 'representative_asked', 'unlawfully_kept', 'ordered'] as const;
export const ErasureReason = z.enum(erasureReasons);
export type ErasureReason = (typeof erasureReasons)[number];

export const Erase = z.strictObject({ version, reason: ErasureReason.meta({ description: 'Kept with the erasure, for good.' }) });
export type Erase = z.infer<typeof Erase>;

export const Rectify = z
  .strictObject({
    version,
    reason,
    name: saying(200).optional().meta({ examples: ['فاطمة الزهراء العلوي'] }),
    phone: typedNumber.optional().meta({ examples: ['0661 23 45 67'] }),
    email: z.email().max(254).optional().meta({ examples: ['fatima@example.org'] }),
  })
  .refine(({ name, phone, email }) => (name ?? phone ?? email) !== undefined, { error: 'nothing_to_correct', path: ['name'] });
export type Rectify = z.infer<typeof Rectify>;

export const AskPersonalData = z.strictObject({ reason });

/** All that the line holds of the citizen of a case, as far as the person asking may see their cases. */
export const PersonalData = z.object({
  citizen: z.object({
    name: shown('فاطمة الزهراء').nullable(),
    contacts: z.array(z.object({ kind: z.enum(['phone', 'email', 'whatsapp', 'alnum']), value: shown('+212661234567') })),
  }),
  cases: z.array(
    z.object({
      reference: shown('2648391756'),
      kind: Kind,
      status: Status,
      channel: Channel,
      receivedAt: Instant,
      legalDueDate: LocalDate,
      outcome: Outcome.nullable(),
      consent: z.object({ language: Language, text: shown('نعالج معطياتكم من أجل معالجة رسالتكم فقط.') }).nullable(),
      messages: z.array(z.object({ at: Instant, direction: z.enum(['in', 'out']), channel: Channel, text: shown('توقف الدعم منذ شهرين.') })),
      readings: Readings,
    }),
  ),
});
export type PersonalData = z.infer<typeof PersonalData>;
