import { link } from '#cli/link-identity';
import { startApp, testClock, type Answer, type TestApp } from './app.ts';
import { startProvider, type Directory, type Provider } from './openid.ts';

/** One browser, as far as single sign-on needs it: cookies, and going where it is sent. */
export type Browser = {
  cookies: Map<string, string>;
  /** Asks our server for an address, keeping and sending cookies. */
  visit(path: string, headers?: Record<string, string>): Promise<Answer>;
  /** From the button on the sign-in screen to the provider and its answer: the address to come back to. */
  leave(): Promise<URL>;
  /** All of it. @returns where it ended, and with what status `GET /staff/me` answers afterwards */
  signIn(): Promise<{ at: string | null; me: number }>;
};

export const openBrowser = (app: Pick<TestApp, 'get'>): Browser => {
  const cookies = new Map<string, string>();
  const visit: Browser['visit'] = async (path, headers = {}) => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await app.get(path, { ...(cookie === '' ? {} : { cookie }), ...headers });
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === '') cookies.delete(name);
      else cookies.set(name, value);
    }
    return answer;
  };
  const leave = async (): Promise<URL> => {
    const started = await visit('/api/v1/staff/sso/start');
    const asked = await fetch(started.headers.get('location') ?? '', { redirect: 'manual' });
    return new URL(asked.headers.get('location') ?? '');
  };
  return {
    cookies,
    visit,
    leave,
    async signIn() {
      const { pathname, search } = await leave();
      const { headers } = await visit(pathname + search);
      return { at: headers.get('location'), me: (await visit('/api/v1/staff/me')).status };
    },
  };
};

export type SsoGround = Awaited<ReturnType<typeof openSso>>;

/** The whole product beside a provider, with two people in one centre; `operator` is linked to `subject`. */
export const openSso = async (subject = '248289761001') => {
  const clock = testClock();
  const provider: Provider = await startProvider();
  const app: TestApp = await startApp({ clock, sms: false, trustProxy: '127.0.0.1', sso: provider });
  provider.returnTo(`${app.url}/api/v1/staff/sso/callback`);
  await app.as('operator', 'centre-04', 'operator');
  await app.as('operator', 'centre-04', 'colleague');
  const rows = <Row extends object>(statement: string, ...values: string[]): Promise<Row[]> =>
    app.deps.ctx.db.withActor({ kind: 'system' }, (tx) => tx.raw<Row>(statement, values));
  const linkTo = (login: string, sub: string): Promise<string> => link(app.deps.ctx, ['--login', login, '--subject', sub], provider.issuer);
  await linkTo('operator', subject);
  return {
    clock,
    provider,
    app,
    rows,
    linkTo,
    browser: () => openBrowser(app),
    /** Signs in as this person of the directory, in a browser of their own. */
    signInAs: async (person: Directory): Promise<{ at: string | null; me: number }> => {
      provider.person = person;
      return openBrowser(app).signIn();
    },
    count: async (table: 'sessions' | 'staff' | 'staff_identities' | 'sso_attempts'): Promise<number> =>
      Number((await rows<{ n: string }>(`select count(*) as n from ${table}`))[0]?.n),
    async close() {
      await app.close();
      await provider.close();
    },
  };
};
