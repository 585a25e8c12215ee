import { ar as answers } from './answers/ar.ts';
import { errors, fieldErrors } from './errors.ar.ts';
import { formatDate, line } from './format.ts';
import { voice } from './voice.ar.ts';

/** What an acknowledgement by SMS says. `dueDate` is `YYYY-MM-DD`; `code` only where the case was filed by SMS. */
type Acknowledgement = {
  kind: 'complaint' | 'inquiry' | 'observation' | 'suggestion';
  reference: string;
  dueDate: string;
  code?: string | undefined;
  /** Whether the citizen is asked where they live: their words named no place. */
  asksPlace?: boolean | undefined;
};

/** What was obtained, said to the citizen of a case that was answered together with another; null where no outcome was given. */
type Together = { outcome: 'granted' | 'partly_granted' | 'refused' | 'informed' | 'not_competent' | 'unreachable' | null };
const obtained = {
  granted: 'استُجيب للطلب', partly_granted: 'استُجيب لجزء منه', refused: 'لم يُستجب للطلب', informed: 'قُدمت المعلومة المطلوبة',
  not_competent: 'الأمر من اختصاص جهة أخرى', unreachable: 'تعذر الاتصال بكم',
};

const yours = { complaint: 'شكايتكم', inquiry: 'استفساركم', observation: 'ملاحظتكم', suggestion: 'اقتراحكم' };

function days(count: number): string {
  if (count === 1) return 'يوم واحد';
  if (count === 2) return 'يومان';
  return count <= 10 ? `${count} أيام` : `${count} يوما`;
}

