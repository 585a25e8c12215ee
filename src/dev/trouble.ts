import type { FastifyInstance } from 'fastify';

/**
 * What is wrong with a pretended provider as a whole. `busy`: it answers 429 to everything, `broken`: 500, and does nothing;
 * `silent`: it does what it is asked, and its answer never comes (the connection is cut, which a test need not wait for).
 */
export type Trouble = 'busy' | 'broken' | 'silent';

/** Makes a pretended provider fail on demand, and counts how often it was asked. */
export const addTrouble = (app: FastifyInstance, bodies: { busy: object; broken: object }): { set(trouble: Trouble | null): void; asked(): number } => {
  let now: Trouble | null = null;
  let asked = 0;
  app.addHook('onRequest', async (_request, reply) => {
    asked += 1;
    if (now === 'busy') await reply.code(429).send(bodies.busy);
    if (now === 'broken') await reply.code(500).send(bodies.broken);
  });
  app.addHook('onSend', async (request) => {
    if (now === 'silent') request.raw.socket.destroy();
  });
  return { set: (trouble) => (now = trouble), asked: () => asked };
};
