-- Names, numbers and addresses are sealed by the program from now on: SQL never sees a key. What is here in clear waits in
-- `unsealed` until the next start has sealed it (src/domain/personal/earlier.actions.ts), and is nowhere else.
CREATE TABLE "unsealed" (
	"place" text NOT NULL,
	"row" uuid NOT NULL,
	"subject" uuid NOT NULL,
	"value" text NOT NULL
);
--> statement-breakpoint
INSERT INTO "unsealed" SELECT 'citizens.name', "id", "id", "name" FROM "citizens" WHERE "name" IS NOT NULL;--> statement-breakpoint
INSERT INTO "unsealed" SELECT 'cases.submitter_name', "id", "citizen_id", "submitter_name" FROM "cases" WHERE "submitter_name" IS NOT NULL;--> statement-breakpoint
INSERT INTO "unsealed" SELECT 'inbound_bodies.body', "message_id", "message_id", "body"::text FROM "inbound_bodies";--> statement-breakpoint
INSERT INTO "unsealed" SELECT 'citizen_contacts.value', l."contact_point_id", l."citizen_id", p."value" FROM "citizen_contacts" l JOIN "contact_points" p ON p."id" = l."contact_point_id";--> statement-breakpoint
INSERT INTO "unsealed" SELECT 'messages.sender', m."id", m."id", p."value" FROM "messages" m JOIN "contact_points" p ON p."id" = m."contact_point_id" WHERE m."state" = 'received';--> statement-breakpoint
-- Each case once more: its preview is masked, and what it says is sealed if its queue is restricted.
INSERT INTO "unsealed" SELECT 'cases.preview', "id", "citizen_id", '' FROM "cases";--> statement-breakpoint
ALTER TABLE "contact_points" DROP CONSTRAINT "contact_points_kind_value";--> statement-breakpoint
ALTER TABLE "contact_points" ADD COLUMN "index" "bytea";--> statement-breakpoint
-- Until its real index is known, which only the program can compute.
UPDATE "contact_points" SET "index" = uuid_send("id");--> statement-breakpoint
ALTER TABLE "contact_points" ALTER COLUMN "index" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "contact_points" DROP COLUMN "value";--> statement-breakpoint
ALTER TABLE "contact_points" ADD CONSTRAINT "contact_points_kind_index" UNIQUE("kind","index");--> statement-breakpoint
ALTER TABLE "citizen_contacts" ADD COLUMN "value" "bytea" NOT NULL DEFAULT '';--> statement-breakpoint
ALTER TABLE "citizen_contacts" ALTER COLUMN "value" DROP DEFAULT;--> statement-breakpoint
ALTER TABLE "citizens" ALTER COLUMN "name" SET DATA TYPE "bytea" USING NULL::bytea;--> statement-breakpoint
ALTER TABLE "cases" ALTER COLUMN "submitter_name" SET DATA TYPE "bytea" USING NULL::bytea;--> statement-breakpoint
ALTER TABLE "inbound_bodies" ALTER COLUMN "body" SET DATA TYPE "bytea" USING ''::bytea;--> statement-breakpoint
ALTER TABLE "messages" ADD COLUMN "sender" "bytea";--> statement-breakpoint
-- The hash was of all that was sent, phone number included, and needed no key: numbers could be tried out.
DELETE FROM "idempotency_keys";--> statement-breakpoint
-- A text is either readable or sealed.
ALTER TABLE "cases" ALTER COLUMN "preview" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "cases" ADD COLUMN "preview_sealed" "bytea";--> statement-breakpoint
ALTER TABLE "messages" ALTER COLUMN "body" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "messages" ADD COLUMN "body_sealed" "bytea";--> statement-breakpoint
ALTER TABLE "notes" ALTER COLUMN "body" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "notes" ADD COLUMN "body_sealed" "bytea";--> statement-breakpoint
ALTER TABLE "feedback" ADD COLUMN "comment_sealed" "bytea";--> statement-breakpoint
ALTER TABLE "cases" ADD CONSTRAINT "cases_one_preview" CHECK (num_nonnulls("preview", "preview_sealed") = 1);--> statement-breakpoint
ALTER TABLE "messages" ADD CONSTRAINT "messages_one_body" CHECK (num_nonnulls("body", "body_sealed") = 1);--> statement-breakpoint
ALTER TABLE "notes" ADD CONSTRAINT "notes_one_body" CHECK (num_nonnulls("body", "body_sealed") = 1);--> statement-breakpoint
ALTER TABLE "feedback" ADD CONSTRAINT "feedback_one_comment" CHECK (num_nonnulls("comment", "comment_sealed") <= 1);--> statement-breakpoint
-- As before, with what the words became.
DROP TRIGGER keep_words ON "messages";--> statement-breakpoint
CREATE TRIGGER keep_words BEFORE UPDATE ON "messages" FOR EACH ROW
	WHEN (old.seq IS NOT NULL AND new.seq IS NOT DISTINCT FROM old.seq AND (old.id, old.case_id, old.direction, old.channel, old.kind, old.author_id, old.created_at, old.salt, old.body, old.body_sealed)
		IS DISTINCT FROM (new.id, new.case_id, new.direction, new.channel, new.kind, new.author_id, new.created_at, new.salt, new.body, new.body_sealed))
	EXECUTE FUNCTION refuse_restating();
