import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { roles } from '#contract/words';
import type { StaffActor } from '#db/actor';
import { judge, may, rows, type Place } from '#domain/access/access.rules';

const centre = fc.constantFrom('centre-04', 'centre-06', null);
const organisation = fc.constantFrom('afaq', 'anss', null);
const person: fc.Arbitrary<StaffActor> = fc.record({ kind: fc.constant('staff' as const), id: fc.uuid(), role: fc.constantFrom(...roles), centreId: centre, organisationId: organisation });
const place: fc.Arbitrary<Place> = fc.record({ centreId: centre, restricted: fc.boolean(), referredTo: organisation });

describe('the table of rights', () => {
  it('shows a case to nobody but those who work in its centre, one in a restricted queue to supervisors alone, and to the partner who has it', () => {
    fc.assert(
      fc.property(person, place, (who, object) => {
        const works = who.centreId !== null && who.centreId === object.centreId;
        const has = who.organisationId !== null && who.organisationId === object.referredTo;
        expect(may(who, 'case.read', object)).toBe((works && (who.role === 'supervisor' || (who.role === 'operator' && !object.restricted))) || (has && who.role === 'partner'));
      }),
    );
  });

  it('lets a supervisor sign out the own centre, an administrator any, nobody else one', () => {
    fc.assert(
      fc.property(person, fc.constantFrom('centre-04', 'centre-06'), (who, centreId) => {
        const expected = who.role === 'administrator' || (who.role === 'supervisor' && who.centreId === centreId);
        expect(may(who, 'centre.sign_out', { centreId, restricted: false })).toBe(expected);
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
