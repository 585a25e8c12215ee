import { formatDate, line } from '#texts/format';
import type { Answers } from './ar.ts';

const inGsm = (text: string): string => text.replaceAll('ç', 'c').replaceAll('ê', 'e').replaceAll('’', "'");

/** Letters of GSM-7 only: a single "ç" or "ê" would make a message cost double. */
export const fr: Answers = {
  help: 'Insat: écrivez votre problème ici. SUIVI + numéro: nouvelles du dossier. NOUVEAU: autre dossier. AGENT: on vous rappelle. STOP: seulement numéros et réponses.',
  stopped: 'Vous ne recevrez plus que les numéros de vos dossiers et nos réponses. Pour reprendre: REPRENDRE',
  started: 'Vous recevrez de nouveau des nouvelles de votre dossier.',
  write_matter: 'Écrivez maintenant votre nouveau sujet. Nous vous donnerons un numéro.',
  name_reference: 'Écrivez le mot et le numéro du dossier, par exemple: SUIVI 1234567890',
  not_yours: `Aucun dossier de ce numéro pour votre téléphone. Vérifiez-le ou appelez le ${line.shown}`,
  rated: 'Merci. Votre avis nous aide à mieux faire.',
  not_reopened: 'Ce dossier ne peut plus reprendre. Pour un autre dossier: NOUVEAU',
  ask_place: "Nous n'avons pas reconnu le lieu. Écrivez le nom de votre ville ou province, par exemple: Fès",
  danger: "Urgences, à toute heure: police 19, gendarmerie 177, secours 15. Insat ne les remplace pas.",
  ask_solved: 'Merci. Votre problème est-il résolu? Répondez: 1 oui, 2 non',
  ask_reopening: 'Nous en sommes désolés. Faut-il reprendre votre dossier? Répondez: 1 oui, 2 non',
  status: ({ reference, status, dueDate }) => `${reference}: ${inGsm(status)}. Réponse au plus tard le ${formatDate(dueDate)}.`,
  reopened: (reference) => `Votre dossier ${reference} reprend.`,
  which_case: (references) =>
    `De quel dossier parlez-vous? Répondez par un chiffre: ${references.map((reference, at) => `${at + 1} ${reference}`).join(', ')}, ${references.length + 1} autre sujet`,
  rate: 'Notez notre réponse en répondant par un chiffre, de 1 (mauvaise) à 5 (bonne).',
};
