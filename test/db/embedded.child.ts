/** Starts the embedded PostgreSQL as Insat does: prints where it is; at SIGTERM asks it once more, then stops it. */
import postgres from 'postgres';
import { EmbeddedError, startEmbedded } from '#db/embedded';

const [dataDir = ''] = process.argv.slice(2);
try {
  const running = await startEmbedded({ dataDir });
  process.once('SIGTERM', async () => {
    const sql = postgres(running.url, { max: 1 });
    const [row] = await sql<{ answer: string }[]>`select 'still there' as answer`;
    console.log(row?.answer);
    await running.stop();
    await sql.end();
  });
  console.log(running.url);
} catch (error) {
  if (!(error instanceof EmbeddedError)) throw error;
  console.log(error.message);
  process.exitCode = 1;
}
