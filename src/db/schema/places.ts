import { boolean, pgTable, text } from 'drizzle-orm/pg-core';

/** Regions, provinces and categories are data of the code (domain/territory, domain/triage), copied here at migration. */
export const regions = pgTable('regions', {
  code: text().primaryKey(),
  nameAr: text('name_ar').notNull(),
  nameFr: text('name_fr').notNull(),
});

export const provinces = pgTable('provinces', {
  code: text().primaryKey(),
  regionCode: text('region_code').notNull().references(() => regions.code),
  nameAr: text('name_ar').notNull(),
  nameFr: text('name_fr').notNull(),
});

export const categories = pgTable('categories', {
  code: text().primaryKey(),
  parentCode: text('parent_code'),
  nameAr: text('name_ar').notNull(),
  nameFr: text('name_fr').notNull(),
  nameEn: text('name_en').notNull(),
});

/** A listening centre serves one region; one of them also takes what names no territory. */
export const centres = pgTable('centres', {
  id: text().primaryKey(),
  nameAr: text('name_ar').notNull(),
  nameFr: text('name_fr').notNull(),
  regionCode: text('region_code').notNull().references(() => regions.code),
  servesUnlocated: boolean('serves_unlocated').notNull().default(false),
});

/** `restricted` queues (integrity) are worked by supervisors only. */
export const queues = pgTable('queues', {
  id: text().primaryKey(),
  centreId: text('centre_id').notNull().references(() => centres.id),
  nameAr: text('name_ar').notNull(),
  nameFr: text('name_fr').notNull(),
  restricted: boolean().notNull().default(false),
});

/** A body outside the line to which a case may be referred; associations among them have accounts (role `partner`). */
export const organisations = pgTable('organisations', {
  id: text().primaryKey(),
  nameAr: text('name_ar').notNull(),
  nameFr: text('name_fr').notNull(),
});
