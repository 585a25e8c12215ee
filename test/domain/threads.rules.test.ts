import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { statuses, type Status } from '#contract/words';
import { choiceOf, commandOf, isThanks, yesOrNo } from '#domain/threads/commands.rules';
import { decide, type Decision, type Heard, type OwnCase, type Question, type Thread } from '#domain/threads/threads.rules';

const at = new Date('2026-11-22T10:00:00Z');
const ago = (ms: number): Date => new Date(at.getTime() - ms);
const [second, minute, hour, day] = [1000, 60_000, 3_600_000, 86_400_000];

const quiet: Thread = { language: null, stopped: false, question: null, askedAt: null, askedTimes: 0 };
const heard = (text: string, more: Partial<Heard> = {}): Heard => ({
  text, at, answerable: true, nobody: false, danger: false, heldAt: null, files: false, repliesTo: null, named: [], namesOther: false, recent: 1, previous: null, waited: false, ...more,
});
const own = (id: string, more: Partial<OwnCase> = {}): OwnCase => ({ id, reference: `100000000${id}`, status: 'assigned', begunHere: true, lastAt: ago(day), overAt: null, questionAt: null, ...more });
const asked = (question: Question, more: Partial<Thread> = {}): Thread => ({ ...quiet, question, askedAt: ago(hour), askedTimes: 1, ...more });
const matter = 'توقف عني الدعم منذ شهرين ولا أعرف السبب';

describe('rule 3: pieces of one message', () => {
  it('go where the piece before them went, even where several cases are open', () => {
    const cases = [own('1'), own('2')];
    expect(decide(quiet, heard('والبطاقة ضاعت لي', { previous: { caseId: '2', at: ago(30 * second) } }), cases)).toMatchObject({ to: 'case', caseId: '2', say: null });
  });
  it('are no pieces any more after a minute and a half', () => {
    expect(decide(quiet, heard(matter, { previous: { caseId: '2', at: ago(91 * second) } }), [own('1'), own('2')])).toMatchObject({ to: 'held' });
  });
});

describe('rule 4: words for the line itself', () => {
  it.each([
    ['STOP', 'stop'], ['arrêt', 'stop'], ['تَوقّف', 'stop'], ['إيقاف', 'stop'], ['إلغاء الاشتراك', 'stop'], ['7bes', 'stop'], ['désinscrire.', 'stop'],
    ['start', 'start'], ['ابدأ', 'start'], ['AIDE', 'help'], ['Help!', 'help'], ['مساعدة', 'help'], ['?', 'help'], ['؟', 'help'], ['', 'help'], ['  ', 'help'],
    ['Suivi 2648391756', 'status'], ['تتبع ٢٦٤٨٣٩١٧٥٦', 'status'], ['264 839 1756 suivi', 'status'], ['تتبع', 'status'],
    ['nouveau', 'new'], ['جديد', 'new'], ['Agent', 'human'], ['موظف', 'human'], ['rouvrir', 'reopen'], ['إعادة فتح 2648391756', 'reopen'],
  ])('%j is heard as %s', (text, name) => {
    expect(commandOf(text)?.name).toBe(name);
  });
  it.each(['توقف الدعم منذ شهرين', 'stop à la corruption', 'aide sociale suspendue', 'جديد الدعم', 'suivi de mon dossier svp', '2648391756', 'agent malpoli', 'help me please my aid'])('%j is a matter, and no command', (text) => {
    expect(commandOf(text)).toBeNull();
  });
  it('stop is confirmed and ends the questions of the line, and whoever stopped can still file', () => {
    expect(decide(asked({ name: 'new_matter' }), heard('STOP'), [])).toMatchObject({ to: 'line', effect: 'stop', say: { name: 'stopped' }, question: null });
    expect(decide({ ...quiet, stopped: true }, heard(matter), [])).toMatchObject({ to: 'new' });
  });
  it('status answers a reference of this phone, and tells nothing of any other, nor which there are', () => {
    const cases = [own('1', { reference: '2648391756' }), own('2')];
    expect(decide(quiet, heard('suivi 2648391756', { named: ['1'] }), cases)).toMatchObject({ to: 'line', say: { name: 'status', caseId: '1' } });
    const strangers = decide(quiet, heard('suivi 2648391756', { namesOther: true }), [own('2')]);
    expect(strangers).toEqual(decide(quiet, heard('suivi 1234567899'), [own('2')]));
    expect(strangers).toMatchObject({ to: 'line', say: { name: 'not_yours' } });
    expect(decide(quiet, heard('suivi'), cases)).toMatchObject({ say: { name: 'name_reference' } });
  });
  it('new begins a case with the next text, whatever else is open', () => {
    expect(decide(quiet, heard('جديد'), [own('1')])).toMatchObject({ to: 'line', question: { name: 'new_matter' } });
    expect(decide(asked({ name: 'new_matter' }), heard(matter), [own('1')])).toMatchObject({ to: 'new', question: null });
  });
  it('a call for a person goes to the open case, or opens an inquiry', () => {
    expect(decide(quiet, heard('موظف'), [own('1')])).toMatchObject({ to: 'case', caseId: '1' });
    expect(decide(quiet, heard('agent'), [])).toMatchObject({ to: 'new', inquiry: true });
  });
  it('a picture that says stop is a matter', () => {
    expect(decide(quiet, heard('stop', { files: true }), [])).toMatchObject({ to: 'new' });
  });
});

