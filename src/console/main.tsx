import './no-eval.ts';
import '@mantine/core/styles.css';
import './console.css';
import { Badge, createTheme, DirectionProvider, MantineProvider } from '@mantine/core';
import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { readable } from './readable.ts';
import { ApiProblem } from './api.ts';
import { App } from './app.tsx';
import { draftsExist } from './drafts.ts';
import { endSession } from './session.ts';

const theme = createTheme({
  primaryColor: 'teal',
  primaryShade: 9,
  fontFamily: '"Segoe UI", "Noto Sans Arabic", "Noto Sans", Tahoma, sans-serif',
  cursorType: 'pointer',
  components: { Badge: Badge.extend({ defaultProps: { variant: 'light', tt: 'none' } }) },
});

const signedOut = (error: Error): void => {
  if (error instanceof ApiProblem && error.code === 'unauthenticated') endSession(client);
};
/** Waiting helps against a network or a busy server, never against a refusal. */
const passing = ['offline', 'busy', 'unavailable'];

const client: QueryClient = new QueryClient({
  queryCache: new QueryCache({ onError: signedOut }),
  mutationCache: new MutationCache({ onError: signedOut }),
  defaultOptions: {
    queries: { retry: (failures, error) => failures < 3 && error instanceof ApiProblem && passing.includes(error.code) },
    // A reply is tried once, at once: one that leaves later, unseen, would surprise its author.
    mutations: { networkMode: 'always' },
  },
});

addEventListener('beforeunload', (event) => {
  if (draftsExist()) event.preventDefault();
});

const nonce = document.querySelector<HTMLMetaElement>('meta[name="style-nonce"]')?.content ?? '';
const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={client}>
      <DirectionProvider initialDirection="rtl" detectDirection={false}>
        <MantineProvider theme={theme} cssVariablesResolver={readable} getStyleNonce={() => nonce}>
          <App />
        </MantineProvider>
      </DirectionProvider>
    </QueryClientProvider>
  </StrictMode>,
);
