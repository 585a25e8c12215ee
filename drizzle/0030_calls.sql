CREATE TABLE "callbacks" (
	"id" uuid PRIMARY KEY NOT NULL,
	"case_id" uuid NOT NULL,
	"contact_point_id" uuid,
	"state" text NOT NULL,
	"requested_at" timestamp (3) with time zone NOT NULL,
	"attempts" smallint DEFAULT 0 NOT NULL,
	"next_at" timestamp (3) with time zone,
	"taken_by" uuid,
	"ended_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "calls" (
	"id" uuid PRIMARY KEY NOT NULL,
	"account" text NOT NULL,
	"provider_id" text NOT NULL,
	"direction" text NOT NULL,
	"contact_point_id" uuid,
	"caller" "bytea",
	"case_id" uuid,
	"callback_id" uuid,
	"language" text NOT NULL,
	"state" jsonb NOT NULL,
	"version" integer NOT NULL,
	"answers" jsonb NOT NULL,
	"outcome" text,
	"started_at" timestamp (3) with time zone NOT NULL,
	"ended_at" timestamp (3) with time zone,
	CONSTRAINT "calls_provider" UNIQUE("account","provider_id")
);
--> statement-breakpoint
CREATE TABLE "recordings" (
	"id" uuid PRIMARY KEY NOT NULL,
	"call_id" uuid NOT NULL,
	"case_id" uuid NOT NULL,
	"provider_id" text NOT NULL,
	"state" text NOT NULL,
	"tries" smallint DEFAULT 0 NOT NULL,
	"next_at" timestamp (3) with time zone,
	CONSTRAINT "recordings_provider_id_unique" UNIQUE("provider_id")
);
--> statement-breakpoint
ALTER TABLE "callbacks" ADD CONSTRAINT "callbacks_case_id_cases_id_fk" FOREIGN KEY ("case_id") REFERENCES "public"."cases"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "callbacks" ADD CONSTRAINT "callbacks_contact_point_id_contact_points_id_fk" FOREIGN KEY ("contact_point_id") REFERENCES "public"."contact_points"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "callbacks" ADD CONSTRAINT "callbacks_taken_by_staff_id_fk" FOREIGN KEY ("taken_by") REFERENCES "public"."staff"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "calls" ADD CONSTRAINT "calls_contact_point_id_contact_points_id_fk" FOREIGN KEY ("contact_point_id") REFERENCES "public"."contact_points"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "calls" ADD CONSTRAINT "calls_case_id_cases_id_fk" FOREIGN KEY ("case_id") REFERENCES "public"."cases"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "calls" ADD CONSTRAINT "calls_callback_id_callbacks_id_fk" FOREIGN KEY ("callback_id") REFERENCES "public"."callbacks"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "recordings" ADD CONSTRAINT "recordings_call_id_calls_id_fk" FOREIGN KEY ("call_id") REFERENCES "public"."calls"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "recordings" ADD CONSTRAINT "recordings_case_id_cases_id_fk" FOREIGN KEY ("case_id") REFERENCES "public"."cases"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "callbacks_one_open" ON "callbacks" USING btree ("contact_point_id") WHERE ended_at is null;--> statement-breakpoint
CREATE INDEX "callbacks_open" ON "callbacks" USING btree ("requested_at","id") WHERE ended_at is null;--> statement-breakpoint
CREATE INDEX "callbacks_due" ON "callbacks" USING btree ("next_at") WHERE next_at is not null;--> statement-breakpoint
CREATE INDEX "callbacks_case" ON "callbacks" USING btree ("case_id");--> statement-breakpoint
CREATE INDEX "calls_started" ON "calls" USING btree ("started_at");--> statement-breakpoint
CREATE INDEX "calls_callback" ON "calls" USING btree ("callback_id");--> statement-breakpoint
CREATE INDEX "recordings_due" ON "recordings" USING btree ("next_at") WHERE next_at is not null;--> statement-breakpoint
CREATE INDEX "recordings_call" ON "recordings" USING btree ("call_id");--> statement-breakpoint

-- The second wall (docs/adr/0012). Calls and recordings are the machine's alone; a call-back follows its case.
ALTER TABLE "callbacks" ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "calls" ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "recordings" ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE POLICY "system" ON "callbacks" TO insat_system USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "system" ON "calls" TO insat_system USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "system" ON "recordings" TO insat_system USING (true) WITH CHECK (true);--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ON "callbacks", "calls", "recordings" TO insat_system;--> statement-breakpoint
GRANT DELETE ON "calls", "recordings" TO insat_system;--> statement-breakpoint
CREATE POLICY "staff" ON "callbacks" TO insat_staff
	USING ((SELECT c."id" FROM "cases" c WHERE c."id" = "callbacks"."case_id") IS NOT NULL);--> statement-breakpoint
GRANT SELECT, UPDATE ("state", "taken_by", "next_at", "ended_at") ON "callbacks" TO insat_staff;
