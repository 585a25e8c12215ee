/**
 * The letters of the names of staff, script by script: those of Arabic as written in Morocco, of Latin as French, English
 * and Spanish have it, of Tifinagh. Letters of these scripts that look like one of these are not among them.
 */
const scripts = [
  'A-Za-zÀ-ÖØ-öø-ÿŒœŸ',
  '\u0621-\u063a\u0641-\u0652\u0670\u067e\u0686\u06a4\u06a5\u06ad\u06af',
  '\u2d30-\u2d67\u2d6f',
];
const shapes = scripts.map((letters) => new RegExp(`^(?!\\p{M})[${letters}][${letters}0-9]*(?:(?: |-|['’]|\\. )[${letters}0-9]+)*\\.?$`, 'u'));

/**
 * Whether a name can be given to one of the staff: letters of one script, so that no two people's names look the same and
 * are not, and nothing that turns around what stands beside it.
 */
export const isStaffName = (name: string): boolean => name.length <= 200 && shapes.some((shape) => shape.test(name.normalize('NFC')));
