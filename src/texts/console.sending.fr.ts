import type { sending as ar } from './console.sending.ar.ts';

export const sending: typeof ar = {
  label: 'Tentatives d’envoi',
  unreached: 'Aucun message n’atteint la personne. Appelez-la, ou rectifiez son numéro.',
  underWay: 'remise en cours',
  outcomes: { accepted: 'pris par l’opérateur', rejected: 'non pris par l’opérateur', unknown: 'l’opérateur n’a pas répondu : on lui demande ce qu’il en est avant tout nouvel envoi' },
  classes: {
    transient: 'il est injoignable',
    throttled: 'il demande d’attendre',
    unreachable: 'téléphone du citoyen éteint ou hors réseau',
    config: 'problème de notre compte chez lui : prévenir le responsable technique',
    sender: 'il refuse notre numéro d’envoi',
    window: 'plus de 24 h depuis le dernier message WhatsApp',
    address: 'personne n’est joint à ce numéro par ce canal',
    opted_out: 'le citoyen ne veut pas de messages',
    policy: 'contraire aux règles de l’opérateur',
    permanent: 'refus définitif',
  },
  next: (at) => `Prochaine tentative : ${at}`,
  parts: (parts) => `En SMS : partie ${parts} sur 2`,
  tooLong: 'Plus long qu’un SMS de deux parties : ne partira pas ainsi.',
  code: (code) => `code ${code}`,
};
