import type { Filing } from '#contract/filing';
import type { Programme } from '#contract/words';
import { fileCase, fileForCitizen } from '#domain/cases/filing.actions';
import { receiveMessage } from '#domain/messages/inbound.actions';
import { regionOf } from '#domain/territory/territory.rules';
import { detectLanguage } from '#domain/triage/language.rules';
import type { Story } from './story.ts';
import { wordsIn } from './words.ts';

/** Numbers that nobody has. From 0100 on: those ending in 0001 to 0006 misbehave at the fake provider. */
const phoneOf = ({ turn }: Story): string => `+2126000${String(100 + turn).padStart(5, '0')}`;

const programmeOf: Readonly<Record<string, Programme>> = {
  REG: 'RNP', SCORE: 'RSU', HH: 'RSU', PAY: 'ASD', HEALTH: 'AMO',
  'PROG.AWRACH': 'AWRACH', 'PROG.HOUSING': 'SAKANE', 'PROG.SCHOOL': 'TAYSSIR', 'PROG.WIDOW': 'WIDOWS',
};

/** Brings the story's matter to the line on its channel. */
export const file = async (story: Story): Promise<void> => {
  const { stage, told, cast } = story;
  const { channel } = told;
  if (channel === 'sms') return sendSms(story, told.text);
  if (channel === 'web') return void (await fileCase(stage.ctx, filingOf(story, told.text), { channel }));
  const by = channel === 'partner' ? cast.byLogin('partner') : cast.worker({ centreId: centreOf(told.province), restricted: false }, story.turn);
  await fileForCitizen(stage.ctx, by, { ...filingOf(story, told.text), channel });
};

/** The centre where a person of this province calls or comes. */
const centreOf = (province = 'MA-RAB'): string => (regionOf(province) ?? '').replace('MA', 'centre');

/** The same once more, by web, from somebody who does not know whether it arrived. */
export const fileAgain = async (story: Story): Promise<void> => {
  const { told, stage } = story;
  const { again } = wordsIn(detectLanguage(told.text).language);
  await fileCase(stage.ctx, filingOf(story, again + told.text), { channel: 'web' });
};

export const sendSms = async (story: Story, text: string): Promise<void> => {
  const { ctx } = story.stage;
  const from = phoneOf(story);
  const raw = { From: from, Body: text };
  await receiveMessage(ctx, { channel: 'sms', account: 'demo', providerId: `${from} ${ctx.clock.now().toISOString()}`, from, to: '', text, media: [], raw });
};

const filingOf = (story: Story, text: string): Filing => {
  const { topic, kind = 'complaint', province, name, reach, behalf, channel } = story.told;
  const programme = programmeOf[topic] ?? programmeOf[topic.split('.')[0] ?? ''];
  const shownName = behalf === undefined && channel !== 'partner' ? name : undefined;
  return {
    kind,
    text,
    category: topic,
    consent: true,
    ...(programme ? { programme } : {}),
    ...(province === undefined ? {} : { territory: { province } }),
    ...(behalf === undefined || name === undefined ? {} : { onBehalfOf: { name, relationship: behalf } }),
    ...(reach === 'anonymous'
      ? { anonymous: true }
      : {
          contact: {
            ...(shownName === undefined ? {} : { name: shownName }),
            ...(reach === 'email' ? { email: `citizen${story.turn}@example.org` } : { phone: phoneOf(story) }),
          },
        }),
  };
};
