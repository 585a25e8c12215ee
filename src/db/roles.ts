import type postgres from 'postgres';
import type { Actor } from './actor.ts';

/**
 * The roles in which transactions run. They own nothing, cannot log in, and row-level security binds them: the policies in
 * drizzle/ say which rows each sees, its grants what it may do with them.
 */
const databaseRoles = ['insat_citizen', 'insat_staff', 'insat_administrator', 'insat_observer', 'insat_partner', 'insat_system'] as const;
type DatabaseRole = (typeof databaseRoles)[number];

const roleOfStaff = {
  operator: 'insat_staff',
  supervisor: 'insat_staff',
  administrator: 'insat_administrator',
  observer: 'insat_observer',
  partner: 'insat_partner',
} as const;

export const roleOf = (actor: Actor): DatabaseRole => (actor.kind === 'staff' ? roleOfStaff[actor.role] : `insat_${actor.kind}`);

/**
 * Creates the roles that the cluster lacks, and lets the login role take each of them. Roles belong to the cluster, so
 * another database of it may be doing the same at this moment: what it did first is as good.
 *
 * @throws Error with a sentence for the person at the terminal: the login role may do neither, or a role is above the policies
 */
export const ensureRoles = async (client: postgres.Sql): Promise<void> => {
  const unless = (found: string, make: string) =>
    client.unsafe(`do $$ begin if not ${found} then ${make}; end if; exception when duplicate_object or unique_violation then null; end $$`);
  try {
    for (const role of databaseRoles) {
      await unless(`exists (select from pg_roles where rolname = '${role}')`, `create role ${role} nologin noinherit`);
      await unless(`pg_has_role(current_user, '${role}', 'set')`, `grant ${role} to current_user with inherit false, set true`);
    }
  } catch (error) {
    throw new Error(`The database login may not make or take the roles that Insat runs in; docs/operations.md says what it needs.`, { cause: error });
  }
  const [faulty] = await client<{ name: string }[]>`
    select rolname as name from pg_roles where rolname in ${client(databaseRoles)} and (rolsuper or rolbypassrls)`;
  if (faulty) throw new Error(`The database role ${faulty.name} is above row-level security: alter role ${faulty.name} nosuperuser nobypassrls.`);
};
