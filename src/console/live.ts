import { liveClose, LiveFrame } from '#contract/live';

export type LiveState = 'connecting' | 'live' | 'reconnecting';

/** Milliseconds before the next attempt: from 1 s to at most 30 s, spread so that consoles do not return together. */
export function retryDelay(attempt: number, random: number): number {
  const longest = Math.min(30_000, 1000 * 2 ** (attempt + 1));
  return Math.round(1000 + random * (longest - 1000));
}

/**
 * Gathers items and hands them over together, never less than `pause` ms apart and never while the last batch is
 * still being worked on: a storm of changes costs the server a steady trickle of reads, and the last change is seen.
 */
export function gather<T>(pause: number, work: (items: T[]) => Promise<void>): { add: (item: T) => void; stop: () => void } {
  let items: T[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stopped = false;
  const hand = async () => {
    const batch = items;
    items = [];
    try {
      await work(batch);
    } finally {
      timer = undefined;
      if (items.length) wait();
    }
  };
  const wait = () => {
    if (!stopped) timer ??= setTimeout(() => void hand(), pause);
  };
  return {
    add: (item) => {
      items.push(item);
      wait();
    },
    stop: () => {
      stopped = true;
      clearTimeout(timer);
    },
  };
}

/** Keeps one WebSocket open until stopped. Frames are hints only; what is unreadable is not ours and is left alone. */
export function connectLive(
  url: string,
  on: { frame: (frame: LiveFrame) => void; open: () => void; lost: () => void; revoked: () => void; state: (state: LiveState) => void },
): () => void {
  let attempt = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let socket: WebSocket | undefined;
  let stopped = false;

  const connect = () => {
    socket = new WebSocket(url);
    socket.addEventListener('open', () => {
      attempt = 0;
      on.state('live');
      on.open();
    });
    socket.addEventListener('message', (event) => {
      const frame = LiveFrame.safeParse(jsonOf(event.data));
      if (frame.success) on.frame(frame.data);
    });
    socket.addEventListener('close', (event) => {
      if (stopped) return;
      if (event.code === liveClose.revoked) return on.revoked();
      on.state('reconnecting');
      on.lost();
      timer = setTimeout(connect, retryDelay(attempt++, Math.random()));
    });
  };

  on.state('connecting');
  connect();
  return () => {
    stopped = true;
    clearTimeout(timer);
    socket?.close();
  };
}

function jsonOf(data: unknown): unknown {
  try {
    return typeof data === 'string' ? JSON.parse(data) : null;
  } catch {
    return null;
  }
}
