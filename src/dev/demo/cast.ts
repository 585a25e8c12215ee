import { inArray } from 'drizzle-orm';
import type { Language, Role } from '#contract/words';
import { system, type StaffActor } from '#db/actor';
import type { Database } from '#db/client';
import { staff } from '#db/schema/tables';
import type { Place } from '#domain/access/access.rules';
import type { Context } from '#domain/context';
import { putOrganisation } from '#domain/referrals/organisations.actions';
import { putStaff } from '#domain/staff/accounts.actions';
import { actorOf } from '#domain/staff/session.actions';
import { hashPassword } from '#lib/password';

type Person = { login: string; name: string; role: Role; language: Language; centreId: string | null; organisationId?: string };

const rabat = 'centre-04';
const casablanca = 'centre-06';
/** The association that has a login. */
export const association = 'afaq';

/** Those whose login is announced. */
export const leading: readonly Person[] = [
  { login: 'operator', name: 'سلمى بنعيسى', role: 'operator', language: 'ar', centreId: rabat },
  { login: 'operator2', name: 'Yassine Mernissi', role: 'operator', language: 'fr', centreId: rabat },
  { login: 'supervisor', name: 'نادية الوالي', role: 'supervisor', language: 'ar', centreId: rabat },
  { login: 'operator3', name: 'هند الكتاني', role: 'operator', language: 'ar', centreId: casablanca },
  { login: 'administrator', name: 'Adil Sekkat', role: 'administrator', language: 'fr', centreId: null },
  { login: 'observer', name: 'Leïla Harti', role: 'observer', language: 'fr', centreId: null },
  { login: 'partner', name: 'جمعية آفاق للتضامن', role: 'partner', language: 'ar', centreId: null, organisationId: association },
];

const colleagueNames: readonly (readonly [number: string, name: string])[] = [
  ['01', 'إكرام الطود'], ['02', 'سفيان بوعرفة'], ['03', 'Kenza Lahbabi'], ['05', 'عادل أمزيان'], ['07', 'مريم الحوزي'],
  ['08', 'إبراهيم أوعلي'], ['09', 'Siham Outaleb'], ['10', 'الغالية أبيدار'], ['11', 'سيدي أحمد بلال'], ['12', 'منينة الشيخ'],
];
/** One operator in each of the other ten centres, so that the whole country is answered; the same password. */
const colleagues: readonly Person[] = colleagueNames.map(([number, name]) => ({
  login: `operator-${number}`,
  name,
  role: 'operator',
  language: 'ar',
  centreId: `centre-${number}`,
}));

const everybody: readonly Person[] = [...leading, ...colleagues];

/** Makes the demo's accounts, or gives them this password. */
export const putCast = async (ctx: Context, password: string): Promise<void> => {
  await putOrganisation(ctx, { id: association, nameAr: 'جمعية آفاق للتضامن', nameFr: 'Association Afaq pour la solidarité' });
  const hash = await hashPassword(password);
  await Promise.all(everybody.map((person) => putStaff(ctx, { ...person, password: { hash } })));
};

const readStaff = (db: Database) =>
  db.withActor(system, (tx) => tx.db.select().from(staff).where(inArray(staff.login, everybody.map(({ login }) => login))).orderBy(staff.login));

/** Whether the accounts are there, and are the demo's: another line's `operator` has another name. */
export const hasCast = async (db: Database): Promise<boolean> => {
  const found = new Map((await readStaff(db)).map(({ login, name }) => [login, name]));
  return leading.every(({ login, name }) => found.get(login) === name);
};

export type Cast = {
  /** Both throw where there is nobody. */
  byLogin(login: string): StaffActor;
  byId(id: string): StaffActor;
  /** Whoever works such a case; `turn` shares the centre's cases out. */
  worker(place: Pick<Place, 'centreId' | 'restricted'>, turn: number): StaffActor;
};

export const readCast = async (db: Database): Promise<Cast> => {
  const people = await readStaff(db);
  const find = (is: (person: (typeof people)[number]) => boolean): StaffActor => {
    const person = people.find(is);
    if (!person) throw new Error('the demo misses one of its accounts');
    return actorOf(person);
  };
  return {
    byLogin: (login) => find((person) => person.login === login),
    byId: (id) => find((person) => person.id === id),
    worker({ centreId, restricted }, turn) {
      const role = restricted ? 'supervisor' : 'operator';
      const able = people.filter((person) => person.role === role && person.centreId === centreId).map(actorOf);
      const chosen = able[turn % able.length];
      if (!chosen) throw new Error(`the demo has no ${role} in ${centreId ?? 'no centre'}`);
      return chosen;
    },
  };
};
