import type { telephone as ar } from './console.telephone.ar.ts';

export const telephone: typeof ar = {
  label: 'Téléphone',
  states: {
    closed: 'Votre téléphone est fermé.',
    opening: 'Ouverture du téléphone…',
    ready: 'Votre téléphone est ouvert : il sonne quand vous prenez un rappel.',
    calling: 'Nous vous relions à la personne qui attend depuis le plus longtemps…',
    ringing: 'Un appel pour vous.',
    talking: 'Vous êtes en ligne. Notez ce qui est dit dans le formulaire.',
    failed: 'Le téléphone ne s’ouvre pas dans ce navigateur. Vérifiez le réseau et l’accès au micro, ou répondez depuis le téléphone du centre.',
  },
  open: 'Ouvrir le téléphone',
  close: 'Fermer le téléphone',
  next: 'Répondre à qui attend',
  accept: 'Répondre',
  refuse: 'Ne pas répondre',
  hangUp: 'Raccrocher',
  mute: 'Couper mon micro',
  unmute: 'Rouvrir mon micro',
  again: 'Réessayer',
};
