import react from '@vitejs/plugin-react';
import { defaultClientConditions, defineConfig } from 'vite';

export default defineConfig({
  root: 'src/console',
  base: '/console/',
  plugins: [react()],
  resolve: { conditions: ['source', ...defaultClientConditions] },
  build: {
    outDir: '../../dist/console',
    emptyOutDir: true,
    // Small files as data: URLs would need a wider Content-Security-Policy than the console deserves.
    assetsInlineLimit: 0,
    // Kilobytes before compression: a warning here means that the console grew past its budget.
    chunkSizeWarningLimit: 600,
    modulePreload: { polyfill: false },
  },
});
