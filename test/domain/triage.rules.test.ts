import { describe, expect, it } from 'vitest';
import { provinceIn } from '#domain/territory/territory.rules';
import { findCategory, suggestCategory, taxonomy } from '#domain/triage/category.rules';
import { detectLanguage } from '#domain/triage/language.rules';
import { normalise } from '#domain/triage/normalise.rules';
import { suggestPriority } from '#domain/triage/priority.rules';

type Row = readonly [text: string, language: string, subcategory: string, province: string | null];

/** As citizens write: letter, chat, SMS; with and without accents, hamzas, figures for letters. */
const arabic: Row[] = [
  ['السلام عليكم، لم أتوصل بالدعم منذ شهر غشت رغم قبول طلبي، أنا من إقليم شيشاوة.', 'ar', 'PAY.NEVER', 'MA-CHI'],
  ['توقف الدعم منذ شهرين بدون تفسير، أنا أرملة ولدي ثلاثة أطفال، أسكن بمدينة فاس', 'ar', 'PAY.STOPPED', 'MA-FES'],
  ['ارتفع المؤشر فجأة من 9,2 إلى 9,9 ولم يتغير شيء في حياتنا. جماعة أزيلال', 'ar', 'SCORE.ROSE', 'MA-AZI'],
  ['تم رفض طلبي بدون تعليل، أطلب معرفة السبب', 'ar', 'SCORE.NOREASON', null],
  ['أطالب بتصحيح الحالة العائلية، أنا مطلقة ومازال السجل يعتبر طليقي رب الأسرة', 'ar', 'HH.HEAD', null],
  ['طلب مني عون السلطة رشوة مقابل شهادة السكنى بسيدي سليمان', 'ar', 'FAIR.BRIBE', 'MA-SIL'],
  ['كيف أستفيد من دعم السكن وما هي الشروط؟', 'ar', 'PROG.HOUSING', null],
  ['المؤشر الاجتماعي فوق العتبة رغم أننا أسرة فقيرة بإقليم تارودانت', 'ar', 'SCORE.THRESHOLD', 'MA-TAR'],
  ['أُغلقت حقوقي في أمو تضامن، الحقوق مغلقة منذ يناير وأنا مريض بالسكري. الدار البيضاء', 'ar', 'HEALTH.CLOSED', 'MA-CAS'],
  ['يطالبني الصندوق بأداء الاشتراكات في أمو الشامل وأنا بدون عمل', 'ar', 'HEALTH.CONTRIB', null],
  ['لم تصرف أجور أوراش لشهر دجنبر بجهة مراكش آسفي', 'ar', 'PROG.AWRACH', null],
  ['نحن متضرري الزلزال بإقليم الحوز، لا زلنا في خيمة ولم نتوصل بالدعم', 'ar', 'PROG.DISASTER', 'MA-HAO'],
  ['رفض الموظف تسليمي الوصل بعد إيداع ملفي بعمالة سلا', 'ar', 'STAFF.REFUSED', 'MA-SAL'],
  ['وصلتني رسالة فيها رابط تطلب رقم البطاقة البنكية، أظن أنه نصب باسم الدعم', 'ar', 'FAIR.SCAM', null],
  ['أقترح إحداث شباك خاص بالمسنين في كل مقاطعة', 'ar', 'INFO.IDEA', null],
  ['ما مآل شكايتي رقم ٢٦٤٨٣٩١٧٥٦؟', 'ar', 'INFO.STATUS', null],
  ['تسريب معطياتي الشخصية من طرف موظف بالجديدة', 'ar', 'FAIR.PRIVACY', 'MA-JDI'],
  ['البطاقة الجديدة لم تصل', 'ar', 'INFO.HOW', null],
  ['لم أتوصل بالمعرف الرقمي رغم التسجيل منذ سنة، طنجة', 'ar', 'REG.IDCS', 'MA-TNG'],
];
const darija: Row[] = [
  ['حبسو ليا الدعم هادي شهرين وأنا هجالة عندي جوج دراري، ساكنة فمكناس', 'ar', 'PAY.STOPPED', 'MA-MEK'],
  ['ما توصلتش بالفلوس ديال هاد الشهر', 'ar', 'PAY.NEVER', null],
  ['متوصلتش والو من نهار تقبلت', 'ar', 'PAY.NEVER', null],
  ['علاش رفضوني؟ المؤشر طلع ليا وحنا ما عندنا والو، من الناظور', 'ar', 'SCORE.ROSE', 'MA-NAD'],
  ['القايد جرا عليا وسبني قدام الناس فبني ملال', 'ar', 'STAFF.RUDE', 'MA-BEM'],
  ['كل مرة يقولو رجع غدا، الانتظار بزاف فالمقاطعة ديال وجدة أنكاد', 'ar', 'STAFF.QUEUE', 'MA-OUJ'],
  ['ما خلصوناش فوراش هادي 3 شهور، خريبكة', 'ar', 'PROG.AWRACH', 'MA-KHO'],
  ['باك صاحبي: اللي عندو المعارف كياخد القفة وحنا لا', 'ar', 'FAIR.FAVOUR', null],
  ['السيت ما خدامش والكود ما جاش', 'ar', 'INFO.SITE', null],
  ['بغيت نعرف شنو الوثائق باش نتسجل', 'ar', 'INFO.HOW', null],
  ['سدو ليا أمو وبنتي خاصها الدياليز فالسبيطار ديال أكادير', 'ar', 'HEALTH.CLOSED', 'MA-AGD'],
  ['بدلت النمرة ديالي وما بقيتش كنقدر ندخل', 'ar', 'REG.ACCOUNT', null],
  ['ما كنعرفش نقرا، ساعدوني نعمر الورقة', 'ar', 'INFO.HELP', null],
  ['عندي 70 عام وما كنعرفش نقرا', 'ar', 'INFO.HELP', null],
  ['بغيت نسجل ولدي والمقدم ما بغاش يعطيني شهادة السكنى', 'ar', 'STAFF.REFUSED', null],
  ['المرشح ديال الحزب كيوزع القفة باش نصوتو عليه', 'ar', 'FAIR.ELECTORAL', null],
  ['جاني ميساج كيقول ليا عطينا رقم لاكارط باش تشد الدعم', 'ar', 'FAIR.SCAM', null],
  ['راجلي مات والاسم ديالو باقي فالسجل، صفرو', 'ar', 'HH.STATUS', 'MA-SEF'],
];
const arabizi: Row[] = [
  ['salam, 7bsou liya da3m hadi chhrayn w ana hajala 3ndi 2 drari, f casa', 'ar', 'PAY.STOPPED', 'MA-CAS'],
  ['ma tweseltch b flous dyal had chhar', 'ar', 'PAY.NEVER', null],
  ['matwesseltch b walo', 'ar', 'PAY.NEVER', null],
  ['3lach rfdouni? lmo2achir tla3 liya w hna ma 3ndna walo', 'ar', 'SCORE.ROSE', null],
  ['l9ayd jra 3liya w sebni, 7ogra f fes', 'ar', 'STAFF.RUDE', 'MA-FES'],
  ['tlb mni flous bach ydouz lmilaf, rchwa f Khouribga', 'ar', 'FAIR.BRIBE', 'MA-KHO'],
  ['site ma khdamch o lcode majach', 'ar', 'INFO.SITE', null],
  ['bghit n3ref chno lwra9 li khassni', 'ar', 'INFO.HOW', null],
  ['ma khelsounach f wrach mn chhar 12', 'ar', 'PROG.AWRACH', null],
  ['waa3 3lach ma3tawnich l9offa d ramdan 3tawha ghir l s7abhom', 'ar', 'PROG.LOCAL', null],
  ['fin wsel dossier dyali ? safi 3yit', 'ar', 'INFO.STATUS', null],
];
const french: Row[] = [
  ["Bonjour, je n'ai rien reçu depuis trois mois alors que ma demande est acceptée. Province de Taroudannt.", 'fr', 'PAY.NEVER', 'MA-TAR'],
  ["L'aide est suspendue sans explication, je suis veuve avec deux enfants à Béni Mellal", 'fr', 'PAY.STOPPED', 'MA-BEM'],
  ["Mon indice a augmenté sans raison, j'habite à Salé", 'fr', 'SCORE.ROSE', 'MA-SAL'],
  ['On me réclame des cotisations TNS alors que j’ai AMO Tadamon', 'fr', 'HEALTH.CONTRIB', null],
  ["Le moqaddem m'a insulté devant tout le monde, Kénitra", 'fr', 'STAFF.RUDE', 'MA-KEN'],
  ['Comment bénéficier de la prime de rentrée scolaire ?', 'fr', 'PROG.SCHOOL', null],
  ['code sms non recu plateforme en panne', 'fr', 'INFO.SITE', null],
  ['On m’a demandé un pot-de-vin à l’annexe de Ouarzazate', 'fr', 'FAIR.BRIBE', 'MA-OUA'],
  ['Mon nouveau-né n’est pas pris en compte, certificat joint. Laâyoune', 'fr', 'HH.CHILD', 'MA-LAA'],
  ['SVP mon identifiant IDCS perdu', 'fr', 'REG.IDCS', null],
  ['le directeur de l agence wafacash a pris 50 dh de frais', 'fr', 'PAY.AGENT', null],
  ['voisin riche avec voiture bénéficie de l’aide, c’est une fraude', 'fr', 'FAIR.UNDUE', null],
  ['c est tres sale et la file d attente est longue', 'fr', 'STAFF.QUEUE', null],
];
const others: Row[] = [
  ['ⴰⵣⵓⵍ, ⵓⵔ ⵉⵢⵉ ⴷ ⵉⵡⵉⴹ ⵡⴰⵍⵓ', 'zgh', 'INFO.HOW', null],
  ['Azul, ur ufighd idrimn', 'zgh', 'INFO.HOW', null],
  ['I have never received the payment and my file is in Marrakech', 'en', 'PAY.NEVER', 'MA-MAR'],
  ['hello, my husband died and they stopped the aid, what can I do', 'en', 'PAY.STOPPED', null],
  ['123456', 'ar', 'INFO.HOW', null],
  ['👍🏽', 'ar', 'INFO.HOW', null],
];

