ALTER TABLE "callbacks" ADD COLUMN "talked_at" timestamp (3) with time zone;--> statement-breakpoint
SET LOCAL ROLE insat_system;--> statement-breakpoint
UPDATE "callbacks" b SET "talked_at" = c."at" FROM (SELECT "callback_id", min("ended_at") AS "at" FROM "calls" WHERE "outcome" = 'connected' GROUP BY "callback_id") c WHERE c."callback_id" = b."id";--> statement-breakpoint
RESET ROLE;--> statement-breakpoint
GRANT UPDATE ("talked_at") ON "callbacks" TO insat_staff;