/** Arabic, the source of every text: sentences of at most twelve words, one idea each. */
export const ar = {
  words: {
    kinds: { complaint: 'شكاية', inquiry: 'استفسار', observation: 'ملاحظة', suggestion: 'اقتراح' },
    statuses: {
      received: 'توصلنا بها',
      in_triage: 'نقرؤها لنوجهها',
      assigned: 'وُجهت إلى الموظف المختص',
      in_progress: 'موظف يعالجها الآن',
      awaiting_citizen: 'ننتظر جوابكم',
      referred: 'عند إدارة أخرى، ونحن نتابعها',
      resolved: 'أجبنا عنها',
      closed: 'أُغلقت',
      inadmissible: 'لا يمكننا قبولها قانونا',
      duplicate: 'مسجلة عندنا من قبل',
      spam: 'لم نعالجها',
      withdrawn: 'سحبتموها',
      under_appeal: 'يعاد النظر فيها',
    },
    nextSteps: {
      we_read: 'نقرأ رسالتكم ونوجهها إلى المسؤول عنها.',
      we_work: 'موظف يعمل على ملفكم. سنجيبكم هنا.',
      you_answer: 'طرحنا عليكم سؤالا. أجيبوا عنه أسفله.',
      other_body: 'ننتظر جواب الإدارة المعنية، ونذكرها.',
      you_rate: 'اقرؤوا جوابنا. ثم قولوا لنا هل حُل المشكل.',
      appeal_runs: 'شخص آخر يعيد النظر في ملفكم.',
      nothing: 'لا شيء مطلوب منكم.',
    },
  },
  pages: {
    layout: {
      name: 'إنصات',
      tagline: 'خط الاستماع للمواطنين',
      skip: 'إلى المحتوى',
      languages: 'اللغات',
      file: 'تقديم شكاية',
      track: 'تتبع ملف',
      bank: 'لا نطلب أبدا معطياتكم البنكية.',
      law: 'معطياتكم محمية بالقانون 09.08.',
    },
    home: {
      title: 'نستمع إليكم حتى تتوصلوا بالجواب',
      lead: 'عندكم شكاية أو استفسار حول الدعم الاجتماعي؟ نسجل رسالتكم ونجيبكم.',
      file: 'أقدم شكاية أو استفسارا',
      fileHint: 'بضع دقائق، بدون حساب',
      track: 'أتتبع ملفي',
      trackHint: 'بالرقم والرمز السري',
      call: 'أو اتصلوا بنا',
      callHint: 'يمكنكم أيضا إرسال رسالة قصيرة إلى هذا الرقم.',
      promises: 'نلتزم معكم',
      receipt: 'رقم لكل رسالة',
      receiptText: 'تأخذون رقما ورمزا سريا فور التسجيل.',
      date: 'جواب داخل 60 يوما',
      dateText: 'نكتب لكم آخر أجل قانوني للجواب.',
      safe: 'بلا أي خدعة',
      safeText: 'لا نطلب أبدا مالا ولا معطيات بنكية.',
    },
    form: {
      title: 'قدموا شكايتكم أو استفساركم',
      intro: 'اكتبوا بلغتكم وبكلماتكم. لا حاجة إلى حساب.',
      optional: 'اختياري',
      stepMessage: 'رسالتكم',
      kind: 'ماذا تريدون؟',
      kindHints: {
        complaint: 'عندي مشكل أريد حله',
        inquiry: 'أحتاج إلى معلومة',
        observation: 'لاحظت شيئا وأبلغ عنه',
        suggestion: 'عندي فكرة للتحسين',
      },
      text: 'ماذا وقع؟',
      textHint: 'متى وقع؟ أين؟ وماذا تطلبون؟ لا تكتبوا رقم حسابكم البنكي.',
      files: 'صور أو وثائق',
      filesHint: '5 ملفات على الأكثر، 10 ميغا لكل ملف: صور، أو PDF، أو تسجيل صوتي. لا نحتفظ بمكان التصوير.',
      kept: (number: number): string => `نحتفظ بالملف ${number} الذي أرسلتموه`,
      stepPlace: 'الموضوع والمكان',
      category: 'الموضوع',
      chooseCategory: 'لا أعرف، اختاروا لي',
      province: 'الإقليم أو العمالة',
      chooseProvince: 'اختاروا من اللائحة',
      commune: 'الجماعة أو الحي',
      stepYou: 'كيف نتصل بكم؟',
      name: 'اسمكم',
      phone: 'رقم هاتفكم',
      phoneHint: 'رقم مغربي. نرسل إليه رقم الملف.',
      email: 'بريدكم الإلكتروني',
      anonymous: 'لا أريد ذكر اسمي',
      anonymousHint: 'إذن لا تكتبوا الاسم والهاتف والبريد. تتبعوا الملف بالرمز السري.',
      behalf: 'أكتب نيابة عن شخص آخر',
      behalfName: 'اسم الشخص المعني',
      behalfRelationship: 'صلتكم به',
      behalfRelationshipHint: 'مثلا: ابنته، جاره، جمعية',
      stepConsent: 'موافقتكم',
      consentText: 'نعالج معطياتكم من أجل معالجة رسالتكم فقط. لكم حق الاطلاع والتصحيح والاعتراض طبقا للقانون 09.08.',
      consent: 'أوافق على ذلك',
      submit: 'أرسل',
    },
    receipt: {
      title: 'توصلنا برسالتكم',
      keep: 'اكتبوا هذين الرقمين أو صوروا هذه الصفحة.',
      noRoom: 'لم نتمكن من تسلم كل ملفاتكم. رسالتكم مسجلة، ويمكنكم إرسال الباقي لاحقا من صفحة «تتبع ملف».',
      reference: 'رقم الملف',
      code: 'الرمز السري',
      codeHint: 'لا نظهره مرة أخرى. لا تعطوه لأحد.',
      due: 'آخر أجل قانوني للجواب',
      received: 'تاريخ التوصل',
      how: 'لمعرفة الجديد',
      web: 'افتحوا صفحة «تتبع ملف» واكتبوا الرقمين.',
      call: 'أو اتصلوا بنا على',
      track: 'تتبع ملف',
      another: 'تقديم رسالة أخرى',
      proof: 'إثبات أن رسالتكم مسجلة',
      proofHint: 'بهذا الرابط يمكن لأي جهة مستقلة أن تتحقق، دون رمزكم السري، من أن ملفكم لم يُحذف ولم يُغيَّر. لا يُظهر ما كتبتم.',
    },
    challenge: { title: 'تحقق قصير', solving: 'نتحقق… سيُرسل ما كتبتم وحده بعد لحظات.', again: 'أعيدوا الإرسال' },
    track: {
      title: 'تتبعوا ملفكم',
      intro: 'اكتبوا الرقمين اللذين أعطيناكم عند التسجيل.',
      reference: 'رقم الملف',
      referenceHint: '10 أرقام، مثل 264 839 1756',
      code: 'الرمز السري',
      codeHint: '6 أرقام',
      submit: 'أفتح ملفي',
      lost: 'ضاع منكم الرمز؟ اتصلوا بنا على',
    },
    tracked: {
      title: 'ملفكم',
      next: 'ماذا بعد؟',
      received: 'تاريخ التوصل',
      due: 'آخر أجل قانوني للجواب',
      daysLeft: (left: number): string => {
        if (left === 0) return 'اليوم آخر يوم';
        return left > 0 ? `بقي ${days(left)}` : `تأخرنا عن الأجل: ${days(-left)}`;
      },
      messages: 'الرسائل',
      noMessages: 'لا توجد رسائل بعد.',
      fileKinds: { picture: 'صورة', document: 'وثيقة', voice: 'رسالة صوتية' },
      fromCitizen: 'أنتم',
      fromInsat: 'إنصات',
      timeline: 'مراحل الملف',
      readings: (count: number): string => `من اطّلع على ملفكم (${count})`,
      readers: { operator: 'موظف(ة) الاستماع', supervisor: 'مسؤول(ة) المركز', partner: 'الجهة التي أُحيل عليها ملفكم' },
      sightings: { read: 'قراءة الملف', file: 'فتح مرفق', revealed: 'إظهار الاسم والأرقام', given: 'تسليم معطياتكم' },
      add: 'إضافة رسالة',
      addLabel: 'رسالتكم',
      addHint: 'معلومة جديدة أو جواب عن سؤالنا.',
      send: 'أرسل الرسالة',
      rate: 'تقييم جوابنا',
      rating: 'كيف كان جوابنا؟',
      ratings: { 1: 'سيئ جدا', 2: 'سيئ', 3: 'متوسط', 4: 'جيد', 5: 'جيد جدا' },
      solved: 'هل حُل المشكل؟',
      yes: 'نعم',
      no: 'لا',
      comment: 'كلمة تضيفونها',
      rateSend: 'أرسل التقييم',
      reopen: 'لم يُحل المشكل؟',
      reopenText: 'نفتح الملف من جديد وننظر فيه مرة أخرى.',
      reopenSend: 'أعيدوا فتح الملف',
      appeal: 'طلب إعادة النظر',
      appealText: 'شخص آخر ينظر في ملفكم من جديد.',
      appealSend: 'أطلب إعادة النظر',
      withdraw: 'سحب الملف',
      withdrawText: 'إذا سحبتموه نتوقف عن معالجته.',
      withdrawSend: 'أسحب الملف',
      reason: 'لماذا؟',
      done: {
        message: 'أضفنا رسالتكم إلى الملف.',
        feedback: 'شكرا، سجلنا تقييمكم.',
        reopen: 'أعدنا فتح الملف.',
        appeal: 'سجلنا طلب إعادة النظر.',
        withdraw: 'سحبنا الملف.',
      },
    },
    error: {
      summary: 'صححوا ما يلي',
      prefix: 'خطأ',
      title: 'تعذر ذلك',
      lostTitle: 'الصفحة غير موجودة',
      home: 'العودة إلى البداية',
      call: 'يمكنكم أيضا الاتصال بنا على',
    },
  },
  errors,
  fieldErrors,
  voice,
  answers,
  spoken: {
    comma: '،',
    receipt: ({ reference, code, due }: Spoken): string =>
      `سجلنا رسالتكم. رقم ملفكم هو: ${reference}. رمزكم السري هو: ${code}. اكتبوهما، ولا تعطوا الرمز لأحد. آخر أجل للجواب ${due}. لا نطلب أبدا معطياتكم البنكية.`,
  },
  sms: {
    acknowledgement: ({ kind, reference, dueDate, code, asksPlace }: Acknowledgement): string =>
      `توصلنا ب${yours[kind]} ${reference}. آخر أجل للجواب ${formatDate(dueDate)}.` +
      `${code === undefined ? '' : ` ${asksPlace ? 'رمزكم' : 'رمزكم السري'} ${code}.`} لا نطلب أبدا معطياتكم البنكية. هاتفنا ${line.shown}${asksPlace ? ' ما مدينتكم؟' : ''}`,
    together: ({ outcome }: Together): string =>
      `أُجيب عن الموضوع الذي راسلتمونا فيه${outcome === null ? '' : `: ${obtained[outcome]}`}. للتفاصيل اتصلوا بنا: ${line.shown}`,
    about: (reference: string): string => `بخصوص ${reference}: `,
  },
};

/** What is read aloud to a citizen: numbers as words, the date as it is printed. */
type Spoken = { reference: string; code: string; due: string };

/** Every language has exactly these texts. */
export type Texts = typeof ar;
