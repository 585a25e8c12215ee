import type { Form } from '#channels/channel';

/** A parameter given exactly once. */
export const one = (form: Form, key: string): string | undefined => {
  const value = form[key];
  return typeof value === 'string' ? value : undefined;
};
