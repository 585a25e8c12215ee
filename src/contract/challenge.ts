import { z } from 'zod';

const hex = (digits: number, example: string) => z.string().regex(/^[0-9a-f]+$/).length(digits).meta({ examples: [example] });

/** Proof of work, as ALTCHA 2 writes it (https://altcha.org): find the counter whose derived key begins with `keyPrefix`. */
export const Challenge = z.object({
  parameters: z.object({
    algorithm: z.literal('PBKDF2/SHA-256'),
    nonce: hex(32, '5f0c1d0b6a3e4f2b9c8d7e6f5a4b3c2d'),
    salt: hex(32, '0a1b2c3d4e5f60718293a4b5c6d7e8f9'),
    cost: z.int().meta({ description: 'Rounds of PBKDF2 for one try.', examples: [100] }),
    keyLength: z.literal(32),
    keyPrefix: z.string().max(64).meta({ examples: ['000'] }),
    data: z.object({ expires: z.int().meta({ description: 'When it is worth nothing any more, in milliseconds since 1970.' }) }),
  }),
  signature: hex(64, 'c6a1'.repeat(16)),
});
export type Challenge = z.infer<typeof Challenge>;

/** What whoever solved it sends back, as JSON in base64. */
export const Solution = z.object({ challenge: Challenge, solution: z.object({ counter: z.int(), derivedKey: z.string() }) });
export type Solution = z.infer<typeof Solution>;
