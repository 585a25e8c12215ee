import type { Cosignature } from '#contract/proof';
import { system } from '#db/actor';
import { logCosignatures } from '#db/schema/tables';
import { openCosignature } from '#lib/cosignature';
import { AppError } from '#lib/errors';
import type { Context } from '#domain/context';

/**
 * Keeps what a witness signed along, for good. A second signature of one witness under one checkpoint changes nothing.
 *
 * @throws AppError bad_signature where no known witness signed a checkpoint of this size by that line
 */
export const keepCosignature = (ctx: Context, { size, line }: Cosignature): Promise<void> =>
  ctx.db.withActor(system, async (tx) => {
    const [checkpoint] = await tx.raw<{ note: string }>('select note from log_checkpoints where size = $1::bigint', [String(size)]);
    const signed = checkpoint && openCosignature(checkpoint.note, line, ctx.witnesses);
    if (!signed) throw new AppError('bad_signature');
    await tx.db.insert(logCosignatures).values({ size, witness: signed.witness.name, line, at: signed.at }).onConflictDoNothing();
  });
