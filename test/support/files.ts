import { readdir } from 'node:fs/promises';
import sharp from 'sharp';
import { openFolder } from '#files/store';
import type { Answer, TestApp } from './app.ts';

/** For a context in which nobody attaches or telephones anything. */
export const noFiles = { files: openFolder('/nowhere'), scanner: null, telephone: null };

/** A photo as a phone makes it: with the place, the device and the time in it. */
export const photo = (canary = 'canary', size = 64): Promise<Buffer> =>
  sharp({ create: { width: size, height: size / 2, channels: 3, background: { r: 200, g: 80, b: 20 } } })
    .jpeg()
    .withExif({ IFD0: { Make: canary, ImageDescription: canary }, IFD3: { GPSLatitude: '34/1 1/1 2/1', GPSLatitudeRef: 'N', GPSLongitude: '6/1 50/1 3/1', GPSLongitudeRef: 'W', GPSMapDatum: canary } })
    .withXmp(`<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/" dc:creator="${canary}"/></rdf:RDF></x:xmpmeta>`)
    .toBuffer();

export const pdf = (more = ''): Buffer => Buffer.from(`%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\n${more}\ntrailer<</Root 1 0 R>>\n%%EOF\n`, 'latin1');

/** An Ogg page with the head of an Opus stream, as voice notes begin. */
export const voiceNote = (): Buffer =>
  Buffer.concat([Buffer.from('OggS\0\x02', 'latin1'), Buffer.alloc(20), Buffer.from([1, 19]), Buffer.from('OpusHead\x01\x01', 'latin1'), Buffer.alloc(9), Buffer.alloc(400, 7)]);

export const form = (...files: Uint8Array[]): FormData => {
  const data = new FormData();
  for (const bytes of files) data.append('file', new Blob([Buffer.from(bytes)]), 'whatever.html');
  return data;
};

export const upload = async (app: TestApp, ...files: Uint8Array[]): Promise<Answer> => {
  const response = await fetch(`${app.url}/api/v1/uploads`, { method: 'POST', body: form(...files) });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: JSON.parse(text) as Record<string, unknown> };
};

/** Uploads a file that is taken. @returns its handle */
export const uploaded = async (app: TestApp, bytes: Uint8Array): Promise<string> => {
  const { status, json } = await upload(app, bytes);
  if (status !== 201) throw new Error(`the file was refused: ${status} ${JSON.stringify(json)}`);
  return String(json['uploadId']);
};

/** The names of all that is kept. */
export const stored = async (app: TestApp): Promise<string[]> =>
  (await readdir(app.filesDir, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile()).map(({ name }) => name);
