import type { Language, Outcome } from '#contract/words';

/** `any`, or better what fits the category of the case. */
type Fitting = { readonly any: string; readonly [category: string]: string };

type Words = Record<Outcome | 'reply' | 'ask', Fitting> &
  Record<'more' | 'again' | 'liked' | 'disliked' | 'note' | 'sendBack' | 'handOver' | 'refer' | 'spam' | 'restore' | 'reject' | 'rejectReason' | 'duplicate', string>;

// What goes out by SMS fits two parts: 134 letters.
const ar: Words = {
  reply: {
    any: 'نحن ندرس حالتكم مع الجهة المعنية، وسنخبركم بالنتيجة قبل نهاية الأسبوع.',
    PAY: 'راسلنا اليوم الجهة المكلفة بالصرف بخصوص ملفكم، وسنخبركم بجوابها فور التوصل به.',
    SCORE: 'طلبنا مراجعة المعطيات التي حُسب بها المؤشر، وسنوافيكم بالنتيجة. حقكم في الطعن محفوظ.',
    HEALTH: 'اتصلنا بمصلحة التغطية الصحية بشأن حقكم، ونتابع الملف يوميا نظرا لوضعكم الصحي.',
    REG: 'تحققنا من تسجيلكم، والملف الآن لدى المصلحة المختصة. لا تحتاجون إلى التنقل مرة أخرى.',
    HH: 'طلبنا تحيين تركيبة الأسرة، ولن يُطلب منكم إلا الوثائق المنصوص عليها.',
    STAFF: 'نعتذر عما وقع لكم. رُفعت الواقعة إلى المسؤول عن المصلحة وليس إلى المصلحة نفسها.',
  },
  ask: {
    any: 'لنتابع ملفكم نحتاج إلى تاريخ تقديم الطلب واسم المكتب. يكفي أن تجيبوا على هذه الرسالة.',
    PAY: 'ما هو آخر شهر توصلتم فيه بالدعم، وفي أي وكالة؟ لا ترسلوا أي رقم بنكي. يكفي أن تجيبوا هنا.',
    HEALTH: 'متى توصلتم بخبر إغلاق الحق؟ وهل لكم موعد علاج قريب؟ أجيبونا هنا بكلمات قليلة.',
    HH: 'ما هو تاريخ الوثيقة التي لديكم (حكم، عقد ازدياد أو شهادة)، وأي مكتب سلمها؟ أجيبونا هنا.',
  },
  granted: {
    any: 'تمت تسوية وضعيتكم. إن بقي أي مشكل فأخبرونا وسنعيد فتح الملف.',
    PAY: 'تمت تسوية ملفكم، وستُصرف لكم المبالغ المتأخرة مع دفعة الشهر المقبل.',
    SCORE: 'صُححت المعطيات وأعيد حساب المؤشر، وأصبحتم تحت العتبة. ستتوصلون بإشعار القبول.',
    HEALTH: 'فُتح حقكم في أمو تضامن من جديد ابتداء من اليوم، ويمكنكم متابعة العلاج دون أداء.',
    REG: 'اكتمل تسجيلكم، وستتوصلون بالمعرف برسالة قصيرة خلال يومين.',
    HH: 'تم تحيين وضعية أسرتكم في السجل، وستحتسب ابتداء من الدفعة المقبلة.',
  },
  partly_granted: {
    any: 'قُبل جزء من طلبكم، والباقي يتوقف على وثيقة سنطلبها نحن من الإدارة المعنية.',
    SCORE: 'صُححت معطيات السكن والممتلكات، أما الدخل المصرح به فبقي كما هو لعدم توفر ما يثبت تغيره.',
  },
  refused: {
    any: 'لم يتغير القرار بعد الدراسة، لأن الشروط المطلوبة غير متوفرة. يمكنكم الطعن فيه.',
    SCORE: 'أعيدت دراسة الملف وبقي المؤشر فوق العتبة. السبب: الدخل المصرح به. يمكنكم الطعن في هذا الجواب.',
  },
  informed: {
    any: 'هذا جواب سؤالكم: يكفي التسجيل في السجلين ثم وضع الطلب، وكل ذلك مجاني في المقاطعة.',
    INFO: 'المعلومة التي طلبتم: البطاقة الوطنية والتسجيل في السجلين كافيان، والخدمة مجانية في المقاطعة.',
    REG: 'نعم، وصل تجديد البطاقة مقبول للسحب خلال ثلاثة أشهر. خذوه معكم إلى الوكالة.',
  },
  not_competent: { any: 'هذا الأمر من اختصاص جهة أخرى، وقد دللناكم عليها.' },
  unreachable: { any: 'حاولنا الاتصال بكم ثلاث مرات ولم نجدكم. أجيبوا في أي وقت ونفتح الملف من جديد.' },
  more: 'هذا ما طلبتم: وضعت الطلب في شهر ماي بالمقاطعة.',
  again: 'أرسلت شكايتي أمس ولا أدري هل وصلت، فأعيدها. ',
  liked: 'جواب واضح وسريع، الله يجازيكم بخير.',
  disliked: 'لم يشرح لي أحد السبب.',
  note: 'اتصلت بالمصلحة المعنية، وعدوا بالجواب خلال يومين. أعاود الاتصال يوم الخميس.',
  sendBack: 'التصنيف غير مناسب، تعاد إلى الفرز.',
  handOver: 'تتكفل بالملف زميلة تعرف الحالة.',
  refer: 'المرجو مرافقة المعني(ة) بالأمر لدى المصلحة المختصة، وموافاتنا بالنتيجة.',
  spam: 'إشهار، لا علاقة له بالخط.',
  restore: 'ليست إشهارا، المواطن ينتظر جوابا.',
  reject: 'لا يدخل طلبكم في اختصاص هذا الخط. المحكمة الابتدائية هي المختصة، ومكتب المساعدة القضائية بها مجاني.',
  rejectReason: 'خارج الاختصاص: نزاع خاص معروض على القضاء.',
  duplicate: 'نفس الطلب لنفس المواطن.',
};

