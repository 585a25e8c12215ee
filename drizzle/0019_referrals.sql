CREATE TABLE "organisations" (
	"id" text PRIMARY KEY NOT NULL,
	"name_ar" text NOT NULL,
	"name_fr" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "referrals" (
	"id" uuid PRIMARY KEY NOT NULL,
	"case_id" uuid NOT NULL,
	"organisation_id" text NOT NULL,
	"fields" text[] NOT NULL,
	"note_id" uuid NOT NULL,
	"referred_by" uuid NOT NULL,
	"referred_at" timestamp (3) with time zone NOT NULL,
	"ended_at" timestamp (3) with time zone
);
--> statement-breakpoint
ALTER TABLE "staff" ADD COLUMN "organisation_id" text;--> statement-breakpoint
ALTER TABLE "referrals" ADD CONSTRAINT "referrals_case_id_cases_id_fk" FOREIGN KEY ("case_id") REFERENCES "public"."cases"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "referrals" ADD CONSTRAINT "referrals_organisation_id_organisations_id_fk" FOREIGN KEY ("organisation_id") REFERENCES "public"."organisations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "referrals" ADD CONSTRAINT "referrals_referred_by_staff_id_fk" FOREIGN KEY ("referred_by") REFERENCES "public"."staff"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "referrals_open" ON "referrals" USING btree ("case_id") WHERE ended_at is null;--> statement-breakpoint
ALTER TABLE "staff" ADD CONSTRAINT "staff_organisation_id_organisations_id_fk" FOREIGN KEY ("organisation_id") REFERENCES "public"."organisations"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
-- Bodies to which cases of social support go most often; more by `npm run cli -- add-organisation`.
INSERT INTO "organisations" ("id", "name_ar", "name_fr") VALUES
	('anss', 'الوكالة الوطنية للدعم الاجتماعي', 'Agence nationale du soutien social'),
	('anr', 'الوكالة الوطنية للسجلات', 'Agence nationale des registres'),
	('cnss', 'الصندوق الوطني للضمان الاجتماعي', 'Caisse nationale de sécurité sociale'),
	('entraide', 'التعاون الوطني', 'Entraide nationale'),
	('mediateur', 'وسيط المملكة', 'Médiateur du Royaume');--> statement-breakpoint
GRANT SELECT ON "organisations" TO insat_citizen, insat_staff, insat_administrator, insat_observer, insat_partner, insat_system;--> statement-breakpoint
GRANT INSERT, UPDATE ON "organisations" TO insat_system;--> statement-breakpoint

-- The second wall for partners (docs/adr/0013): the open referral is the only key to a case, and its fields to what belongs to it.
CREATE FUNCTION "insat_organisation"() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
	RETURN insat_actor() ->> 'organisationId';--> statement-breakpoint
ALTER TABLE "referrals" ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE POLICY "system" ON "referrals" TO insat_system USING (true) WITH CHECK (true);--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ("ended_at") ON "referrals" TO insat_system;--> statement-breakpoint
CREATE POLICY "staff" ON "referrals" TO insat_staff
	USING ((SELECT c."id" FROM "cases" c WHERE c."id" = "referrals"."case_id") IS NOT NULL);--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ("ended_at") ON "referrals" TO insat_staff;--> statement-breakpoint
-- A citizen who appeals or withdraws takes the case out of the body's hands.
CREATE POLICY "tracking" ON "referrals" TO insat_citizen USING ("case_id" = (SELECT insat_case()));--> statement-breakpoint
GRANT SELECT, UPDATE ("ended_at") ON "referrals" TO insat_citizen;--> statement-breakpoint
-- Whoever answers ends the referral, and with it the own sight: the transaction names the case first (`insat.handed`).
CREATE POLICY "partner" ON "referrals" TO insat_partner
	USING ("organisation_id" = (SELECT insat_organisation()) AND ("ended_at" IS NULL OR "case_id" = (SELECT insat_handed())));--> statement-breakpoint
GRANT SELECT, UPDATE ("ended_at") ON "referrals" TO insat_partner;--> statement-breakpoint
-- A case that left `referred` by any way is out of sight, whatever its referral says; a partner sets no other state.
CREATE POLICY "partner" ON "cases" TO insat_partner
	USING ("id" = ANY (ARRAY(SELECT r."case_id" FROM "referrals" r)) AND ("status" = 'referred' OR "id" = (SELECT insat_handed())))
	WITH CHECK ("status" IN ('referred', 'in_progress'));--> statement-breakpoint
-- Not the narrative's beginning, nor who filed: what a referral may share has rows of its own, below.
GRANT SELECT ("id", "version", "reference", "kind", "status", "channel", "language", "category", "subcategory", "programme", "province",
	"citizen_id", "contact_point_id", "priority", "centre_id", "queue_id", "received_at", "received_on", "legal_due_date", "operational_due_at")
	ON "cases" TO insat_partner;--> statement-breakpoint
GRANT UPDATE ("version", "status") ON "cases" TO insat_partner;--> statement-breakpoint
CREATE POLICY "partner" ON "messages" FOR SELECT TO insat_partner
	USING ("direction" = 'in' AND EXISTS (SELECT FROM "cases" c JOIN "referrals" r ON r."case_id" = c."id" WHERE c."id" = "messages"."case_id" AND 'narrative' = ANY (r."fields")));--> statement-breakpoint
CREATE POLICY "partner" ON "citizens" FOR SELECT TO insat_partner
	USING (EXISTS (SELECT FROM "cases" c JOIN "referrals" r ON r."case_id" = c."id" WHERE c."citizen_id" = "citizens"."id" AND 'name' = ANY (r."fields")));--> statement-breakpoint
CREATE POLICY "partner" ON "citizen_contacts" FOR SELECT TO insat_partner
	USING (EXISTS (SELECT FROM "cases" c JOIN "referrals" r ON r."case_id" = c."id" WHERE c."citizen_id" = "citizen_contacts"."citizen_id" AND 'contact' = ANY (r."fields")));--> statement-breakpoint
CREATE POLICY "partner" ON "contact_points" FOR SELECT TO insat_partner
	USING (EXISTS (SELECT FROM "citizen_contacts" l WHERE l."contact_point_id" = "contact_points"."id"));--> statement-breakpoint
GRANT SELECT ON "messages", "citizens", "citizen_contacts", "contact_points" TO insat_partner;--> statement-breakpoint
-- What is asked of the body, and what its own people wrote.
CREATE POLICY "partner" ON "staff" FOR SELECT TO insat_partner USING ("organisation_id" = (SELECT insat_organisation()));--> statement-breakpoint
GRANT SELECT ("id", "name", "role", "organisation_id") ON "staff" TO insat_partner;--> statement-breakpoint
CREATE POLICY "partner" ON "notes" TO insat_partner
	USING ((SELECT c."id" FROM "cases" c WHERE c."id" = "notes"."case_id") IS NOT NULL
		AND ("author_id" IN (SELECT s."id" FROM "staff" s) OR "id" IN (SELECT r."note_id" FROM "referrals" r)))
	WITH CHECK ("author_id" = (SELECT insat_staff_id()) AND (SELECT c."id" FROM "cases" c WHERE c."id" = "notes"."case_id") IS NOT NULL);--> statement-breakpoint
GRANT SELECT, INSERT ON "notes" TO insat_partner;--> statement-breakpoint
GRANT USAGE ON SEQUENCE "notes_seq" TO insat_partner;--> statement-breakpoint
CREATE POLICY "partner" ON "events" TO insat_partner
	USING ("actor_id" = (SELECT insat_staff_id()) AND (SELECT c."id" FROM "cases" c WHERE c."id" = "events"."case_id") IS NOT NULL)
	WITH CHECK (
		("actor_kind" = 'staff' AND "actor_id" = (SELECT insat_staff_id()) OR "actor_kind" = 'system' AND "actor_id" IS NULL)
			AND (SELECT c."id" FROM "cases" c WHERE c."id" = "events"."case_id") IS NOT NULL
	);--> statement-breakpoint
GRANT SELECT, INSERT ON "events" TO insat_partner;
