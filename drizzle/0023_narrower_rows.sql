-- A supervisor alone puts a case on hold and lifts it: lifting lets retention erase evidence. Whoever sees the case sees the hold.
DROP POLICY "staff" ON "legal_holds";--> statement-breakpoint
CREATE POLICY "staff" ON "legal_holds" FOR SELECT TO insat_staff
	USING ((SELECT c."id" FROM "cases" c WHERE c."id" = "legal_holds"."case_id") IS NOT NULL);--> statement-breakpoint
CREATE POLICY "holding" ON "legal_holds" FOR INSERT TO insat_staff
	WITH CHECK ((SELECT insat_supervises()) AND "held_by" = (SELECT insat_staff_id())
		AND (SELECT c."id" FROM "cases" c WHERE c."id" = "legal_holds"."case_id") IS NOT NULL);--> statement-breakpoint
CREATE POLICY "lifting" ON "legal_holds" FOR DELETE TO insat_staff
	USING ((SELECT insat_supervises()) AND (SELECT c."id" FROM "cases" c WHERE c."id" = "legal_holds"."case_id") IS NOT NULL);--> statement-breakpoint
-- A citizen attaches to the case whose code was proved, and to no other.
ALTER POLICY "uploads" ON "attachments" WITH CHECK ("case_id" IS NULL OR "case_id" = (SELECT insat_case()));--> statement-breakpoint
-- Refers in their own name.
CREATE POLICY "referring" ON "referrals" AS RESTRICTIVE FOR INSERT TO insat_staff WITH CHECK ("referred_by" = (SELECT insat_staff_id()));--> statement-breakpoint
-- What waited with its key in clear is not attached any more: the sweep removes it, and the citizen sends it again.
SET LOCAL ROLE insat_system;--> statement-breakpoint
UPDATE "attachments" SET "state" = 'uploading', "created_at" = "created_at" - interval '2 days' WHERE "case_id" IS NULL;--> statement-breakpoint
RESET ROLE;
