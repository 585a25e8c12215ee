import { Alert, Button, Stack, Text, Title } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { Asked, type StepUp as Shown } from '#contract/factors';
import { Me } from '#contract/staff';
import { onStepUp, post } from '#console/api';
import { useTexts } from '#console/language';
import { problemText } from '#console/problems';
import { keys } from '#console/queries';
import { ShowFactor } from './show-factor.tsx';

type Open = { asked: Asked | null; error: unknown };

const question = (): Promise<Open> =>
  post('/staff/session/step-up/options', Asked).then(
    (asked) => ({ asked, error: null }),
    (error: unknown) => ({ asked: null, error }),
  );

/**
 * Asks for a factor whenever the server wants one shown again; what was refused is then sent once more by itself, or
 * stays refused where the person turns away.
 */
export function StepUp() {
  const texts = useTexts();
  const { security: words } = texts;
  const client = useQueryClient();
  const dialog = useRef<HTMLDialogElement>(null);
  const answer = useRef<(shown: boolean) => void>(() => undefined);
  const [open, setOpen] = useState<Open | null>(null);

  useEffect(() => onStepUp(() => {
    void question().then(setOpen);
    return new Promise<boolean>((resolve) => {
      answer.current = resolve;
    });
  }), []);
  useEffect(() => {
    if (open && !dialog.current?.open) dialog.current?.showModal();
  }, [open]);

  const close = (shown: boolean) => {
    dialog.current?.close();
    setOpen(null);
    answer.current(shown);
  };
  const show = async (shown: Shown) => {
    try {
      client.setQueryData(keys.me, await post('/staff/session/step-up', Me, shown));
      close(true);
    } catch (error) {
      // Of a key one answer is taken: after a wrong one there is another question.
      if (shown.webauthn) setOpen(await question());
      throw error;
    }
  };
  return (
    <dialog ref={dialog} className="step-up" aria-labelledby="step-up" onCancel={(event) => { event.preventDefault(); close(false); }}>
      <Stack>
        <Title order={2} size="h4" id="step-up">{words.stepUpHeading}</Title>
        <Text size="sm">{words.stepUpWhy}</Text>
        {open?.asked && <ShowFactor asked={open.asked} show={show} submit={words.confirm} />}
        {open?.error !== null && open !== null && <Alert color="red" role="alert">{problemText(open.error, texts)}</Alert>}
        <Button variant="default" onClick={() => close(false)}>{words.cancel}</Button>
      </Stack>
    </dialog>
  );
}
