import type { CSSVariablesResolver } from '@mantine/core';

/** Words on tinted grounds, and under the pointer, dark enough for WCAG AA (4.5:1), which Mantine's own shades are not. */
export const readable: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-anchor': '#066b4f',
    '--mantine-color-teal-filled-hover': '#066b4f',
    '--mantine-color-dimmed': 'var(--mantine-color-gray-7)',
    '--mantine-color-placeholder': 'var(--mantine-color-gray-7)',
    '--mantine-color-teal-light-color': '#04543c',
    '--mantine-color-orange-light-color': '#8f2b05',
    '--mantine-color-yellow-light-color': '#704400',
    '--mantine-color-red-light-color': '#9c1414',
    '--mantine-color-blue-light-color': '#0f4c81',
    '--mantine-color-grape-light-color': '#6b2182',
  },
  dark: {},
});
