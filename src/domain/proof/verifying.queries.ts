import { system } from '#db/actor';
import type { Database } from '#db/client';
import type { Checkpoint } from '#lib/checkpoint';
import type { Verifier } from '#lib/note';
import { FirstFaults, type Fault } from './faults.rules.ts';
import { protectedTables } from './protected.rules.ts';
import { verifyCases } from './verifying-cases.queries.ts';
import { verifyRows } from './verifying-rows.queries.ts';
import { verifyStates } from './verifying-state.queries.ts';
import { verifyTree } from './verifying-tree.queries.ts';

type Verdict = { faults: Fault[]; size: number; root: Buffer };

/**
 * Recomputes the log from the rows of every protected table, up to the latest checkpoint, and compares all with what was
 * signed; then each case, and what comes and goes with it, with its events. Rows that wait to be sealed are not looked at. Reads only, page by page, and may
 * run while the service does: all is seen as it was at one instant.
 *
 * @param witnessed a checkpoint kept elsewhere: without one, a log cut short and signed anew cannot be told from a young one
 * @returns the first fault of each table, and the last good size and root
 */
export const verifyLog = (db: Database, log: Verifier, witnessed: Checkpoint | null): Promise<Verdict> =>
  db.snapshot(system, async (tx) => {
    const ofTree = new FirstFaults();
    const ofRows = new FirstFaults();
    const tree = await verifyTree(tx, log, witnessed, ofTree);
    for (const table of protectedTables) await verifyRows(tx, tree, table, ofRows);
    await verifyCases(tx, ofRows);
    await verifyStates(tx, ofRows);
    // A checkpoint that is sealed tells more exactly what was done to it than its signature; a leaf is told by the tree.
    const isTold = (others: FirstFaults, { table }: Fault, first: boolean): boolean => others.has(table) && (table === 'log_checkpoints') === first;
    const faults = [...ofRows.all.filter((fault) => !isTold(ofTree, fault, false)), ...ofTree.all.filter((fault) => !isTold(ofRows, fault, true))];
    return { faults, size: tree.size, root: tree.root };
  });
