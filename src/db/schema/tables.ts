export * from './cases.ts';
export * from './edges.ts';
export * from './identities.ts';
export * from './log.ts';
export * from './people.ts';
export * from './places.ts';
export * from './rights.ts';
export * from './staff.ts';
