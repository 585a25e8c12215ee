import { citizen, system, type Actor } from '#db/actor';
import type { Tx } from '#db/client';
import type { NewKey } from '#db/key-store';
import { createBatcher } from '#lib/batcher';
import { deriveCode, hashCode } from '#lib/code';
import { newId } from '#lib/id';
import { newReference } from '#lib/reference';
import { preview } from '#lib/text';
import type { Context } from '#domain/context';
import { legalBasisFor, legalDueDate, localDate } from '#domain/deadlines/deadlines.rules';
import { maskIdentifiers } from '#domain/personal/identifiers.rules';
import { sealPeople } from '#domain/personal/people.actions';
import { openAll, type NewCase, type OpenedCase, type Said } from './opening.actions.ts';

/** A case on its way: what was said, when it came, and the text that lists show the beginning of. */
export type Draft = { said: Said; receivedAt: Date; text: string };

type Keys = Pick<Context, 'codeKey' | 'indexKey' | 'keys'>;

/** A case that is open, and the code its citizen is told: only its hash is in the database. */
export type FiledCase = Exclude<OpenedCase, { outcome: 'key_reused' }> & { code: string };

/** The case with all that a machine gives it: id, reference, code, legal date (decree 2-17-265, law 09-08). */
export const complete = (ctx: Keys, { said, receivedAt, text }: Draft): { row: NewCase; code: string; key: NewKey } => {
  const id = newId(receivedAt);
  const reference = newReference();
  const code = deriveCode(ctx.codeKey, id);
  const { key, sealed } = sealPeople(ctx, id, newId(receivedAt), said);
  const basis = legalBasisFor(said.subcategory);
  const row = {
    ...said,
    ...sealed,
    id,
    reference,
    code_hash: hashCode(ctx.codeKey, reference, code).toString('hex'),
    received_at: receivedAt.toISOString(),
    received_on: localDate(receivedAt),
    legal_due_date: legalDueDate(receivedAt, basis),
    legal_basis: basis.id,
    preview: preview(maskIdentifiers(text), 160),
  };
  return { row, code, key };
};

type Completed = ReturnType<typeof complete>;

/** What waits in the batcher. It keeps its ids when it has to go again. */
type Waiting = { draft: Draft; completed?: Completed };

/**
 * The writer of web filings: all that arrived while the previous batch committed go as the next one. They are completed
 * while they wait: sealing takes the processor, and the database would otherwise wait for it. After an
 * unclear failure (the connection broke, perhaps after the commit) a row is tried again alone; its own id then shows that
 * it is in.
 */
export const createIntake = (ctx: Pick<Context, 'db' | 'jobs'> & Keys): Context['intake'] => {
  const as = (actor: Actor): Pick<Tx, 'raw'> => ({ raw: (statement, parameters) => ctx.db.single(actor, statement, parameters) });
  const write = (rows: readonly NewCase[]): Promise<OpenedCase[]> => openAll(as(citizen), rows, as(system));

  const writeAll = async (rows: readonly NewCase[]): Promise<OpenedCase[]> => {
    const [only, ...others] = rows;
    for (let attempt = 0; ; attempt += 1)
      try {
        return await write(rows);
      } catch (error) {
        const constraint = constraintOf(error);
        if (only && others.length === 0 && constraint !== undefined && ofItself.has(constraint))
          return [{ outcome: 'opened', id: only.id, reference: only.reference, receivedAt: only.received_at, legalDueDate: only.legal_due_date }];
        if (constraint !== 'cases_reference' || attempt === 3) throw error;
        // Over a million cases one batch of 64 in fourteen meets a taken reference: all get new ones, which is faster than one by one.
        for (const row of rows) renumber(row, ctx.codeKey);
      }
  };

  const completed = (item: Waiting): Completed => (item.completed ??= complete(ctx, item.draft));

  const batcher = createBatcher<Waiting, OpenedCase>({
    prepare: completed,
    run: async (items) => {
      const all = items.map(completed);
      // Before the rows that they seal; a key without a row does no harm.
      await ctx.keys.keep(all.map(({ key }) => key));
      const opened = await writeAll(all.map(({ row }) => row));
      ctx.jobs.add('triage-case', opened.flatMap((one) => (one.outcome === 'opened' ? [one.id] : [])), { together: true });
      return opened;
    },
    maxBatch: 200,
    maxWaiting: 2000,
  });

  return {
    async add(draft) {
      const waiting: Waiting = { draft };
      const opened = await batcher.add(waiting);
      if (opened.outcome === 'key_reused') return null;
      const own = opened.outcome === 'opened' ? waiting.completed : undefined;
      return { ...opened, code: own?.code ?? deriveCode(ctx.codeKey, opened.id) };
    },
  };
};

/** What holds a case's own id: if that is taken, the write that seemed to fail had been committed. */
const ofItself: ReadonlySet<string> = new Set(['cases_pkey', 'deadlines_case_id_basis_pk']);

/** Gives a row another reference, when chance gave it one that is taken. */
const renumber = (row: NewCase, codeKey: Buffer): void => {
  row.reference = newReference();
  row.code_hash = hashCode(codeKey, row.reference, deriveCode(codeKey, row.id)).toString('hex');
};

/** The constraint that a statement broke, if that is why it failed. */
export const constraintOf = (error: unknown): string | undefined => {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  return typeof cause === 'object' && cause !== null && 'constraint' in cause ? String(cause.constraint) : undefined;
};
