const host = '[a-z0-9](?:[a-z0-9-]*[a-z0-9])?';
const endings = 'ma|com|net|org|info|gov|edu|biz|online|site|website|shop|store|app|dev|link|click|live|top|xyz|club|vip|icu|me|ly|io|co|cc|tv|gl|gle|fr|eu';
const over = String.raw`(?![\p{L}\p{N}-])`;

const links = [
  /https?:|www\./i,
  // Anything may follow a slash, so any ending will do.
  new RegExp(String.raw`${host}\.[a-z]{2,}\/\S`, 'i'),
  new RegExp(String.raw`${host}\.(?:${endings})(?=\P{L}*$)`, 'iu'),
  // Written as a sentence begins it is one, after a full stop without a space: « dit.Ma collègue ».
  new RegExp(String.raw`[a-zA-Z0-9]\.(?:${endings}|${endings.toUpperCase()})${over}`, 'u'),
];

/** Whether words hold an address that a phone makes a link of. */
export const holdsLink = (text: string): boolean => links.some((link) => link.test(text));