describe('rule 5: a reference', () => {
  it('of this phone takes the text there, and what was held with it', () => {
    const question: Question = { name: 'which_case', cases: ['1', '2'] };
    expect(decide(asked(question), heard('1000000002 منذ شهرين', { named: ['2'] }), [own('1'), own('2')])).toMatchObject({ to: 'case', caseId: '2', withHeld: '2', question: null });
  });
  it('of somebody else attaches nowhere and asks nothing', () => {
    expect(decide(quiet, heard(matter, { namesOther: true }), [own('1')])).toEqual({ to: 'new', flag: 'names_other', say: null });
  });
  it('of somebody else in the answer to a question of ours is part of the answer', () => {
    expect(decide(quiet, heard('رقمي في السجل 1000000009', { namesOther: true }), [own('1', { status: 'awaiting_citizen' })])).toMatchObject({ to: 'case', caseId: '1' });
  });
});

it('rule 6: a reply to a message goes to its case, unless it is a word for the line', () => {
  expect(decide(quiet, heard('STOP', { repliesTo: '2' }), [own('1'), own('2')])).toMatchObject({ to: 'line', effect: 'stop' });
  expect(decide(quiet, heard('نعم توصلت', { repliesTo: '2' }), [own('1'), own('2')])).toMatchObject({ to: 'case', caseId: '2' });
});

