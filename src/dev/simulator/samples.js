/** A photo of a paper, drawn here. */
export const samplePhoto = async () => {
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [640, 480];
  const paint = canvas.getContext('2d');
  paint.fillStyle = '#8a6d4b';
  paint.fillRect(0, 0, 640, 480);
  paint.fillStyle = '#fdfcf7';
  paint.fillRect(90, 40, 460, 400);
  paint.fillStyle = '#14272b';
  paint.font = '28px sans-serif';
  paint.textAlign = 'center';
  paint.fillText('وصل إيداع ملف', 320, 100);
  paint.fillText('RSU 2026 · ' + new Date().toISOString().slice(0, 19), 320, 150);
  for (let line = 200; line < 400; line += 28) paint.fillRect(140, line, 360 - ((line * 7) % 120), 6);
  return new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', 0.85));
};

/** Ogg's checksum: polynomial 0x04c11db7, nothing reversed (RFC 3533). */
const checksum = (bytes) => {
  let sum = 0;
  for (const byte of bytes) {
    sum ^= byte << 24;
    for (let bit = 0; bit < 8; bit += 1) sum = (sum << 1) ^ (sum < 0 ? 0x04c11db7 : 0);
  }
  return sum >>> 0;
};

const page = (kind, samples, number, packets) => {
  const bytes = new Uint8Array(27 + packets.length + packets.reduce((sum, packet) => sum + packet.length, 0));
  const view = new DataView(bytes.buffer);
  bytes.set(new TextEncoder().encode('OggS'));
  bytes[5] = kind;
  view.setBigUint64(6, BigInt(samples), true);
  view.setUint32(14, 1, true);
  view.setUint32(18, number, true);
  bytes[26] = packets.length;
  bytes.set(packets.map((packet) => packet.length), 27);
  let at = 27 + packets.length;
  for (const packet of packets) {
    bytes.set(packet, at);
    at += packet.length;
  }
  view.setUint32(22, checksum(bytes), true);
  return bytes;
};

const seconds = 3;
/** A frame of Opus that lasts 20 milliseconds, in which nobody says anything. */
const silence = [0xf8, 0xff, 0xfe];

/** A voice note as WhatsApp makes them: Opus in Ogg (RFC 7845), one channel. */
export const sampleVoice = async () => {
  const letters = (text) => [...new TextEncoder().encode(text)];
  const head = [...letters('OpusHead'), 1, 1, 0, 0, 0x80, 0xbb, 0, 0, 0, 0, 0];
  const tags = [...letters('OpusTags'), 5, 0, 0, 0, ...letters('Insat'), 0, 0, 0, 0];
  const sound = Array.from({ length: seconds * 50 }, () => silence);
  return new Blob([page(2, 0, 0, [head]), page(0, 0, 1, [tags]), page(4, seconds * 48_000, 2, sound)], { type: 'audio/ogg' });
};
