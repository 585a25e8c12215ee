/** In whose name a transaction runs. Rights are decided in domain/access; the database sees it as `insat.actor`. */
export type StaffActor = {
  kind: 'staff';
  id: string;
  role: 'operator' | 'supervisor' | 'administrator' | 'observer' | 'partner';
  /** Null for those who see the whole line. */
  centreId: string | null;
  /** A partner's alone: the body whose referrals open cases to them. */
  organisationId?: string | null;
};

/** Somebody without an account. `reference`: the case whose code is being checked; `caseId`: the one whose code they proved. */
export type CitizenActor = { kind: 'citizen'; reference?: string; caseId?: string };
export type Actor = StaffActor | CitizenActor | { kind: 'system' };

export const citizen: CitizenActor = { kind: 'citizen' };
export const system: Actor = { kind: 'system' };
