import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { finalStatuses, roles, type Status, statuses } from '#contract/words';
import { checkMove, type Condition, isFinal, isOpen, legalMoves, type Mover, moves } from '#domain/cases/cases.rules';

const movers: readonly Mover[] = ['citizen', 'operator', 'supervisor', 'system'];
const status = fc.constantFrom(...statuses);
const mover = fc.constantFrom(...movers);
const conditions: readonly Condition[] = [...new Set(moves.flatMap((row) => row.needs))];
const facts = (met: readonly Condition[]): Partial<Record<Condition, boolean>> => Object.fromEntries(met.map((one) => [one, true]));
const rowOf = (from: Status, to: Status, who: Mover) =>
  moves.filter((row) => row.from.includes(from) && row.to.includes(to) && row.who.includes(who));

describe('the table of moves', () => {
  it('never answers twice to one question and never leads where the case already is', () => {
    for (const from of statuses) for (const to of statuses) for (const who of movers) expect(rowOf(from, to, who).length).toBeLessThanOrEqual(from === to ? 0 : 1);
  });

  it('a move outside the table is refused whatever is claimed, and the refusal names the legal ones', () => {
    fc.assert(fc.property(status, status, mover, fc.subarray([...conditions]), (from, to, who, met) => {
      fc.pre(rowOf(from, to, who).length === 0);
      expect(checkMove({ from, to, who, ...facts(met) })).toEqual({ ok: false, code: 'illegal_move', legal: legalMoves(from, who) });
      expect(legalMoves(from, who)).not.toContain(to);
    }), { numRuns: 2000 });
  });

  it('a move in the table succeeds with its conditions, and never with one of them missing', () => {
    for (const row of moves) for (const from of row.from) for (const to of row.to) for (const who of row.who) {
      expect(legalMoves(from, who)).toContain(to);
      expect(checkMove({ from, to, who, ...facts(row.needs) })).toEqual({ ok: true });
      for (const condition of row.needs) {
        const others = row.needs.filter((need) => need !== condition);
        expect(checkMove({ from, to, who, ...facts(others) })).toEqual({ ok: false, code: 'condition_unmet', legal: legalMoves(from, who), condition });
      }
    }
  });
});

describe('who moves a case', () => {
  it('an administrator, an observer or a partner never moves one', () => {
    for (const role of roles.filter((one) => one !== 'operator' && one !== 'supervisor')) {
      for (const from of statuses) {
        expect(legalMoves(from, role)).toEqual([]);
        for (const to of statuses) expect(checkMove({ from, to, who: role, ...facts(conditions) }).ok).toBe(false);
      }
    }
  });

  it('a machine never ends a case that was not answered, unless it was erased once already', () => {
    const ends = [...finalStatuses, 'resolved' as const];
    const others = facts(conditions.filter((one) => one !== 'erased'));
    for (const from of statuses.filter((one) => one !== 'resolved')) {
      for (const to of ends) expect(checkMove({ from, to, who: 'system', ...others }).ok).toBe(false);
    }
    expect(legalMoves('resolved', 'system')).toEqual(['closed']);
  });

  it('a supervisor may do all that an operator may', () => {
    for (const from of statuses) expect(legalMoves(from, 'supervisor')).toEqual(expect.arrayContaining(legalMoves(from, 'operator')));
  });

  it('an operator never declares a case inadmissible nor decides an appeal', () => {
    for (const from of statuses) expect(legalMoves(from, 'operator')).not.toContain('inadmissible');
    expect(legalMoves('under_appeal', 'operator')).not.toContain('closed');
    expect(legalMoves('under_appeal', 'operator')).not.toContain('in_progress');
  });
});

describe('what a citizen can count on', () => {
  it('a case not final can always be withdrawn by its citizen, and a refusal or an answer can always be appealed', () => {
    for (const from of statuses.filter((one) => !isFinal(one))) expect(legalMoves(from, 'citizen')).toContain('withdrawn');
    for (const from of ['resolved', 'closed', 'inadmissible'] as const) {
      expect(checkMove({ from, to: 'under_appeal', who: 'citizen', first_appeal: true })).toEqual({ ok: true });
    }
  });

  it('an open case may go to appeal once the legal date has lapsed, never before', () => {
    for (const from of statuses.filter((one) => isOpen(one) && one !== 'under_appeal')) {
      expect(checkMove({ from, to: 'under_appeal', who: 'citizen', first_appeal: true, legal_lapsed: true }).ok).toBe(true);
      expect(checkMove({ from, to: 'under_appeal', who: 'citizen', first_appeal: true })).toMatchObject({ condition: 'legal_lapsed' });
    }
  });

  it('a case under appeal is never closed by the window or by a survey', () => {
    const others = facts(conditions.filter((one) => one !== 'erased'));
    for (const who of ['system', 'citizen'] as const) expect(checkMove({ from: 'under_appeal', to: 'closed', who, ...others }).ok).toBe(false);
  });

  it('only an inquiry is resolved without being worked on', () => {
    expect(checkMove({ from: 'assigned', to: 'resolved', who: 'operator', outcome: true, told: true })).toMatchObject({ condition: 'inquiry' });
    expect(checkMove({ from: 'assigned', to: 'resolved', who: 'operator', outcome: true, told: true, inquiry: true })).toEqual({ ok: true });
  });

  it('a resolution never goes untold', () => {
    for (const row of moves.filter((one) => one.to.includes('resolved') && !one.from.includes('duplicate'))) expect(row.needs).toContain('told');
  });
});

it('final, resolved and open: a status is exactly one of the three', () => {
  for (const one of statuses) expect([isFinal(one), one === 'resolved', isOpen(one)].filter(Boolean)).toHaveLength(1);
  expect(statuses.filter(isFinal)).toEqual([...finalStatuses]);
});
