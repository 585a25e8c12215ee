import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { roles } from '#contract/words';
import type { StaffActor } from '#db/actor';
import { judge, may, ordinary, rows, type Place } from '#domain/access/access.rules';

const centre = fc.constantFrom('centre-04', 'centre-06', null);
const organisation = fc.constantFrom('afaq', 'anss', null);
const ids = ['one', 'another', 'a third'];
const named = fc.option(fc.subarray(ids, { minLength: 1 }));
const person: fc.Arbitrary<StaffActor> = fc.record({
  kind: fc.constant('staff' as const), id: fc.constantFrom(...ids), role: fc.constantFrom(...roles), centreId: centre, organisationId: organisation,
});
const place: fc.Arbitrary<Place> = fc.record({ centreId: centre, restricted: fc.boolean(), readers: named, blocked: named, referredTo: organisation });

describe('the table of rights', () => {
  it('shows a case to those alone who work in its centre, in a restricted queue to supervisors, and to the partner who has it; sealed to its readers, to nobody in conflict', () => {
    fc.assert(
      fc.property(person, place, (who, object) => {
        const works = who.centreId !== null && who.centreId === object.centreId;
        const has = who.organisationId !== null && who.organisationId === object.referredTo;
        const kept = object.readers?.includes(who.id) === false || object.blocked?.includes(who.id) === true;
        const opened = (works && (who.role === 'supervisor' || (who.role === 'operator' && !object.restricted))) || (has && who.role === 'partner');
        expect(may(who, 'case.read', object)).toBe(opened && !kept);
      }),
    );
  });

  it('lets a supervisor sign out the own centre, an administrator any, nobody else one', () => {
    fc.assert(
      fc.property(person, fc.constantFrom('centre-04', 'centre-06'), (who, centreId) => {
        const expected = who.role === 'administrator' || (who.role === 'supervisor' && who.centreId === centreId);
        expect(may(who, 'centre.sign_out', { ...ordinary, centreId })).toBe(expected);
      }),
    );
  });

  it('never lets more people see a case because it was sealed or somebody blocked', () => {
    fc.assert(
      fc.property(person, place, fc.constantFrom(...ids), (who, object, one) => {
        if (!may(who, 'case.read', { ...object, readers: null, blocked: null })) expect(may(who, 'case.read', object)).toBe(false);
        expect(may({ ...who, id: one }, 'case.read', { ...object, blocked: [...(object.blocked ?? []), one] })).toBe(false);
      }),
    );
  });

  it('shuts what no row opens, and a row that shuts is stronger than any that opens', () => {
    fc.assert(
      fc.property(person, place, fc.subarray([...rows]), (who, object, some) => {
        expect(judge(some.filter(({ does }) => does === 'shuts'))(who, 'case.read', object)).toBe(false);
        const shut = judge([...some, { name: 'all', does: 'shuts', to: roles }]);
        expect(shut(who, 'case.read', object)).toBe(false);
      }),
    );
  });

  it('needs each of its rows: without one, somebody may do more, or less', () => {
    const worlds = fc.sample(fc.tuple(person, place), { numRuns: 2000, seed: 1 });
    for (const row of rows) {
      const without = judge(rows.filter((one) => one !== row));
      const differs = worlds.some(([who, object]) => (['case.read', 'centre.sign_out'] as const).some((verb) => without(who, verb, object) !== may(who, verb, object)));
      expect([row.name, differs]).toEqual([row.name, true]);
    }
  });
});
