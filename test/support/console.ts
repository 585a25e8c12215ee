import { WebSocket } from 'ws';

type Frame = { type: string; caseId: string; version: number };
export type Console = { frames: Frame[]; closed: Promise<number>; send(text: string): void; close(): void };

/** The live socket of a console, as a browser opens it; `closed` gives the code it was closed with. */
export const openConsole = (url: string, headers: Record<string, string>): Promise<Console> =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/live`, { headers });
    const frames: Frame[] = [];
    const closed = new Promise<number>((ended) => socket.on('close', ended));
    socket.on('message', (data) => frames.push(JSON.parse(String(data)) as Frame));
    socket.on('error', reject);
    socket.on('open', () => resolve({ frames, closed, send: (text) => socket.send(text), close: () => socket.close() }));
  });
