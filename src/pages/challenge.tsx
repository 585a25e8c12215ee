import type { Challenge } from '#contract/challenge';
import type { Language } from '#contract/words';
import { texts } from '#texts/index';
import { solver } from './assets.ts';
import type { Values } from './field.tsx';
import { Layout, PhoneLink } from './layout.tsx';
import { pathOf } from './paths.ts';

/** Inside a form with `data-challenge`: the script finds the solution, says so meanwhile, and sends the form by itself. */
export function Solving({ language }: { language: Language }) {
  return (
    <>
      <input type="hidden" name="solution" />
      <p role="status" data-solving={texts[language].pages.challenge.solving} />
      <script src={solver.path} defer />
    </>
  );
}

/**
 * Before a case is opened from where many have guessed wrongly. The page holds all that was posted, so that nothing typed
 * is lost; without a script the citizen sends it again later, or calls.
 */
export function ChallengePage({ language, said, uploads, challenge }: { language: Language; said: Values; uploads: readonly string[]; challenge: Challenge }) {
  const { challenge: t, track } = texts[language].pages;
  return (
    <Layout language={language} page="/track" title={t.title}>
      <div className="narrow">
        <h1>{t.title}</h1>
        <p className="lead">{texts[language].errors.challenge_needed}</p>
        <form className="card" method="post" action={pathOf(language, '/track')} data-challenge={JSON.stringify(challenge)}>
          {Object.entries(said).map(([name, value]) => value !== undefined && <input key={name} type="hidden" name={name} value={value} />)}
          {uploads.map((uploadId) => <input key={uploadId} type="hidden" name="uploads" value={uploadId} />)}
          <Solving language={language} />
          <button className="button big" type="submit">{t.again}</button>
        </form>
        <p>
          {track.lost} <PhoneLink />
        </p>
      </div>
    </Layout>
  );
}
