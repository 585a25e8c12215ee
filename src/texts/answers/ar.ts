import { formatDate, line } from '#texts/format';

type Standing = { reference: string; status: string; dueDate: string };

/** What the line answers by itself to a text message: one part where it can be (70 letters), two at most (134). */
export const ar = {
  help: 'إنصات: اكتبوا مشكلتكم هنا. تتبع + الرقم: أخبار الملف. جديد: ملف آخر. موظف: نتصل بكم. توقف: الأرقام والأجوبة فقط.',
  stopped: 'لن يصلكم منا إلا رقم ما تسجلونه وجوابنا عنه. للعودة اكتبوا: ابدأ',
  started: 'سنرسل لكم أخبار ملفكم من جديد.',
  write_matter: 'اكتبوا الآن موضوعكم الجديد. سنعطيكم رقما.',
  name_reference: 'اكتبوا الكلمة ومعها رقم الملف، مثلا: تتبع 1234567890',
  not_yours: `لا نجد ملفا بهذا الرقم من هاتفكم. تحققوا منه أو اتصلوا: ${line.shown}`,
  rated: 'شكرا لكم. رأيكم يساعدنا على التحسن.',
  not_reopened: 'لا يمكن فتح هذا الملف من جديد. لملف آخر اكتبوا: جديد',
  ask_place: 'لم نعرف المكان. اكتبوا اسم مدينتكم أو إقليمكم، مثلا: فاس',
  danger: 'للطوارئ في كل وقت: الشرطة 19، الدرك 177، الإسعاف 15. إنصات لا يعوضها.',
  ask_solved: 'شكرا. هل حُلت مشكلتكم؟ أجيبوا: 1 نعم، 2 لا',
  ask_reopening: 'نأسف لذلك. هل نفتح ملفكم من جديد؟ أجيبوا: 1 نعم، 2 لا',
  status: ({ reference, status, dueDate }: Standing): string => `${reference}: ${status}. آخر أجل للجواب ${formatDate(dueDate)}.`,
  reopened: (reference: string): string => `فتحنا ملفكم ${reference} من جديد.`,
  which_case: (references: string[]): string =>
    `عن أي ملف؟ أجيبوا برقم: ${references.map((reference, at) => `${at + 1} ${reference}`).join('، ')}، ${references.length + 1} موضوع جديد`,
  /** Follows the answer to a case, in the same message. */
  rate: 'قيموا جوابنا بالرد برقم من 1 (سيئ) إلى 5 (جيد).',
};
export type Answers = typeof ar;
