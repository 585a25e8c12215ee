/** Ends a start that cannot go on: a sentence for the person at the terminal, not a stack. */
export const sayAndExit = (error: unknown): never => {
  const sentence = error instanceof Error ? error.message : 'The start failed.';
  process.stderr.write(`\n${sentence}\n\n`);
  process.exit(1);
};