describe('rule 7: a question of the line', () => {
  const which = asked({ name: 'which_case', cases: ['1', '2'] });
  const cases = [own('1'), own('2')];
  it('is answered by a number, in any digits, and what was held goes there', () => {
    expect(decide(which, heard('٢'), cases)).toMatchObject({ to: 'line', withHeld: '2', question: null });
    expect(decide(which, heard('3'), cases)).toMatchObject({ to: 'line', withHeld: 'new' });
  });
  it('that is not answered is asked once more, and then a person sees what was written', () => {
    expect(decide(which, heard('شحال من واحد'), cases)).toMatchObject({ to: 'held', say: { name: 'which_case' } });
    expect(decide({ ...which, askedTimes: 2 }, heard('شحال من واحد'), cases)).toMatchObject({ to: 'new', flag: 'unclear', withHeld: 'new', question: null, say: null });
  });
  it('stands for three days, and is then forgotten', () => {
    expect(decide({ ...which, askedAt: ago(73 * hour) }, heard('2'), [own('1')])).toMatchObject({ to: 'case', caseId: '1' });
  });
  it('leads from a rating to whether it is solved, to the reopening', () => {
    const over = [own('1', { status: 'resolved', overAt: ago(hour) })];
    expect(decide(asked({ name: 'rating', caseId: '1' }), heard('4'), over)).toMatchObject({ to: 'line', say: { name: 'ask_solved' }, question: { name: 'solved', caseId: '1', rating: 4 } });
    expect(decide(asked({ name: 'solved', caseId: '1', rating: 4 }), heard('نعم'), over)).toMatchObject({ effect: { rate: '1', rating: 4, solved: true }, say: { name: 'rated' }, question: null });
    expect(decide(asked({ name: 'solved', caseId: '1', rating: 1 }), heard('non'), over)).toMatchObject({ effect: { rate: '1', rating: 1, solved: false }, question: { name: 'reopening', caseId: '1' } });
    expect(decide(asked({ name: 'reopening', caseId: '1' }), heard('1'), over)).toMatchObject({ effect: { reopen: '1' }, say: null });
  });
  it('is not answered by a photo, whatever is written under it, nor by a number that the case has left', () => {
    const over = [own('1', { status: 'resolved', overAt: ago(hour) })];
    expect(decide(asked({ name: 'rating', caseId: '1' }), heard('1', { files: true }), over)).toMatchObject({ to: 'new' });
    expect(decide(which, heard('1', { files: true }), cases)).toMatchObject({ to: 'held' });
    for (const question of [{ name: 'rating', caseId: '9' }, { name: 'reopening', caseId: '9' }] as const) expect(decide(asked(question), heard('1'), over)).not.toHaveProperty('effect');
    expect(decide(asked({ name: 'rating', caseId: '9' }), heard('4'), over)).not.toMatchObject({ to: 'line' });
  });
  it('about a rating does not insist: other words go on as if it were not there', () => {
    expect(decide(asked({ name: 'rating', caseId: '1' }), heard(matter), [own('1', { status: 'resolved', overAt: ago(hour) })])).toMatchObject({ to: 'new', follows: '1' });
  });
});

describe('what stands when a text was written', () => {
  const rating = asked({ name: 'rating', caseId: '1' });
  const over = own('1', { status: 'resolved', overAt: ago(hour) });
  it('is what was asked before it: a number of five minutes earlier rates nothing', () => {
    expect(decide({ ...rating, askedAt: ago(-5 * minute) }, heard('2'), [over])).not.toMatchObject({ to: 'line' });
    expect(decide(quiet, heard('3'), [own('2', { status: 'awaiting_citizen', questionAt: ago(-minute) }), own('3')])).not.toMatchObject({ to: 'case', caseId: '2' });
  });
  it('is the question of an operator where that came later: the answer reaches who asked', () => {
    expect(decide(rating, heard('3'), [over, own('2', { status: 'awaiting_citizen', questionAt: ago(minute) })])).toMatchObject({ to: 'case', caseId: '2' });
    expect(decide(rating, heard('3'), [over, own('2', { status: 'awaiting_citizen', questionAt: ago(2 * hour) })])).toMatchObject({ to: 'line', say: { name: 'ask_solved' } });
  });
});

describe('rule 8: one open case', () => {
  it('that was touched in the last week takes the text, and no answer goes out', () => {
    expect(decide(quiet, heard(matter), [own('1', { lastAt: ago(6 * day) })])).toEqual({ to: 'case', caseId: '1', after: false, say: null });
    expect(decide(quiet, heard(matter), [own('1', { lastAt: ago(8 * day) })])).toMatchObject({ to: 'new' });
  });
  it('that was filed elsewhere with this number takes none: the phone may be somebody else’s', () => {
    expect(decide(quiet, heard(matter), [own('1', { begunHere: false })])).toMatchObject({ to: 'new' });
  });
});

