-- Erasure: with a citizen's last case go the numbers, and what only they had; a client's key after its time.
GRANT DELETE ON "citizen_contacts", "contact_points", "idempotency_keys" TO insat_system;--> statement-breakpoint
GRANT UPDATE ("contact_point_id") ON "messages" TO insat_system;--> statement-breakpoint
-- A supervisor puts a case on hold and lifts it; which cases, their policy says.
CREATE POLICY "staff" ON "legal_holds" TO insat_staff
	USING ((SELECT c."id" FROM "cases" c WHERE c."id" = "legal_holds"."case_id") IS NOT NULL)
	WITH CHECK ("held_by" = (SELECT insat_staff_id()) AND (SELECT c."id" FROM "cases" c WHERE c."id" = "legal_holds"."case_id") IS NOT NULL);--> statement-breakpoint
GRANT SELECT, INSERT, DELETE ON "legal_holds" TO insat_staff;--> statement-breakpoint
-- The words that citizens agreed to name nobody.
CREATE POLICY "staff" ON "consent_texts" FOR SELECT TO insat_staff USING (true);--> statement-breakpoint
GRANT SELECT ON "consent_texts" TO insat_staff;--> statement-breakpoint
-- Signing in locks the identity (FOR SHARE), which asks for the right to change something of it.
GRANT UPDATE ("linked_at") ON "staff_identities" TO insat_system;
