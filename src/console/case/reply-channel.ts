import type { CaseDetail } from '#contract/staff';
import type { Channel } from '#contract/words';

/**
 * By what a reply leaves, as far as the screen can know: by WhatsApp where they wrote so, by SMS to a Moroccan mobile, else it waits
 * on the page where they follow their case. The number is masked, its beginning is not.
 */
export const replyChannel = ({ channel, citizen: { phone } }: Pick<CaseDetail, 'channel' | 'citizen'>): Channel =>
  channel === 'whatsapp' ? 'whatsapp' : /^\+212[67]/.test(phone ?? '') ? 'sms' : 'web';