describe('rule 9: several open cases', () => {
  it('take nothing until the person says which, by references alone', () => {
    expect(decide(quiet, heard(matter), [own('1'), own('2')])).toEqual({
      to: 'held', say: { name: 'which_case', references: ['1000000001', '1000000002'] }, question: { name: 'which_case', cases: ['1', '2'] },
    });
  });
  it('and no answer for a day: what was held opens a case that a person sorts', () => {
    expect(decide(asked({ name: 'which_case', cases: ['1', '2'] }), heard(matter, { waited: true }), [own('1'), own('2')])).toMatchObject({ to: 'new', flag: 'unclear', withHeld: 'new', question: null });
  });
  it('ask nothing of who cannot be answered or wants no messages', () => {
    expect(decide(quiet, heard(matter, { answerable: false }), [own('1'), own('2')])).toMatchObject({ to: 'new', flag: 'unclear', say: null });
    expect(decide({ ...quiet, stopped: true }, heard(matter), [own('1'), own('2')])).toMatchObject({ to: 'new', say: null });
  });
});

describe('rule 9, spared', () => {
  it('is whoever only thanks: the case that was touched last has it', () => {
    expect(decide(quiet, heard('شكرا'), [own('1', { lastAt: ago(hour) }), own('2', { lastAt: ago(minute) })])).toEqual({ to: 'case', caseId: '2', after: false, say: null });
  });
  it('is a piece of what was asked about a moment ago: it waits along, and is not asked about again', () => {
    const which = asked({ name: 'which_case', cases: ['1', '2'] });
    expect(decide(which, heard('مشيت للمقاطعة', { heldAt: ago(8 * second) }), [own('1'), own('2')])).toEqual({ to: 'held', say: null });
    expect(decide(which, heard('مشيت للمقاطعة', { heldAt: ago(2 * minute) }), [own('1'), own('2')])).toMatchObject({ to: 'held', say: { name: 'which_case' } });
  });
});

describe('rule 10: after the answer', () => {
  const over = (days: number): OwnCase[] => [own('1', { status: 'closed', overAt: ago(days * day) })];
  it('thanks and short words are kept on the case, and open nothing', () => {
    for (const text of ['شكرا بزاف', 'merci beaucoup', 'الله يحفظكم', 'ok']) expect(decide(quiet, heard(text), over(3)), text).toMatchObject({ to: 'case', caseId: '1', after: true, say: null });
  });
  it('a new matter opens a case that names the one before', () => {
    expect(decide(quiet, heard(matter), over(3))).toMatchObject({ to: 'new', follows: '1' });
    expect(decide(quiet, heard('', { files: true }), over(3))).toMatchObject({ to: 'new', follows: '1' });
  });
  it('and after two weeks even thanks are a new matter', () => {
    expect(decide(quiet, heard('شكرا بزاف'), over(15))).toEqual({ to: 'new', say: null });
  });
});

it('rule 11: anything else begins a case', () => {
  expect(decide(quiet, heard(matter), [])).toEqual({ to: 'new', say: null });
});

describe('rule 11: where somebody lives', () => {
  const where = asked({ name: 'place', caseId: '1' });
  it('is told by the name of a town, and the words are of the case', () => {
    expect(decide(where, heard('فاس'), [own('1')])).toEqual({ to: 'case', caseId: '1', after: false, province: 'MA-FES', say: null, question: null });
    expect(decide(where, heard('je suis a Oujda'), [own('1'), own('2')])).toMatchObject({ caseId: '1', province: 'MA-OUJ' });
  });
  it('is asked for once more with an example, and then never again', () => {
    const unknown = heard('دوار بوعزة', { previous: { caseId: '1', at: ago(hour) } });
    expect(decide(where, unknown, [own('1')])).toMatchObject({ to: 'case', caseId: '1', say: { name: 'ask_place' }, question: { name: 'place' } });
    expect(decide({ ...where, askedTimes: 2 }, unknown, [own('1')])).toMatchObject({ to: 'case', caseId: '1', say: null, question: null });
  });
  it('is not asked again of a piece of the complaint, of longer words, of thanks, nor of an answer to an operator', () => {
    for (const said of [heard('دوار بوعزة', { previous: { caseId: '1', at: ago(minute) } }), heard(matter), heard('شكرا')])
      expect(decide(where, said, [own('1')])).toEqual({ to: 'case', caseId: '1', after: false, say: null });
    expect(decide(where, heard('لا أعرف'), [own('1'), own('2', { status: 'awaiting_citizen' })])).toMatchObject({ caseId: '2', say: null });
  });
  it('is nothing any more once the case is over, or is another number’s', () => {
    expect(decide(where, heard('فاس'), [own('1', { status: 'closed', overAt: ago(hour) })])).not.toHaveProperty('province');
    expect(decide(where, heard('فاس'), [own('2')])).not.toHaveProperty('province');
  });
});