describe.each([['Arabic', arabic], ['Darija', darija], ['Arabizi', arabizi], ['French', french], ['other', others]])(
  'a message in %s is brought to who can answer it',
  (_name, rows) => {
    it.each(rows)('%s', (text, language, subcategory, province) => {
      expect({ language: detectLanguage(text).language, subcategory: suggestCategory(text).subcategory, province: provinceIn(text) })
        .toEqual({ language, subcategory, province });
    });
  },
);

describe('language', () => {
  it('Darija in Latin letters is known as such, French with figures is not', () => {
    for (const [text] of arabizi) expect(detectLanguage(text)).toMatchObject({ script: 'latin', arabizi: true });
    for (const [text] of french) expect(detectLanguage(text).arabizi).toBe(false);
    expect(detectLanguage('RDV le 3eme jour, carte AB123456, service 24h')).toEqual({ language: 'fr', script: 'latin', arabizi: false });
  });

  it('an address pasted into an Arabic message does not make it French', () => {
    expect(detectLanguage('الموقع https://www.asd.ma/fr/demande/de/la/page ما خدامش').language).toBe('ar');
  });
});

describe('category', () => {
  it('every suggestion is a code of the taxonomy, whatever the text', () => {
    for (const [text] of [...arabic, ...darija, ...arabizi, ...french, ...others]) {
      const { category, subcategory } = suggestCategory(text);
      expect(findCategory(subcategory)).toEqual({ category, subcategory });
    }
    expect(taxonomy).toHaveLength(10);
    expect(taxonomy.flatMap((category) => category.sub)).toHaveLength(51);
    expect(findCategory('PAY')).toEqual({ category: 'PAY', subcategory: null });
    expect(findCategory('PAY.NO')).toBeNull();
    expect(findCategory('__proto__')).toBeNull();
  });

  it('a citizen who sends back the name of a subcategory is always understood', () => {
    const names = taxonomy.flatMap(({ sub }) => sub.flatMap(({ code, ar, fr, en }) => [ar, fr, en].map((name) => [code, name])));
    for (const [code, name] of names) expect([suggestCategory(name ?? '').subcategory, name]).toEqual([code, name]);
  });

  it('a text without a known word is an enquiry with score 0, never refused', () => {
    expect(suggestCategory('')).toEqual({ category: 'INFO', subcategory: 'INFO.HOW', score: 0, needsHuman: false });
  });

  it('a word said in every complaint never decides against a telling one', () => {
    expect(suggestCategory('الدعم الدعم الدعم، المؤشر').category).toBe('SCORE');
    expect(suggestCategory('veuve avec enfants, moqaddem du quartier, cotisations').category).toBe('HEALTH');
  });

  it('the two-part negation is one word in every spelling', () => {
    const all = ['ما توصلتش', 'ماتوصلتش', 'متوصلتش', 'ma tweseltch', 'matwesltch b walo'].map((text) => suggestCategory(text).subcategory);
    expect(new Set(all)).toEqual(new Set(['PAY.NEVER']));
  });

  it('integrity, threat and self-harm always call a human, an ordinary complaint does not', () => {
    const calls = (text: string): boolean => suggestCategory(text).needsHuman;
    expect(calls('طلبو مني الفلوس باش يعطيوني الشهادة')).toBe(true);
    expect(calls('المؤشر طلع ليا، وغادي نحرق راسي قدام القيادة')).toBe(true);
    expect(calls('bghit nmout, ma b9a liya walo')).toBe(true);
    expect(calls('je vais me tuer si on ne me répond pas')).toBe(true);
    expect(calls('le paiement est en retard, corruption partout, indice, seuil, score')).toBe(true);
    expect(calls('ما توصلتش بالدعم')).toBe(false);
    expect(calls('je paie en retard mon loyer, un lien de parenté')).toBe(false);
  });
});

