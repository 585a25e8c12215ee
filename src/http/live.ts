import websocket from '@fastify/websocket';
import type { FastifyPluginAsync } from 'fastify';
import { liveClose, type LiveFrame } from '#contract/live';
import type { StaffActor } from '#db/actor';
import { may } from '#domain/access/access.rules';
import type { Context } from '#domain/context';
import { actorOf, peopleOf } from '#domain/staff/session.actions';
import type { CaseHint, Live } from '#live/bus';
import { openSessionOf, staffOf } from './policy.ts';

type Socket = websocket.WebSocket;
/** Known by the session's id, which stays when a factor is shown and the token is replaced. */
type Listener = { socket: Socket; actor: StaffActor; sessionId: string; answered: boolean; pings: number };

const heartbeatMs = 25_000;
const recheckMs = 1000;
const slowBytes = 1_048_576;
/** Of one person: the tabs of a few browsers, and those whose network went away unsaid. */
const mostOfPerson = 10;
/** Of this process. */
const mostSockets = 5000;
/** Between two heartbeats. */
const mostPings = 60;

/**
 * Tells consoles that a case in their sight changed. The session is checked before the upgrade (policy hook), again as
 * soon as any session ends, and every second, for one that expires and for a hint that was lost; a frame is a hint
 * without content.
 */
export const liveRoutes = (ctx: Context, live: Live): FastifyPluginAsync => async (app) => {
  const listeners = new Set<Listener>();

  const tell = (hint: CaseHint) => {
    const frame: LiveFrame = { type: hint.type, caseId: hint.caseId, version: hint.version };
    const text = JSON.stringify(frame);
    for (const { socket, actor } of listeners) {
      if (!may(actor, 'case.read', hint)) continue;
      // A reader that cannot follow starts over: it refetches when it comes back.
      if (socket.bufferedAmount > slowBytes) socket.close(liveClose.slow);
      else socket.send(text);
    }
  };
  const restart = () => {
    for (const { socket } of listeners) socket.close(liveClose.restart);
  };

  const recheck = async () => {
    // Whoever comes meanwhile was checked at the door, and is not among those asked about here.
    const present = [...listeners];
    const people = await peopleOf(ctx, present.map(({ sessionId }) => sessionId));
    for (const listener of present) {
      const person = people.get(listener.sessionId);
      if (person) listener.actor = actorOf(person);
      else listener.socket.close(liveClose.revoked);
    }
  };
  let rechecking = false;
  let endedMeanwhile = false;
  const recheckSoon = () => {
    // A check under way may have read the sessions before this one ended.
    endedMeanwhile = rechecking;
    if (rechecking || listeners.size === 0) return;
    rechecking = true;
    recheck()
      .catch((err: unknown) => ctx.log.warn({ err }, 'sessions of live sockets could not be checked'))
      .finally(() => {
        rechecking = false;
        if (endedMeanwhile) recheckSoon();
      });
  };
  const recheckTimer = setInterval(recheckSoon, recheckMs);
  const heartbeat = setInterval(() => {
    for (const listener of listeners) {
      if (!listener.answered) listener.socket.terminate();
      listener.answered = false;
      listener.pings = 0;
      listener.socket.ping();
    }
  }, heartbeatMs);

  await app.register(websocket, {
    // Whoever sends a message is closed; one in a thousand pieces, or without end, is not waited for.
    options: { maxPayload: 1024, maxFragments: 16, perMessageDeflate: false },
    preClose(done) {
      clearInterval(recheckTimer);
      clearInterval(heartbeat);
      restart();
      setTimeout(() => {
        for (const { socket } of listeners) socket.terminate();
      }, 2000).unref();
      done();
    },
  });
  const unsubscribe = live.subscribe({
    hint: (hint) => (hint.type === 'case.changed' ? tell(hint) : recheckSoon()),
    missed: restart,
  });
  app.addHook('onClose', async () => unsubscribe());

  app.get('/live', { websocket: true, config: { policy: { verb: 'live.listen' } }, schema: { hide: true } }, (socket, request) => {
    const listener: Listener = { socket, actor: staffOf(request), sessionId: openSessionOf(request).id, answered: true, pings: 0 };
    socket.on('error', () => listeners.delete(listener));
    const theirs = [...listeners].filter(({ actor }) => actor.id === listener.actor.id).length;
    if (theirs >= mostOfPerson || listeners.size >= mostSockets) return socket.close(liveClose.full);
    listeners.add(listener);
    socket.on('pong', () => (listener.answered = true));
    // A console has nothing to say.
    socket.on('message', () => socket.close(1008));
    // Each is answered.
    socket.on('ping', () => {
      listener.pings += 1;
      if (listener.pings > mostPings) socket.close(1008);
    });
    socket.on('close', () => listeners.delete(listener));
  });
};
