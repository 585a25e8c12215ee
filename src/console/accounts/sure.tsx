import { Alert, Button, Group } from '@mantine/core';

/** Asks once more before what cannot be taken back. The harmless answer has the focus: a key pressed too early does nothing. */
export function Sure({ label, question, yes, no, confirm, turnAway }: {
  label: string;
  question: string;
  yes: string;
  no: string;
  confirm: () => void;
  turnAway: () => void;
}) {
  return (
    <Alert color="red" role="alertdialog" aria-label={label} title={question}>
      <Group>
        <Button variant="default" autoFocus onClick={turnAway}>{no}</Button>
        <Button color="red" onClick={confirm}>{yes}</Button>
      </Group>
    </Alert>
  );
}
