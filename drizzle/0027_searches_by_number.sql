CREATE TABLE "searches" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "searches_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"staff_id" uuid NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"sought" "bytea" NOT NULL,
	"found" integer NOT NULL
);
--> statement-breakpoint
ALTER TABLE "searches" ADD CONSTRAINT "searches_staff_id_staff_id_fk" FOREIGN KEY ("staff_id") REFERENCES "public"."staff"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "searches_staff" ON "searches" USING btree ("staff_id","at");--> statement-breakpoint
CREATE INDEX "searches_at" ON "searches" USING btree ("at");--> statement-breakpoint
ALTER TABLE "searches" ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE POLICY "system" ON "searches" TO insat_system USING (true) WITH CHECK (true);--> statement-breakpoint
GRANT SELECT, DELETE ON "searches" TO insat_system;--> statement-breakpoint
-- Whoever searches is counted, and reads no other's searches.
CREATE POLICY "own" ON "searches" TO insat_staff, insat_partner
	USING ("staff_id" = (SELECT insat_staff_id())) WITH CHECK ("staff_id" = (SELECT insat_staff_id()));--> statement-breakpoint
GRANT SELECT, INSERT ON "searches" TO insat_staff, insat_partner;
