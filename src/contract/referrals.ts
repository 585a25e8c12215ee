import { z } from 'zod';
import { Instant, Names, saying, shown, text } from './common.ts';

/** What a referral may share beside what every body needs: reference, kind, subject, place and dates. */
export const referralFields = ['narrative', 'name', 'contact'] as const;
export type ReferralField = (typeof referralFields)[number];
const Fields = z.array(z.enum(referralFields)).max(referralFields.length);

/** A body outside the line to which a case may be referred. */
export const Organisation = z.object({ id: shown('anss'), names: Names });
export type Organisation = z.infer<typeof Organisation>;

const version = z.int().min(1);
export const Refer = z.strictObject({
  version,
  to: text(40).meta({ examples: ['anss'], description: 'An id of GET /staff/organisations.' }),
  fields: Fields.meta({ examples: [['narrative', 'name']], description: 'What the body may read while it has the case.' }),
  reason: saying(1000).meta({ examples: ['نطلب مرافقة المواطنة عند إيداع الطعن.'], description: 'What is asked of the body, which reads it.' }),
});
export type Refer = z.infer<typeof Refer>;

export const Answer = z.strictObject({ version, text: saying(5000).meta({ examples: ['رافقناها إلى المقاطعة، وأودع الطعن.'] }) });
export type Answer = z.infer<typeof Answer>;

/** The referral under way. */
export const Referral = z.object({ organisation: Organisation, fields: Fields, since: Instant });
export type Referral = z.infer<typeof Referral>;
