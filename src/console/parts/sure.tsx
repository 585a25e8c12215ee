import { Alert, Button, Group } from '@mantine/core';
import type { ReactNode } from 'react';

/** Asks once more before what cannot be taken back. The harmless answer has the focus: a key pressed too early does nothing. */
export function Sure({ label, question, yes, no, confirm, turnAway, children }: {
  label: string;
  question: string;
  yes: string;
  no: string;
  confirm: () => void;
  turnAway: () => void;
  /** What else is to be known before the answer. */
  children?: ReactNode;
}) {
  return (
    <Alert color="red" role="alertdialog" aria-label={label} title={question}>
      {children}
      <Group>
        <Button variant="default" autoFocus onClick={turnAway}>{no}</Button>
        <Button color="red" onClick={confirm}>{yes}</Button>
      </Group>
    </Alert>
  );
}
