import { config } from 'zod';

// Imported before any schema is made: zod would try `new Function`, which the page's Content-Security-Policy refuses.
config({ jitless: true });