describe('priority', () => {
  const complaint = (text: string) => {
    const { category, subcategory } = suggestCategory(text);
    return suggestPriority({ kind: 'complaint', category, subcategory, text });
  };

  it('whoever may be hurt is read first, whatever the kind of message', () => {
    expect(complaint('راجلي كيضربني وكيهددني')).toEqual({ priority: 'urgent', reason: 'danger' });
    expect(suggestPriority({ kind: 'suggestion', category: 'INFO', subcategory: null, text: 'je vais mettre fin à mes jours' }).priority).toBe('urgent');
    expect(complaint('سدو ليا أمو وبنتي خاصها الدياليز')).toEqual({ priority: 'urgent', reason: 'vital_care' });
  });

  it('who lost income, care or roof, or cannot wait, comes before the rest', () => {
    expect(complaint('حبسو ليا الدعم').reason).toBe('cut_off');
    expect(complaint('الدار طاحت وحنا فالزنقة').reason).toBe('destitution');
    expect(complaint('نصبو عليا').reason).toBe('integrity');
    expect(complaint('أنا أرملة والمؤشر طلع ليا').reason).toBe('vulnerable');
    expect(complaint('المؤشر طلع ليا')).toEqual({ priority: 'normal', reason: 'routine' });
    expect(suggestPriority({ kind: 'inquiry', category: 'PAY', subcategory: 'PAY.STOPPED', text: 'توقف الدعم' }).priority).toBe('normal');
  });
});

it('no text, however contrived, keeps the triage busy', () => {
  const rules = [normalise, detectLanguage, suggestCategory, provinceIn];
  const letters = ['a', 'ا', 'ما', 'ش', 'ma', 'ch', '\u064b', '\u200f', ' ', '2', 'الكود ما جاش ', 'a!', 'ⴰ', 'وبال'];
  for (const letter of letters) {
    const short = letter.repeat(30);
    const long = letter.repeat(10_000).slice(0, 10_000);
    for (const [text, most] of [[short, 50], [long, 500]] as const) {
      for (const rule of rules) {
        // The best of three: a busy machine may interrupt one.
        const spent = [1, 2, 3].map(() => {
          const start = performance.now();
          rule(text);
          return performance.now() - start;
        });
        expect(Math.min(...spent)).toBeLessThan(most);
      }
    }
  }
});
