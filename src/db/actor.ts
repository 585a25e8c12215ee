/** In whose name a transaction runs. Rights are decided in domain/access; the database sees it as `insat.actor`. */
export type StaffActor = {
  kind: 'staff';
  id: string;
  role: 'operator' | 'supervisor' | 'administrator' | 'observer' | 'partner';
  /** Null for those who see the whole line. */
  centreId: string | null;
};
export type Actor = StaffActor | { kind: 'citizen' } | { kind: 'system' };

export const citizen: Actor = { kind: 'citizen' };
export const system: Actor = { kind: 'system' };
