CREATE TABLE "conflict_blocks" (
	"id" uuid PRIMARY KEY NOT NULL,
	"case_id" uuid NOT NULL,
	"staff_id" uuid NOT NULL,
	"reason" text NOT NULL,
	"blocked_by" uuid NOT NULL,
	"blocked_at" timestamp (3) with time zone NOT NULL,
	"lifted_by" uuid,
	"lifted_at" timestamp (3) with time zone,
	CONSTRAINT "conflict_blocks_two_people" CHECK (lifted_by <> blocked_by and lifted_by <> staff_id)
);
--> statement-breakpoint
ALTER TABLE "cases" ADD COLUMN "readers" uuid[];--> statement-breakpoint
ALTER TABLE "cases" ADD COLUMN "blocked" uuid[];--> statement-breakpoint
ALTER TABLE "conflict_blocks" ADD CONSTRAINT "conflict_blocks_case_id_cases_id_fk" FOREIGN KEY ("case_id") REFERENCES "public"."cases"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "conflict_blocks" ADD CONSTRAINT "conflict_blocks_staff_id_staff_id_fk" FOREIGN KEY ("staff_id") REFERENCES "public"."staff"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "conflict_blocks" ADD CONSTRAINT "conflict_blocks_blocked_by_staff_id_fk" FOREIGN KEY ("blocked_by") REFERENCES "public"."staff"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "conflict_blocks" ADD CONSTRAINT "conflict_blocks_lifted_by_staff_id_fk" FOREIGN KEY ("lifted_by") REFERENCES "public"."staff"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "conflict_blocks_standing" ON "conflict_blocks" USING btree ("case_id","staff_id") WHERE lifted_at is null;--> statement-breakpoint
ALTER TABLE "cases" ADD CONSTRAINT "cases_readers" CHECK (cardinality(readers) > 0);--> statement-breakpoint

-- The second wall: what keeps a person from a case is stronger than what opens it. Both lists stand in the row, because a
-- policy on cases that asked another table, which follows its case, would ask itself.
ALTER POLICY "staff" ON "cases"
	USING ((CASE
		WHEN "id" = (SELECT insat_handed()) THEN true
		WHEN (SELECT insat_staff_id()) = ANY ("blocked") THEN NULL
		WHEN "readers" IS NOT NULL AND ((SELECT insat_staff_id()) = ANY ("readers")) IS NOT TRUE THEN NULL
		WHEN "centre_id" = (SELECT insat_centre()) AND ((SELECT insat_supervises())
			OR "queue_id" IS NULL OR "queue_id" <> ALL (ARRAY(SELECT q."id" FROM "queues" q WHERE q."restricted"))) THEN true
		END) IS NOT NULL);--> statement-breakpoint
GRANT UPDATE ("readers", "blocked") ON "cases" TO insat_staff;--> statement-breakpoint
ALTER TABLE "conflict_blocks" ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE POLICY "system" ON "conflict_blocks" TO insat_system USING (true) WITH CHECK (true);--> statement-breakpoint
GRANT SELECT, INSERT ON "conflict_blocks" TO insat_system;--> statement-breakpoint
-- Read by supervisors alone. Anybody may keep themselves from a case, a supervisor anybody; in their own name.
CREATE POLICY "staff" ON "conflict_blocks" TO insat_staff
	USING ((SELECT insat_supervises()) AND (SELECT c."id" FROM "cases" c WHERE c."id" = "conflict_blocks"."case_id") IS NOT NULL)
	WITH CHECK (
		(SELECT c."id" FROM "cases" c WHERE c."id" = "conflict_blocks"."case_id") IS NOT NULL
			AND CASE WHEN "lifted_at" IS NULL THEN "blocked_by" = (SELECT insat_staff_id()) AND ((SELECT insat_supervises()) OR "staff_id" = "blocked_by")
				ELSE "lifted_by" = (SELECT insat_staff_id()) END
	);--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ("lifted_by", "lifted_at") ON "conflict_blocks" TO insat_staff;
--> statement-breakpoint
-- An outside body is no reader of a sealed case.
ALTER POLICY "partner" ON "cases"
	USING ("id" = ANY (ARRAY(SELECT r."case_id" FROM "referrals" r)) AND ("status" = 'referred' OR "id" = (SELECT insat_handed()))
		AND "readers" IS NULL AND ((SELECT insat_staff_id()) = ANY ("blocked")) IS NOT TRUE);--> statement-breakpoint
GRANT SELECT ("readers", "blocked") ON "cases" TO insat_partner;
