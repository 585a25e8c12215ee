import { connect } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openCentre } from '../support/centre.ts';
import { pdf, uploaded } from '../support/files.ts';

let centre: Awaited<ReturnType<typeof openCentre>>;
beforeAll(async () => {
  centre = await openCentre();
});
afterAll(() => centre.app.close());

/** fastify CVE-2026-25224: a stream that ignores backpressure lets slow readers exhaust memory. */
it('thirty readers who never read hold a few blocks each, not thirty files', async () => {
  const megabytes = 9;
  const one = await centre.waiting({ attachments: [await uploaded(centre.app, pdf('x'.repeat(megabytes * 1_000_000)))] });
  const [row] = await centre.rows<{ id: string }>("update attachments set state = 'clean' where case_id = $1 returning id", one.id);
  const path = `/api/v1/staff/cases/${one.id}/attachments/${row?.id}`;
  const before = process.memoryUsage().rss;
  const sockets = await Promise.all(
    Array.from({ length: 30 }, () => {
      const socket = connect(Number(new URL(centre.app.url).port), '127.0.0.1');
      socket.write(`GET ${path} HTTP/1.1\r\nhost: localhost\r\ncookie: ${centre.amal.cookie}\r\n\r\n`);
      // The head has come, and nothing more is taken.
      return new Promise<typeof socket>((resolve) => socket.once('data', (head) => {
        expect(String(head.subarray(0, 15))).toBe('HTTP/1.1 200 OK');
        socket.pause();
        resolve(socket);
      }));
    }),
  );
  // While a whole reader gets the whole file, the others have had every chance to fill memory.
  const whole = await fetch(centre.app.url + path, { headers: centre.amal });
  expect((await whole.arrayBuffer()).byteLength).toBeGreaterThan(megabytes * 1_000_000);
  expect((process.memoryUsage().rss - before) / 1_000_000).toBeLessThan(30 * megabytes * 0.6);
  for (const socket of sockets) socket.destroy();
});