it('rule 12: two people on one phone keep two cases: the second says so, and each reference leads to its own', () => {
  const cases = [own('1'), own('2')];
  expect(decide(quiet, heard('1000000001 ...', { named: ['1'] }), cases)).toMatchObject({ caseId: '1' });
  expect(decide(quiet, heard('1000000002 ...', { named: ['2'] }), cases)).toMatchObject({ caseId: '2' });
});

describe('rule 14: words of danger', () => {
  const danger = heard('راجلي كيضربني', { danger: true });
  it('are of the only open case, or of the one that is named or was just written about', () => {
    expect(decide(quiet, danger, [own('1')])).toMatchObject({ to: 'case', caseId: '1' });
    expect(decide(quiet, { ...danger, named: ['2'] }, [own('1'), own('2')])).toMatchObject({ to: 'case', caseId: '2' });
    expect(decide(quiet, { ...danger, previous: { caseId: '1', at: ago(second) } }, [own('1'), own('2')])).toMatchObject({ to: 'case', caseId: '1' });
  });
  it('are never held, nor asked about, nor taken for an answer: with several open they begin one of their own, with what waited', () => {
    expect(decide(asked({ name: 'which_case', cases: ['1', '2'] }), { ...danger, heldAt: ago(minute) }, [own('1'), own('2')])).toEqual({ to: 'new', say: null, question: null, withHeld: 'new' });
    expect(decide(asked({ name: 'place', caseId: '1' }), danger, [own('1')])).toEqual({ to: 'case', caseId: '1', after: false, say: null });
    for (const one of [own('1', { status: 'closed', overAt: ago(hour) }), own('1', { lastAt: ago(8 * day) })]) expect(decide(quiet, danger, [one])).toMatchObject({ to: 'new' });
    expect(decide(asked({ name: 'new_matter' }), danger, [own('1')])).toMatchObject({ to: 'new', question: null });
  });
});

it('a name or a short code begins no case: no citizen writes from there', () => {
  expect(decide(quiet, heard('Profitez de notre promo', { nobody: true, answerable: false }), [])).toEqual({ to: 'line', say: null });
});

it('a mark in the place of what cannot be shown is no word: a thumb after an answer opens nothing', () => {
  expect(decide(quiet, heard('[unsupported reaction]'), [own('1', { status: 'resolved', overAt: ago(hour) })])).toMatchObject({ to: 'case', after: true });
});

it('rule 14: whoever floods is heard in one place, and nothing is said', () => {
  const flood = heard(matter, { recent: 21, previous: { caseId: '1', at: ago(minute) } });
  expect(decide(quiet, flood, [own('1'), own('2')])).toMatchObject({ to: 'case', caseId: '1', say: null });
  expect(decide(quiet, heard('aide', { recent: 21 }), [])).toMatchObject({ to: 'new', say: null });
});