const fr: Words = {
  reply: {
    any: "Nous examinons votre situation avec le service concerné et revenons vers vous cette semaine.",
    PAY: "Nous avons écrit aujourd'hui au service des paiements et vous dirons sa réponse dès réception.",
    SCORE: 'Nous avons demandé la vérification des données de votre indice. Votre droit de recours reste ouvert.',
    HEALTH: 'Nous avons saisi le service de la couverture médicale et suivons votre dossier chaque jour.',
    HH: "La mise à jour de votre ménage est demandée ; aucune autre pièce ne vous sera réclamée.",
    FAIR: 'Merci de votre confiance. Votre signalement est lu par une seule personne et reste confidentiel.',
  },
  ask: {
    any: 'Pour avancer, dites-nous la date de votre demande et le bureau. Il suffit de répondre à ce message.',
    HH: 'Quelle est la date du document que vous avez, et quel bureau l’a remis ? Répondez simplement ici.',
  },
  granted: {
    any: 'Votre situation est régularisée. Si le problème revient, écrivez-nous et nous rouvrirons le dossier.',
    PAY: 'Votre dossier est régularisé : les mois en retard seront versés avec la prochaine mensualité.',
    SCORE: 'Les données sont corrigées et votre indice est repassé sous le seuil. Un avis vous parviendra.',
    REG: "Votre compte est débloqué et rattaché à votre nouveau numéro. Le prochain code y arrivera.",
    HEALTH: 'Vos droits sont rouverts à partir d’aujourd’hui, les soins peuvent continuer sans avance.',
  },
  partly_granted: { any: 'Une partie est acceptée ; pour le reste, nous demandons nous-mêmes la pièce manquante.' },
  refused: {
    any: 'Après examen la décision est maintenue, les conditions ne sont pas réunies. Un recours est possible.',
    HEALTH: "Les cotisations restent dues pour 2023, une activité étant déclarée. Un recours est possible.",
  },
  informed: {
    any: 'Votre demande est bien en cours. Avec votre carte, l’annexe change le numéro en cinq minutes.',
    REG: 'Oui : le récépissé de renouvellement suffit pour retirer votre aide pendant trois mois.',
  },
  not_competent: { any: 'Cette question relève d’un autre service, que nous vous avons indiqué.' },
  unreachable: { any: 'Nous avons appelé trois fois sans vous joindre. Répondez quand vous voulez, nous rouvrirons.' },
  more: 'Voici : demande déposée en mai à l’annexe.',
  again: 'Je ne sais pas si mon message est passé, je le renvoie. ',
  liked: 'Réponse claire et rapide, merci.',
  disliked: 'On ne m’a pas expliqué pourquoi.',
  note: 'Service joint par téléphone, réponse promise sous deux jours. À rappeler jeudi.',
  sendBack: 'Mal classé, retour au tri.',
  handOver: 'Une collègue qui connaît la situation prend le dossier.',
  refer: 'Merci d’accompagner la personne auprès du service compétent et de nous dire le résultat.',
  spam: 'Publicité, sans rapport avec la ligne.',
  restore: 'Ce n’est pas une publicité, la personne attend une réponse.',
  reject: 'Votre demande ne relève pas de cette ligne. Adressez-vous au tribunal ; l’aide juridique y est gratuite.',
  rejectReason: 'Hors compétence : contravention.',
  duplicate: 'Même demande de la même personne.',
};

const en: Words = {
  ...fr,
  reply: { any: 'We are looking into this with the office in charge and will write again this week.' },
  ask: { any: 'Which office did you go to, and when? Please answer here in a few words.' },
  informed: { any: 'Thank you. An English page is planned; until then call us and we will check for you.' },
  liked: 'Quick and clear, thank you.',
};

/** Operators answer in the citizen's language where they write it; Tamazight is answered in Arabic. */
const byLanguage: Readonly<Record<Language, Words>> = { ar, fr, en, zgh: ar };

export const wordsIn = (language: Language | null): Words => byLanguage[language ?? 'ar'];

export const fitting = (list: Fitting, category: string | null): string => list[category ?? 'any'] ?? list.any;
