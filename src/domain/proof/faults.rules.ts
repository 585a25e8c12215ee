/**
 * The first thing of a table that is not as it was sealed. `row` names it by the column it is known by (`seq 12`); `at` names
 * the column, where that is known.
 *
 * - `altered`: it is not what it was; `missing`: it is gone; `inserted`: it was not there when those after it were sealed;
 *   `reordered`: it stands where another one stood.
 * - `rewritten`: rows and leaves agree with each other, not with what was signed: one or more of the run that `row` tells.
 */
export type Fault = { table: string; what: 'altered' | 'missing' | 'inserted' | 'reordered' | 'rewritten'; row: string };

/** Keeps the first fault of each table, in the order in which tables are first found faulty. */
export class FirstFaults {
  readonly #first = new Map<string, Fault>();

  add(table: string, what: Fault['what'], row: string): void {
    if (!this.has(table)) this.#first.set(table, { table, what, row });
  }

  has(table: string): boolean {
    return this.#first.has(table);
  }

  get all(): Fault[] {
    return [...this.#first.values()];
  }
}
