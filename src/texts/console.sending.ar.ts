/** The console's words for how a message leaves, and why it does not. */
export const sending = {
  label: 'محاولات الإرسال',
  unreached: 'لا تصل أي رسالة إلى المواطن(ة). اتصلوا به(ا)، أو صححوا رقمه(ا).',
  underWay: 'جارٍ تسليمها',
  outcomes: { accepted: 'تسلمها مزود الخدمة', rejected: 'لم يقبلها مزود الخدمة', unknown: 'لم يجب مزود الخدمة: نسأله عن مصيرها قبل أي إعادة' },
  classes: {
    transient: 'لم نتمكن من الاتصال به',
    throttled: 'طلب منا التمهل',
    unreachable: 'هاتف المواطن(ة) مغلق أو خارج التغطية',
    config: 'خلل في حسابنا عنده: يلزم تدخل المسؤول التقني',
    sender: 'لا يقبل الإرسال من رقمنا',
    window: 'مرت 24 ساعة على آخر رسالة واتساب',
    address: 'لا أحد يُراسَل على هذا الرقم بهذه القناة',
    opted_out: 'طلب المواطن(ة) عدم مراسلته',
    policy: 'خالفت قواعد مزود الخدمة',
    permanent: 'رفضها نهائيا',
  },
  next: (at: string) => `المحاولة المقبلة: ${at}`,
  parts: (parts: string) => `عدد أجزاء الرسالة القصيرة: ${parts} من 2`,
  tooLong: 'أطول من رسالة قصيرة من جزأين: لن تُرسل هكذا.',
  code: (code: string) => `الرمز ${code}`,
};
