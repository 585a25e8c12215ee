CREATE TABLE "merges" (
	"case_id" uuid PRIMARY KEY NOT NULL,
	"into_id" uuid NOT NULL,
	"former_status" text NOT NULL,
	"former_holder" uuid,
	"merged_by" uuid NOT NULL,
	"merged_at" timestamp (3) with time zone NOT NULL,
	"told_at" timestamp (3) with time zone,
	"unsettled" boolean DEFAULT true NOT NULL
);
--> statement-breakpoint
ALTER TABLE "merges" ADD CONSTRAINT "merges_case_id_cases_id_fk" FOREIGN KEY ("case_id") REFERENCES "public"."cases"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "merges" ADD CONSTRAINT "merges_into_id_cases_id_fk" FOREIGN KEY ("into_id") REFERENCES "public"."cases"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "merges" ADD CONSTRAINT "merges_former_holder_staff_id_fk" FOREIGN KEY ("former_holder") REFERENCES "public"."staff"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "merges" ADD CONSTRAINT "merges_merged_by_staff_id_fk" FOREIGN KEY ("merged_by") REFERENCES "public"."staff"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "merges_into" ON "merges" USING btree ("into_id");--> statement-breakpoint
CREATE INDEX "merges_unsettled" ON "merges" USING btree ("into_id") WHERE unsettled;--> statement-breakpoint
ALTER TABLE "merges" ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE POLICY "system" ON "merges" TO insat_system USING (true) WITH CHECK (true);--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ("told_at", "unsettled"), DELETE ON "merges" TO insat_system;--> statement-breakpoint
-- Seen and undone from either end: nobody else could say that a case has others merged into it, which must not merge itself.
CREATE POLICY "staff" ON "merges" TO insat_staff
	USING ((SELECT c."id" FROM "cases" c WHERE c."id" IN ("merges"."case_id", "merges"."into_id") LIMIT 1) IS NOT NULL);--> statement-breakpoint
-- But made only by who sees both.
CREATE POLICY "merging" ON "merges" AS RESTRICTIVE FOR INSERT TO insat_staff
	WITH CHECK ("merged_by" = (SELECT insat_staff_id())
		AND (SELECT c."id" FROM "cases" c WHERE c."id" = "merges"."case_id") IS NOT NULL
		AND (SELECT c."id" FROM "cases" c WHERE c."id" = "merges"."into_id") IS NOT NULL);--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ("unsettled"), DELETE ON "merges" TO insat_staff;--> statement-breakpoint
-- A citizen who writes or moves says that something is to follow.
CREATE POLICY "tracking" ON "merges" TO insat_citizen
	USING ("case_id" = (SELECT insat_case()) OR "into_id" = (SELECT insat_case()));--> statement-breakpoint
GRANT SELECT, UPDATE ("unsettled") ON "merges" TO insat_citizen;
