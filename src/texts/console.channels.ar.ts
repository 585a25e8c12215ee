/** The console's words for how the channels of the line are: the page of those who watch over it, and the notice to all. */
export const channelHealth = {
  heading: 'حالة القنوات',
  how: 'كيف يسمعنا الناس وكيف نسمعهم الآن؛ تتجدد الصفحة كل نصف دقيقة. هاتف الخط يخبرنا كل دقيقة أنه حي: إذا صمت ثلاث دقائق فهو مضطرب، وإذا صمت عشرا فهو لا يسمع، ويظهر تنبيه لكل العاملين.',
  names: { sms: 'الرسائل القصيرة', whatsapp: 'واتساب' },
  columns: { channel: 'القناة', state: 'الحالة', seen: 'آخر ما سمعناه', checked: 'آخر فحص', queued: 'لم يُرسل بعد', received: 'وصل ولم يوجه بعد', reconciled: 'آخر مراجعة للرسائل' },
  states: { ok: 'سليمة', degraded: 'مضطربة', down: 'متوقفة', deaf: 'لا تسمع' },
  since: (at: string) => `منذ ${at}`,
  never: 'لا شيء بعد',
  oldest: (ago: string) => `أقدمها ${ago}`,
  good: 'يجيب',
  code: (code: string) => `خطأ ${code}`,
  empty: 'لم تُضبط أي قناة للرسائل.',
  alarm: {
    deaf: (channel: string, at: string) => `رسائل الناس لا تصلنا (${channel}) منذ ${at}`,
    down: (channel: string, at: string) => `رسائلنا لا تخرج (${channel})، وقد لا تصلنا رسائل الناس، منذ ${at}`,
    operator: 'لا ذنب لأحد منكم في هذا. من يتصل أو يزور، فاكتبوا حالته في «مكالمة أو زيارة»، وأخبروا مسؤول(ة) المركز.',
    form: 'فتح استمارة «مكالمة أو زيارة»',
    watcher: 'أخبروا من يعتني بهاتف الخط ومزود الرسائل. على العاملين أن يكتبوا حالات من يتصل أو يزور في «مكالمة أو زيارة».',
    page: 'عرض حالة القنوات',
    clears: 'يختفي هذا التنبيه وحده حين يعود الخط.',
  },
};
