import { ar, type Texts } from './ar.ts';
import { en } from './en.ts';
import { fr } from './fr.ts';
import { zgh } from './zgh.ts';

/** Every sentence that a citizen reads, by language. */
export const texts: Record<'ar' | 'fr' | 'en' | 'zgh', Texts> = { ar, fr, en, zgh };
