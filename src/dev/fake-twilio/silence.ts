/** MPEG 1 layer III, 128 kbit/s, 44.1 kHz: a frame of zeros is silence, and lasts 1152 samples. */
const frame = Buffer.concat([Buffer.from([0xff, 0xfb, 0x90, 0x64]), Buffer.alloc(413)]);

/** So many seconds of an MP3 file in which nobody says anything. */
export const silence = (seconds: number): Buffer => Buffer.concat(Array.from({ length: Math.ceil((seconds * 44_100) / 1152) }, () => frame));
