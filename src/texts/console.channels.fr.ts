import type { channelHealth as ar } from './console.channels.ar.ts';

export const channelHealth: typeof ar = {
  heading: 'État des canaux',
  how: 'Comment les gens nous joignent et comment nous les joignons en ce moment ; la page se renouvelle toutes les trente secondes. Le téléphone de la ligne donne signe de vie chaque minute : après trois minutes de silence, le canal est perturbé ; après dix, il est sourd, et tout le personnel en est averti. Il est en panne si le fournisseur ne répond pas pendant dix minutes, ou refuse notre compte.',
  names: { sms: 'SMS', whatsapp: 'WhatsApp' },
  columns: { channel: 'Canal', state: 'État', seen: 'Dernier signe', checked: 'Dernier contrôle', lastHour: 'Échecs, dernière heure', queued: 'Pas encore partis', received: 'Arrivés, pas encore classés', reconciled: 'Dernier rapprochement' },
  states: { ok: 'En ordre', degraded: 'Perturbé', down: 'En panne', deaf: 'Sourd' },
  since: (at: string) => `depuis le ${at}`,
  never: 'rien encore',
  oldest: (ago: string) => `le plus ancien ${ago}`,
  good: 'répond',
  code: (code: string) => `erreur ${code}`,
  noneSent: 'rien d’envoyé',
  failed: (failed: string, tried: string) => `${failed} sur ${tried}`,
  empty: 'Aucun canal de messages n’est configuré.',
  alarm: {
    deaf: (channel: string, at: string) => `Les messages des gens (${channel}) ne nous arrivent plus depuis le ${at}`,
    down: (channel: string, at: string) => `Nos messages (${channel}) ne partent plus, et ceux des gens risquent de ne pas arriver, depuis le ${at}`,
    operator: 'Vous n’y êtes pour rien. Si quelqu’un appelle ou vient, notez son affaire dans « Appel ou visite », et prévenez votre responsable.',
    form: 'Ouvrir « Appel ou visite »',
    watcher: 'Prévenez qui s’occupe du téléphone de la ligne et du fournisseur. Les agents notent dans « Appel ou visite » l’affaire de qui appelle ou vient.',
    page: 'Voir l’état des canaux',
    clears: 'Cet avis disparaît de lui-même quand la ligne revient.',
  },
};
