import { createElement, type FunctionComponent } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import type { Language } from '#contract/words';
import type { ErrorCode } from '#lib/errors';
import { ChallengePage } from './challenge.tsx';
import { ErrorPage } from './error.tsx';
import { FilingPage } from './form.tsx';
import { HomePage } from './home.tsx';
import { ReceiptPage } from './receipt.tsx';
import { TrackPage } from './track.tsx';
import { TrackedPage } from './tracked.tsx';

/** A whole page as HTML. React escapes every text and attribute; nothing may bypass that. */
const page =
  <Props extends object>(component: FunctionComponent<Props>) =>
  (props: Props): string =>
    `<!doctype html>${renderToStaticMarkup(createElement(component, props))}`;

/** Every page of the citizen. */
export const views = {
  home: page(HomePage),
  filing: page(FilingPage),
  receipt: page(ReceiptPage),
  track: page(TrackPage),
  tracked: page(TrackedPage),
  challenge: page(ChallengePage),
};

/** The page for a failure, whatever the address: unknown page, too large a form, a fault of ours. */
export const renderError = (language: Language, code: ErrorCode): string => page(ErrorPage)({ language, code });
