-- Leaves are now of every protected table, and name no member of staff: the log begins anew, before any release.
ALTER TABLE "log_leaves" DISABLE TRIGGER append_only;--> statement-breakpoint
ALTER TABLE "log_subtrees" DISABLE TRIGGER append_only;--> statement-breakpoint
ALTER TABLE "log_checkpoints" DISABLE TRIGGER append_only;--> statement-breakpoint
TRUNCATE "log_leaves", "log_subtrees", "log_checkpoints";--> statement-breakpoint
ALTER TABLE "log_leaves" ENABLE TRIGGER append_only;--> statement-breakpoint
ALTER TABLE "log_subtrees" ENABLE TRIGGER append_only;--> statement-breakpoint
ALTER TABLE "log_checkpoints" ENABLE TRIGGER append_only;--> statement-breakpoint
CREATE SEQUENCE "public"."feedback_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1;--> statement-breakpoint
CREATE SEQUENCE "public"."messages_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1;--> statement-breakpoint
CREATE SEQUENCE "public"."notes_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1;--> statement-breakpoint
CREATE TABLE "log_cosignatures" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "log_cosignatures_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"size" bigint NOT NULL,
	"witness" text NOT NULL,
	"line" text NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "log_cosignatures_one" UNIQUE("size","witness")
);
--> statement-breakpoint
ALTER TABLE "log_leaves" DROP CONSTRAINT "log_leaves_event";--> statement-breakpoint
ALTER TABLE "feedback" ADD COLUMN "seq" bigint DEFAULT nextval('feedback_seq') NOT NULL;--> statement-breakpoint
ALTER TABLE "feedback" ADD COLUMN "salt" uuid DEFAULT gen_random_uuid() NOT NULL;--> statement-breakpoint
ALTER TABLE "messages" ADD COLUMN "seq" bigint DEFAULT nextval('messages_seq');--> statement-breakpoint
ALTER TABLE "messages" ADD COLUMN "salt" uuid DEFAULT gen_random_uuid() NOT NULL;--> statement-breakpoint
ALTER TABLE "notes" ADD COLUMN "seq" bigint DEFAULT nextval('notes_seq') NOT NULL;--> statement-breakpoint
ALTER TABLE "notes" ADD COLUMN "salt" uuid DEFAULT gen_random_uuid() NOT NULL;--> statement-breakpoint
ALTER TABLE "log_leaves" ADD COLUMN "source" text NOT NULL;--> statement-breakpoint
ALTER TABLE "log_leaves" ADD COLUMN "row_number" bigint NOT NULL;--> statement-breakpoint
CREATE INDEX "events_restated" ON "events" USING btree ((data->>'table'),(data->>'number')) WHERE type = 'row.restated';--> statement-breakpoint
ALTER TABLE "log_leaves" DROP COLUMN "event_id";--> statement-breakpoint
ALTER TABLE "feedback" ADD CONSTRAINT "feedback_seq_key" UNIQUE("seq");--> statement-breakpoint
ALTER TABLE "messages" ADD CONSTRAINT "messages_seq_key" UNIQUE("seq");--> statement-breakpoint
ALTER TABLE "notes" ADD CONSTRAINT "notes_seq_key" UNIQUE("seq");--> statement-breakpoint
ALTER TABLE "log_leaves" ADD CONSTRAINT "log_leaves_row" UNIQUE("source","row_number");--> statement-breakpoint
-- A provider's message is numbered once it is known to which case it belongs.
UPDATE "messages" SET "seq" = NULL WHERE "case_id" IS NULL;--> statement-breakpoint
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON "events" EXECUTE FUNCTION refuse_change();--> statement-breakpoint
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON "delivery_reports" EXECUTE FUNCTION refuse_change();--> statement-breakpoint
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON "log_cosignatures" EXECUTE FUNCTION refuse_change();--> statement-breakpoint
-- Words are kept as they were said. Where a law has them erased or sealed, the row is sealed anew under another number, and
-- an event row.restated names the old one.
CREATE TRIGGER append_only BEFORE DELETE OR TRUNCATE ON "messages" EXECUTE FUNCTION refuse_change();--> statement-breakpoint
CREATE TRIGGER append_only BEFORE DELETE OR TRUNCATE ON "notes" EXECUTE FUNCTION refuse_change();--> statement-breakpoint
CREATE TRIGGER append_only BEFORE DELETE OR TRUNCATE ON "feedback" EXECUTE FUNCTION refuse_change();--> statement-breakpoint
CREATE FUNCTION "refuse_restating"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	RAISE EXCEPTION '% keeps what was said', TG_TABLE_NAME
		USING HINT = 'A row whose words must go gets a new seq and salt; an event row.restated {table, number} names its old seq.';
END
$$;--> statement-breakpoint
CREATE TRIGGER keep_words BEFORE UPDATE ON "messages" FOR EACH ROW
	WHEN (old.seq IS NOT NULL AND new.seq IS NOT DISTINCT FROM old.seq AND (old.id, old.case_id, old.direction, old.channel, old.kind, old.author_id, old.created_at, old.salt, old.body)
		IS DISTINCT FROM (new.id, new.case_id, new.direction, new.channel, new.kind, new.author_id, new.created_at, new.salt, new.body))
	EXECUTE FUNCTION refuse_restating();--> statement-breakpoint
CREATE TRIGGER keep_words BEFORE UPDATE ON "notes" FOR EACH ROW WHEN (new.seq = old.seq) EXECUTE FUNCTION refuse_restating();--> statement-breakpoint
CREATE TRIGGER keep_words BEFORE UPDATE ON "feedback" FOR EACH ROW WHEN (new.seq = old.seq) EXECUTE FUNCTION refuse_restating();
