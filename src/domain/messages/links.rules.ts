/** What may follow a slash needs no known ending. */
const plain = /https?:|www\.|[a-z0-9]\.[a-z]{2,24}\/\S/i;
const host = /[a-z0-9]\.([a-z]{2,7})(?![\p{L}\p{N}-])/giu;
const endings = new Set(
  'ma com net org info gov edu biz online site website shop store app dev link click live top xyz club vip icu me ly io co cc tv gl gle fr eu'.split(' '),
);

/** Whether words hold an address that a phone makes a link of. */
export const holdsLink = (text: string): boolean =>
  plain.test(text) ||
  [...text.matchAll(host)].some(({ 0: whole, 1: ending = '', index }) => {
    if (!endings.has(ending.toLowerCase())) return false;
    // Written as a sentence begins, with words after it, it is one: « dit.Ma collègue ».
    const begins = ending !== ending.toLowerCase() && ending !== ending.toUpperCase();
    return !begins || !/\p{L}/u.test(text.slice(index + whole.length));
  });
