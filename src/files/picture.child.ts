import { buffer } from 'node:stream/consumers';
import sharp from 'sharp';

/**
 * A process of its own for one picture: bytes on standard input, the new picture on standard output. Ends with 3 when there is
 * no picture to be made of it. Whatever a hostile picture does to the decoder, it does to this process, which holds no key, no
 * environment and no connection.
 */
const maxPixels = 50_000_000;
const longest = 2560;
const formats = ['jpeg', 'png', 'webp'] as const;

const main = async (): Promise<void> => {
  const format = formats.find((one) => one === process.argv[2]);
  if (format === undefined) throw new Error('no format was named');
  sharp.concurrency(1);
  sharp.cache(false);
  const given = sharp(await buffer(process.stdin), { limitInputPixels: maxPixels, failOn: 'error', animated: false });
  try {
    const { format: found } = await given.metadata();
    // Only what the name of its type promised is decoded: no SVG, no document, no archive.
    if (found !== format) throw new Error('another format');
    // sharp writes no EXIF, XMP, IPTC or colour profile unless it is asked to; the turn that EXIF tells is made before.
    const made = await given.autoOrient().resize({ width: longest, height: longest, fit: 'inside', withoutEnlargement: true }).toFormat(format).toBuffer();
    await new Promise<void>((resolve, reject) => {
      process.stdout.write(made, (error) => (error ? reject(error) : resolve()));
    });
  } catch {
    process.exitCode = 3;
  }
};

await main();
