import { createSecretKey, randomBytes } from 'node:crypto';
import { openKeyStore, type KeyStore } from '#db/key-store';
import { keysUrlOf } from '#db/migrate-keys';
import { createLog } from '#lib/log';

/** The key store beside a fresh database, wrapped by a key of this test's own, and a key for its index. */
export const keysFor = (databaseUrl: string): { keys: KeyStore; indexKey: Buffer } => ({
  keys: openKeyStore(keysUrlOf(databaseUrl, undefined), { current: 1, byVersion: new Map([[1, createSecretKey(randomBytes(32))]]) }, createLog('silent'), true),
  indexKey: randomBytes(32),
});