const question = fc.oneof(
  fc.record({ name: fc.constant('which_case' as const), cases: fc.array(fc.constantFrom('1', '2', '3', '4')) }),
  fc.constant({ name: 'new_matter' as const }),
  fc.record({ name: fc.constant('place' as const), caseId: fc.constantFrom('1', '9') }),
  fc.record({ name: fc.constant('rating' as const), caseId: fc.constantFrom('1', '9') }),
  fc.record({ name: fc.constant('solved' as const), caseId: fc.constantFrom('1', '9'), rating: fc.integer({ min: 1, max: 5 }) }),
  fc.record({ name: fc.constant('reopening' as const), caseId: fc.constantFrom('1', '9') }),
);
const instant = fc.integer({ min: 0, max: 30 * day }).map(ago);
const anyThread = fc.record({ language: fc.constant(null), stopped: fc.boolean(), question: fc.option(question), askedAt: fc.option(instant), askedTimes: fc.nat(3) });
const anyText = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('1', '2', '٣', 'stop', 'شكرا', 'new', 'suivi 1000000001', 'فاس', 'دوار', matter));
const anyHeard = fc.record({
  text: anyText, at: fc.constant(at), answerable: fc.boolean(), nobody: fc.boolean(), danger: fc.boolean(), heldAt: fc.option(instant), files: fc.boolean(), repliesTo: fc.option(fc.constantFrom('1', '2', '9')), named: fc.subarray(['1', '2', '3']),
  namesOther: fc.boolean(), recent: fc.integer({ min: 1, max: 40 }), previous: fc.option(fc.record({ caseId: fc.constantFrom('1', '2', '9'), at: instant })), waited: fc.boolean(),
});
const anyOwn = fc.uniqueArray(
  fc.record({ id: fc.constantFrom('1', '2', '3', '4'), reference: fc.constantFrom('1000000001', '1000000002'), status: fc.constantFrom<Status>(...statuses), begunHere: fc.boolean(), lastAt: instant, overAt: fc.option(instant), questionAt: fc.option(instant) }),
  { selector: ({ id }) => id },
);

describe('whatever is written, by whomever', () => {
  const goesTo = (decision: Decision): string[] => [...(decision.to === 'case' ? [decision.caseId] : []), ...(decision.withHeld !== undefined && decision.withHeld !== 'new' ? [decision.withHeld] : [])];

  it('one thing happens, and words go to an own case that takes them, or nowhere', () => {
    fc.assert(
      fc.property(anyThread, anyHeard, anyOwn, (thread, said, cases) => {
        const decision = decide(thread, said, cases);
        for (const id of goesTo(decision)) {
          const found = cases.find((one) => one.id === id);
          expect(found).toBeDefined();
          const takes: readonly Status[] = decision.to === 'case' && decision.after ? ['resolved', 'closed', 'inadmissible'] : ['received', 'in_triage', 'assigned', 'in_progress', 'awaiting_citizen', 'referred', 'under_appeal', 'duplicate'];
          expect(takes).toContain(found?.status);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('nothing is said to who cannot be answered, and held words wait only for a question that was asked', () => {
    fc.assert(
      fc.property(anyThread, anyHeard, anyOwn, (thread, said, cases) => {
        const decision = decide(thread, said, cases);
        if (!said.answerable) expect(decision.say).toBeNull();
        // Held again without a word: a piece of what was asked about a moment ago.
        if (decision.to === 'held' && (decision.say !== null || said.heldAt === null)) expect(decision).toMatchObject({ say: { name: 'which_case' }, question: { name: 'which_case' } });
        if (said.danger || said.nobody) expect([decision.to, decision.say]).not.toContain('held');
        if (said.waited) expect(decision.to).not.toBe('held');
      }),
      { numRuns: 2000 },
    );
  });
});

it('yes, no, a number and thanks are read in every way they are typed', () => {
  for (const text of ['1', '١', 'نعم', 'Oui', 'wakha', 'ايه']) expect(yesOrNo(text), text).toBe(true);
  for (const text of ['2', 'لا', 'NON.', 'la']) expect(yesOrNo(text), text).toBe(false);
  for (const text of ['12', 'oui mais non', 'peut-être', '']) expect(yesOrNo(text), text).toBeNull();
  expect([choiceOf('٣', 5), choiceOf(' 5. ', 5), choiceOf('6', 5), choiceOf('0', 5), choiceOf('1 2', 5)]).toEqual([3, 5, null, null, null]);
  expect(isThanks('الله يحفظكم شكرا لكم')).toBe(false);
  expect(isThanks('شكرا')).toBe(true);
});
