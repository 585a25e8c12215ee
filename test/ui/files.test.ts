import { expect, it } from 'vitest';
import { bodyOf } from '#domain/messages/inbound.rules';
import { audioBody } from '#domain/calls/filing.actions';
import { preview } from '#lib/text';
import { texts } from '#texts/index';
import { withFilesNamed } from '#ui/files';

const kinds = texts.ar.pages.tracked.fileKinds;
const files = ['image/jpeg', 'audio/ogg; codecs=opus', 'application/pdf'].map((type) => ({ url: '', type }));

it("a file that came with a message is named in its reader's words, in the message and in its first line", () => {
  const body = bodyOf({ text: 'وصل\nالأداء', media: files });
  expect(withFilesNamed(body, kinds)).toBe('وصل\nالأداء\n[صورة]\n[رسالة صوتية]\n[وثيقة]');
  expect(withFilesNamed(preview(body, 160), kinds)).toContain('[صورة]');
  expect(withFilesNamed(audioBody, kinds)).toBe('[رسالة صوتية]');
});

it('what somebody wrote stays as it is, and what was erased stays nothing', () => {
  for (const text of ['[]', '[image/]', 'a[image/jpeg]b', '[image/jpeg', 'image/jpeg', '[قديم/جديد]', '[12/05]']) expect(withFilesNamed(text, kinds)).toBe(text);
  expect(withFilesNamed(null, kinds)).toBeNull();
});
