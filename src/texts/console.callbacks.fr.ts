import type { callbacks as ar } from './console.callbacks.ar.ts';

export const callbacks: typeof ar = {
  heading: 'À rappeler',
  how: 'Qui a demandé à être rappelé, a raccroché avant de parler, ou ne reçoit pas nos messages. Qui attend le plus vient d’abord. Prenez un rappel : votre téléphone sonne aussitôt, ou à l’ouverture du centre, puis celui de la personne. S’il ne sonne pas chez vous, appelez du téléphone du centre ; le numéro entier est sur la page du dossier.',
  waiting: (count: string) => `En attente : ${count}`,
  badge: (count: string) => `${count} à rappeler`,
  columns: { who: 'Qui appeler', case: 'Dossier', asked: 'Demandé', attempts: 'Essais', next: 'Prochain appel', holder: 'Pris par', act: 'Action' },
  noPhone: 'sans numéro',
  free: 'personne encore',
  me: 'moi',
  noNext: 'aucun',
  take: 'J’appelle',
  takeOf: (reference: string) => `J’appelle pour le dossier ${reference}`,
  again: 'Rappeler encore',
  againOf: (reference: string) => `Rappeler encore pour le dossier ${reference}`,
  done: 'Nous avons parlé',
  doneOf: (reference: string) => `Nous avons parlé, dossier ${reference}`,
  took: (reference: string) => `Vous avez pris le rappel du dossier ${reference}.`,
  ended: (reference: string) => `Le rappel du dossier ${reference} est fait.`,
  problems: { taken: 'Quelqu’un d’autre a pris ce rappel.', not_found: 'Ce rappel a pris fin entre-temps.' },
  empty: 'Personne n’attend d’être rappelé.',
  more: 'En voir plus',
};
